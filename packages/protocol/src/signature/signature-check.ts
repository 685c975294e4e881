// The Standard Webhooks scheme (`v1`, HMAC-SHA256 over `id.timestamp.body`), apart from the hashing; see sign-check.ts for the
// division. It covers the body, which `Sign` does not.

import { fromBase64, toBase64, utf8 } from './text-bytes.ts'
import { areUsableTokens } from './token.ts'
import type { ConstantTimeEqual } from './sign-check.ts'

/** Seconds by which `webhook-timestamp` may differ from the receiver's clock, either way; exactly this much still passes. */
export const signatureWindowSeconds = 300

/** How many signatures a `webhook-signature` header may list: each costs a comparison with every secret. */
export const maxSignatures = 8

const secretPrefix = 'whsec_'

const signatureHeaders = ['webhook-id', 'webhook-timestamp', 'webhook-signature']

/** The secret to give to a Standard Webhooks library for a token: `whsec_` + base64 of the token's UTF-8 bytes. */
export function secretOfToken(token: string): string {
  return secretPrefix + toBase64(utf8(token))
}

/** Request headers: a `Headers` object, or a record with names in any letter case. */
export type HeaderSource =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | null | undefined>>

export type SignatureRefusal =
  | 'config_error'
  | 'missing_header'
  | 'duplicate_header'
  | 'malformed_time'
  | 'too_many_signatures'
  | 'bad_sign'
  | 'stale'
  | 'future'

interface SignatureCheckBase {
  readonly headers: HeaderSource
  /** The body's bytes as they came, before any decoding. */
  readonly body: Uint8Array
  /** The receiver's clock, epoch milliseconds. */
  readonly now: number
}

/** Either the tokens themselves, or secrets in the form `whsec_…` (the prefix may be left out). One to four, newest first. */
export type SignatureCheckInput = SignatureCheckBase &
  ({ readonly tokens: readonly string[] } | { readonly secrets: readonly string[] })

export type SignatureCheck =
  | {
      readonly kind: 'verified'
      /** Which of the tokens or secrets matched. */
      readonly tokenIndex: number
      /** The event's id: the same for every attempt. */
      readonly id: string
      /** Unix seconds. */
      readonly timestamp: number
    }
  | {
      readonly kind: 'refused'
      readonly reason: SignatureRefusal
      /** With `stale` and `future`: by how many seconds the receiver's clock is ahead of the timestamp (negative: behind). */
      readonly skewSeconds?: number
    }

/** What is left to do: an HMAC-SHA256 per key over `head` and then `body`, as base64, for `concludeSignatureCheck`. */
export interface SignaturePlan {
  readonly kind: 'hash'
  readonly keys: readonly Uint8Array<ArrayBuffer>[]
  readonly head: string
  readonly body: Uint8Array
  readonly signatures: readonly string[]
  readonly id: string
  readonly timestamp: number
  readonly nowSeconds: number
}

/** What is signed. */
export interface SignatureInput {
  /** One to four, newest first; each makes a signature of its own, so that a change of token needs no moment of silence. */
  readonly tokens: readonly string[]
  /** The event's id, `webhook-id`: the same for every attempt. Without a full stop, which separates it from the time. */
  readonly id: string
  /** Unix seconds, `webhook-timestamp`. */
  readonly timestampSeconds: number
  /** The body's bytes as they are sent. */
  readonly body: Uint8Array
}

/** The keys to sign with: the tokens' UTF-8 bytes. A token list that no receiver would accept is a bug of the caller. */
export function signatureKeys({ tokens, id }: SignatureInput): Uint8Array<ArrayBuffer>[] {
  if (!areUsableTokens(tokens) || tokens.length === 0)
    throw new TypeError('Signing needs one to four tokens, none empty.')
  if (id === '' || id.includes('.')) throw new TypeError('An id to be signed is not empty and has no full stop.')
  return tokens.map(utf8)
}

/** What stands before the body in the text that is signed. */
export function signedHead(id: string, timestampSeconds: number | string): string {
  return `${id}.${timestampSeconds}.`
}

