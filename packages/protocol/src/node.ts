// The entry for Node: the same names as the portable entry (index.ts), hashing at once instead of by promises.

import crypto from 'node:crypto'
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

/** Bytes of a block of SHA-256. */
const blockBytes = 64
const hashBytes = 32

/** Longer texts are not copied together: there the hashing itself is what takes the time. */
const longestCopied = 16_384

/** The first block of either hash is the key's; what follows is written anew each time. */
const inner = Buffer.alloc(blockBytes + longestCopied)
const outer = Buffer.alloc(blockBytes + hashBytes)

/**
 * HMAC-SHA256 (RFC 2104) over `head` (as UTF-8) and then `body`, as base64. As two one-shot hashes: measured, two thirds of the
 * time of Node's `createHmac`, which makes an object and two calls more for every signature.
 */
function hmacSha256Base64(key: Uint8Array, head: string, body: Uint8Array): string {
  // A character has three bytes at most. Node 20 has the one-shot hash from 20.12 on only.
  const isShort = head.length * 3 + body.length <= longestCopied && key.length <= blockBytes
  if (!isShort || typeof crypto.hash !== 'function') {
    return crypto.createHmac('sha256', key).update(head, 'utf8').update(body).digest('base64')
  }
  putKey(key)
  const headEnd = blockBytes + inner.write(head, blockBytes, 'utf8')
  inner.set(body, headEnd)
  const innerHash = crypto.hash('sha256', inner.subarray(0, headEnd + body.length), 'latin1')
  outer.write(innerHash, blockBytes, 'latin1')
  return crypto.hash('sha256', outer, 'base64')
}

function putKey(key: Uint8Array): void {
  for (let index = 0; index < blockBytes; index += 1) {
    const byte = key[index] ?? 0
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
}

function equalText(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [Buffer.from(left), Buffer.from(right)]
  // timingSafeEqual throws where the lengths differ.
  return leftBytes.length === rightBytes.length && crypto.timingSafeEqual(leftBytes, rightBytes)
}
