import type { Delivery, StreamEvent } from 'livehook/contract'
import { formatFilterText } from '../feed/filter-text.ts'
import type { FeedSource } from '../feed/use-feed.ts'
import { isOfDelivery } from '../live/live.ts'
import { useServices } from '../services.ts'
import { deliveryGrammar, passesFilter, type DeliveryFilter } from './filter.ts'

/** Where the list of an app's deliveries under a filter comes from. */
export function useDeliverySource(sdkAppId: number, filter: DeliveryFilter): FeedSource<Delivery> {
  const { api } = useServices()
  return {
    key: `${sdkAppId} ${formatFilterText(deliveryGrammar, filter)}`,
    rules: {
      idOf,
      passes: (delivery) => passesFilter(filter, delivery),
      // Attempts only ever grow.
      isAsNew: (arrived, known) => arrived.attempts >= known.attempts,
      complete: (arrived, known) =>
        arrived.subject !== undefined || known.subject === undefined ? arrived : { ...arrived, subject: known.subject },
    },
    readPage: (page) => api.listDeliveries({ sdkAppId, filter, ...page }),
    itemsOf: deliveriesOf,
  }
}

export function idOf(delivery: Delivery): string {
  return delivery.deliveryId
}

function deliveriesOf(events: readonly StreamEvent[]): readonly Delivery[] {
  return events.flatMap((event) => (isOfDelivery(event) ? [event.delivery] : []))
}
