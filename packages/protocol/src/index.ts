// The portable entry: Node, browsers, edge. Hashing is Web Crypto's, so what hashes returns a promise. The entry `./node` has the
// same names without the promises; both share surface.ts.
//
// Reading order:
//   url/         parameters in both spellings, the query of a request, a registered URL made ready
//   signature/   tokens, Sign and RequestTime, the Standard Webhooks signature; apart from hashing, which the entries add
//   json/        JSON as bytes: tokens, a walk over them, a scan with offsets; values that keep every digit
//   catalogue/   what is known of commands: facts, shapes, types, custom commands; generated/ is made from ../catalogue/
//   body/        an event's body completed, read and made; the natural keys in it
//   reply/       a reply packet made and read, and the verdict in it
// The other entries: catalogue.ts (all commands by word), commands.ts (each a constant), schemas.ts. Nothing here keeps state.

import { equalText } from './signature/equal-text.ts'
import { concludeSignCheck, planSignCheck } from './signature/sign-check.ts'
import type { SignCheck, SignCheckInput } from './signature/sign-check.ts'
import {
  concludeSignatureCheck,
  planSignatureCheck,
  signatureEntry,
  signatureKeys,
  signedHead,
} from './signature/signature-check.ts'
import type { SignatureCheck, SignatureCheckInput, SignatureInput } from './signature/signature-check.ts'
import { toBase64, toHex, utf8 } from './signature/text-bytes.ts'

export * from './surface.ts'

/**
 * `Sign` for a token and a time: lower-case hex SHA-256 over the two joined with nothing between.
 * @param requestTime Unix seconds, ten digits, exactly as it is sent
 */
export async function makeSign(token: string, requestTime: string): Promise<string> {
  return sha256Hex(token + requestTime)
}

/**
 * Checks `Sign` and `RequestTime` of a request, in this order: configuration, exactly one of each, their forms, comparison with
 * every token, window of 60 seconds either way. It covers neither body, command, app nor host: see `checkSignature`.
 */
export async function checkSign(input: SignCheckInput): Promise<SignCheck> {
  const plan = planSignCheck(input)
  if (plan.kind !== 'hash') return plan
  return concludeSignCheck(plan, await Promise.all(plan.texts.map(sha256Hex)), equalText)
}

/** The value of the header `webhook-signature`: one `v1,…` per token, separated by a space. */
export async function makeSignature(input: SignatureInput): Promise<string> {
  const head = signedHead(input.id, input.timestampSeconds)
  const macs = await Promise.all(signatureKeys(input).map((key) => hmacBase64(key, head, input.body)))
  return macs.map(signatureEntry).join(' ')
}

/** Checks the three Standard Webhooks headers of a request against its body's bytes; 300 seconds either way. */
export async function checkSignature(input: SignatureCheckInput): Promise<SignatureCheck> {
  const plan = planSignatureCheck(input)
  if (plan.kind !== 'hash') return plan
  const macs = await Promise.all(plan.keys.map((key) => hmacBase64(key, plan.head, plan.body)))
  return concludeSignatureCheck(plan, macs, equalText)
}

async function sha256Hex(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))))
}

async function hmacBase64(key: Uint8Array<ArrayBuffer>, head: string, body: Uint8Array): Promise<string> {
  const headBytes = utf8(head)
  const signed = new Uint8Array(headBytes.length + body.length)
  signed.set(headBytes)
  signed.set(body, headBytes.length)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const hmacKey = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', hmacKey, signed)))
}
