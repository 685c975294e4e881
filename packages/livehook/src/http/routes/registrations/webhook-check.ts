// POST /v1/apps/{sdkAppId}/webhooks/check: what would stand against a registration, and the URL that would be called.
// Nothing is registered, and nothing is called but DNS. Wrong input that fits the contract is an answer here, not an error.

import type { CustomCommand } from '@livehook/protocol/catalogue'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Webhook as StoredWebhook } from '../../../domain/webhook/webhook.ts'
import { webhookDefaults } from '../../../domain/webhook/webhook.ts'
import { adviseUrlRefusal, exampleRequestUrl } from '../../../engine/manage/webhook-check.ts'
import type { CustomCommands } from '../../../engine/kept/custom-commands.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { Store } from '../../../store/port/port.ts'
import type { WebhookCheck } from '../../contract/contract.ts'
import { SdkAppIdParams, WebhookCheckRequest } from '../../contract/contract.ts'
import { requireApp } from './apps.ts'
import { findWebhook, fromContract } from './webhooks.ts'

export interface WebhookCheckRouteDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly webhooks: Pick<WebhookService, 'get' | 'refusalsOf' | 'findDestination'>
  readonly customs: Pick<CustomCommands, 'ofApp'>
  readonly now: () => number
}

export function webhookCheckRoutes(app: FastifyInstance, deps: WebhookCheckRouteDeps): void {
  app.post<{ Params: Static<typeof SdkAppIdParams>; Body: WebhookCheckRequest }>(
    '/v1/apps/:sdkAppId/webhooks/check',
    { schema: { params: SdkAppIdParams, body: WebhookCheckRequest } },
    async (request): Promise<WebhookCheck> => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const { webhookId, ...body } = request.body
      const webhook = webhookId === undefined ? undefined : findWebhook(deps.webhooks, { sdkAppId, webhookId })
      const refusals = deps.webhooks.refusalsOf(sdkAppId, fromContract(body, webhook?.tls ?? null), webhookId)
      const problems = refusals.flatMap((refusal) => present(refusal, request.body))
      const customs = deps.customs.ofApp(sdkAppId).map(({ facts }) => facts)
      const isUrlGood = !problems.some(({ pointer }) => pointer === '/url')
      const requestUrl = isUrlGood ? exampleUrl({ sdkAppId, body, webhook, customs, now: deps.now() }) : null
      const url = body.url ?? webhook?.url
      const destination = isUrlGood && url !== undefined ? await findDestination(deps.webhooks, url) : null
      return { ok: problems.length === 0, problems, destination, requestUrl }
    },
  )
}

async function findDestination(
  webhooks: Pick<WebhookService, 'findDestination'>,
  url: string,
): Promise<WebhookCheck['destination']> {
  const { symptom, detail, reason, advice } = await webhooks.findDestination(url)
  return {
    ok: symptom === 'none',
    symptom,
    detail,
    ...(reason === undefined ? {} : { reason }),
    advice: { en: [...advice.en], zh: [...advice.zh] },
  }
}

type Problems = WebhookCheck['problems']

function present(refusal: ServiceError, { url, trial }: WebhookCheckRequest): Problems {
  const { errors = [], reason } = refusal.facts
  return errors.map(({ pointer, detail }) => {
    const refusedUrl = pointer === '/trial/url' ? trial?.url : url
    const advice =
      reason === undefined || refusedUrl === undefined ? { en: [detail], zh: [] } : adviseUrlRefusal(reason, refusedUrl)
    return {
      code: refusal.code,
      ...(reason === undefined ? {} : { reason }),
      pointer,
      detail,
      advice: { en: [...advice.en], zh: [...advice.zh] },
    }
  })
}

function exampleUrl(parts: {
  readonly sdkAppId: number
  readonly body: WebhookCheckRequest
  readonly webhook: StoredWebhook | undefined
  readonly customs: readonly CustomCommand[]
  readonly now: number
}): string | null {
  const { sdkAppId, body, webhook, customs, now } = parts
  const url = body.url ?? webhook?.url
  if (url === undefined) return null
  const { spelling, contentType } = { ...webhookDefaults, ...webhook, ...body }
  const commands = body.commands ?? webhook?.commands ?? []
  const isSigned = (webhook?.tokens.length ?? 0) > 0
  return exampleRequestUrl({ url, sdkAppId, spelling, contentType, commands, customs, isSigned, now })
}
