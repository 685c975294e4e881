// What the page of keys reads.

import { queryOptions } from '@tanstack/react-query'
import type { Api } from '../api/api.ts'

/** Asked again by itself: when a key was used last is told by nothing else. */
export function keysQuery(api: Api) {
  return queryOptions({ queryKey: ['keys'], queryFn: () => api.listKeys(), staleTime: 10_000, refetchInterval: 5000 })
}
