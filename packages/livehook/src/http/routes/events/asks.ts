// POST /v1/apps/{sdkAppId}/asks: a *before* event as raw JSON; 200 with a verdict by the deadline, always (I7). A thin shell over
// `Asker.ask`, which a sender in the same process calls itself.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { Asker } from '../../../engine/ask/ask.ts'
import type { DecisionRecorder } from '../../../engine/ask/recorder.ts'
import type { Quotas } from '../../../engine/kept/quotas.ts'
import type { Store } from '../../../store/port/port.ts'
import type { AskCounts } from '../../contract/contract.ts'
import { AskQuery, SdkAppIdParams } from '../../contract/contract.ts'
import { answerText } from '../../present/decision.ts'
import { requireApp } from '../registrations/apps.ts'
import { callerAddress, encodingProblem, traceOf } from '../../listener/raw-body.ts'

export interface AskRouteDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly asker: Asker
  readonly quotas: Pick<Quotas, 'requireRoom' | 'takeAsk'>
  readonly recorder: Pick<DecisionRecorder, 'waiting' | 'lost'>
}

/** An event's body; what we add in front does not count. */
const maxEventBytes = 262_144

interface AskRoute {
  Params: Static<typeof SdkAppIdParams>
  Querystring: Static<typeof AskQuery>
  Body: Buffer
}

export function askRoutes(app: FastifyInstance, deps: AskRouteDeps): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxEventBytes },
    (_request, body, done) => done(null, body),
  )
  app.addHook('preParsing', async (request: FastifyRequest<{ Params: { sdkAppId: string } }>) => {
    const problem = encodingProblem(request)
    if (problem !== null) throw problem
    if (request.method === 'POST') deps.quotas.requireRoom('asks', Number(request.params.sdkAppId))
  })

  app.post<AskRoute>(
    '/v1/apps/:sdkAppId/asks',
    { bodyLimit: maxEventBytes, schema: { params: SdkAppIdParams, querystring: AskQuery } },
    async (request, reply) => {
      const { command, clientIp, optPlatform, deadlineMs } = request.query
      deps.quotas.takeAsk(request.params.sdkAppId)
      const ask = {
        sdkAppId: request.params.sdkAppId,
        command,
        body: request.body ?? Buffer.alloc(0),
        clientIp: clientIp ?? callerAddress(request),
        optPlatform: optPlatform ?? 'RESTAPI',
        ...traceOf(request),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      }
      const decision = await deps.asker.ask(ask, (hangUp) => whenHungUp(reply, hangUp))
      return reply.type('application/json; charset=utf-8').send(answerText(decision))
    },
  )

  app.get<Pick<AskRoute, 'Params'>>(
    '/v1/apps/:sdkAppId/asks',
    { schema: { params: SdkAppIdParams } },
    async (request): Promise<AskCounts> => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const { waiting, lost } = deps.recorder
      return { counts: [...deps.asker.countsOf(sdkAppId)], waiting, lost }
    },
  )
}

/** Calls when the caller goes away before its answer. */
function whenHungUp({ raw }: FastifyReply, hangUp: () => void): void {
  // It closes after an answer as well.
  raw.once('close', () => {
    if (!raw.writableFinished) hangUp()
  })
}
