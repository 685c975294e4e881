// From what is listed to what is redelivered. Pure.

import type { RedeliveryFilter } from 'livehook/contract'
import type { DeliveryFilter } from '../deliveries/filter.ts'
import { instantsOf } from '../feed/time-range.ts'

export type FilterOfJob =
  | { readonly kind: 'filter'; readonly filter: RedeliveryFilter }
  /** What was cancelled stays so. */
  | { readonly kind: 'not_by_state' }
  /** One event or delivery is redelivered by itself, and a job cannot search. */
  | { readonly kind: 'not_by_id' }

/** @param now epoch milliseconds */
export function filterOfJob(filter: DeliveryFilter, now: number): FilterOfJob {
  if (filter.id !== undefined || filter.text !== undefined) return { kind: 'not_by_id' }
  const { state = 'dead', symptom, detail, command, webhook } = filter
  if (state === 'cancelled') return { kind: 'not_by_state' }
  return {
    kind: 'filter',
    filter: {
      state,
      ...(symptom === undefined ? {} : { symptom }),
      ...(detail === undefined ? {} : { detail }),
      ...(command === undefined ? {} : { command }),
      ...(webhook === undefined ? {} : { webhookId: webhook }),
      ...instantsOf(filter, now),
    },
  }
}

/** What was typed as a rate: `null` for none, `undefined` if it is no rate. */
export function readRate(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const rate = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0
  return rate >= 1 && rate <= 100_000 ? rate : undefined
}
