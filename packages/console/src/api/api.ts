// The console's view of the HTTP API: same origin, the session's cookie, JSON in and out. Types come from the contract.

import type { App, Delivery, DeliveryDetail, List, Session, SignIn, Version, Webhook } from 'livehook/contract'
import { createAccessCalls, type AccessCalls } from './access.ts'
import { call, jsonBody } from './call.ts'
import { readAll } from './pages.ts'
import { createRecordCalls, type RecordCalls } from './records.ts'
import { createSendingCalls, type SendingCalls } from './sending.ts'
import { createRegistrationCalls, type RegistrationCalls } from './registrations.ts'

export interface Api extends RegistrationCalls, RecordCalls, SendingCalls, AccessCalls {
  signIn(credential: SignIn): Promise<Session>
  signOut(): Promise<void>
  /** Rejects with status 401 where no one is signed in. */
  getSession(): Promise<Session>
  getVersion(): Promise<Version>
  listApps(): Promise<readonly App[]>
  listWebhooks(sdkAppId: number): Promise<readonly Webhook[]>
  getDelivery(deliveryId: string): Promise<DeliveryDetail>
  redeliver(deliveryId: string): Promise<Delivery>
  cancelDelivery(deliveryId: string): Promise<Delivery>
}

/**
 * @param send `fetch`, or what stands in for it
 * @param now epoch milliseconds
 */
export function createApi(send: typeof fetch, now: () => number): Api {
  const read = <Answer>(path: string): Promise<Answer> => call<Answer>(send, path, {})
  return {
    ...createRegistrationCalls(send),
    ...createSendingCalls(send),
    ...createRecordCalls(send, now),
    ...createAccessCalls(send),
    signIn: (credential) => call<Session>(send, '/v1/session', jsonBody('POST', credential)),
    signOut: async () => {
      await call<unknown>(send, '/v1/session', { method: 'DELETE' })
    },
    getSession: () => read<Session>('/v1/session'),
    getVersion: () => read<Version>('/version'),
    listApps: () => readAll((page) => read<List<App>>(`/v1/apps?${page}`)),
    listWebhooks: (sdkAppId) => readAll((page) => read<List<Webhook>>(`/v1/apps/${sdkAppId}/webhooks?${page}`)),
    getDelivery: (deliveryId) => read<DeliveryDetail>(deliveryPath(deliveryId)),
    redeliver: (deliveryId) => call<Delivery>(send, `${deliveryPath(deliveryId)}/redeliver`, { method: 'POST' }),
    cancelDelivery: (deliveryId) => call<Delivery>(send, `${deliveryPath(deliveryId)}/cancel`, { method: 'POST' }),
  }
}

function deliveryPath(deliveryId: string): string {
  return `/v1/deliveries/${encodeURIComponent(deliveryId)}`
}
