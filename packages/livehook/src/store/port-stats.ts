// What a store tells of how deliveries went, from summary rows and short index reads, never from scans.

import type { Symptom } from '../domain/diagnosis.ts'

export interface StatsRequest {
  readonly sdkAppId: number
  readonly webhookId?: string
  /** Epoch milliseconds, whole minutes: from (inclusive) to (exclusive). */
  readonly from: number
  readonly to: number
  /** A whole number of minutes. */
  readonly stepMs: number
}

export interface StatCounts {
  /** Attempts that were settled. */
  readonly attempts: number
  /** Moves of deliveries: `pending` is a retry that was scheduled. */
  readonly states: Readonly<Record<'succeeded' | 'pending' | 'dead' | 'cancelled', number>>
  /** Attempts by symptom; symptoms that did not occur are missing. */
  readonly symptoms: Readonly<Partial<Record<Symptom, number>>>
  /** How long attempts took, from a histogram: off by a fifth at most. `null` where there were none. */
  readonly durationMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null
}

export interface Stats {
  /** Every step of the range, oldest first. */
  readonly steps: readonly (StatCounts & { readonly at: number })[]
  readonly total: StatCounts
}

/** What waits for one webhook. */
export interface Backlog {
  readonly webhookId: string
  readonly waiting: number
  /** `false`: at least so many. */
  readonly exact: boolean
  /** When the first of them is or was due. */
  readonly oldestDueAt: number
}

export interface StatsStore {
  readStats(request: StatsRequest): Promise<Stats>
  /** Webhooks of an app for which something waits. */
  readBacklog(sdkAppId: number): Promise<readonly Backlog[]>
}
