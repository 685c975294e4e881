// /v1/session: the console's sign-in, by a one-time code or by a key, and its sign-out.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../domain/service-error.ts'
import type { SignIn as SignInBody } from '../contract.ts'
import { SignIn } from '../contract.ts'
import type { AuthDeps } from '../gates/auth.ts'
import { plainCookie, requireOwnPage, secureCookie, sessionSecret } from '../gates/auth.ts'
import { instant } from '../present.ts'

export function sessionRoutes(app: FastifyInstance, deps: AuthDeps & { readonly now: () => number }): void {
  app.post<{ Body: SignInBody }>('/v1/session', { schema: { body: SignIn } }, async (request, reply) => {
    requireOwnPage(request)
    if (!deps.sessions.mayTry()) {
      throw new ServiceError('too_many_requests', 'Too many wrong tries; wait a minute.', { retryAfterSeconds: 60 })
    }
    const { code, key } = request.body
    const known =
      (code !== undefined && deps.sessions.redeemCode(code)) ||
      (key !== undefined && deps.keys.identify(key) !== undefined)
    if (!known) {
      deps.sessions.countWrongTry()
      throw new ServiceError(
        'unauthorized',
        code === undefined ? 'This key is not known here.' : 'This link was used already or is older than ten minutes.',
      )
    }
    const { secret, session } = deps.sessions.open()
    setCookie(request, reply, { value: secret, maxAgeSeconds: Math.floor((session.expiresAt - deps.now()) / 1000) })
    return { role: session.role, expiresAt: instant(session.expiresAt) }
  })

  app.get('/v1/session', async (request) => {
    const secret = sessionSecret(request)
    const session = secret === undefined ? undefined : deps.sessions.find(secret)
    if (session === undefined) throw new ServiceError('unauthorized', 'Sign in first.')
    return { role: session.role, expiresAt: instant(session.expiresAt) }
  })

  app.delete('/v1/session', async (request, reply) => {
    requireOwnPage(request)
    const secret = sessionSecret(request)
    if (secret !== undefined) deps.sessions.close(secret)
    setCookie(request, reply, { value: '', maxAgeSeconds: 0 })
    return reply.code(204).send()
  })
}

function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: { readonly value: string; readonly maxAgeSeconds: number },
): void {
  const { value, maxAgeSeconds } = cookie
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`
  reply.header(
    'set-cookie',
    isSecure(request) ? `${secureCookie}=${value}; ${attributes}; Secure` : `${plainCookie}=${value}; ${attributes}`,
  )
}

/** Browsers take `Secure` cookies from https and, over plain http, from this very machine. */
function isSecure(request: FastifyRequest): boolean {
  return (
    request.protocol === 'https' || /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')
  )
}
