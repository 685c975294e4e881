// What passes between the client and its two threads.

import type { StoreErrorCode } from '../../port/errors.ts'
import type { AcceptColumns } from './accept-columns.ts'
import type { ClaimColumns, ClaimOrder } from './claim-columns.ts'
import type { SettleColumns } from './settle-columns.ts'
import type { VerbCall } from './verbs.ts'

export interface WorkerSettings {
  readonly path: string
  /** The salt of a data file that is made now. */
  readonly salt: string
  /** Epoch milliseconds at which the store is opened. */
  readonly openedAt: number
  /** Start with an empty store although what another one left behind was found in its place. */
  readonly acceptEmpty: boolean
}

/** Work of the main flow is packed in columns; the rest crosses as it is. */
export interface WriteBatch {
  readonly verbs: readonly VerbCall[]
  readonly settles: SettleColumns | undefined
  readonly accepts: AcceptColumns | undefined
  readonly takeBacks: readonly TakeBackOrder[]
  readonly claims: readonly ClaimOrder[]
}

export interface TakeBackOrder {
  readonly expiredBefore: number
  readonly now: number
}

/** A failure of one call that leaves the others of its batch alone. */
export interface Failure {
  readonly kind: 'failed'
  readonly code: StoreErrorCode
  readonly message: string
}

export type VerbAnswer = { readonly kind: 'done'; readonly value: unknown } | Failure

export interface CommittedBatch {
  readonly kind: 'committed'
  readonly verbs: readonly VerbAnswer[]
  /** One byte per request: the state that the delivery moved to, or `leaseLost`. */
  readonly settles: Uint8Array | undefined
  readonly accepts: Float64Array | undefined
  readonly takeBacks: readonly number[]
  readonly claims: readonly ClaimColumns[]
  /** Whether deliveries of removed webhooks still wait to be cancelled: an empty batch goes on with it. */
  readonly hasMore: boolean
}

export type ToWriter = { readonly kind: 'batch'; readonly batch: WriteBatch } | { readonly kind: 'close' }

export type FromWriter =
  /** `verbs`: the names of its table. */
  | { readonly kind: 'opened'; readonly salt: string; readonly verbs: readonly string[] }
  | Failure
  | CommittedBatch
  | { readonly kind: 'closed' }

export type ToReader =
  /** Opens the data file, which the writer must have made before; answered with the names of the reader's verbs. */
  | { readonly kind: 'open'; readonly id: number }
  | { readonly kind: 'read'; readonly id: number; readonly call: VerbCall }
  | { readonly kind: 'close' }

export interface FromReader {
  readonly id: number
  readonly answer: VerbAnswer
}
