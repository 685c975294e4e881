// What a store promises, in the words of the glossary. The only room that knows SQL stands behind this.
//
// Everything on the main flow goes in batches and is asynchronous, so that an embedded store in a worker thread and a
// PostgreSQL on another machine have the same shape. What a promise resolves with is committed and synced (I1).
// A store that cannot keep its promise rejects with a StoreError; nothing of the batch is then kept.

import type { App } from '../domain/app.ts'
import type { CancelReason, DeadReason, DeliveryState } from '../domain/delivery.ts'
import type { Symptom } from '../domain/diagnosis.ts'
import type { Evidence } from '../domain/outcome.ts'
import type { Webhook } from '../domain/webhook.ts'
import type { AppStore } from './port-apps.ts'
import type { CustomCommandStore } from './port-custom-commands.ts'
import type { AccessStore } from './port-access.ts'
import type { DecisionStore } from './port-decisions.ts'
import type { RedeliveryStore } from './port-redelivery.ts'
import type { RetentionStore } from './port-retention.ts'
import type { StatsStore } from './port-stats.ts'

// ---------------------------------------------------------------------------------------------------- the main flow

/** One event to keep, with the webhooks that it must be brought to. */
export interface AcceptRequest {
  readonly sdkAppId: number
  readonly command: string
  readonly clientIp: string
  readonly optPlatform: string
  /** The bytes that will leave (I8). */
  readonly body: Uint8Array
  /** Epoch milliseconds. */
  readonly acceptedAt: number
  readonly traceparent?: string
  /** With a key: the same key, app and body give the same event once for 24 hours. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: Uint8Array }
  readonly deliveries: readonly {
    readonly webhookId: string
    /** Set: this commit leases the delivery to us until then (its lane has room). Not set: it is pending, due at once. */
    readonly leaseUntil?: number
  }[]
}

export type AcceptResult =
  | {
      readonly kind: 'accepted'
      readonly eventId: string
      /** In the order of the request's `deliveries`. */
      readonly deliveryIds: readonly string[]
    }
  /** The idempotency key was used with the same body: nothing was added. */
  | { readonly kind: 'duplicate'; readonly eventId: string; readonly deliveryIds: readonly string[] }
  /** The idempotency key was used with another body: nothing was added. */
  | { readonly kind: 'conflict'; readonly eventId: string }

/** A delivery that is leased to us, with all that an attempt needs. */
export interface ClaimedDelivery {
  readonly deliveryId: string
  readonly webhookId: string
  readonly eventId: string
  readonly sdkAppId: number
  readonly command: string
  readonly clientIp: string
  readonly optPlatform: string
  readonly body: Uint8Array
  readonly traceparent?: string
  /** Epoch milliseconds at which the delivery came to be: with its event, or later by hand. */
  readonly acceptedAt: number
  /** Attempts that have a row already; the next one is this + 1. */
  readonly attempts: number
  /** Attempts of these that were charged to the webhook: the position in the retry schedule. */
  readonly failures: number
}

/** One attempt, as it is kept. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number
  readonly startedAt: number
  readonly durationMs: number
  readonly symptom: Symptom
  readonly detail: string
  readonly status: number | null
  readonly evidence: Evidence
}

/** Where a delivery goes after an attempt. */
export type SettleMove =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'pending'; readonly dueAt: number; readonly failures: number }
  | { readonly kind: 'dead'; readonly reason: DeadReason; readonly failures: number }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason }

export interface SettleRequest {
  readonly deliveryId: string
  /** Absent where no attempt was made (the webhook is gone, or a lease is given back unused at a stop). */
  readonly attempt?: AttemptRecord
  readonly move: SettleMove
}

// ---------------------------------------------------------------------------------------------------- reading

export interface Page<Item> {
  readonly items: readonly Item[]
  /** To be passed on unchanged; `null` at the end. */
  readonly nextCursor: string | null
}

export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number
  readonly cursor?: string
}

export interface LastAttempt {
  readonly number: number
  readonly startedAt: number
  readonly durationMs: number
  readonly symptom: Symptom
  readonly detail: string
  readonly status: number | null
}

export interface DeliverySummary {
  readonly deliveryId: string
  readonly eventId: string
  readonly webhookId: string
  readonly sdkAppId: number
  readonly command: string
  readonly state: DeliveryState
  readonly reason: string | null
  readonly createdAt: number
  /** When the next attempt is due; `null` unless pending. */
  readonly dueAt: number | null
  readonly attempts: number
  readonly lastAttempt: LastAttempt | null
}

export interface StoredEvent {
  readonly eventId: string
  readonly sdkAppId: number
  readonly command: string
  readonly clientIp: string
  readonly optPlatform: string
  readonly acceptedAt: number
  readonly traceparent: string | null
  /** `null` where it is no longer kept. */
  readonly body: Uint8Array | null
}

export interface EventDetail extends StoredEvent {
  /** Oldest first. */
  readonly deliveries: readonly DeliverySummary[]
}

export interface DeliveryDetail extends DeliverySummary {
  readonly event: StoredEvent
  readonly attemptRecords: readonly AttemptRecord[]
}

