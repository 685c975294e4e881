// What a store promises, in the words of the glossary. The only room that knows SQL stands behind this.
//
// Everything on the main flow goes in batches and is asynchronous, so that an embedded store in a worker thread and a
// PostgreSQL on another machine have the same shape. What a promise resolves with is committed and synced (I1).
// A store that cannot keep its promise rejects with a StoreError; nothing of the batch is then kept.

import type { App } from '../../domain/access/app.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { AccessStore } from './access.ts'
import type { AppStore } from './apps.ts'
import type { ChangeStore } from './changes.ts'
import type { CustomCommandStore } from './custom-commands.ts'
import type { DecisionStore } from './decisions.ts'
import type { DeliveryDetail, DeliveryFilter, DeliverySummary, EventDetail, StoredEvent } from './deliveries.ts'
import type { AcceptRequest, AcceptResult, ClaimedDelivery, SettleRequest, SettleResult } from './flow.ts'
import type { StoreError } from './errors.ts'
import type { Page, PageRequest } from './page.ts'
import type { RedeliveryStore } from './redelivery.ts'
import type { RetentionStore } from './retention.ts'
import type { StatsStore } from './stats.ts'
import type { NewWebhook, WebhookConditions, WebhookPatch } from './webhooks.ts'

export interface Store
  extends AccessStore, ChangeStore, RedeliveryStore, RetentionStore, StatsStore, DecisionStore, CustomCommandStore {
  /**
   * Keeps a batch in one commit: events and one delivery per webhook. Results in the order of the requests. All or nothing: if
   * an idempotency key was used with another body, the results say which (`conflict`), and no request of the call is kept.
   * @param owner whose leases it gives, here and below: the number of a process, from 1; 0, the default, for the only one
   */
  accept(batch: readonly AcceptRequest[], owner?: number): Promise<readonly AcceptResult[]>

  /**
   * Leases what is due, up to `limit` per webhook: first attempts before retries, and of each the longest due first. A
   * quarter of the places (rounded down, but at least one of two) is kept for retries that are due; of claims of a
   * single place every fourth. What one kind leaves free the other takes (I6).
   * @param wanted webhooks whose lanes have room
   */
  claim(
    wanted: readonly { readonly webhookId: string; readonly limit: number }[],
    times: { readonly now: number; readonly leaseUntil: number; readonly owner?: number },
  ): Promise<readonly ClaimedDelivery[]>

  /**
   * Records attempts and moves their deliveries, in one commit. A delivery that is no longer the owner's (its lease ran
   * out and was taken back, and may be another's now) keeps its state; its attempt is recorded all the same.
   * @returns per request, in its order, where the delivery is now
   */
  settle(batch: readonly SettleRequest[], now: number, owner?: number): Promise<readonly SettleResult[]>

  /** When each webhook's next pending delivery is due; webhooks without any are missing. */
  nextDue(): Promise<ReadonlyMap<string, number>>

  /**
   * Makes leases that ran out pending again, due now. Each one gets an attempt row that says the process was lost, since
   * its request may or may not have arrived (I2, I3).
   * Leases of processes that are known to be gone have run out: after an embedded store was opened, all that it finds, since
   * its data file is one process's at a time.
   * @param expiredBefore epoch milliseconds; `Infinity` takes back every lease
   * @returns how many
   */
  takeBackLeases(expiredBefore: number, now: number): Promise<number>

  /**
   * After the wall clock was set back: what is due later is due that much earlier, but not before now.
   * @param order.now epoch milliseconds of the clock as it is now
   * @param order.setBackMs by how much, below 0; `null` if that is not known (at a start): then a pause after an attempt that
   *   ended in the future begins now, and nothing is due further ahead than it can be
   * @returns how many deliveries are due earlier than they were
   */
  correctDueTimes(order: { readonly now: number; readonly setBackMs: number | null }): Promise<number>

  readonly reserveApp: AppStore['reserveApp']
  readonly createApp: AppStore['createApp']
  readonly updateApp: AppStore['updateApp']
  readonly deleteApp: AppStore['deleteApp']
  readonly getSecretKey: AppStore['getSecretKey']
  readonly putSecretKey: AppStore['putSecretKey']
  /** Newest first. */
  listApps(page: PageRequest): Promise<Page<App>>
  getApp(sdkAppId: number): Promise<App | undefined>

  /** Rejects with `not_found` if the app does not exist. */
  createWebhook(webhook: NewWebhook, conditions?: WebhookConditions): Promise<Webhook>
  /** Resolves with `undefined` if it does not exist. */
  updateWebhook(
    webhookId: string,
    patch: WebhookPatch,
    now: number,
    conditions?: WebhookConditions,
  ): Promise<Webhook | undefined>
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

  /**
   * Resolves once the store can never answer again, such as when one of its threads has died; not when it is closed, and never
   * if the store comes back by itself.
   */
  readonly broken: Promise<StoreError>
  /** Rejects if a trip to the store and back is not possible now, or the last commit failed and the next would. Writes nothing else. */
  ping(): Promise<void>
  close(): Promise<void>
}
