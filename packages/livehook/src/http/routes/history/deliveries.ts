// Deliveries: what was brought where, how it ended, what to do about it, and doing it.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { noDelivery } from '../../../domain/errors/missing.ts'
import type { Redelivery } from '../../../engine/manage/redelivery.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { DeliveryFilter, DeliverySummary } from '../../../store/port/deliveries.ts'
import type { Store } from '../../../store/port/port.ts'
import type { Delivery } from '../../contract/contract.ts'
import { DeliveryParams, DeliveryQuery, SdkAppIdParams } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { accessOf, maySee } from '../../gates/auth.ts'
import { presentDelivery, presentDetail, presentPage } from '../../present/present.ts'
import { requireApp } from '../registrations/apps.ts'
import { parseSpan } from './time-span.ts'

export interface DeliveryRouteDeps {
  readonly store: Pick<Store, 'getApp' | 'listDeliveries' | 'getDelivery'>
  readonly webhooks: Pick<WebhookService, 'get' | 'ofApp' | 'waitingFor'>
  readonly audit: Audit
  readonly redelivery: Pick<Redelivery, 'redeliver' | 'cancel'>
}

export function deliveryRoutes(app: FastifyInstance, deps: DeliveryRouteDeps): void {
  app.get<{ Params: Static<typeof SdkAppIdParams>; Querystring: DeliveryQuery }>(
    '/v1/apps/:sdkAppId/deliveries',
    { schema: { params: SdkAppIdParams, querystring: DeliveryQuery } },
    async (request) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const { limit = 50, cursor } = request.query
      const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
      return presentPage(
        await deps.store.listDeliveries(filterOf(deps.webhooks, sdkAppId, request.query), page),
        presentDelivery,
      )
    },
  )

  app.get<{ Params: DeliveryParams }>(
    '/v1/deliveries/:deliveryId',
    { schema: { params: DeliveryParams } },
    async (request) => {
      const detail = await deps.store.getDelivery(request.params.deliveryId)
      if (detail === undefined || !maySee(request, detail.sdkAppId)) {
        throw noDelivery(request.params.deliveryId)
      }
      const { state, webhookId, dueAt } = detail
      const waiting = state === 'pending' && dueAt !== null ? deps.webhooks.waitingFor(webhookId, dueAt) : null
      return presentDetail(detail, deps.webhooks.get(webhookId), waiting)
    },
  )

  app.post<{ Params: DeliveryParams }>(
    '/v1/deliveries/:deliveryId/redeliver',
    { schema: { params: DeliveryParams } },
    async (request) => {
      await requireVisible(deps.store, request)
      const delivery = await deps.redelivery.redeliver(request.params.deliveryId)
      return recorded(deps, request, 'delivery.redelivered', delivery)
    },
  )

  app.post<{ Params: DeliveryParams }>(
    '/v1/deliveries/:deliveryId/cancel',
    { schema: { params: DeliveryParams } },
    async (request) => {
      await requireVisible(deps.store, request)
      const delivery = await deps.redelivery.cancel(request.params.deliveryId)
      return recorded(deps, request, 'delivery.cancelled', delivery)
    },
  )
}

/** A delivery of an app that the caller may not see is answered like one that does not exist. */
async function requireVisible(
  store: Pick<Store, 'getDelivery'>,
  request: FastifyRequest<{ Params: DeliveryParams }>,
): Promise<void> {
  if (accessOf(request).identity.sdkAppId === null) return
  const { deliveryId } = request.params
  const detail = await store.getDelivery(deliveryId)
  if (detail === undefined || !maySee(request, detail.sdkAppId)) throw noDelivery(deliveryId)
}

async function recorded(
  deps: Pick<DeliveryRouteDeps, 'audit'>,
  request: FastifyRequest,
  action: 'delivery.redelivered' | 'delivery.cancelled',
  delivery: DeliverySummary,
): Promise<Delivery> {
  const { deliveryId: target, sdkAppId, state, reason } = delivery
  await deps.audit.record(request, { action, sdkAppId, target, after: { state, reason } })
  return presentDelivery(delivery)
}

function filterOf(webhooks: Pick<WebhookService, 'ofApp'>, sdkAppId: number, query: DeliveryQuery): DeliveryFilter {
  const { limit: _limit, cursor: _cursor, state, from: _from, to: _to, q, ...rest } = query
  return {
    sdkAppId,
    ...rest,
    ...parseSpan(query, '?'),
    ...(state === undefined ? {} : { states: [state].flat() }),
    ...(q === undefined ? {} : searchOf(webhooks, sdkAppId, q)),
  }
}

function searchOf(
  webhooks: Pick<WebhookService, 'ofApp'>,
  sdkAppId: number,
  q: string,
): Pick<DeliveryFilter, 'id' | 'text'> {
  if (/^(evt|dlv|wh)_/.test(q)) return { id: q }
  const lowered = q.toLowerCase()
  const named = webhooks.ofApp(sdkAppId).filter(({ name }) => name.toLowerCase().includes(lowered))
  // More than these could not be told apart by a name anyway.
  return { text: { text: q, webhookIds: named.slice(0, 100).map(({ webhookId }) => webhookId) } }
}
