// Every error leaves as RFC 9457 application/problem+json: code, status and title from the one registry, `detail` says
// what to do. No stack, no SQL, no secret.

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { storeTrouble } from '../../engine/intake/store-trouble.ts'
import type { ErrorCode } from '../../domain/errors/service-error.ts'
import { errorCodes, ServiceError } from '../../domain/errors/service-error.ts'
import { StoreError } from '../../store/port/errors.ts'
import type { Problem } from '../contract/contract.ts'

/** The document that an error becomes. */
function problemOf(error: ServiceError): Problem {
  const { status, title } = errorCodes[error.code]
  return {
    type: `urn:livehook:error:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    ...(error.facts.reason === undefined ? {} : { reason: error.facts.reason }),
    ...(error.facts.errors === undefined ? {} : { errors: [...error.facts.errors] }),
  }
}

/** The document as JSON, for answers that go no other way. */
export function problemText(error: ServiceError): string {
  return JSON.stringify(problemOf(error))
}

export function sendProblem(reply: FastifyReply, error: ServiceError): FastifyReply {
  const problem = problemOf(error)
  if (error.facts.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.facts.retryAfterSeconds))
  // As bytes: to a text Fastify would add a charset, which this type does not have.
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)))
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** In bytes by media type, where how much a route takes depends on it. */
    readonly bodyLimits?: Readonly<Record<string, number>>
  }
}

/**
 * Any error that reached the HTTP edge, as one of ours. `undefined` means a bug: 500, and the log has the rest.
 * @param request whose route says how large its body may be
 */
export function knownError(error: unknown, request: FastifyRequest): ServiceError | undefined {
  if (error instanceof ServiceError) return error
  if (isFrameworkError(error) && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ServiceError('too_large', `The body of this request has at most ${bodyLimitOf(request)} bytes.`)
  }
  if (error instanceof StoreError) return storeTrouble(error)
  return isFrameworkError(error) ? frameworkError(error) : undefined
}

function bodyLimitOf({ routeOptions, headers }: FastifyRequest): number {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return routeOptions.config.bodyLimits?.[type] ?? routeOptions.bodyLimit
}

const frameworkCodes: Readonly<Record<string, { code: ErrorCode; detail: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    detail: 'Send content-type: application/json with a UTF-8 body, not encoded.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_json', detail: 'The body is empty; send a JSON object.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_json', detail: 'The body must be one JSON object.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_request',
    detail: 'The body has another length than content-length says.',
  },
  ECONNRESET: { code: 'invalid_request', detail: 'The connection ended before the whole body had come.' },
  FST_ERR_BAD_URL: { code: 'invalid_request', detail: 'The path of the URL is not well encoded.' },
}

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && ('code' in error || 'validation' in error || error instanceof SyntaxError)
}

function frameworkError(error: FastifyError): ServiceError | undefined {
  if (error.validation !== undefined) return validationError(error)
  const known = frameworkCodes[error.code]
  if (known !== undefined) return new ServiceError(known.code, known.detail)
  if (error instanceof SyntaxError) return new ServiceError('invalid_json', 'The body must be one JSON object.')
  return undefined
}

function validationError(error: FastifyError): ServiceError {
  const inQuery = error.validationContext === 'querystring' || error.validationContext === 'params'
  const errors = (error.validation ?? []).map((each) => {
    const extra = each.params['additionalProperty'] ?? each.params['missingProperty']
    const path = `${each.instancePath}${typeof extra === 'string' ? `/${extra}` : ''}`
    const detail =
      each.keyword === 'additionalProperties' ? 'is not a member of the contract' : (each.message ?? 'does not fit')
    return { pointer: inQuery ? `?${path.slice(1)}` : path, detail }
  })
  const [first] = errors
  const sentence =
    first === undefined ? error.message : `${first.pointer === '' ? 'The body' : first.pointer} ${first.detail}.`
  return new ServiceError('invalid_request', sentence, { errors })
}
