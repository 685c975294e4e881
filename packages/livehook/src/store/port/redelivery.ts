// What a store promises about moving deliveries by hand: redeliver, cancel, deliver a kept event later, and the same
// over a filter as a job that survives a restart.

import type { DeliveryFilter, DeliverySummary } from './deliveries.ts'
import type { Page, PageRequest } from './page.ts'

/** What came of one delivery; every kind but the first has changed nothing. */
export type RedeliverResult =
  | { readonly kind: 'redelivered'; readonly delivery: DeliverySummary }
  | { readonly kind: 'not_found' | 'claimed' | 'cancelled' | 'webhook_gone' | 'body_not_kept' }

export type CancelResult =
  | { readonly kind: 'cancelled'; readonly delivery: DeliverySummary }
  | { readonly kind: 'not_found' | 'claimed' | 'ended' }

export type AddDeliveryResult =
  | { readonly kind: 'added'; readonly delivery: DeliverySummary }
  /** The event has a delivery to this webhook. */
  | { readonly kind: 'already'; readonly deliveryId: string }
  | { readonly kind: 'not_found' | 'webhook_gone' | 'body_not_kept' }

export type JobState = 'running' | 'paused' | 'done' | 'cancelled'

/** A redelivery over a filter. */
export interface RedeliveryJob {
  readonly jobId: string
  readonly sdkAppId: number
  readonly state: JobState
  readonly filter: DeliveryFilter
  /** `null`: as fast as small steps go. */
  readonly ratePerSecond: number | null
  /** How many deliveries passed the filter when the job was made. */
  readonly total: number
  /** `false`: at least `total`. */
  readonly exact: boolean
  readonly done: number
  /** Deliveries that had changed meanwhile, whose webhook is gone, or whose body is no longer kept. */
  readonly skipped: number
  readonly createdAt: number
  readonly updatedAt: number
}

export type NewRedeliveryJob = Pick<RedeliveryJob, 'filter' | 'ratePerSecond' | 'total' | 'exact' | 'createdAt'>

/** Deliveries that a job moves next. */
export interface JobStep {
  readonly jobId: string
  readonly deliveryIds: readonly string[]
  /** Where the job stood when this was looked up: a step that was taken in the meantime makes this one void. */
  readonly from: number
  /** Where it stands afterwards. */
  readonly position: number
  /** Whether nothing comes after it. */
  readonly isLast: boolean
}

export interface RedeliveryStore {
  /**
   * Makes ended deliveries pending again, due now, with no failures counted; one that is pending is due now. Results in the
   * order of the ids.
   */
  redeliver(deliveryIds: readonly string[], now: number): Promise<readonly RedeliverResult[]>
  /** Calls pending deliveries off (`by_request`). Results in the order of the ids. */
  cancel(deliveryIds: readonly string[], now: number): Promise<readonly CancelResult[]>
  /** Adds a delivery of a kept event to one more webhook, due now. There is never more than one per event and webhook. */
  addDelivery(eventId: string, webhookId: string, now: number): Promise<AddDeliveryResult>

  /**
   * Counts what a job over a filter would move.
   * @param endedBy deliveries that end later are none of the job's: epoch milliseconds
   */
  countForJob(filter: DeliveryFilter, endedBy: number): Promise<{ readonly count: number; readonly exact: boolean }>
  createJob(job: NewRedeliveryJob): Promise<RedeliveryJob>
  /** Newest first. */
  listJobs(sdkAppId: number, page: PageRequest): Promise<Page<RedeliveryJob>>
  getJob(jobId: string): Promise<RedeliveryJob | undefined>
  /** Jobs that run or are paused, of every app. */
  openJobs(): Promise<readonly RedeliveryJob[]>
  /** Looks up what a job moves next, oldest first; `undefined` if it does not run. Reads a bounded number of rows. */
  nextStep(jobId: string, limit: number): Promise<JobStep | undefined>
  /** Moves the deliveries of a step and the job with them, in one commit. @returns the job as it stands afterwards */
  takeStep(step: JobStep, now: number): Promise<RedeliveryJob | undefined>
  /** A job that has ended stays as it is. @returns the job as it stands afterwards */
  moveJob(jobId: string, state: 'running' | 'paused' | 'cancelled', now: number): Promise<RedeliveryJob | undefined>
}
