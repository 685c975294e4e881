// Handing in events: what a sender does, done by a person.

import type { AskAnswer, EventAccepted } from 'livehook/contract'
import { call } from './call.ts'

/** An event as a person composes it. */
export interface ComposedEvent {
  readonly command: string
  /** JSON, sent as the bytes that it is. */
  readonly body: string
  /** The acting client's address; empty for the browser's own. */
  readonly clientIp: string
  readonly optPlatform: string
}

export interface SendingCalls {
  /** An *after* event: 202 once it is kept. */
  sendEvent(sdkAppId: number, event: ComposedEvent): Promise<EventAccepted>
  /** A *before* event: answered with a verdict by the deadline. */
  ask(sdkAppId: number, event: ComposedEvent): Promise<AskAnswer>
}

/** @param send `fetch`, or what stands in for it */
export function createSendingCalls(send: typeof fetch): SendingCalls {
  return {
    sendEvent: (sdkAppId, event) =>
      call<EventAccepted>(send, `/v1/apps/${sdkAppId}/events?${parametersOf(event)}`, withBody(event)),
    ask: (sdkAppId, event) =>
      call<AskAnswer>(send, `/v1/apps/${sdkAppId}/asks?${parametersOf(event)}`, withBody(event)),
  }
}

function withBody({ body }: ComposedEvent): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body }
}

function parametersOf({ command, clientIp, optPlatform }: ComposedEvent): URLSearchParams {
  const parameters = new URLSearchParams({ command })
  if (clientIp !== '') parameters.set('clientIp', clientIp)
  if (optPlatform !== '') parameters.set('optPlatform', optPlatform)
  return parameters
}
