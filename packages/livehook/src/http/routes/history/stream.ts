// GET /v1/stream: what happens, as server-sent events, for the console and whoever else likes to watch.
// A watcher that reads too slowly is let go (its browser comes back by itself); it can never hold the service up.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import type { ServiceEvent, ServiceEvents } from '../../../observe/events.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { StreamEvent } from '../../contract/contract.ts'
import { SdkAppId } from '../../contract/contract.ts'
import { accessOf, maySee } from '../../gates/auth.ts'
import type { Keys } from '../../gates/keys.ts'
import { instant } from '../../present/present.ts'
import { presentServiceEvent } from '../../present/stream.ts'

export interface StreamRouteDeps {
  readonly events: ServiceEvents
  readonly keys: Pick<Keys, 'onRevoked'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Runs when the service stops: ends every stream, so that the listener can close. */
  readonly onStop: (end: () => void) => () => void
}

const StreamQuery = Type.Object({ sdkAppId: Type.Optional(SdkAppId) }, { additionalProperties: false })

/**
 * So often that a watcher may take twenty silent seconds for a service that stands still, and far below the minute after which
 * proxies give up on a silent connection.
 */
const heartbeatMs = 5000
const maxUnreadBytes = 1_048_576

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
        throw new ServiceError('not_found', `There is no app ${sdkAppId}. GET /v1/apps lists the apps.`)
      }
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        // nginx would otherwise hold events back until its buffer is full.
        'x-accel-buffering': 'no',
      })
      response.write('retry: 1000\n\n')
      const end = (): void => {
        stopListening()
        stopWatching()
        clearInterval(heartbeat)
        forget()
        response.end()
      }
      const write = (text: string): void => {
        if (response.writableLength > maxUnreadBytes) end()
        else response.write(text)
      }
      const stopListening = deps.events.listen((event) => {
        if (sdkAppId === undefined || sdkAppIdOf(event) === sdkAppId) write(frame(presentServiceEvent(event)))
      })
      // Whoever lost the right to see this sees nothing more: at once with a revoked key, soon with a session that ended.
      const stopWatching = deps.keys.onRevoked((revoked) => {
        if (revoked === keyId) end()
      })
      const heartbeat = setInterval(
        () => (access.isValid() ? write(frame({ kind: 'heartbeat', at: instant(deps.now()) })) : end()),
        heartbeatMs,
      )
      const forget = deps.onStop(end)
      response.on('close', end)
    },
  )
}

function sdkAppIdOf(event: ServiceEvent): number {
  if ('delivery' in event) return event.delivery.sdkAppId
  return 'decision' in event ? event.decision.sdkAppId : event.sdkAppId
}

function frame(event: StreamEvent): string {
  return `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`
}
