// The gate of the API: a key in `Authorization: Bearer …`, or the console's cookie. Fails closed: whatever is not
// understood is nobody. All refusals look the same, so that none tells which part was wrong.

import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../domain/service-error.ts'
import type { Keys } from './keys.ts'
import type { Sessions } from './sessions.ts'

/** `__Host-` binds the cookie to exactly this origin; browsers take it from https and from loopback addresses only. */
export const secureCookie = '__Host-livehook'
/** Where the service is reached over plain http under another name, the prefix cannot be used. */
export const plainCookie = 'livehook'

export interface AuthDeps {
  readonly keys: Keys
  readonly sessions: Sessions
}

/** Throws unless the request comes from somebody who may use the API. */
export function requireAdmin(deps: AuthDeps, request: FastifyRequest): void {
  const secret = bearerSecret(request)
  if (secret !== undefined) {
    if (deps.keys.identify(secret) !== undefined) return
    throw unauthorized()
  }
  const cookie = sessionSecret(request)
  if (cookie === undefined || deps.sessions.find(cookie) === undefined) throw unauthorized()
  requireOwnPage(request)
}

/** The session's secret from the cookie, if there is one. */
export function sessionSecret(request: FastifyRequest): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if ((name === secureCookie || name === plainCookie) && value !== undefined && value !== '') return value
  }
  return undefined
}

/**
 * A browser sends cookies along with requests that another site's page makes. Such a request names its page in `Origin`
 * or `Sec-Fetch-Site`; what changes something must come from a page of ours.
 */
export function requireOwnPage(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const ownOrigin = origin === `http://${host}` || origin === `https://${host}`
  if (!ownOrigin || (site !== undefined && site !== 'same-origin')) {
    throw new ServiceError('forbidden', 'A request with a cookie must come from a page of this service itself.')
  }
}

function bearerSecret(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  return /^Bearer ([\x21-\x7e]{1,256})$/.exec(header)?.[1] ?? ''
}

function unauthorized(): ServiceError {
  return new ServiceError('unauthorized', 'Send a valid key as `Authorization: Bearer <key>`.')
}
