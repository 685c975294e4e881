// /v1/apps: the owners of webhooks and events.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ServiceError } from '../../domain/service-error.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { Store } from '../../store/port.ts'
import { NewApp, PageQuery, SdkAppIdParams } from '../contract.ts'
import { presentApp, presentPage } from '../present.ts'

export interface AppRouteDeps {
  readonly store: Pick<Store, 'createApp' | 'listApps' | 'getApp'>
  readonly events: ServiceEvents
  readonly now: () => number
}

const ListQuery = Type.Object(PageQuery, { additionalProperties: false })

export function appRoutes(app: FastifyInstance, deps: AppRouteDeps): void {
  app.post<{ Body: NewApp }>('/v1/apps', { schema: { body: NewApp } }, async (request, reply) => {
    const created = await deps.store.createApp({ name: request.body.name, createdAt: deps.now() })
    deps.events.publish({ kind: 'app_created', at: deps.now(), sdkAppId: created.sdkAppId })
    return reply.code(201).header('location', `/v1/apps/${created.sdkAppId}`).send(presentApp(created))
  })

  app.get<{ Querystring: Static<typeof ListQuery> }>(
    '/v1/apps',
    { schema: { querystring: ListQuery } },
    async (request) => presentPage(await deps.store.listApps({ limit: 50, ...request.query }), presentApp),
  )

  app.get<{ Params: Static<typeof SdkAppIdParams> }>(
    '/v1/apps/:sdkAppId',
    { schema: { params: SdkAppIdParams } },
    async (request) => presentApp(await requireApp(deps.store, request.params.sdkAppId)),
  )
}

/** The app, or 404 with what to do. */
export async function requireApp(store: Pick<Store, 'getApp'>, sdkAppId: number) {
  const app = await store.getApp(sdkAppId)
  if (app === undefined)
    throw new ServiceError('not_found', `There is no app ${sdkAppId}. GET /v1/apps lists the apps.`)
  return app
}
