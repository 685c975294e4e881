// Deliveries: what was brought where, how it ended, and what to do about it.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ServiceError } from '../../domain/service-error.ts'
import type { WebhookService } from '../../engine/webhook-service.ts'
import type { DeliveryFilter, Store } from '../../store/port.ts'
import { DeliveryState, PageQuery, SdkAppIdParams, Symptom } from '../contract.ts'
import { presentDelivery, presentDetail, presentPage } from '../present.ts'
import { requireApp } from './apps.ts'

export interface DeliveryRouteDeps {
  readonly store: Pick<Store, 'getApp' | 'listDeliveries' | 'getDelivery'>
  readonly webhooks: Pick<WebhookService, 'get'>
}

const DeliveryQuery = Type.Object(
  {
    ...PageQuery,
    /** May be given more than once: a delivery in any of these states is listed. */
    state: Type.Optional(
      Type.Union([DeliveryState, Type.Array(DeliveryState, { minItems: 1, maxItems: 5, uniqueItems: true })]),
    ),
    webhookId: Type.Optional(Type.String({ maxLength: 64 })),
    command: Type.Optional(Type.String({ maxLength: 128 })),
    symptom: Type.Optional(Symptom),
    detail: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
)
type DeliveryQuery = Static<typeof DeliveryQuery>

const DeliveryParams = Type.Object({ deliveryId: Type.String({ maxLength: 64 }) })

export function deliveryRoutes(app: FastifyInstance, deps: DeliveryRouteDeps): void {
  app.get<{ Params: Static<typeof SdkAppIdParams>; Querystring: DeliveryQuery }>(
    '/v1/apps/:sdkAppId/deliveries',
    { schema: { params: SdkAppIdParams, querystring: DeliveryQuery } },
    async (request) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const { limit = 50, cursor, state, ...rest } = request.query
      const filter: DeliveryFilter = { sdkAppId, ...rest, ...(state === undefined ? {} : { states: [state].flat() }) }
      const page = await deps.store.listDeliveries(filter, { limit, ...(cursor === undefined ? {} : { cursor }) })
      return presentPage(page, presentDelivery)
    },
  )

  app.get<{ Params: Static<typeof DeliveryParams> }>(
    '/v1/deliveries/:deliveryId',
    { schema: { params: DeliveryParams } },
    async (request) => {
      const detail = await deps.store.getDelivery(request.params.deliveryId)
      if (detail === undefined) {
        throw new ServiceError('not_found', `There is no delivery ${JSON.stringify(request.params.deliveryId)}.`)
      }
      return presentDetail(detail, deps.webhooks.get(detail.webhookId))
    },
  )
}
