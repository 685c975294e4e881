// What a store tells of how deliveries went, from summary rows and short index reads, never from scans.

import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import type { DeliverySummary } from './deliveries.ts'

export interface StatsRequest {
  readonly sdkAppId: number
  readonly webhookId?: string
  /** Epoch milliseconds, whole minutes: from (inclusive) to (exclusive). */
  readonly from: number
  readonly to: number
  /** A whole number of minutes. */
  readonly stepMs: number
}

/** How an ask may end. Append-only: places in data files follow this order. */
export const askOutcomes = ['allowedByApp', 'deniedByApp', 'droppedByApp', 'allowedByPolicy', 'deniedByPolicy'] as const
export type AskOutcome = (typeof askOutcomes)[number]

/** What was decided in one minute for one webhook, to be added to what is kept of it. */
export interface AskTally {
  readonly sdkAppId: number
  /** `null` if no webhook named the command. */
  readonly webhookId: string | null
  /** Epoch milliseconds of the minute's start. */
  readonly minuteAt: number
  readonly outcomes: Readonly<Record<AskOutcome, number>>
  /** By the steps of domain/duration-scale.ts. */
  readonly durations: readonly number[]
}

export interface StatCounts {
  /** Attempts that were settled. */
  readonly attempts: number
  /** Moves of deliveries: `pending` is a retry that was scheduled. */
  readonly states: Readonly<Record<'succeeded' | 'pending' | 'dead' | 'cancelled', number>>
  /** Attempts by symptom; symptoms that did not occur are missing. */
  readonly symptoms: Readonly<Partial<Record<Symptom, number>>>
  /** How long attempts took, from a histogram: off by a fifth at most. `null` if there were none. */
  readonly durationMs: Percentiles | null
  /** Asks by how they ended, all of them, kept as rows or not; and how long the answers took. */
  readonly decisions: Readonly<Record<AskOutcome, number>> & { readonly durationMs: Percentiles | null }
}

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
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
  /** The oldest of them, and when it came to be. */
  readonly oldestId: string
  readonly oldestCreatedAt: number
}

export interface StatsStore {
  readStats(request: StatsRequest): Promise<Stats>
  /** Adds what was decided. */
  addAskTallies(tallies: readonly AskTally[]): Promise<void>
  /** Webhooks of an app for which something waits. */
  readBacklog(sdkAppId: number): Promise<readonly Backlog[]>
  /** The same of some webhooks, of whatever apps. */
  readBacklogOf(webhookIds: readonly string[]): Promise<readonly Backlog[]>
  /**
   * Per webhook a delivery whose last attempt failed, the latest such attempt among the deliveries that retry, the newest
   * ones and the newest dead ones. Webhooks without any are missing.
   */
  readLastFailures(webhookIds: readonly string[]): Promise<readonly DeliverySummary[]>
}
