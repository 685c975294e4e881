// Events that are kept: one with its deliveries, those that no webhook wanted, and bringing one to a webhook later.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { noEvent } from '../../../domain/errors/missing.ts'
import type { Redelivery } from '../../../engine/manage/redelivery.ts'
import type { Store } from '../../../store/port/port.ts'
import { EventListQuery, EventParams, NewDelivery, SdkAppIdParams } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { maySee } from '../../gates/auth.ts'
import { presentDelivery, presentEvent, presentEventDetail, presentPage } from '../../present/present.ts'
import { requireApp } from '../registrations/apps.ts'

export interface KeptEventRouteDeps {
  readonly store: Pick<Store, 'getApp' | 'getEvent' | 'listNotSubscribed'>
  readonly audit: Audit
  readonly redelivery: Pick<Redelivery, 'addDelivery'>
}

export function keptEventRoutes(app: FastifyInstance, deps: KeptEventRouteDeps): void {
  app.get<{ Params: Static<typeof SdkAppIdParams>; Querystring: EventListQuery }>(
    '/v1/apps/:sdkAppId/not-subscribed-events',
    { schema: { params: SdkAppIdParams, querystring: EventListQuery } },
    async (request) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const { limit = 50, cursor } = request.query
      const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
      return presentPage(await deps.store.listNotSubscribed(sdkAppId, page), presentEvent)
    },
  )

  app.get<{ Params: EventParams }>('/v1/events/:eventId', { schema: { params: EventParams } }, async (request) => {
    const event = await deps.store.getEvent(request.params.eventId)
    if (event === undefined || !maySee(request, event.sdkAppId)) {
      throw noEvent(request.params.eventId)
    }
    return presentEventDetail(event)
  })

  app.post<{ Params: EventParams; Body: NewDelivery }>(
    '/v1/events/:eventId/deliveries',
    { schema: { params: EventParams, body: NewDelivery } },
    async (request, reply) => {
      const { eventId } = request.params
      const event = await deps.store.getEvent(eventId)
      if (event === undefined || !maySee(request, event.sdkAppId)) throw noEvent(eventId)
      const added = await deps.redelivery.addDelivery(eventId, request.body.webhookId)
      const { sdkAppId, deliveryId: target, webhookId } = added
      await deps.audit.record(request, { action: 'delivery.added', sdkAppId, target, after: { eventId, webhookId } })
      return reply.code(201).header('location', `/v1/deliveries/${added.deliveryId}`).send(presentDelivery(added))
    },
  )
}
