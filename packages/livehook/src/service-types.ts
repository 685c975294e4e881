// What a service is started with, and what it then offers to the process that it runs in.

import type { Settings } from './config/settings.ts'
import type { Ask, AskDecision } from './engine/ask/event.ts'
import type { IncomingEvent } from './engine/intake/check-event.ts'
import type { Intake } from './engine/intake/intake.ts'
import type { WebhookService } from './engine/manage/webhooks.ts'
import type { RequestBounds } from './http/listener/listener-manners.ts'
import type { ServiceEvents } from './observe/events.ts'
import type { Log } from './observe/log.ts'
import type { OpenStore } from './store/open-store.ts'
import type { AcceptResult } from './store/port/flow.ts'

export interface ServiceOptions {
  readonly settings: Settings
  readonly version: string
  /** Where the built console lies. */
  readonly consoleFolder: string
  /** Where the bundle of the API's page lies. */
  readonly docsFolder: string
  readonly log: Log
  /** Opens the store; the one that the settings name where left out. */
  readonly openStore?: OpenStore
  /** How long a request may take to arrive; 10 s for its head and 30 s for all of it if left out. */
  readonly requestBounds?: RequestBounds
  /** Epoch milliseconds; `Date.now` if left out. */
  readonly now?: () => number
  /** From 0 (inclusive) to 1 (exclusive); `Math.random` if left out. */
  readonly random?: () => number
}

export interface Service {
  /** Where it is reached, for example `http://127.0.0.1:8484`. */
  readonly url: string
  /** The admin key, where this start made one. It is stored as a hash: show it now or never. */
  readonly createdKey: string | undefined
  readonly events: ServiceEvents
  readonly intake: Intake
  readonly webhooks: WebhookService
  /**
   * Asks the app about a *before* event, without HTTP: what `POST …/asks` does. Answered by the deadline in every case (I7).
   * @throws ServiceError only if the question itself is wrong
   * @example
   * const { verdict, errorCode, errorInfo, replace } = await service.ask({
   *   sdkAppId: 1400000001, command: 'Live.CallbackBeforeSendGift', body, clientIp: '203.0.113.9', optPlatform: 'iOS',
   * })
   */
  ask(ask: Ask): Promise<AskDecision>
  /**
   * Keeps *after* events and delivers them, without HTTP: what `POST …/events` does. All of a batch or none; resolves once
   * they are committed and synced (I1).
   * @throws ServiceError naming what is wrong with which event; `store_unavailable` if the store cannot take them
   */
  accept(batch: readonly IncomingEvent[]): Promise<readonly AcceptResult[]>
  /** An address of the console that signs in once, within ten minutes. */
  signInUrl(): string
  /** Resolves once the store can never answer again, such as when its thread has died: stop, and start again. */
  readonly failed: Promise<Error>
  /**
   * Ingest answers 503, attempts in flight finish and are recorded, then everything closes, by the grace of the settings (I10).
   * A second call waits for the first.
   */
  stop(): Promise<void>
}
