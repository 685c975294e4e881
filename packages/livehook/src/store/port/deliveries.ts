// What is read of events and deliveries.

import type { DeliveryState } from '../../domain/delivery/delivery.ts'
import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import type { AttemptRecord } from './flow.ts'

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
  /** What its event is about, such as `room:stage-42`; missing if the body does not tell, or was not at hand. */
  readonly subject?: string
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
  /** `null` if it is no longer kept. */
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
  /** What people have in hand: a room, an account, words of a message. */
  readonly text?: TextFilter
}

/** Passes if the text stands in the event's body, in its first 16 KiB as bytes, or the webhook is one of these. */
export interface TextFilter {
  readonly text: string
  /** Webhooks whose name has the text. */
  readonly webhookIds: readonly string[]
}
