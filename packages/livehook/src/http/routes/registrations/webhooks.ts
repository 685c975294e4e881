// /v1/apps/{sdkAppId}/webhooks: where an app's events go. The URL is judged here by the same rules as at every attempt.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { maskHeaders } from '../../../domain/diagnosis/masked-headers.ts'
import { mayDo } from '../../../domain/access/role.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Webhook as StoredWebhook } from '../../../domain/webhook/webhook.ts'
import type { Redelivery } from '../../../engine/manage/redelivery.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { Store } from '../../../store/port/port.ts'
import type { WebhookTls } from '../../../domain/webhook/tls.ts'
import type { NewWebhookTls, Tried, Webhook, WebhookList } from '../../contract/contract.ts'
import { NewWebhook, SdkAppId, SdkAppIdParams, WebhookListQuery, WebhookPatch } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { accessOf } from '../../gates/auth.ts'
import { presentWebhook } from '../../present/present.ts'
import { etagOf, matches } from '../../present/etag.ts'
import { requireApp } from './apps.ts'
import { pageOfWebhooks } from './webhook-list.ts'

export interface WebhookRouteDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly webhooks: WebhookService
  readonly redelivery: Pick<Redelivery, 'tryNow'>
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

  app.get<{ Params: Static<typeof SdkAppIdParams>; Querystring: WebhookListQuery }>(
    '/v1/apps/:sdkAppId/webhooks',
    { schema: { params: SdkAppIdParams, querystring: WebhookListQuery } },
    async (request): Promise<WebhookList> => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const { items, ...rest } = pageOfWebhooks(webhooks.ofApp(sdkAppId), request.query)
      return { items: items.map((webhook) => shownTo(request, present(webhook))), ...rest }
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

  app.post<{ Params: WebhookParams }>(
    '/v1/apps/:sdkAppId/webhooks/:webhookId/try-now',
    { schema: { params: WebhookParams } },
    async (request): Promise<Tried> => {
      const { webhookId, sdkAppId } = find(request.params)
      const { waiting, exact, tried } = await deps.redelivery.tryNow(webhookId)
      await deps.audit.record(request, { action: 'webhook.pushed', sdkAppId, target: webhookId, after: { waiting } })
      return tried.kind === 'tries'
        ? { waiting, exact, deliveryId: tried.deliveryId, why: null }
        : { waiting, exact, deliveryId: null, why: tried.why }
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
}

/** Values of an app's own headers are often credentials; anyone who may change them may see them, and no one else. */
function shownTo(request: FastifyRequest, webhook: Webhook): Webhook {
  if (mayDo(accessOf(request).identity.role, 'operate')) return webhook
  return { ...webhook, headers: maskHeaders(webhook.headers), tokenHint: null, nextTokenHint: null }
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
