// /v1/session: the console's sign-in, by a one-time code or by a key, and its sign-out.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../../../domain/access/role.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Log } from '../../../observe/log.ts'
import type { SignIn as SignInBody } from '../../contract/contract.ts'
import { SignIn } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { actorOf } from '../../gates/audit.ts'
import type { AuthDeps } from '../../gates/auth.ts'
import { isSecure, plainCookie, requireOwnPage, secureCookie, sessionSecret } from '../../gates/own-page.ts'
import type { WrongTries } from '../../gates/wrong-tries.ts'
import { placeOf } from '../../gates/wrong-tries.ts'
import { presentSession } from './present.ts'
import { callerAddress } from '../../listener/raw-body.ts'

export interface SessionRouteDeps extends AuthDeps {
  readonly wrongTries: WrongTries
  readonly audit: Audit
  readonly log: Log
  readonly now: () => number
}

export function sessionRoutes(app: FastifyInstance, deps: SessionRouteDeps): void {
  app.post<{ Body: SignInBody }>('/v1/session', { schema: { body: SignIn } }, async (request, reply) => {
    requireOwnPage(deps, request)
    const identity = identityOf(deps, request, request.body)
    const { secret, session } = deps.sessions.open(identity)
    const { keyId } = identity
    const actor = actorOf({ identity, bySession: true })
    await deps.audit.record(request, { action: 'session.opened', sdkAppId: identity.sdkAppId, target: keyId }, actor)
    setCookie(deps, reply, { value: secret, maxAgeSeconds: Math.floor((session.expiresAt - deps.now()) / 1000) })
    return presentSession(session)
  })

  app.get('/v1/session', async (request) => {
    requireOwnPage(deps, request)
    const secret = sessionSecret(deps, request)
    const session = secret === undefined ? undefined : deps.sessions.find(secret)
    if (session === undefined) throw new ServiceError('unauthorized', 'Sign in first.')
    return presentSession(session)
  })

  app.delete('/v1/session', async (request, reply) => {
    requireOwnPage(deps, request)
    const secret = sessionSecret(deps, request)
    const closed = secret === undefined ? undefined : deps.sessions.close(secret)
    setCookie(deps, reply, { value: '', maxAgeSeconds: 0 })
    if (closed !== undefined) {
      const { sdkAppId, keyId } = closed.identity
      const actor = actorOf({ identity: closed.identity, bySession: true })
      await deps.audit.record(request, { action: 'session.closed', sdkAppId, target: keyId }, actor)
    }
    return reply.code(204).send()
  })
}

/** @throws ServiceError `too_many_requests` before anything is looked at, `unauthorized`, `link_used`, `wrong_role` */
function identityOf(deps: SessionRouteDeps, request: FastifyRequest, { code, key }: SignInBody): Identity {
  const address = callerAddress(request)
  const places = [placeOf(address), ...(key === undefined ? [] : [beginningOf(key)])]
  const waitSeconds = Math.max(...places.map((place) => deps.wrongTries.waitSeconds(place)))
  if (waitSeconds > 0) {
    throw new ServiceError('too_many_requests', `Too many wrong tries; wait ${waitSeconds} s.`, {
      retryAfterSeconds: waitSeconds,
    })
  }
  const ofCode = code === undefined ? 'unknown' : deps.sessions.redeemCode(code)
  const ofKey = key === undefined ? undefined : deps.keys.identify(key)
  const identity = typeof ofCode === 'string' ? ofKey : ofCode
  if (identity === undefined) {
    for (const place of places) deps.wrongTries.count(place)
    deps.log.warn({ address }, 'a sign-in was refused')
    if (ofCode === 'spent')
      throw new ServiceError('link_used', 'Links work once, within ten minutes. Sign in with a key.')
    throw new ServiceError('unauthorized', `This ${code === undefined ? 'key' : 'link'} is not known here.`)
  }
  if (identity.role === 'ingest') {
    throw new ServiceError(
      'wrong_role',
      'A key with the role ingest is for senders and sees nothing; sign in with a key that has another role.',
    )
  }
  return identity
}

function setCookie(
  deps: SessionRouteDeps,
  reply: FastifyReply,
  cookie: { readonly value: string; readonly maxAgeSeconds: number },
): void {
  const { value, maxAgeSeconds } = cookie
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`
  reply.header(
    'set-cookie',
    isSecure(deps, reply.request)
      ? `${secureCookie}=${value}; ${attributes}; Secure`
      : `${plainCookie}=${value}; ${attributes}`,
  )
}

/** How a key begins is no secret: who guesses the rest of one from many addresses is slowed down all the same. */
function beginningOf(key: string): string {
  return `key ${key.slice(0, 8)}`
}
