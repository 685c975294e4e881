// The gate of the API: a key in `Authorization: Bearer …`, or the console's cookie, and the right that the route needs
// (rights.ts). Fails closed: whatever is not understood is no one, and a route without an entry does not start. All refusals of
// keys look the same, so that none tells which part was wrong.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { assert } from '../../domain/assert.ts'
import type { Identity, Right } from '../../domain/access/role.ts'
import { mayDo, rolesThatMay, seesApp } from '../../domain/access/role.ts'
import { noApp } from '../../domain/errors/missing.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Log } from '../../observe/log.ts'
import { callerAddress } from '../listener/raw-body.ts'
import type { Keys } from './keys.ts'
import type { OwnPageDeps } from './own-page.ts'
import { requireOwnPage, sessionSecret } from './own-page.ts'
import { rightOf } from './rights.ts'
import type { Sessions } from './sessions.ts'
import type { KeyCheck } from './wrong-keys.ts'
import { createKeyCheck, unauthorized } from './wrong-keys.ts'

export interface AuthDeps extends OwnPageDeps {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
  readonly keys: Keys
  readonly sessions: Sessions
}

interface GateDeps extends AuthDeps {
  readonly keyCheck: KeyCheck
}

/** Who asks, and whether that still holds. */
export interface Access {
  readonly identity: Identity
  readonly bySession: boolean
  /** `false` once the key was revoked or the session ended; for answers that go on for hours. */
  isValid(): boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the gate; `null` on routes that need no key. */
    access: Access | null
  }
  interface FastifyContextConfig {
    right?: Right
  }
}

/**
 * Puts the gate in front of every route that is registered from now on.
 * @throws Error while routes are registered, if one has no entry in rights.ts
 */
export function guard(app: FastifyInstance, deps: AuthDeps): void {
  app.decorateRequest('access', null)
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) route.config = { ...route.config, right: rightOf(method, route.url) }
  })
  const gate = { ...deps, keyCheck: createKeyCheck(deps) }
  app.addHook('onRequest', async (request) => admit(gate, request))
}

/** Who asks, on a route that only someone with a key reaches. */
export function accessOf(request: FastifyRequest): Access {
  assert(request.access !== null, 'A route that needs a key was reached without one.')
  return request.access
}

/** Whether the caller may see a thing of that app; a thing that may not be seen is answered like one that does not exist. */
export function maySee(request: FastifyRequest, sdkAppId: number): boolean {
  return seesApp(accessOf(request).identity, sdkAppId)
}

function admit(deps: GateDeps, request: FastifyRequest): void {
  const { right } = request.routeOptions.config
  assert(right !== undefined, 'A route has no right.')
  if (right === 'public' || right === 'own') return
  const access = identify(deps, request)
  request.access = access
  const { role, sdkAppId, name } = access.identity
  if (!mayDo(role, right)) {
    const needed = rolesThatMay(right).join(' or ')
    throw new ServiceError(
      'wrong_role',
      `This needs a key with the role ${needed}; the key ${JSON.stringify(name)} has the role ${role}.`,
    )
  }
  // As text: another spelling of the same number (hexadecimal, with zeros in front) is no one's app.
  const wanted = appOfPath(request)
  if (sdkAppId === null || wanted === undefined || wanted === String(sdkAppId)) return
  throw noApp(wanted)
}

function appOfPath(request: FastifyRequest): string | undefined {
  const { params } = request
  if (typeof params !== 'object' || params === null || !('sdkAppId' in params)) return undefined
  return String(params.sdkAppId)
}

/** @throws ServiceError `unauthorized` or `too_many_requests` unless the request comes from someone who has a key or a session */
function identify(deps: GateDeps, request: FastifyRequest): Access {
  const secret = bearerSecret(request)
  if (secret !== undefined) {
    const identity = deps.keyCheck.require(secret, callerAddress(request))
    return { identity, bySession: false, isValid: () => deps.keys.identify(secret) !== undefined }
  }
  const cookie = sessionSecret(deps, request)
  const session = cookie === undefined ? undefined : deps.sessions.find(cookie)
  if (cookie === undefined || session === undefined) throw unauthorized()
  requireOwnPage(deps, request)
  return { identity: session.identity, bySession: true, isValid: () => deps.sessions.find(cookie) !== undefined }
}

function bearerSecret(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  return /^Bearer ([\x21-\x7e]{1,256})$/.exec(header)?.[1] ?? ''
}
