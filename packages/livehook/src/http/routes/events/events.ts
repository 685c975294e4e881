// POST /v1/apps/{sdkAppId}/events: one event as raw JSON, or a batch as NDJSON. 202 means committed and synced (I1).

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Intake } from '../../../engine/intake/intake.ts'
import type { IncomingEvent } from '../../../engine/intake/check-event.ts'
import type { Quotas } from '../../../engine/kept/quotas.ts'
import { assert } from '../../../domain/assert.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { AcceptResult } from '../../../store/port/flow.ts'
import type { EventAccepted, EventsAccepted } from '../../contract/contract.ts'
import { EventQuery, SdkAppIdParams } from '../../contract/contract.ts'
import type { StallWatch } from '../../gates/stall-watch.ts'
import type { Static } from 'typebox'
import type { BatchLine } from './event-batch.ts'
import { batchCharge, parseBatch } from './event-batch.ts'
import { callerAddress, encodingProblem, mediaType, traceOf } from '../../listener/raw-body.ts'

export interface EventRouteDeps {
  readonly intake: Intake
  readonly quotas: Pick<Quotas, 'requireRoom' | 'takeEvents'>
  readonly stalls: Pick<StallWatch, 'requireAwake'>
}

/** An event's body; what we add in front (CallbackCommand, EventTime) does not count. */
const maxEventBytes = 262_144
/** A batch of 1 000 small events, or of 60 large ones. */
const maxBatchBytes = 16 * 1_048_576

interface EventRoute {
  Params: Static<typeof SdkAppIdParams>
  Querystring: Static<typeof EventQuery>
  Body: Buffer
}

export function eventRoutes(app: FastifyInstance, deps: EventRouteDeps): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxEventBytes },
    (_request, body, done) => done(null, body),
  )
  app.addContentTypeParser(
    'application/x-ndjson',
    { parseAs: 'buffer', bodyLimit: maxBatchBytes },
    (_request, body, done) => done(null, body),
  )
  app.addHook('preParsing', async (request: FastifyRequest<{ Params: { sdkAppId: string } }>) => {
    const problem = encodingProblem(request)
    if (problem !== null) throw problem
    // Before a byte of the body is read: it may have 16 MiB. Parameters are not validated yet.
    deps.quotas.requireRoom('events', Number(request.params.sdkAppId))
  })
  app.post<EventRoute>(
    '/v1/apps/:sdkAppId/events',
    // How much it takes depends on its type: the parsers say.
    {
      config: { bodyLimits: { 'application/json': maxEventBytes, 'application/x-ndjson': maxBatchBytes } },
      schema: { params: SdkAppIdParams, querystring: EventQuery },
    },
    async (request, reply) => {
      deps.stalls.requireAwake()
      const answer = isBatch(request) ? await acceptBatch(deps, request) : await acceptOne(deps, request)
      return reply.code(202).send(answer)
    },
  )
}

async function acceptOne(deps: EventRouteDeps, request: FastifyRequest<EventRoute>): Promise<EventAccepted> {
  const { command, clientIp, optPlatform, decisionId } = request.query
  if (command === undefined) {
    throw new ServiceError('invalid_request', 'Name the command in the query: ?command=Live.CallbackAfterCreateRoom.', {
      errors: [{ pointer: '?command', detail: 'is missing' }],
    })
  }
  const event = withHeaders(request, {
    sdkAppId: request.params.sdkAppId,
    command,
    // Fastify gives no body at all for an empty one; it is refused like any other that is no JSON.
    body: request.body ?? Buffer.alloc(0),
    clientIp: clientIp ?? callerAddress(request),
    optPlatform: optPlatform ?? 'RESTAPI',
    ...(decisionId === undefined ? {} : { decisionId }),
  })
  deps.quotas.takeEvents(event.sdkAppId, 1)
  const [result] = presentResults(await deps.intake.accept([event]))
  if (result === undefined) throw new ServiceError('internal', 'The store answered nothing.')
  return result
}

async function acceptBatch(deps: EventRouteDeps, request: FastifyRequest<EventRoute>): Promise<EventsAccepted> {
  const bytes = request.body ?? Buffer.alloc(0)
  const { sdkAppId } = request.params
  // Before anything is parsed, so that what is refused for its quota costs nothing.
  deps.quotas.takeEvents(sdkAppId, batchCharge(bytes))
  const key = idempotencyKeyOf(request)
  const lines = await parseBatch(bytes, deps.intake.turns)
  const caller = callerAddress(request)
  const trace = traceOf(request)
  const results = await deps.intake.accept(
    lines.map((line) => ({
      sdkAppId,
      command: line.command,
      body: line.body,
      clientIp: line.clientIp ?? caller,
      optPlatform: line.optPlatform ?? 'RESTAPI',
      ...trace,
      ...keyOfLine(line, key),
      ...(line.decisionId === undefined ? {} : { decisionId: line.decisionId }),
    })),
  )
  return { accepted: results.length, results: presentResults(results, lines) }
}

/** A key of its own, or the header's with the number of the line: the same batch sent again gives the same events. */
function keyOfLine(
  { idempotencyKey: own, number }: BatchLine,
  header: string | undefined,
): Pick<IncomingEvent, 'idempotencyKey'> {
  if (own !== undefined) return { idempotencyKey: checkedKey(own, `Line ${number}: idempotencyKey`) }
  // No key of a sender's has a space in it.
  return header === undefined ? {} : { idempotencyKey: `${header} ${number}` }
}

/** @throws ServiceError `idempotency_conflict` */
function presentResults(results: readonly AcceptResult[], lines: readonly BatchLine[] = []): EventAccepted[] {
  for (const [index, result] of results.entries()) {
    if (result.kind === 'conflict') throw conflict(result.eventId, lines[index])
  }
  return results.map(presentResult)
}

function presentResult(result: AcceptResult): EventAccepted {
  assert(result.kind === 'accepted' || result.kind === 'duplicate', 'A batch without a conflict was not kept.')
  const { kind, eventId, deliveryIds } = result
  const status = kind === 'accepted' && deliveryIds.length === 0 ? 'not_subscribed' : kind
  return { eventId, status, deliveries: [...deliveryIds] }
}

function conflict(eventId: string | null, line: BatchLine | undefined): ServiceError {
  const whose = eventId === null ? 'an earlier line' : `event ${eventId}`
  const where = line === undefined ? '' : ` (line ${line.number}; nothing of the batch was kept)`
  return new ServiceError(
    'idempotency_conflict',
    `The Idempotency-Key belongs to ${whose}, whose body is another. Use a new key for a new event.${where}`,
  )
}

function withHeaders(request: FastifyRequest, event: IncomingEvent): IncomingEvent {
  const key = idempotencyKeyOf(request)
  return { ...event, ...(key === undefined ? {} : { idempotencyKey: key }), ...traceOf(request) }
}

function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  return key === undefined ? undefined : checkedKey(key, 'Idempotency-Key')
}

function checkedKey(key: string | readonly string[], name: string): string {
  if (typeof key === 'string' && /^[\x21-\x7e]{1,128}$/.test(key)) return key
  throw new ServiceError('invalid_request', `${name} must be 1 to 128 visible ASCII characters without spaces.`)
}

function isBatch(request: FastifyRequest): boolean {
  return mediaType(request) === 'application/x-ndjson'
}
