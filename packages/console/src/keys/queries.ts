// What the page of keys reads.

import { queryOptions } from '@tanstack/react-query'
import type { Api } from '../api/api.ts'

export function keysQuery(api: Api) {
  return queryOptions({ queryKey: ['keys'], queryFn: () => api.listKeys(), staleTime: 10_000 })
}
