// What the address of the deliveries says: the filter, the delivery that is open, and what of it is looked at.

import { readFilter, type DeliveryFilter } from './filter.ts'

export const detailTabs = ['request', 'answer', 'connection'] as const
export type DetailTab = (typeof detailTabs)[number]

export interface DeliverySearch extends DeliveryFilter {
  /** The id of the delivery that is open. */
  readonly delivery?: string
  /** The attempt that is looked at, by its number; else the last. */
  readonly attempt?: string
  readonly tab?: DetailTab
  /** What is open instead of a delivery: redelivery of all that passes the filter. */
  readonly panel?: 'redeliveries'
}

/** Reads the URL's parameters; what is none of ours, or makes no sense, is dropped. */
export function readDeliverySearch(search: Record<string, unknown>): DeliverySearch {
  const delivery = readMatch(search['delivery'], /^[\w-]{1,64}$/)
  const attempt = delivery === undefined ? undefined : readMatch(search['attempt'], /^[1-9]\d{0,8}$/)
  const tab = delivery === undefined ? undefined : detailTabs.find((known) => known === search['tab'])
  const hasPanel = delivery === undefined && search['panel'] === 'redeliveries'
  return {
    ...readFilter(search),
    ...(delivery === undefined ? {} : { delivery }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(tab === undefined ? {} : { tab }),
    ...(hasPanel ? { panel: 'redeliveries' } : {}),
  }
}

function readMatch(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined
}
