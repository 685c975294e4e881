// What people get wrong with webhook-signature: each refusal with its likely cause and the next step.

import { checkSignature } from '@livehook/protocol/node'
import type { SignatureCheck } from '@livehook/protocol/node'
import { outsideWindow } from './clock-cause.ts'
import { ownHeaders } from './received-request.ts'
import type { ReceivedRequest } from './received-request.ts'

type CheckedRequest = ReceivedRequest & {
  readonly body: Uint8Array
  /** Whether Sign fits one of the tokens. */
  readonly isSignGood: boolean
}

/** Why a `webhook-signature` was refused. */
export function causeOfBadSignature(
  refused: Extract<SignatureCheck, { readonly kind: 'refused' }>,
  request: CheckedRequest,
): string[] {
  switch (refused.reason) {
    case 'config_error':
      return ['The tokens cannot be used: one to four, none of them empty.']
    case 'missing_header': {
      const there = Object.keys(ownHeaders(request))
      const left = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].filter((name) => !there.includes(name))
      return [
        `All three headers are needed; ${left.join(' and ')} ${left.length === 1 ? 'is' : 'are'} missing or empty.`,
      ]
    }
    case 'duplicate_header':
      return ['One of the webhook-… headers stands twice, and no one can say which is meant.']
    case 'malformed_time':
      return ['webhook-timestamp must be Unix seconds: ten digits and nothing else.']
    case 'too_many_signatures':
      return ['webhook-signature lists more than eight signatures.']
    case 'bad_sign':
      return badSignature(request)
    case 'stale':
    case 'future':
      return outsideWindow(refused.skewSeconds ?? 0, { what: 'webhook-timestamp', allowedSeconds: 300 })
    default:
      return refused.reason satisfies never
  }
}

function badSignature(request: CheckedRequest): string[] {
  const { body, isSignGood } = request
  const headers = ownHeaders(request)
  const signature = headers['webhook-signature']?.[0] ?? ''
  if (signature.split(' ').some((entry) => !entry.includes(','))) {
    return [
      'webhook-signature has a piece without a version before it: a `+` of the base64 was turned into a space on the way (`%2B` would be a plus).',
    ]
  }
  const isGood = (bytes: Uint8Array): boolean =>
    checkSignature({ tokens: request.tokens, headers, body: bytes, now: request.now }).kind === 'verified'
  const text = Buffer.from(body)
  if (text.at(-1) === 10 && isGood(text.subarray(0, text.at(-2) === 13 ? -2 : -1))) {
    return ['The body given here has a line end at its end that was not sent: it fits without it.']
  }
  if (isGood(Buffer.concat([text, Buffer.from('\n')])))
    return ['The line end at the end of the body was lost: it fits with it.']
  if (isSignGood) {
    return [
      'The token is right, since Sign fits: the body is not byte for byte what was sent, or webhook-id or webhook-timestamp is another.',
      'Check the bytes before anything parses them: a body that was parsed and written again is another body.',
    ]
  }
  return ['webhook-signature was made with another token, or over another body, webhook-id or webhook-timestamp.']
}
