// What passes between the client and its two threads.

import type { App } from '../../../domain/access/app.ts'
import type { Webhook } from '../../../domain/webhook/webhook.ts'
import type {
  DeliveryDetail,
  DeliveryFilter,
  DeliverySummary,
  EventDetail,
  StoredEvent,
} from '../../port/deliveries.ts'
import type { NewWebhook, WebhookPatch } from '../../port/webhooks.ts'
import type { Page, PageRequest } from '../../port/page.ts'
import type { StoreErrorCode } from '../../port/errors.ts'
import type {
  AddDeliveryResult,
  CancelResult,
  JobState,
  JobStep,
  NewRedeliveryJob,
  RedeliverResult,
  RedeliveryJob,
} from '../../port/redelivery.ts'
import type { AppPatch, NewApp } from '../../port/apps.ts'
import type { ExpiredEvents } from '../../port/retention.ts'
import type { AskTally, Backlog, Stats, StatsRequest } from '../../port/stats.ts'
import type { DecisionFilter, DecisionNumbers, DecisionRecord, DecisionSummary } from '../../port/decisions.ts'
import type { StoredCommand } from '../../port/custom-commands.ts'
import type { AccessOrder, AccessReadOrder, AccessReadResults, AccessResults } from './access-messages.ts'
import type { AcceptColumns } from './accept-columns.ts'
import type { ClaimColumns, ClaimOrder } from './claim-columns.ts'
import type { SettleColumns } from './settle-columns.ts'

export interface WorkerSettings {
  readonly path: string
  /** The salt of a data file that is made now. */
  readonly salt: string
  /** Epoch milliseconds at which the store is opened. */
  readonly openedAt: number
  /** Start with an empty store although what another one left behind was found in its place. */
  readonly acceptEmpty: boolean
}

/** Work of the main flow is packed in columns; the rest is rare and crosses as it is. */
export interface WriteBatch {
  readonly registrations: readonly RegistrationOrder[]
  readonly settles: SettleColumns | undefined
  readonly accepts: AcceptColumns | undefined
  readonly takeBacks: readonly TakeBackOrder[]
  readonly rares: readonly RareOrder[]
  readonly claims: readonly ClaimOrder[]
}

export interface TakeBackOrder {
  readonly expiredBefore: number
  readonly now: number
}

export type RegistrationOrder =
  | { readonly kind: 'createApp'; readonly app: NewApp }
  | { readonly kind: 'updateApp'; readonly sdkAppId: number; readonly patch: AppPatch }
  | { readonly kind: 'deleteApp'; readonly sdkAppId: number }
  | {
      readonly kind: 'putSecretKey'
      readonly sdkAppId: number
      readonly secretKey: string
      readonly now: number
    }
  | { readonly kind: 'createWebhook'; readonly webhook: NewWebhook }
  | { readonly kind: 'updateWebhook'; readonly webhookId: string; readonly patch: WebhookPatch; readonly now: number }
  | { readonly kind: 'deleteWebhook'; readonly webhookId: string; readonly now: number }
  | {
      readonly kind: 'putTokens' | 'holdTokens'
      readonly webhookId: string
      readonly tokens: readonly string[]
      readonly now: number
    }
  | AccessOrder
  | { readonly kind: 'putCommand'; readonly command: StoredCommand }
  | { readonly kind: 'deleteCommand'; readonly sdkAppId: number; readonly command: string }
  | { readonly kind: 'reserveDecisions'; readonly count: number }
  | { readonly kind: 'recordDecisions'; readonly batch: readonly DecisionRecord[] }
  | { readonly kind: 'addAskTallies'; readonly tallies: readonly AskTally[] }
  | { readonly kind: 'ping'; readonly now: number }

export interface RegistrationResults extends AccessResults {
  readonly createApp: App
  readonly createWebhook: Webhook
  readonly updateWebhook: Webhook | undefined
  readonly deleteWebhook: boolean
  readonly putTokens: Webhook | undefined
  readonly holdTokens: Webhook | undefined
  readonly putSecretKey: boolean
  readonly updateApp: App | undefined
  readonly deleteApp: 'deleted' | 'in_use' | 'missing'
  readonly putCommand: undefined
  readonly deleteCommand: boolean
  readonly reserveDecisions: DecisionNumbers
  readonly recordDecisions: undefined
  readonly addAskTallies: undefined
  readonly ping: undefined
}

/** Moves by hand, steps of jobs, removals. */
export type RareOrder =
  | { readonly kind: 'redeliver' | 'cancel'; readonly deliveryIds: readonly string[]; readonly now: number }
  | { readonly kind: 'addDelivery'; readonly eventId: string; readonly webhookId: string; readonly now: number }
  | { readonly kind: 'createJob'; readonly job: NewRedeliveryJob }
  | { readonly kind: 'takeStep'; readonly step: JobStep; readonly now: number }
  | { readonly kind: 'moveJob'; readonly jobId: string; readonly state: JobState; readonly now: number }
  | { readonly kind: 'removeExpired'; readonly eventIds: readonly string[]; readonly before: number }
  | { readonly kind: 'trimSummaries'; readonly before: number }

