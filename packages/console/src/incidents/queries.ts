import { queryOptions } from '@tanstack/react-query'
import type { Api } from '../api/api.ts'

/** Someone who mends something watches this: it is read at this pace, whatever the stream says. */
const rhythmMs = 3000

/** What is broken, over all apps that may be seen. */
export function incidentsQuery(api: Api) {
  return queryOptions({
    queryKey: ['incidents'],
    queryFn: () => api.listIncidents(),
    staleTime: rhythmMs,
    refetchInterval: rhythmMs,
  })
}
