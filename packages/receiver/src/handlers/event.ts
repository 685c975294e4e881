// What a handler is given.

import type { EventOf, EventWord } from '@livehook/protocol/commands'

/** What vouches for a request: nothing, `Sign` (the time alone), or the signature that covers the body and `webhook-id` as well. */
export type Verified = 'unsigned' | 'sign' | 'body'

/** What a request says about an event beside its body. */
export interface EventContext {
  readonly sdkAppId: number
  /** The address of the client whose action caused the event. Covered by no signature. */
  readonly clientIp?: string
  /** That client's platform. Covered by no signature. */
  readonly optPlatform?: string
  /** `webhook-id`: the same for every attempt, and proven only if `verified` is `body`. The public platforms send none. */
  readonly eventId?: string
  /** Which attempt this is, from 1, if the sender says so. */
  readonly attempt?: number
  /** What vouches for the request. */
  readonly verified: Verified
  /** The name of the token that matched. */
  readonly token?: string
  /** When the request arrived here, epoch milliseconds. */
  readonly receivedAt: number
  /** The body's bytes as they came; missing if the framework had parsed them before. */
  readonly bytes?: Uint8Array
  /** How many milliseconds are left until the answer is given without the handler; `Infinity` if it was given already. */
  readonly timeLeftMs: number
  /** Is aborted when the time is up: hand it to `fetch` and to the database. */
  readonly signal: AbortSignal
}

/** An event of one of these commands; `switch (event.command)` narrows `event.body`. */
export type WebhookEvent<Word extends EventWord = EventWord> = EventOf<Word> & EventContext

/** An event of any command, known or not. */
export interface UnknownEvent extends EventContext {
  readonly kind: 'event'
  readonly command: string
  /** `unknown` for a command that is not in the catalogue. */
  readonly phase: 'before' | 'after' | 'unknown'
  readonly body: Readonly<Record<string, unknown>>
  readonly eventAt?: number
}
