// The decision about `Sign` and `RequestTime`, apart from the hashing: `planSignCheck` says what must be hashed, the entry hashes
// (index.ts by Web Crypto, node.ts by node:crypto), `concludeSignCheck` decides. So the rule is written once.

import { valuesOfTwo } from '../url/query.ts'
import { areUsableTokens } from './token.ts'

/** Seconds by which `RequestTime` may differ from the receiver's clock, either way; exactly this much still passes. */
export const signWindowSeconds = 60

/** Why a request is refused, in the order in which it is checked. */
export type SignRefusal =
  | 'config_error'
  | 'missing_sign'
  | 'missing_time'
  | 'duplicate_param'
  | 'malformed_time'
  | 'malformed_sign'
  | 'bad_sign'
  | 'stale'
  | 'future'

export interface SignCheckInput {
  /** The tokens that are accepted, newest first, at most four. None at all: nothing can be verified. */
  readonly tokens: readonly string[]
  /** The query string as on the request line, with or without `?`. */
  readonly query: string
  /** The receiver's clock, epoch milliseconds. */
  readonly now: number
}

export type SignCheck =
  | {
      readonly kind: 'verified'
      /** Which of the tokens matched. */
      readonly tokenIndex: number
      /** Unix seconds. */
      readonly requestTime: number
    }
  /** There is no token to verify with. Whether such a request is taken is the app's decision, to be made in so many words. */
  | { readonly kind: 'unverified'; readonly reason: 'unverified' }
  | {
      readonly kind: 'refused'
      readonly reason: SignRefusal
      /** With `stale` and `future`: by how many seconds the receiver's clock is ahead of `RequestTime` (negative: behind). */
      readonly skewSeconds?: number
    }

/** What is left to do: hash `texts` (one for each token) and hand the digests to `concludeSignCheck`. */
export interface SignPlan {
  readonly kind: 'hash'
  readonly texts: readonly string[]
  readonly sign: string
  readonly requestTime: number
  readonly nowSeconds: number
}

/** Compares two texts of equal length without letting the time tell where they differ. */
export type ConstantTimeEqual = (left: string, right: string) => boolean

/** The first steps, which need no hash: configuration, exactly one of each parameter, their forms. */
export function planSignCheck({ tokens, query, now }: SignCheckInput): SignPlan | SignCheck {
  // A clock that is no number would pass every comparison with the window.
  if (!areUsableTokens(tokens) || !Number.isFinite(now)) return refused('config_error')
  if (tokens.length === 0) return { kind: 'unverified', reason: 'unverified' }
  const values = valuesOfTwo(query, 'Sign', 'RequestTime')
  const signs = values[0]
  const times = values[1]
  const sign = signs[0]
  const requestTime = times[0]
  if (sign === undefined) return refused('missing_sign')
  if (requestTime === undefined) return refused('missing_time')
  if (signs.length > 1 || times.length > 1) return refused('duplicate_param')
  // Ten digits and nothing else: a plain hash can be extended, and only this rule stops that.
  if (!/^[1-9][0-9]{9}$/.test(requestTime)) return refused('malformed_time')
  if (!/^[0-9a-f]{64}$/.test(sign)) return refused('malformed_sign')
  return {
    kind: 'hash',
    texts: tokens.map((token) => token + requestTime),
    sign,
    requestTime: Number(requestTime),
    nowSeconds: Math.floor(now / 1000),
  }
}

/** The last steps: every digest is compared, none is skipped after a match, and only then is the window looked at. */
export function concludeSignCheck(plan: SignPlan, digests: readonly string[], equal: ConstantTimeEqual): SignCheck {
  let tokenIndex = -1
  for (const [index, digest] of digests.entries()) {
    if (equal(digest, plan.sign) && tokenIndex < 0) tokenIndex = index
  }
  if (tokenIndex < 0) return refused('bad_sign')
  const skewSeconds = plan.nowSeconds - plan.requestTime
  if (skewSeconds > signWindowSeconds) return refused('stale', skewSeconds)
  if (skewSeconds < -signWindowSeconds) return refused('future', skewSeconds)
  return { kind: 'verified', tokenIndex, requestTime: plan.requestTime }
}

function refused(reason: SignRefusal, skewSeconds?: number): SignCheck {
  return skewSeconds === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, skewSeconds }
}
