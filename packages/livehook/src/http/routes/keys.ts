// /v1/keys: the credentials of the API. A key is shown once, when it is made.

import type { FastifyInstance } from 'fastify'
import type { Store } from '../../store/port.ts'
import type { CreatedKey, Key, List } from '../contract.ts'
import { KeyParams, NewKey } from '../contract.ts'
import type { Audit } from '../gates/audit.ts'
import type { Keys } from '../gates/keys.ts'
import { presentKey } from '../present-access.ts'
import { requireApp } from './apps.ts'

export interface KeyRouteDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly keys: Keys
  readonly audit: Audit
}

export function keyRoutes(app: FastifyInstance, deps: KeyRouteDeps): void {
  app.get('/v1/keys', async (): Promise<List<Key>> => {
    // A service has a handful of keys, all of them in memory: one page holds them.
    return { items: deps.keys.list().map(presentKey).toReversed(), nextCursor: null }
  })

  app.post<{ Body: NewKey }>('/v1/keys', { schema: { body: NewKey } }, async (request, reply): Promise<CreatedKey> => {
    const { name, role, sdkAppId = null } = request.body
    if (sdkAppId !== null) await requireApp(deps.store, sdkAppId)
    const { key, secret } = await deps.keys.create({ name, role, sdkAppId })
    const shown = presentKey(key)
    await deps.audit.record(request, { action: 'key.created', sdkAppId, target: key.keyId, after: shown })
    // What is shown once must not stay behind in a cache on the way.
    reply.code(201).header('location', `/v1/keys/${key.keyId}`).header('cache-control', 'no-store')
    return { ...shown, key: secret }
  })

  app.delete<{ Params: KeyParams }>('/v1/keys/:keyId', { schema: { params: KeyParams } }, async (request, reply) => {
    const removed = presentKey(await deps.keys.remove(request.params.keyId))
    const { sdkAppId, keyId } = removed
    await deps.audit.record(request, { action: 'key.revoked', sdkAppId, target: keyId, before: removed })
    return reply.code(204).send()
  })
}
