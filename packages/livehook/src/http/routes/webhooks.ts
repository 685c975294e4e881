// /v1/apps/{sdkAppId}/webhooks: where an app's events go. The URL is judged here by the same rules as at every attempt.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { checkToken } from '@livehook/protocol/node'
import { maskHeaders } from '../../domain/masked-headers.ts'
import { mayDo } from '../../domain/role.ts'
import { ServiceError } from '../../domain/service-error.ts'
import type { Webhook as StoredWebhook } from '../../domain/webhook.ts'
import type { WebhookService } from '../../engine/webhook-service.ts'
import type { Store } from '../../store/port.ts'
import type { WebhookTls } from '../../domain/webhook-tls.ts'
import type { NewWebhookTls, ShownToken, Webhook } from '../contract.ts'
import { NewWebhook, PutToken, SdkAppId, SdkAppIdParams, TokenQuery, WebhookPatch } from '../contract.ts'
import type { Audit } from '../gates/audit.ts'
import { accessOf } from '../gates/auth.ts'
import { presentWebhook } from '../present.ts'
import { etagOf, matches } from '../etag.ts'
import { requireApp } from './apps.ts'

export interface WebhookRouteDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly webhooks: WebhookService
  readonly audit: Audit
}

export const WebhookParams = Type.Object({ sdkAppId: SdkAppId, webhookId: Type.String({ maxLength: 64 }) })
export type WebhookParams = Static<typeof WebhookParams>

export function webhookRoutes(app: FastifyInstance, deps: WebhookRouteDeps): void {
  const { webhooks } = deps

  const present = (webhook: StoredWebhook): Webhook => presentWebhook(webhook, webhooks.healthOf(webhook))

  const find = (params: WebhookParams): StoredWebhook => findWebhook(webhooks, params)

  app.post<{ Params: Static<typeof SdkAppIdParams>; Body: NewWebhook }>(
    '/v1/apps/:sdkAppId/webhooks',
    { schema: { params: SdkAppIdParams, body: NewWebhook } },
    async (request, reply) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const created = await webhooks.create(sdkAppId, fromContract(request.body, null))
      const location = `/v1/apps/${sdkAppId}/webhooks/${created.webhookId}`
      const after = auditFacts(present(created))
      await deps.audit.record(request, { action: 'webhook.created', sdkAppId, target: created.webhookId, after })
      return reply
        .code(201)
        .header('location', location)
        .header('etag', etagOf(present(created)))
        .send(present(created))
    },
  )

  app.get<{ Params: Static<typeof SdkAppIdParams> }>(
    '/v1/apps/:sdkAppId/webhooks',
    { schema: { params: SdkAppIdParams } },
    async (request) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      // An app has a handful of webhooks, all of them in memory: one page holds them.
      const items = webhooks.ofApp(sdkAppId).map((webhook) => shownTo(request, present(webhook)))
      return { items: items.toReversed(), nextCursor: null }
    },
  )

  app.get<{ Params: WebhookParams }>(
    '/v1/apps/:sdkAppId/webhooks/:webhookId',
    { schema: { params: WebhookParams } },
    async (request, reply) => {
      const shown = present(find(request.params))
      reply.header('etag', etagOf(shown))
      return shownTo(request, shown)
    },
  )

  app.patch<{ Params: WebhookParams; Body: WebhookPatch }>(
    '/v1/apps/:sdkAppId/webhooks/:webhookId',
    { schema: { params: WebhookParams, body: WebhookPatch } },
    async (request, reply) => {
      const seen = request.headers['if-match']
      const { webhookId, sdkAppId, tls, ...rest } = find(request.params)
      const before = auditFacts(present({ webhookId, sdkAppId, tls, ...rest }))
      const shown = present(
        await webhooks.update(webhookId, fromContract(request.body, tls), (now) => matches(seen, etagOf(present(now)))),
      )
      reply.header('etag', etagOf(shown))
      const after = auditFacts(shown)
      await deps.audit.record(request, { action: 'webhook.changed', sdkAppId, target: webhookId, before, after })
      return shown
    },
  )

  app.delete<{ Params: WebhookParams }>(
    '/v1/apps/:sdkAppId/webhooks/:webhookId',
    { schema: { params: WebhookParams } },
    async (request, reply) => {
      const webhook = find(request.params)
      const { webhookId, sdkAppId } = webhook
      const before = auditFacts(present(webhook))
      await webhooks.remove(webhookId)
      await deps.audit.record(request, { action: 'webhook.deleted', sdkAppId, target: webhookId, before })
      return reply.code(204).send()
    },
  )

  tokenRoutes(app, deps)
}

