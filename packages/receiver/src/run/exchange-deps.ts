// What the steps of an exchange are handed: the parts of the receiver, and the event on its way.

import type { Explain } from '../check/trace.ts'
import type { Verified } from '../handlers/event.ts'
import type { FallbackHandler, HandlerTable, Registered } from '../handlers/handlers.ts'
import type { Once } from '../once/once.ts'
import type { ReceiverSettings } from '../options.ts'
import type { Observe, OfEvent } from '../watch/observe.ts'
import type { InSpan } from '../watch/spans.ts'
import type { AdmitDeps, Admitted } from './admit.ts'
import type { Incoming } from './incoming.ts'

export interface ExchangeDeps extends AdmitDeps {
  readonly settings: ReceiverSettings
  readonly handlers: HandlerTable
  readonly fallback: () => FallbackHandler | undefined
  readonly onceOf: (verified: Verified) => Once
  readonly tell: Observe
  readonly redact: (text: string) => string
  readonly explain: Explain
  readonly inSpan: InSpan
  /** Handlers that are running, for who waits until none is. */
  readonly running: Set<Promise<unknown>>
}

/** An event on its way to a handler. */
export interface Run {
  readonly incoming: Incoming
  readonly admitted: Admitted
  readonly registered: Registered | undefined
  readonly receivedAt: number
  readonly ofEvent: OfEvent
}
