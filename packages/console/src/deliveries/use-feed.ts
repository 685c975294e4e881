import type { StreamEvent } from 'livehook/contract'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { isOfDelivery } from '../live/live.ts'
import { useLive } from '../live/live-context.ts'
import { useServices } from '../services.ts'
import { createFeed, type Feed, type FeedSnapshot } from './feed.ts'
import { formatFilter, type DeliveryFilter } from './filter.ts'

/** The live list of an app's deliveries under a filter. Another filter is another list. */
export function useFeed(sdkAppId: number, filter: DeliveryFilter): { feed: Feed; snapshot: FeedSnapshot } {
  const { api, checkSession } = useServices()
  const filterText = formatFilter(filter)
  const feed = useMemo(
    () => createFeed({ api, sdkAppId, filter, onRefused: checkSession }),
    // eslint-disable-next-line react/exhaustive-deps -- the filter is compared by its text, not by identity
    [api, sdkAppId, filterText, checkSession],
  )
  useEffect(() => {
    void feed.loadFirst()
    return () => feed.close()
  }, [feed])
  useLive({
    onBatch: (events) => feed.arrive(deliveriesOf(events)),
    onReconnected: () => void feed.catchUp(),
  })
  return { feed, snapshot: useSyncExternalStore(feed.subscribe, feed.snapshot) }
}

function deliveriesOf(events: readonly StreamEvent[]) {
  return events.flatMap((event) => (isOfDelivery(event) ? [event.delivery] : []))
}