export interface RareResults {
  readonly redeliver: readonly RedeliverResult[]
  readonly cancel: readonly CancelResult[]
  readonly addDelivery: AddDeliveryResult
  readonly createJob: RedeliveryJob
  readonly takeStep: RedeliveryJob | undefined
  readonly moveJob: RedeliveryJob | undefined
  readonly removeExpired: number
  readonly trimSummaries: boolean
}

/** A failure of one order that leaves the others of its batch alone. */
export interface Failure {
  readonly kind: 'failed'
  readonly code: StoreErrorCode
  readonly message: string
}

export type OrderAnswer = { readonly kind: 'done'; readonly value: unknown } | Failure

export interface CommittedBatch {
  readonly kind: 'committed'
  readonly registrations: readonly OrderAnswer[]
  /** One byte per request: 1 where the delivery moved. */
  readonly settles: Uint8Array | undefined
  readonly accepts: Float64Array | undefined
  readonly takeBacks: readonly number[]
  readonly rares: readonly OrderAnswer[]
  readonly claims: readonly ClaimColumns[]
  /** Whether deliveries of removed webhooks still wait to be cancelled: an empty batch goes on with it. */
  readonly hasMore: boolean
}

export type ToWriter = { readonly kind: 'batch'; readonly batch: WriteBatch } | { readonly kind: 'close' }

export type FromWriter =
  | { readonly kind: 'opened'; readonly salt: string }
  | Failure
  | CommittedBatch
  | { readonly kind: 'closed' }

export type ReadOrder =
  | { readonly kind: 'ping' }
  | { readonly kind: 'nextDue' }
  | { readonly kind: 'listApps'; readonly page: PageRequest }
  | { readonly kind: 'getApp' | 'getSecretKey'; readonly sdkAppId: number }
  | { readonly kind: 'loadWebhooks' }
  | { readonly kind: 'loadCommands' }
  | { readonly kind: 'listDeliveries'; readonly filter: DeliveryFilter; readonly page: PageRequest }
  | { readonly kind: 'getDelivery'; readonly deliveryId: string }
  | { readonly kind: 'getEvent'; readonly eventId: string }
  | { readonly kind: 'listNotSubscribed'; readonly sdkAppId: number; readonly page: PageRequest }
  | { readonly kind: 'countForJob'; readonly filter: DeliveryFilter; readonly endedBy: number }
  | { readonly kind: 'listJobs'; readonly sdkAppId: number; readonly page: PageRequest }
  | { readonly kind: 'getJob'; readonly jobId: string }
  | { readonly kind: 'openJobs' }
  | { readonly kind: 'nextStep'; readonly jobId: string; readonly limit: number }
  | { readonly kind: 'findExpired'; readonly position: number; readonly before: number }
  | { readonly kind: 'readStats'; readonly request: StatsRequest }
  | { readonly kind: 'readBacklog'; readonly sdkAppId: number }
  | { readonly kind: 'readBacklogOf' | 'readLastFailures'; readonly webhookIds: readonly string[] }
  | AccessReadOrder
  | { readonly kind: 'listDecisions'; readonly filter: DecisionFilter; readonly page: PageRequest }
  | { readonly kind: 'getDecision'; readonly decisionId: string }

export interface ReadResults extends AccessReadResults {
  readonly ping: undefined
  readonly nextDue: ReadonlyMap<string, number>
  readonly listApps: Page<App>
  readonly getApp: App | undefined
  readonly getSecretKey: string | undefined
  readonly loadWebhooks: readonly Webhook[]
  readonly loadCommands: readonly StoredCommand[]
  readonly listDeliveries: Page<DeliverySummary>
  readonly getDelivery: DeliveryDetail | undefined
  readonly getEvent: EventDetail | undefined
  readonly listNotSubscribed: Page<StoredEvent>
  readonly countForJob: { readonly count: number; readonly exact: boolean }
  readonly listJobs: Page<RedeliveryJob>
  readonly getJob: RedeliveryJob | undefined
  readonly openJobs: readonly RedeliveryJob[]
  readonly nextStep: JobStep | undefined
  readonly findExpired: ExpiredEvents
  readonly readStats: Stats
  readonly readBacklog: readonly Backlog[]
  readonly readBacklogOf: readonly Backlog[]
  readonly readLastFailures: readonly DeliverySummary[]
  readonly listDecisions: Page<DecisionSummary>
  readonly getDecision: DecisionRecord | undefined
}

export type ToReader =
  | { readonly kind: 'read'; readonly id: number; readonly order: ReadOrder }
  | { readonly kind: 'close' }

export interface FromReader {
  readonly id: number
  readonly answer: { readonly kind: 'done'; readonly value: unknown } | Failure
}
