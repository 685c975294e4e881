// UserSig, with which the platform's clients show who they are: what it says, which text is signed, and what speaks against it.
// Pure: taking the text apart and hashing are the HTTP edge's (http/v4/user-sig-text.ts).
// Source: the platform's public UserSig makers (TLSSigAPIv2).

/** What a UserSig says, before anything of it is believed. */
export interface UserSig {
  readonly identifier: string
  readonly sdkAppId: number
  /** Unix seconds at which it was made. */
  readonly time: number
  /** For how many seconds it counts. */
  readonly expire: number
  /** Base64, as it is signed; only if it carries rights for a room. */
  readonly userbuf: string | undefined
  /** Base64 of the HMAC-SHA256 over `textToSign`. */
  readonly sig: string
}

/** Why a UserSig is not accepted. Each has a public code of its own. */
export type UserSigRefusal = 'other_app' | 'other_identifier' | 'wrong_sig' | 'expired'

/** User ids have at most 32 bytes. */
const maxIdentifierBytes = 32

/**
 * Reads the JSON text inside a UserSig.
 * @returns `undefined` if it is no UserSig of version 2.0
 */
export function readUserSig(text: string): UserSig | undefined {
  const document = parse(text)
  if (document?.['TLS.ver'] !== '2.0') return undefined
  const [identifier, sig, userbuf] = [document['TLS.identifier'], document['TLS.sig'], document['TLS.userbuf']]
  const [sdkAppId, time, expire] = [document['TLS.sdkappid'], document['TLS.time'], document['TLS.expire']]
  if (!isIdentifier(identifier) || !isBase64(sig)) return undefined
  if (!isWhole(sdkAppId) || !isWhole(time) || !isWhole(expire)) return undefined
  if (userbuf !== undefined && !isBase64(userbuf)) return undefined
  return { identifier, sdkAppId, time, expire, userbuf, sig }
}

/**
 * The text whose HMAC is `sig`.
 * @example
 * textToSign({ identifier: 'administrator', sdkAppId: 1400000000, time: 1760000000, expire: 86400, userbuf: undefined })
 * // 'TLS.identifier:administrator\nTLS.sdkappid:1400000000\nTLS.time:1760000000\nTLS.expire:86400\n'
 */
export function textToSign({ identifier, sdkAppId, time, expire, userbuf }: Omit<UserSig, 'sig'>): string {
  const lines = [`TLS.identifier:${identifier}`, `TLS.sdkappid:${sdkAppId}`, `TLS.time:${time}`, `TLS.expire:${expire}`]
  if (userbuf !== undefined) lines.push(`TLS.userbuf:${userbuf}`)
  return `${lines.join('\n')}\n`
}

/**
 * Says what speaks against a UserSig: first whose it is, then whether it is true, then whether it still counts. It counts from
 * `time` up to, and not including, `time + expire`.
 * @param expected what the call names, and whether `sig` is what the app's secret key gives
 * @param now Unix seconds
 */
export function judgeUserSig(
  userSig: UserSig,
  expected: { readonly sdkAppId: number; readonly identifier: string; readonly sigFits: boolean },
  now: number,
): UserSigRefusal | undefined {
  if (userSig.sdkAppId !== expected.sdkAppId) return 'other_app'
  if (userSig.identifier !== expected.identifier) return 'other_identifier'
  if (!expected.sigFits) return 'wrong_sig'
  return now >= userSig.time + userSig.expire ? 'expired' : undefined
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** No control characters: a line end would let one member of the signed text pass for two. */
function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxIdentifierBytes && /^[\x21-\x7e]+$/.test(value)
}

function isBase64(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(value)
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
