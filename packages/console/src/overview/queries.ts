// What the overview reads.

import { queryOptions } from '@tanstack/react-query'
import type { Api } from '../api/api.ts'
import { formatFilterText } from '../feed/filter-text.ts'
import type { TimeRange } from '../feed/time-range.ts'
import { deliveryGrammar } from '../deliveries/filter.ts'

const staleMs = 3000
/** As many as fit below the charts. */
const shownFailures = 8

export function statsQuery(api: Api, sdkAppId: number, range: TimeRange) {
  return queryOptions({
    queryKey: ['stats', sdkAppId, formatFilterText(deliveryGrammar, range)],
    queryFn: () => api.getStats(sdkAppId, range),
    staleTime: staleMs,
  })
}

export function latestFailuresQuery(api: Api, sdkAppId: number, range: TimeRange) {
  return queryOptions({
    queryKey: ['latest-failures', sdkAppId, formatFilterText(deliveryGrammar, range)],
    queryFn: async () =>
      (await api.listDeliveries({ sdkAppId, filter: { state: 'dead', ...range }, limit: shownFailures })).items,
    staleTime: staleMs,
  })
}
