// POST …/token/rotate: a new token, made here and shown once, while the old one still makes Sign for a stated time.

import type { FastifyInstance } from 'fastify'
import type { TokenRotation } from '../../../engine/manage/token-rotation.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { RotatedToken } from '../../contract/contract.ts'
import { RotateToken } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { presentWebhook } from '../../present/present.ts'
import { findWebhook, WebhookParams } from './webhooks.ts'

export interface TokenRotationRouteDeps {
  readonly webhooks: WebhookService
  readonly rotation: Pick<TokenRotation, 'rotate'>
  readonly audit: Audit
}

const defaultOverlapSeconds = 3600

export function tokenRotationRoutes(app: FastifyInstance, deps: TokenRotationRouteDeps): void {
  app.post<{ Params: WebhookParams; Body: RotateToken }>(
    '/v1/apps/:sdkAppId/webhooks/:webhookId/token/rotate',
    {
      schema: { params: WebhookParams, body: RotateToken },
      // There is nothing that must be said: no body at all is a fine request.
      preValidation: async (request) => void (request.body ??= {}),
    },
    async (request, reply): Promise<RotatedToken> => {
      const { webhookId, sdkAppId } = findWebhook(deps.webhooks, request.params)
      const { overlapSeconds = defaultOverlapSeconds } = request.body
      const { webhook, token } = await deps.rotation.rotate(webhookId, overlapSeconds * 1000)
      const shown = presentWebhook(webhook, deps.webhooks.healthOf(webhook))
      const after = { rotationEndsAt: shown.tokenRotationEndsAt }
      await deps.audit.record(request, { action: 'token.rotated', sdkAppId, target: webhookId, after })
      reply.header('cache-control', 'no-store')
      return { token, webhook: shown }
    },
  )
}