export interface DeliveryFilter {
  readonly sdkAppId: number
  readonly states?: readonly DeliveryState[]
  readonly webhookId?: string
  readonly command?: string
  readonly symptom?: Symptom
  readonly detail?: string
  /** Deliveries that came to be from then on, and before then: epoch milliseconds. */
  readonly from?: number
  readonly to?: number
  /** The id of one event (which is the `webhook-id` that receivers see), delivery or webhook. */
  readonly id?: string
}

// ---------------------------------------------------------------------------------------------------- registrations

export type NewWebhook = Omit<
  Webhook,
  'webhookId' | 'tokens' | 'heldTokens' | 'updatedAt' | 'lastSuccessAt' | 'lastFailureAt' | 'failingSince'
>

/** Members that are absent stay as they are. */
export type WebhookPatch = Partial<
  Pick<
    Webhook,
    | 'name'
    | 'url'
    | 'commands'
    | 'spelling'
    | 'contentType'
    | 'enabled'
    | 'paused'
    | 'timeoutMs'
    | 'maxInFlight'
    | 'ratePerSecond'
    | 'retrySeconds'
    | 'headers'
    | 'askDeadlineMs'
    | 'failurePolicy'
    | 'trial'
    | 'tls'
    | 'keepBodies'
    | 'disabledReason'
    | 'rotationEndsAt'
  >
>

// ---------------------------------------------------------------------------------------------------- the port

export interface Store
  extends AccessStore, RedeliveryStore, RetentionStore, StatsStore, DecisionStore, CustomCommandStore {
  /** Keeps a batch in one commit: events and one delivery per webhook. Results in the order of the requests. */
  accept(batch: readonly AcceptRequest[]): Promise<readonly AcceptResult[]>

  /**
   * Leases what is due, up to `limit` per webhook: first attempts before retries, and of each the longest due first. A
   * quarter of the places (rounded down, but at least one of two) is kept for retries that are due; of claims of a
   * single place every fourth. What one kind leaves free the other takes (I6).
   * @param wanted webhooks whose lanes have room
   */
  claim(
    wanted: readonly { readonly webhookId: string; readonly limit: number }[],
    times: { readonly now: number; readonly leaseUntil: number },
  ): Promise<readonly ClaimedDelivery[]>

  /**
   * Records attempts and moves their deliveries, in one commit. A delivery that is no longer claimed (its lease ran out
   * and was taken back) keeps its state; its attempt is recorded all the same.
   * @returns per request, whether the delivery moved
   */
  settle(batch: readonly SettleRequest[], now: number): Promise<readonly boolean[]>

  /** When each webhook's next pending delivery is due; webhooks without any are missing. */
  nextDue(): Promise<ReadonlyMap<string, number>>

  /**
   * Makes leases that ran out pending again, due now. Each one gets an attempt row that says the process was lost, since
   * its request may or may not have arrived (I2, I3).
   * @param expiredBefore epoch milliseconds; `Infinity` takes back every lease (at start, when nobody else can hold one)
   * @returns how many
   */
  takeBackLeases(expiredBefore: number, now: number): Promise<number>

  readonly createApp: AppStore['createApp']
  readonly updateApp: AppStore['updateApp']
  readonly deleteApp: AppStore['deleteApp']
  readonly getSecretKey: AppStore['getSecretKey']
  readonly putSecretKey: AppStore['putSecretKey']
  /** Newest first. */
  listApps(page: PageRequest): Promise<Page<App>>
  getApp(sdkAppId: number): Promise<App | undefined>

  /** Rejects with `not_found` where the app does not exist. */
  createWebhook(webhook: NewWebhook): Promise<Webhook>
  /** Resolves with `undefined` where it does not exist. */
  updateWebhook(webhookId: string, patch: WebhookPatch, now: number): Promise<Webhook | undefined>
  /** Cancels what waits (`webhook_deleted`) and removes the webhook; its finished deliveries stay. */
  deleteWebhook(webhookId: string, now: number): Promise<boolean>
  /** Every webhook of every app, oldest first: what the engine keeps in memory. */
  loadWebhooks(): Promise<readonly Webhook[]>
  /** Replaces the tokens, held ones too; an empty list takes the token away. */
  putTokens(webhookId: string, tokens: readonly string[], now: number): Promise<Webhook | undefined>
  /** Replaces the tokens by some that are kept and sign nothing. */
  holdTokens(webhookId: string, tokens: readonly string[], now: number): Promise<Webhook | undefined>

  /** Newest first, by index. */
  listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliverySummary>>
  getDelivery(deliveryId: string): Promise<DeliveryDetail | undefined>
  getEvent(eventId: string): Promise<EventDetail | undefined>
  /** Events of an app that no webhook wanted, newest first. */
  listNotSubscribed(sdkAppId: number, page: PageRequest): Promise<Page<StoredEvent>>

  /** Rejects where a trip to the store and back is not possible now. */
  ping(): Promise<void>
  close(): Promise<void>
}

export type StoreErrorCode =
  /** Disk full, I/O error, connection lost: try again later. Becomes 503. */
  | 'store_unavailable'
  /** The data belongs to another process that is still running. */
  | 'store_in_use'
  /** The data was written by a newer version. */
  | 'store_too_new'
  | 'not_found'
  | 'invalid_cursor'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
