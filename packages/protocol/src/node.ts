// The entry for Node: the same names as the portable entry (index.ts), hashing at once instead of by promises.

import crypto from 'node:crypto'
import { hmacSha256Base64 } from './node-hmac.ts'
import { concludeSignCheck, planSignCheck } from './sign-check.ts'
import type { SignCheck, SignCheckInput } from './sign-check.ts'
import {
  concludeSignatureCheck,
  planSignatureCheck,
  signatureEntry,
  signatureKeys,
  signedHead,
} from './signature-check.ts'
import type { SignatureCheck, SignatureCheckInput, SignatureInput } from './signature-check.ts'

export * from './surface.ts'

/**
 * `Sign` for a token and a time: lower-case hex SHA-256 over the two joined with nothing between.
 * @param requestTime Unix seconds, ten digits, exactly as it is sent
 */
export function makeSign(token: string, requestTime: string): string {
  return sha256Hex(token + requestTime)
}

/**
 * Checks `Sign` and `RequestTime` of a request, in this order: configuration, exactly one of each, their forms, comparison with
 * every token, window of 60 seconds either way. It covers neither body, command, app nor host: see `checkSignature`.
 */
export function checkSign(input: SignCheckInput): SignCheck {
  const plan = planSignCheck(input)
  return plan.kind === 'hash' ? concludeSignCheck(plan, plan.texts.map(sha256Hex), equalText) : plan
}

/** The value of the header `webhook-signature`: one `v1,…` per token, separated by a space. */
export function makeSignature(input: SignatureInput): string {
  const head = signedHead(input.id, input.timestampSeconds)
  return signatureKeys(input)
    .map((key) => signatureEntry(hmacSha256Base64(key, head, input.body)))
    .join(' ')
}

/** Checks the three Standard Webhooks headers of a request against its body's bytes; 300 seconds either way. */
export function checkSignature(input: SignatureCheckInput): SignatureCheck {
  const plan = planSignatureCheck(input)
  if (plan.kind !== 'hash') return plan
  const macs = plan.keys.map((key) => hmacSha256Base64(key, plan.head, plan.body))
  return concludeSignatureCheck(plan, macs, equalText)
}

function sha256Hex(text: string): string {
  // The one-shot hash takes half the time; Node 20 has it from 20.12 on only.
  if (typeof crypto.hash === 'function') return crypto.hash('sha256', text, 'hex')
  return crypto.createHash('sha256').update(text, 'utf8').digest('hex')
}

function equalText(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [Buffer.from(left), Buffer.from(right)]
  // timingSafeEqual throws where the lengths differ.
  return leftBytes.length === rightBytes.length && crypto.timingSafeEqual(leftBytes, rightBytes)
}
