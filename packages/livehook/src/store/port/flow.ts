// The main flow: what is accepted, claimed and settled, in batches.

import type { CancelReason, DeadReason } from '../../domain/delivery/delivery.ts'
import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import type { Evidence } from '../../domain/diagnosis/outcome.ts'

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
  /**
   * The idempotency key was used with another body: nothing of the call was added.
   * `eventId`: whose key it is; `null` if it is another request's of the same call.
   */
  | { readonly kind: 'conflict'; readonly eventId: string | null }
  /** Another request of the call is a conflict: nothing of the call was added. */
  | { readonly kind: 'not_kept' }

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
  /** Absent if no attempt was made (the webhook is gone, or a lease is given back unused at a stop). */
  readonly attempt?: AttemptRecord
  readonly move: SettleMove
}

/**
 * Where a settled delivery is now. It can be another place than the one asked for: a retry of a webhook that was removed
 * in the meantime is cancelled.
 */
export type SettleResult =
  | SettleMove
  /** The delivery was not ours any more: only the attempt was recorded, if there was one. */
  | { readonly kind: 'lease_lost' }