/** A token goes in and does not come out, unless somebody who may asks for it in so many words; that is written down. */
function tokenRoutes(app: FastifyInstance, deps: WebhookRouteDeps): void {
  const { webhooks, audit } = deps
  const path = '/v1/apps/:sdkAppId/webhooks/:webhookId/token'
  const put = async (
    request: FastifyRequest<{ Params: WebhookParams }>,
    tokens: readonly string[],
    isEnabled = true,
  ): Promise<Webhook> => {
    const before = findWebhook(webhooks, request.params)
    const after = await (isEnabled
      ? webhooks.putTokens(before.webhookId, tokens)
      : webhooks.holdTokens(before.webhookId, tokens))
    const { sdkAppId, webhookId: target } = before
    const action = tokens.length === 0 ? 'token.removed' : 'token.set'
    const set = (webhook: StoredWebhook): object => ({ tokenSet: webhook.tokens.length > 0 })
    await audit.record(request, { action, sdkAppId, target, before: set(before), after: set(after) })
    return presentWebhook(after, webhooks.healthOf(after))
  }

  app.get<{ Params: WebhookParams; Querystring: TokenQuery }>(
    path,
    { schema: { params: WebhookParams, querystring: TokenQuery } },
    async (request, reply): Promise<ShownToken> => {
      const webhook = findWebhook(webhooks, request.params)
      const { tokenSet, tokenHint } = presentWebhook(webhook, webhooks.healthOf(webhook))
      const [token = null] = webhook.tokens
      if (request.query.reveal !== true || token === null) return { tokenSet, tokenHint, token: null }
      const { sdkAppId, webhookId: target } = webhook
      await audit.record(request, { action: 'token.revealed', sdkAppId, target })
      reply.header('cache-control', 'no-store')
      return { tokenSet, tokenHint, token }
    },
  )

  app.put<{ Params: WebhookParams; Body: PutToken }>(
    path,
    { schema: { params: WebhookParams, body: PutToken } },
    async (request) => {
      findWebhook(webhooks, request.params)
      requireGoodToken(request.body.token)
      return put(request, [request.body.token], request.body.enabled)
    },
  )

  app.delete<{ Params: WebhookParams }>(path, { schema: { params: WebhookParams } }, async (request) =>
    put(request, []),
  )
}

/** Values of an app's own headers are often credentials; whoever may change them may see them, and nobody else. */
function shownTo(request: FastifyRequest, webhook: Webhook): Webhook {
  if (mayDo(accessOf(request).identity.role, 'operate')) return webhook
  return { ...webhook, headers: maskHeaders(webhook.headers), tokenHint: null }
}

/** What the audit log keeps of a webhook: what a person set. How it is doing changes by itself. */
function auditFacts({ health: _health, updatedAt: _updatedAt, ...facts }: Webhook): object {
  return facts
}

/**
 * The webhook, if it is one of that app.
 * @throws ServiceError `not_found`
 */
export function findWebhook(webhooks: Pick<WebhookService, 'get'>, params: WebhookParams): StoredWebhook {
  const { sdkAppId, webhookId } = params
  const webhook = webhooks.get(webhookId)
  if (webhook === undefined || webhook.sdkAppId !== sdkAppId) {
    throw new ServiceError('not_found', `App ${sdkAppId} has no webhook ${JSON.stringify(webhookId)}.`)
  }
  return webhook
}

const tokenProblems = {
  empty: 'The token is empty. An empty token is no token: DELETE it instead.',
  too_long: 'The token has more than 128 characters.',
  control_character: 'The token has a control character, such as a line end that came along from a file. Take it off.',
  ill_formed: 'The token is no valid Unicode text.',
} as const

function requireGoodToken(token: string): void {
  const check = checkToken(token)
  if (check.kind === 'ok') return
  const detail = tokenProblems[check.reason]
  throw new ServiceError('invalid_token', detail, { errors: [{ pointer: '/token', detail }] })
}

/** The contract says `retry` in seconds or `none`; inside, `none` is the empty list. And a private key goes in only. */
export function fromContract<Body extends { retry?: 'none' | number[]; tls?: NewWebhookTls }>(
  { retry, tls, ...rest }: Body,
  keptTls: WebhookTls | null,
) {
  return {
    ...rest,
    ...(retry === undefined ? {} : { retrySeconds: retry === 'none' ? [] : retry }),
    ...(tls === undefined ? {} : { tls: tlsFromContract(tls, keptTls) }),
  }
}

/** What was read comes back without its key: beside the certificate that is there already it stays. */
function tlsFromContract(tls: NewWebhookTls, kept: WebhookTls | null): WebhookTls | null {
  if (tls === null) return null
  const { ca = null, certificate = null, privateKey } = tls
  const isKeyKept = privateKey === undefined && certificate !== null && certificate === kept?.certificate
  return { ca, certificate, privateKey: isKeyKept ? kept.privateKey : (privateKey ?? null) }
}
