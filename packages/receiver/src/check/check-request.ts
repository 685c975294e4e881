// One request → who sent it and what it says, or why it is refused: the check alone, without handlers and replies.

import { checkSign, checkSignature } from '@livehook/protocol'
import type { RequestParameters } from '@livehook/protocol'
import { concludeHead, concludeSignature, needsBytes, planHead } from './check.ts'
import type { CheckRules, Refusal } from './check.ts'

export interface CheckRequestOptions {
  /** The app that this backend belongs to; a request for another one is refused. */
  readonly sdkAppId: number
  /** Accepted tokens, newest first; one to four. */
  readonly tokens: readonly string[]
  /** Refuse requests without `webhook-signature`, the signature that covers the body. Off by default: other platforms send none. */
  readonly requireBodySignature?: boolean
  /** With `accept` and an empty list of tokens, requests are taken as they come. Anyone can send them. */
  readonly unsigned?: 'refuse' | 'accept'
  /** Epoch milliseconds; the clock of this machine by default. */
  readonly now?: () => number
}

export interface VerifiedRequest {
  readonly kind: 'verified'
  readonly parameters: RequestParameters
  /** Which of the tokens matched; `undefined` if the request was accepted unsigned. */
  readonly tokenIndex: number | undefined
  readonly body: Uint8Array
}

export type CheckedRequest = VerifiedRequest | Refusal

/**
 * Checks `Sign`, `RequestTime` and, if it is there, `webhook-signature`.
 * @param request a webhook request whose body was not read yet; it is read to its end, so put a limit in front of it
 * @returns the parameters and the body's bytes, or the reason for refusing it
 * @example
 * const checked = await checkRequest(request, { sdkAppId: 1400000001, tokens: [process.env.TOKEN] })
 * if (checked.kind === 'refused') return new Response('{}', { status: 401 })
 */
export async function checkRequest(request: Request, options: CheckRequestOptions): Promise<CheckedRequest> {
  const rules = rulesOf(options)
  const now = (options.now ?? Date.now)()
  const query = new URL(request.url).search
  const plan = planHead({ method: request.method, query }, rules, now)
  if (plan.kind === 'refused') return plan
  const head = concludeHead(plan, await checkSign(plan.input), rules)
  if (head.kind === 'refused') return head
  const body = new Uint8Array(await request.arrayBuffer())
  if (needsBytes(head, request.headers, rules)) {
    const { headers } = request
    const refusal = concludeSignature(await checkSignature({ tokens: options.tokens, headers, body, now }))
    if (refusal !== undefined) return refusal
  }
  return { kind: 'verified', parameters: head.parameters, tokenIndex: head.tokenIndex, body }
}

/** The rules of a backend of one app. */
export function rulesOf(options: CheckRequestOptions): CheckRules {
  return {
    tokensOf: (sdkAppId) => (sdkAppId === options.sdkAppId ? options.tokens : undefined),
    acceptUnsigned: options.unsigned === 'accept',
    requireBodySignature: options.requireBodySignature === true,
  }
}
