// /v1/apps: the owners of webhooks and events.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { noApp } from '../../../domain/errors/missing.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { AppRemoval } from '../../../engine/manage/apps.ts'
import type { AppSecretKeys } from '../../../engine/manage/apps.ts'
import type { ServiceEvents } from '../../../observe/events.ts'
import type { App as StoredApp } from '../../../domain/access/app.ts'
import type { Quotas } from '../../../engine/kept/quotas.ts'
import type { Store } from '../../../store/port/port.ts'
import type { App, AppSecretKey, CreatedApp } from '../../contract/contract.ts'
import { AppPatch, NewApp, PageQuery, SdkAppIdParams } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { accessOf } from '../../gates/auth.ts'
import type { Keys } from '../../gates/keys.ts'
import { presentApp, presentPage } from '../../present/present.ts'

export interface AppRouteDeps {
  readonly store: Pick<Store, 'listApps' | 'getApp' | 'updateApp'>
  readonly secretKeys: Pick<AppSecretKeys, 'make' | 'makeApp'>
  readonly quotas: Quotas
  readonly removal: AppRemoval
  readonly keys: Pick<Keys, 'list' | 'forget'>
  readonly audit: Audit
  readonly events: ServiceEvents
  readonly now: () => number
}

const ListQuery = Type.Object(PageQuery, { additionalProperties: false })

export function appRoutes(app: FastifyInstance, deps: AppRouteDeps): void {
  const show = (found: StoredApp): App => ({ ...presentApp(found), ...deps.quotas.of(found.sdkAppId) })

  app.post<{ Body: NewApp }>('/v1/apps', { schema: { body: NewApp } }, async (request, reply) => {
    const { app: created, secretKey } = await deps.secretKeys.makeApp({ ...request.body, createdAt: deps.now() })
    const { sdkAppId } = created
    const shown = show(created)
    deps.events.publish({ kind: 'app_created', at: deps.now(), sdkAppId })
    await deps.audit.record(request, { action: 'app.created', sdkAppId, target: String(sdkAppId), after: shown })
    const answer: CreatedApp = { ...shown, secretKey }
    reply.code(201).header('location', `/v1/apps/${sdkAppId}`).header('cache-control', 'no-store')
    return reply.send(answer)
  })

  app.get<{ Querystring: Static<typeof ListQuery> }>(
    '/v1/apps',
    { schema: { querystring: ListQuery } },
    async (request) => {
      const { sdkAppId: own } = accessOf(request).identity
      if (own !== null) return { items: [show(await requireApp(deps.store, own))], nextCursor: null }
      return presentPage(await deps.store.listApps({ limit: 50, ...request.query }), show)
    },
  )

  app.get<{ Params: Static<typeof SdkAppIdParams> }>(
    '/v1/apps/:sdkAppId',
    { schema: { params: SdkAppIdParams } },
    async (request) => show(await requireApp(deps.store, request.params.sdkAppId)),
  )

  app.patch<{ Params: Static<typeof SdkAppIdParams>; Body: AppPatch }>(
    '/v1/apps/:sdkAppId',
    { schema: { params: SdkAppIdParams, body: AppPatch } },
    async (request) => {
      const found = await requireApp(deps.store, request.params.sdkAppId)
      const { sdkAppId } = found
      const before = show(found)
      const { eventsPerSecond: _events, asksPerSecond: _asks, ...own } = request.body
      await changeQuota(deps, request, request.body)
      const after = show((await deps.store.updateApp(sdkAppId, own)) ?? found)
      await deps.audit.record(request, { action: 'app.changed', sdkAppId, target: String(sdkAppId), before, after })
      return after
    },
  )

  app.delete<{ Params: Static<typeof SdkAppIdParams> }>(
    '/v1/apps/:sdkAppId',
    { schema: { params: SdkAppIdParams } },
    async (request, reply) => {
      const found = await requireApp(deps.store, request.params.sdkAppId)
      const { sdkAppId } = found
      const target = String(sdkAppId)
      const keys = deps.keys.list().filter((key) => key.sdkAppId === sdkAppId)
      const entries = keys.map(({ keyId, name, role }) =>
        deps.audit.entry(request, { action: 'key.revoked', sdkAppId, target: keyId, before: { name, role } }),
      )
      entries.push(deps.audit.entry(request, { action: 'app.deleted', sdkAppId, target, before: show(found) }))
      deps.keys.forget(await deps.removal.remove(sdkAppId, entries))
      return reply.code(204).send()
    },
  )

  app.post<{ Params: Static<typeof SdkAppIdParams> }>(
    '/v1/apps/:sdkAppId/secret-key/rotate',
    { schema: { params: SdkAppIdParams } },
    async (request, reply): Promise<AppSecretKey> => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const secretKey = await deps.secretKeys.make(sdkAppId)
      await deps.audit.record(request, { action: 'app.secret_key_rotated', sdkAppId, target: String(sdkAppId) })
      reply.header('cache-control', 'no-store')
      return { secretKey }
    },
  )
}

/** How much its senders may hand in is not for the app itself to say. */
async function changeQuota(
  deps: Pick<AppRouteDeps, 'quotas'>,
  request: FastifyRequest<{ Params: Static<typeof SdkAppIdParams> }>,
  { eventsPerSecond, asksPerSecond }: AppPatch,
): Promise<void> {
  if (eventsPerSecond === undefined && asksPerSecond === undefined) return
  const { role, name } = accessOf(request).identity
  if (role !== 'admin') {
    const detail = `Quotas need a key with the role admin; the key ${JSON.stringify(name)} has the role ${role}.`
    throw new ServiceError('wrong_role', detail)
  }
  const { sdkAppId } = request.params
  await deps.quotas.change(sdkAppId, {
    ...(eventsPerSecond === undefined ? {} : { eventsPerSecond }),
    ...(asksPerSecond === undefined ? {} : { asksPerSecond }),
  })
}

/** The app, or 404 with what to do. */
export async function requireApp(store: Pick<Store, 'getApp'>, sdkAppId: number) {
  const app = await store.getApp(sdkAppId)
  if (app === undefined) throw noApp(sdkAppId)
  return app
}
