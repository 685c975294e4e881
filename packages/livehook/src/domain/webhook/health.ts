// How a webhook has been doing, by the attempts that were recorded. The one rule for what is shown and for what is kept.

import type { Symptom } from '../diagnosis/diagnosis.ts'
import type { Webhook } from './webhook.ts'

export type Health = Pick<Webhook, 'lastSuccessAt' | 'lastFailureAt' | 'failingSince'>

/** When attempts that are recorded together ended, epoch milliseconds: the newest success and the newest failure. */
export interface Endings {
  readonly success: number | null
  readonly failure: number | null
}

export const noEndings: Endings = { success: null, failure: null }

/** Adds an attempt. Trouble of our own is never charged to the webhook. */
export function addEnding(endings: Endings, symptom: Symptom, endedAt: number): Endings {
  if (symptom === 'ours') return endings
  if (symptom === 'none') return { ...endings, success: later(endings.success, endedAt) }
  return { ...endings, failure: later(endings.failure, endedAt) }
}

/**
 * How a webhook is doing after more attempts were recorded. It fails since the first failure after its last success, in the
 * order in which attempts are recorded: a clock that was set back must not hide a failure behind a success of the future.
 */
export function healthAfter(health: Health, { success, failure }: Endings): Health {
  return {
    lastSuccessAt: later(health.lastSuccessAt, success),
    lastFailureAt: later(health.lastFailureAt, failure),
    failingSince: success === null ? (health.failingSince ?? failure) : failureBehind(success, failure),
  }
}

function failureBehind(success: number, failure: number | null): number | null {
  return failure !== null && failure > success ? failure : null
}

function later(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.max(one, other)
}

/** Epoch milliseconds at which an attempt ended. */
export function endOf({ startedAt, durationMs }: { readonly startedAt: number; readonly durationMs: number }): number {
  return Math.round(startedAt + durationMs)
}
