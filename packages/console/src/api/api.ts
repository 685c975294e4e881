// The console's view of the HTTP API: same origin, the session's cookie, JSON in and out. Types come from the contract.

import type { App, Delivery, DeliveryDetail, List, Session, SignIn, Version, Webhook } from 'livehook/contract'
import type { DeliveryFilter } from '../deliveries/filter.ts'
import { call, jsonBody } from './call.ts'
import { createRegistrationCalls, type RegistrationCalls } from './registrations.ts'

export interface DeliveryPageRequest {
  readonly sdkAppId: number
  readonly filter: DeliveryFilter
  /** 1 to 200. */
  readonly limit: number
  readonly cursor?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Api extends RegistrationCalls {
  signIn(credential: SignIn): Promise<Session>
  signOut(): Promise<void>
  /** Rejects with status 401 where nobody is signed in. */
  getSession(): Promise<Session>
  getVersion(): Promise<Version>
  listApps(): Promise<readonly App[]>
  listWebhooks(sdkAppId: number): Promise<readonly Webhook[]>
  listDeliveries(request: DeliveryPageRequest): Promise<List<Delivery>>
  getDelivery(deliveryId: string): Promise<DeliveryDetail>
  redeliver(deliveryId: string): Promise<Delivery>
  cancelDelivery(deliveryId: string): Promise<Delivery>
}

/** As many as one page may hold. */
const largestPage = 200

/** Apps and webhooks are read to the end, page by page; this bounds a service that never stops handing out cursors. */
const maxPages = 50

/** @param send `fetch`, or what stands in for it */
export function createApi(send: typeof fetch): Api {
  const read = <Answer>(path: string, signal?: AbortSignal): Promise<Answer> =>
    call<Answer>(send, path, signal === undefined ? {} : { signal })
  return {
    ...createRegistrationCalls(send),
    signIn: (credential) => call<Session>(send, '/v1/session', jsonBody('POST', credential)),
    signOut: async () => {
      await call<unknown>(send, '/v1/session', { method: 'DELETE' })
    },
    getSession: () => read<Session>('/v1/session'),
    getVersion: () => read<Version>('/version'),
    listApps: () => readAll((page) => read<List<App>>(`/v1/apps?${page}`)),
    listWebhooks: (sdkAppId) => readAll((page) => read<List<Webhook>>(`/v1/apps/${sdkAppId}/webhooks?${page}`)),
    listDeliveries: (request) =>
      read<List<Delivery>>(`/v1/apps/${request.sdkAppId}/deliveries?${deliveryParameters(request)}`, request.signal),
    getDelivery: (deliveryId) => read<DeliveryDetail>(deliveryPath(deliveryId)),
    redeliver: (deliveryId) => call<Delivery>(send, `${deliveryPath(deliveryId)}/redeliver`, { method: 'POST' }),
    cancelDelivery: (deliveryId) => call<Delivery>(send, `${deliveryPath(deliveryId)}/cancel`, { method: 'POST' }),
  }
}

function deliveryPath(deliveryId: string): string {
  return `/v1/deliveries/${encodeURIComponent(deliveryId)}`
}

function deliveryParameters({ filter, limit, cursor }: DeliveryPageRequest): URLSearchParams {
  const parameters = new URLSearchParams({ limit: String(limit) })
  // For the person, what waits and what is on the wire is one thing; for the API it is two states.
  const states = filter.state === 'waiting' ? ['pending', 'claimed'] : filter.state === undefined ? [] : [filter.state]
  for (const state of states) parameters.append('state', state)
  if (filter.symptom !== undefined) parameters.set('symptom', filter.symptom)
  if (filter.detail !== undefined) parameters.set('detail', filter.detail)
  if (filter.command !== undefined) parameters.set('command', filter.command)
  if (filter.webhook !== undefined) parameters.set('webhookId', filter.webhook)
  if (cursor !== undefined) parameters.set('cursor', cursor)
  return parameters
}

async function readAll<Item>(readPage: (parameters: string) => Promise<List<Item>>): Promise<readonly Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  for (let page = 0; page < maxPages; page += 1) {
    const parameters = new URLSearchParams({ limit: String(largestPage) })
    if (cursor !== null) parameters.set('cursor', cursor)
    const answer: List<Item> = await readPage(parameters.toString())
    items.push(...answer.items)
    cursor = answer.nextCursor
    if (cursor === null) break
  }
  return items
}