/** One signature as it stands in the header. */
export function signatureEntry(macBase64: string): string {
  return `v1,${macBase64}`
}

/** The first steps: configuration, the three headers, the timestamp's form, the number of signatures. */
export function planSignatureCheck(input: SignatureCheckInput): SignaturePlan | SignatureCheck {
  const keys = keysOf(input)
  if (keys === undefined || !Number.isFinite(input.now)) return refused('config_error')
  const [ids, timestamps, lists] = signatureHeaders.map((name) => headerValues(input.headers, name))
  if ([ids, timestamps, lists].some((values) => values !== undefined && values.length > 1))
    return refused('duplicate_header')
  const [id, timestamp, list] = [ids?.[0], timestamps?.[0], lists?.[0]]
  if (!id || !timestamp || !list) return refused('missing_header')
  // Ten digits, as with RequestTime. A lenient parser would read a number out of text that was never signed as one.
  if (!/^[1-9][0-9]{9}$/.test(timestamp)) return refused('malformed_time')
  const signatures = list.split(' ', maxSignatures + 1)
  if (signatures.length > maxSignatures) return refused('too_many_signatures')
  // Most servers join header lines with commas, and an entry has one comma of its own. Without this rule it would depend on the
  // order of the lines whether the right signature is found.
  if (signatures.some((entry) => /,.*,/.test(entry))) return refused('duplicate_header')
  const nowSeconds = Math.floor(input.now / 1000)
  const head = signedHead(id, timestamp)
  return { kind: 'hash', keys, head, body: input.body, signatures, id, timestamp: Number(timestamp), nowSeconds }
}

/** The last steps: every key's signature is compared with every one in the header; only then is the window looked at. */
export function concludeSignatureCheck(
  plan: SignaturePlan,
  macsBase64: readonly string[],
  equal: ConstantTimeEqual,
): SignatureCheck {
  let tokenIndex = -1
  for (const [index, mac] of macsBase64.entries()) {
    const own = signatureEntry(mac)
    for (const signature of plan.signatures) {
      // Other versions and texts of another length cannot be equal; that much is no secret.
      if (signature.length === own.length && equal(own, signature) && tokenIndex < 0) tokenIndex = index
    }
  }
  if (tokenIndex < 0) return refused('bad_sign')
  const skewSeconds = plan.nowSeconds - plan.timestamp
  if (skewSeconds > signatureWindowSeconds) return refused('stale', skewSeconds)
  if (skewSeconds < -signatureWindowSeconds) return refused('future', skewSeconds)
  return { kind: 'verified', tokenIndex, id: plan.id, timestamp: plan.timestamp }
}

function keysOf(input: SignatureCheckInput): Uint8Array<ArrayBuffer>[] | undefined {
  const texts = 'tokens' in input ? input.tokens : input.secrets
  if (!areUsableTokens(texts) || texts.length === 0) return undefined
  if ('tokens' in input) return texts.map(utf8)
  const keys: Uint8Array<ArrayBuffer>[] = []
  for (const secret of texts) {
    const key = fromBase64(secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret)
    if (key === undefined || key.length === 0) return undefined
    keys.push(key)
  }
  return keys
}

/** All values of a header. Each of ours may stand only once; several are for the caller to refuse, not for us to choose from. */
function headerValues(headers: HeaderSource, name: string): readonly string[] {
  if (isHeadersObject(headers)) {
    const value = headers.get(name)
    return typeof value === 'string' ? [value] : []
  }
  const values: string[] = []
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name || value === null || value === undefined) continue
    if (typeof value === 'string') values.push(value)
    else values.push(...value)
  }
  return values
}

function isHeadersObject(headers: HeaderSource): headers is { get(name: string): string | null | undefined } {
  return typeof headers.get === 'function'
}

function refused(reason: SignatureRefusal, skewSeconds?: number): SignatureCheck {
  return skewSeconds === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, skewSeconds }
}
