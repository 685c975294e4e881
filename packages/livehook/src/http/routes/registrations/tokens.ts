// …/webhooks/{webhookId}/token: the secret that a webhook signs with.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { checkToken } from '@livehook/protocol/node'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Webhook as StoredWebhook } from '../../../domain/webhook/webhook.ts'
import { isRotating } from '../../../engine/manage/token-rotation.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { ShownToken, Webhook } from '../../contract/contract.ts'
import { PutToken, TokenQuery } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { presentWebhook } from '../../present/present.ts'
import { findWebhook, WebhookParams } from './webhooks.ts'

export interface TokenRouteDeps {
  readonly webhooks: WebhookService
  readonly audit: Audit
}

/** A token goes in and does not come out, unless someone who may asks for it in so many words; that is written down. */
export function tokenRoutes(app: FastifyInstance, deps: TokenRouteDeps): void {
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
      const [token = null] = [...webhook.tokens, ...webhook.heldTokens]
      if (request.query.reveal !== true || token === null) return { tokenSet, tokenHint, token: null, nextToken: null }
      const { sdkAppId, webhookId: target } = webhook
      await audit.record(request, { action: 'token.revealed', sdkAppId, target })
      reply.header('cache-control', 'no-store')
      return { tokenSet, tokenHint, token, nextToken: isRotating(webhook) ? (webhook.tokens.at(-1) ?? null) : null }
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
