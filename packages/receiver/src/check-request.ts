// One request → who sent it and what it says, or why it is refused. Bytes until verified: nothing is parsed before.

import { checkSign, checkSignature, parseRequest } from '@livehook/protocol'
import type { RequestParameters, RequestRefused, SignatureRefusal, SignRefusal } from '@livehook/protocol'

export interface CheckRequestOptions {
  /** The app that this backend belongs to; a request for another one is refused. */
  readonly sdkAppId: number
  /** Accepted tokens, newest first; one to four. */
  readonly tokens: readonly string[]
  /** Refuse requests without `webhook-signature`, the signature that covers the body. Off by default: other platforms send none. */
  readonly requireBodySignature?: boolean
  /** Epoch milliseconds; the clock of this machine by default. */
  readonly now?: () => number
}

/** Stable codes, safe to log. What is answered over HTTP should be the same 401 for all of them. */
export type RequestRefusal =
  | RequestRefused['reason']
  | SignRefusal
  | SignatureRefusal
  | 'unverified'
  | 'foreign_app'
  | 'method'

export type CheckedRequest =
  | { readonly kind: 'verified'; readonly parameters: RequestParameters; readonly body: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: RequestRefusal }

/**
 * Checks `Sign`, `RequestTime` and, where it is there, `webhook-signature`.
 * @param request a webhook request whose body was not read yet
 * @returns the parameters and the body's bytes, or the reason for refusing it
 * @example
 * const checked = await checkRequest(request, { sdkAppId: 1400000001, tokens: [process.env.TOKEN] })
 * if (checked.kind === 'refused') return new Response('{}', { status: 401 })
 */
export async function checkRequest(request: Request, options: CheckRequestOptions): Promise<CheckedRequest> {
  if (request.method !== 'POST') return refused('method')
  const now = (options.now ?? Date.now)()
  const query = new URL(request.url).search.slice(1)
  const sign = await checkSign({ tokens: options.tokens, query, now })
  if (sign.kind !== 'verified') return refused(sign.reason)
  const parameters = parseRequest(query)
  if (parameters.kind === 'refused') return refused(parameters.reason)
  if (parameters.sdkAppId !== options.sdkAppId) return refused('foreign_app')
  const body = new Uint8Array(await request.arrayBuffer())
  if (request.headers.has('webhook-signature') || options.requireBodySignature === true) {
    const signature = await checkSignature({ tokens: options.tokens, headers: request.headers, body, now })
    if (signature.kind === 'refused') return refused(signature.reason)
  }
  return { kind: 'verified', parameters, body }
}

function refused(reason: RequestRefusal): CheckedRequest {
  return { kind: 'refused', reason }
}
