// What is read through the query cache, each with its key. Lists of deliveries are not here: the feed keeps them.

import { queryOptions } from '@tanstack/react-query'
import type { Api } from './api.ts'
import { ApiError } from './call.ts'

const minuteMs = 60_000

/** @throws ApiError with status 401 where no one is signed in */
export function sessionQuery(api: Api) {
  return queryOptions({ queryKey: ['session'], queryFn: () => api.getSession(), staleTime: 5 * minuteMs })
}

export function versionQuery(api: Api) {
  return queryOptions({ queryKey: ['version'], queryFn: () => api.getVersion(), staleTime: Infinity })
}

export function appsQuery(api: Api) {
  return queryOptions({ queryKey: ['apps'], queryFn: () => api.listApps(), staleTime: minuteMs })
}

export function webhooksQuery(api: Api, sdkAppId: number) {
  return queryOptions({
    queryKey: ['webhooks', sdkAppId],
    queryFn: () => api.listWebhooks(sdkAppId),
    staleTime: minuteMs,
  })
}

/** The catalogue, and what the app registered itself. */
export function commandsQuery(api: Api, sdkAppId: number) {
  return queryOptions({
    queryKey: ['commands', sdkAppId],
    queryFn: () => api.listCommands(sdkAppId),
    staleTime: minuteMs,
  })
}

export function commandQuery(api: Api, sdkAppId: number, command: string) {
  return queryOptions({
    queryKey: ['command', sdkAppId, command],
    queryFn: () => api.getCommand(sdkAppId, command),
    staleTime: minuteMs,
  })
}

export function deliveryQuery(api: Api, deliveryId: string) {
  return queryOptions({
    queryKey: ['delivery', deliveryId],
    queryFn: () => api.getDelivery(deliveryId),
    staleTime: 10_000,
  })
}

export function decisionQuery(api: Api, decisionId: string) {
  return queryOptions({
    queryKey: ['decision', decisionId],
    queryFn: () => api.getDecision(decisionId),
    // A decision stays as it was, but what its shadow says comes a little later.
    staleTime: 10_000,
  })
}

/** Whether a key of the cache is that of one of these deliveries. */
export function isDeliveryKey(queryKey: readonly unknown[], deliveryIds: ReadonlySet<string>): boolean {
  const [kind, deliveryId] = queryKey
  return kind === 'delivery' && typeof deliveryId === 'string' && deliveryIds.has(deliveryId)
}

/** A refusal stays a refusal; only what may be better in a moment is asked again, twice. */
export function isWorthRetrying(failures: number, error: Error): boolean {
  if (failures >= 2) return false
  return !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 500
}
