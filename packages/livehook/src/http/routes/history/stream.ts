// GET /v1/stream: what happens, as server-sent events, for the console and anyone who else likes to watch. watchers.ts writes them.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { noApp } from '../../../domain/errors/missing.ts'
import { SdkAppId } from '../../contract/contract.ts'
import { accessOf, maySee } from '../../gates/auth.ts'
import type { Watchers } from './watchers.ts'

export interface StreamRouteDeps {
  readonly watchers: Pick<Watchers, 'requireRoom' | 'add'>
}

const StreamQuery = Type.Object({ sdkAppId: Type.Optional(SdkAppId) }, { additionalProperties: false })

export function streamRoutes(app: FastifyInstance, deps: StreamRouteDeps): void {
  app.get<{ Querystring: Static<typeof StreamQuery> }>(
    '/v1/stream',
    // Its headers alone would wait for an end that never comes.
    { schema: { querystring: StreamQuery }, exposeHeadRoute: false },
    (request, reply) => {
      const access = accessOf(request)
      const { sdkAppId: own, keyId } = access.identity
      const { sdkAppId = own ?? undefined } = request.query
      if (sdkAppId !== undefined && !maySee(request, sdkAppId)) {
        throw noApp(sdkAppId)
      }
      deps.watchers.requireRoom(keyId)
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        // nginx would otherwise hold events back until its buffer is full.
        'x-accel-buffering': 'no',
        // What was a stream is of no use for another request: its end is the connection's.
        connection: 'close',
      })
      response.write('retry: 1000\n\n')
      deps.watchers.add({ keyId, sdkAppId, isValid: () => access.isValid(), response })
    },
  )
}
