// The decision whether a request is from the platform, apart from hashing and reading: `planHead` says what must be hashed,
// the caller hashes (by promise or at once), `concludeHead` decides. Bytes until verified: nothing is parsed before.

import { parseRequest } from '@livehook/protocol'
import type {
  HeaderSource,
  RequestParameters,
  RequestRefused,
  SignatureCheck,
  SignatureCheckInput,
  SignatureRefusal,
  SignCheck,
  SignCheckInput,
  SignRefusal,
} from '@livehook/protocol'

/** The checks in the order in which they are made. */
export const checkNames = [
  'method',
  'parameters',
  'app',
  'sign',
  'window',
  'body',
  'body_signature',
  'json',
  'command',
] as const

export type CheckName = (typeof checkNames)[number]

/** Stable codes, safe to log. Over HTTP a failed verification is the same 401 whatever its code is. */
export type RefusalReason =
  | RequestRefused['reason']
  | SignRefusal
  | SignatureRefusal
  | 'unverified'
  | 'foreign_app'
  | 'method'
  | 'too_large'
  | 'cut_off'
  | 'too_slow'
  | 'body_parsed'
  | 'body_consumed'
  | 'not_json'
  | 'not_an_object'
  | 'command_mismatch'

export interface Refusal {
  readonly kind: 'refused'
  readonly check: CheckName
  readonly reason: RefusalReason
  /** With `stale` and `future`: by how many seconds the receiver's clock is ahead of the request's time (negative: behind). */
  readonly skewSeconds?: number
  /** What stood there, for people. Never a token, a Sign or a part of a body. */
  readonly found?: string
}

/** How the hashing is done: at once in Node, by promises where only Web Crypto is there. */
export interface Hashing {
  checkSign(input: SignCheckInput): SignCheck | Promise<SignCheck>
  checkSignature(input: SignatureCheckInput): SignatureCheck | Promise<SignatureCheck>
}

/** What is accepted. */
export interface CheckRules {
  /** The tokens of each app, newest first. */
  tokensOf(sdkAppId: number): readonly string[] | undefined
  /** Take requests for an app that has no token. */
  acceptUnsigned: boolean
  /** Refuse requests without `webhook-signature`. */
  requireBodySignature: boolean
}

export interface RequestHead {
  readonly method: string
  /** As on the request line, with or without `?`. */
  readonly query: string
}

export interface HeadPlan {
  readonly kind: 'sign'
  readonly parameters: RequestParameters
  readonly input: SignCheckInput
}

export interface VerifiedHead {
  readonly kind: 'verified'
  readonly parameters: RequestParameters
  readonly tokens: readonly string[]
  /** Which token matched; `undefined` for a request that was accepted unsigned. */
  readonly tokenIndex: number | undefined
}

/** What can be said without a hash: the method, the parameters, whose request it is. */
export function planHead(head: RequestHead, rules: CheckRules, now: number): HeadPlan | Refusal {
  if (head.method !== 'POST') return { kind: 'refused', check: 'method', reason: 'method', found: head.method }
  const parameters = parseRequest(head.query)
  if (parameters.kind === 'refused') {
    return { kind: 'refused', check: 'parameters', reason: parameters.reason, found: parameters.parameter }
  }
  const tokens = rules.tokensOf(parameters.sdkAppId)
  if (tokens === undefined) {
    return { kind: 'refused', check: 'app', reason: 'foreign_app', found: String(parameters.sdkAppId) }
  }
  return { kind: 'sign', parameters, input: { tokens, query: head.query, now } }
}

/** What follows from the check of `Sign`. */
export function concludeHead(plan: HeadPlan, sign: SignCheck, rules: CheckRules): VerifiedHead | Refusal {
  const { tokens } = plan.input
  if (sign.kind === 'verified') {
    return { kind: 'verified', parameters: plan.parameters, tokens, tokenIndex: sign.tokenIndex }
  }
  if (sign.kind === 'unverified' && rules.acceptUnsigned) {
    return { kind: 'verified', parameters: plan.parameters, tokens, tokenIndex: undefined }
  }
  const { reason } = sign
  const check = reason === 'stale' || reason === 'future' ? 'window' : 'sign'
  return { kind: 'refused', check, reason, ...('skewSeconds' in sign && { skewSeconds: sign.skewSeconds }) }
}

/** Whether the signature over the body is to be checked: it is required, or the sender gave one. */
export function needsBytes(head: VerifiedHead, headers: HeaderSource, rules: CheckRules): boolean {
  // Without a token there is nothing to check it with.
  return head.tokens.length > 0 && (rules.requireBodySignature || hasHeader(headers, 'webhook-signature'))
}

/** What follows from the check of `webhook-signature`. */
export function concludeSignature(signature: SignatureCheck): Refusal | undefined {
  if (signature.kind === 'verified') return undefined
  const { skewSeconds } = signature
  const skew = skewSeconds === undefined ? {} : { skewSeconds }
  return { kind: 'refused', check: 'body_signature', reason: signature.reason, ...skew }
}

function hasHeader(headers: HeaderSource, name: string): boolean {
  if (typeof headers.get === 'function') return typeof headers.get(name) === 'string'
  return Object.keys(headers).some((key) => key.toLowerCase() === name)
}
