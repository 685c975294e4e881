// POST /v4/{live,room,call}_config/<call>: the platform's own configuration calls, so that a script that was written for it
// configures this service when it changes the host. A scope of its own: whatever happens is answered by a public code and HTTP
// status 200. In reading order: call-request.ts, caller.ts with user-sig-text.ts, call-rate.ts, configuration.ts, public-code.ts.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebhookService } from '../../engine/manage/webhooks.ts'
import type { Log } from '../../observe/log.ts'
import type { ErrorCode, ServiceError } from '../../domain/errors/service-error.ts'
import { errorCodes } from '../../domain/errors/service-error.ts'
import type { AuditActor } from '../../store/port/access.ts'
import type { Audit } from '../gates/audit.ts'
import { createWrongTries } from '../gates/wrong-tries.ts'
import { knownError } from '../present/problem.ts'
import { callerAddress } from '../listener/raw-body.ts'
import { createCallRate } from './call-rate.ts'
import { readBody, readParameters } from './call-request.ts'
import type { CallerDeps } from './caller.ts'
import { requireCaller } from './caller.ts'
import type { ConfigurationDeps } from './configuration.ts'
import { configurationPrefix } from '../gates/configuration-paths.ts'
import { callsByPath } from './configuration.ts'
import type { CallAnswer, PublicCode } from './public-code.ts'
import { CallRefused, createCallAnswers } from './public-code.ts'

export interface ConfigurationRouteDeps extends Omit<CallerDeps, 'wrongSigs'>, Omit<ConfigurationDeps, 'moves'> {
  readonly webhooks: Pick<WebhookService, 'ofApp' | 'healthOf' | 'inTurn'>
  readonly audit: Audit
  readonly log: Log
}

/** Per minute, address and app. The platform's pages say that there is a limit, not which. */
const maxWrongSigs = 300

/** @param app a scope of its own, with the prefix `configurationPrefix` */
export function configurationRoutes(app: FastifyInstance, deps: ConfigurationRouteDeps): void {
  const answers = createCallAnswers()
  const rate = createCallRate(deps)
  const callers = { ...deps, wrongSigs: createWrongTries(deps, maxWrongSigs) }

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, request, reply) => send(reply, answers.fail(refusalOf(error, request, deps.log))))
  app.setNotFoundHandler((request, reply) => send(reply, answers.fail(notFound(request))))

  for (const [path, answer] of callsByPath) {
    app.post<{ Body: Buffer | undefined }>(path.slice(configurationPrefix.length), async (request, reply) => {
      const parameters = readParameters(request.url)
      const caller = await requireCaller(callers, parameters, callerAddress(request))
      const { sdkAppId } = caller
      if (!rate.admit(sdkAppId)) throw new CallRefused('too_many_calls', 'An app may make 200 calls a second.')
      const call = { app: caller, body: readBody(request.body ?? Buffer.alloc(0)) }
      // In the turn of the app, so that two of them at once do not both find nothing there.
      const { response, change } = await deps.webhooks.inTurn(sdkAppId, (moves) => answer({ ...deps, moves }, call))
      if (change !== undefined) {
        await deps.audit.record(request, { ...change, sdkAppId }, actorOf(parameters.identifier))
      }
      return send(reply, answers.ok(response))
    })
  }
}

/** Whether a URL belongs to these calls, whatever else is wrong with it. */
export function isConfigurationCall(url: string): boolean {
  return url === configurationPrefix || url.startsWith(`${configurationPrefix}/`)
}

/** Answers a call whose URL is so wrong that no route was looked for. */
export function sendBadCall(reply: FastifyReply): FastifyReply {
  return send(
    reply,
    createCallAnswers().fail(new CallRefused('bad_request', 'The path of the URL is not well encoded.')),
  )
}

/** Who made the call, in the audit log. */
function actorOf(identifier: string): AuditActor {
  return { id: identifier, name: identifier, role: 'usersig', bySession: false }
}

/** As bytes: to a text Fastify would add a charset, which this type does not have. */
function send(reply: FastifyReply, answer: CallAnswer): FastifyReply {
  return reply
    .code(200)
    .type('application/json')
    .send(Buffer.from(JSON.stringify(answer)))
}

function notFound(request: FastifyRequest): CallRefused {
  const [path = ''] = request.url.split('?', 1)
  if (callsByPath.has(path)) return new CallRefused('bad_request', 'Calls are made with POST.')
  return new CallRefused('no_such_call', 'There is no such call. Is the path spelt as in the documents?')
}

/** Whatever went wrong, as one of the public codes. What is a bug goes to the log, and the caller may try again. */
function refusalOf(error: unknown, request: FastifyRequest, log: Log): CallRefused {
  if (error instanceof CallRefused) return error
  const known = knownError(error, request)
  if (known === undefined) {
    log.error({ err: error, route: request.routeOptions.url }, 'a configuration call went wrong')
    return new CallRefused('internal', 'Something went wrong on our side; the log has the details. Call again later.')
  }
  return ofServiceError(known)
}

/** What is not a parameter of the body. */
const otherCodes: Partial<Record<ErrorCode, PublicCode>> = {
  not_found: 'no_configuration',
  too_large: 'bad_request',
  invalid_request: 'bad_request',
  unsupported_media_type: 'bad_request',
}

function ofServiceError(error: ServiceError): CallRefused {
  if (errorCodes[error.code].status >= 500) return new CallRefused('internal', `${error.message} Call again later.`)
  const info = error.code === 'too_large' ? 'The body has more than 65536 bytes.' : error.message
  return new CallRefused(otherCodes[error.code] ?? 'bad_parameter', info)
}
