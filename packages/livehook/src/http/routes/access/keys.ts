// /v1/keys: the credentials of the API. A key is shown once, when it is made.

import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Store } from '../../../store/port/port.ts'
import type { CreatedKey, Key, List } from '../../contract/contract.ts'
import { KeyParams, KeyQuery, NewKey } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import type { Keys } from '../../gates/keys.ts'
import { presentKey } from './present.ts'
import { requireApp } from '../registrations/apps.ts'

export interface KeyRouteDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly keys: Keys
  readonly audit: Audit
}

export function keyRoutes(app: FastifyInstance, deps: KeyRouteDeps): void {
  app.get<{ Querystring: KeyQuery }>(
    '/v1/keys',
    { schema: { querystring: KeyQuery } },
    async (request): Promise<List<Key>> => pageOf(deps.keys.list().map(presentKey).toReversed(), request.query),
  )

  app.post<{ Body: NewKey }>('/v1/keys', { schema: { body: NewKey } }, async (request, reply): Promise<CreatedKey> => {
    const { name, role, sdkAppId = null } = request.body
    if (sdkAppId !== null) await requireApp(deps.store, sdkAppId)
    // As it will be read back: the store keeps well-formed text.
    const { key, secret } = await deps.keys.create({ name: name.toWellFormed(), role, sdkAppId })
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

/** Newest first, from memory; a cursor is the last key of the page before. */
function pageOf(keys: readonly Key[], { limit = 200, cursor }: KeyQuery): List<Key> {
  const before = cursor === undefined ? -1 : keys.findIndex(({ keyId }) => keyId === cursor)
  if (cursor !== undefined && before < 0) {
    throw new ServiceError('invalid_cursor', 'Leave the cursor out to start again from the newest key.')
  }
  const items = keys.slice(before + 1, before + 1 + limit)
  return { items, nextCursor: before + 1 + limit < keys.length ? (items.at(-1)?.keyId ?? null) : null }
}
