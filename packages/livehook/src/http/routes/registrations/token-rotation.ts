// …/token/rotate: a new token, made here, while the old one still makes Sign for a stated time. …/token/rotation: what is under
// way is finished, cancelled or given more time.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TokenRotation } from '../../../engine/manage/token-rotation.ts'
import type { Webhook as StoredWebhook } from '../../../domain/webhook/webhook.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { RotatedToken, Webhook } from '../../contract/contract.ts'
import { ExtendRotation, RotateToken } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { presentWebhook } from '../../present/present.ts'
import { findWebhook, WebhookParams } from './webhooks.ts'

export interface TokenRotationRouteDeps {
  readonly webhooks: WebhookService
  readonly rotation: Pick<TokenRotation, 'rotate' | 'extend' | 'finish' | 'cancel'>
  readonly audit: Audit
}

const defaultOverlapSeconds = 3600

export function tokenRotationRoutes(app: FastifyInstance, deps: TokenRotationRouteDeps): void {
  const token = '/v1/apps/:sdkAppId/webhooks/:webhookId/token'
  const present = (webhook: StoredWebhook): Webhook => presentWebhook(webhook, deps.webhooks.healthOf(webhook))

  /** Makes a move of the rotation that is under way, and writes it down. */
  const move = async (
    request: FastifyRequest<{ Params: WebhookParams }>,
    action: 'token.rotated' | 'token.rotation_changed' | 'token.rotation_cancelled',
    work: (webhookId: string) => Promise<StoredWebhook>,
  ): Promise<Webhook> => {
    const { webhookId: target, sdkAppId, rotationEndsAt } = findWebhook(deps.webhooks, request.params)
    const shown = present(await work(target))
    const before = { rotationEndsAt: rotationEndsAt === null ? null : new Date(rotationEndsAt).toISOString() }
    const after = { rotationEndsAt: shown.tokenRotationEndsAt }
    await deps.audit.record(request, { action, sdkAppId, target, before, after })
    return shown
  }

  app.patch<{ Params: WebhookParams; Body: ExtendRotation }>(
    `${token}/rotation`,
    { schema: { params: WebhookParams, body: ExtendRotation } },
    async (request) =>
      move(request, 'token.rotation_changed', (webhookId) =>
        deps.rotation.extend(webhookId, request.body.overlapSeconds * 1000),
      ),
  )

  app.post<{ Params: WebhookParams }>(
    `${token}/rotation/finish`,
    { schema: { params: WebhookParams } },
    async (request) => move(request, 'token.rotated', (webhookId) => deps.rotation.finish(webhookId)),
  )

  app.delete<{ Params: WebhookParams }>(`${token}/rotation`, { schema: { params: WebhookParams } }, async (request) =>
    move(request, 'token.rotation_cancelled', (webhookId) => deps.rotation.cancel(webhookId)),
  )

  app.post<{ Params: WebhookParams; Body: RotateToken }>(
    `${token}/rotate`,
    {
      schema: { params: WebhookParams, body: RotateToken },
      // There is nothing that must be said: no body at all is a fine request.
      preValidation: async (request) => void (request.body ??= {}),
    },
    async (request, reply): Promise<RotatedToken> => {
      const { webhookId, sdkAppId } = findWebhook(deps.webhooks, request.params)
      const { overlapSeconds = defaultOverlapSeconds } = request.body
      const rotated = await deps.rotation.rotate(webhookId, overlapSeconds * 1000)
      const shown = present(rotated.webhook)
      const after = { rotationEndsAt: shown.tokenRotationEndsAt }
      await deps.audit.record(request, { action: 'token.rotated', sdkAppId, target: webhookId, after })
      reply.header('cache-control', 'no-store')
      return { token: rotated.token, webhook: shown }
    },
  )
}
