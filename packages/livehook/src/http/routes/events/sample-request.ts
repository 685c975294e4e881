// GET /v1/apps/{sdkAppId}/webhooks/{webhookId}/sample-request: the signed request of a sample, and a line that sends it. Its Sign
// is good for a minute and covers every request of the app's in that second, so this is for who may see the token.

import type { FastifyInstance } from 'fastify'
import type { CustomCommands } from '../../../engine/kept/custom-commands.ts'
import { makeSampleRequest } from '../../../engine/probe/sample-request.ts'
import type { WebhookRegistry } from '../../../engine/kept/webhook-registry.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import { assert } from '../../../domain/assert.ts'
import type { SampleRequest } from '../../contract/contract.ts'
import { SampleRequestQuery } from '../../contract/contract.ts'
import { instant } from '../../present/present.ts'
import type { WebhookParams as Params } from '../registrations/webhooks.ts'
import { findWebhook, WebhookParams } from '../registrations/webhooks.ts'

export interface SampleRequestRouteDeps {
  readonly webhooks: Pick<WebhookService, 'get'>
  readonly registry: Pick<WebhookRegistry, 'get'>
  readonly customs: Pick<CustomCommands, 'ofApp'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly version: string
}

/** How long a receiver takes a Sign for fresh. */
const signLifeMs = 60_000

export function sampleRequestRoutes(app: FastifyInstance, deps: SampleRequestRouteDeps): void {
  app.get<{ Params: Params; Querystring: SampleRequestQuery }>(
    '/v1/apps/:sdkAppId/webhooks/:webhookId/sample-request',
    { schema: { params: WebhookParams, querystring: SampleRequestQuery } },
    async (request, reply): Promise<SampleRequest> => {
      const { webhookId, sdkAppId, tokens } = findWebhook(deps.webhooks, request.params)
      const registered = deps.registry.get(webhookId)
      assert(registered !== undefined, 'A webhook that is known is registered.')
      const now = deps.now()
      const made = makeSampleRequest({
        registered,
        command: request.query.command,
        customs: deps.customs.ofApp(sdkAppId).map(({ facts }) => facts),
        now,
        chance: deps.random(),
        version: deps.version,
      })
      reply.header('cache-control', 'no-store')
      return {
        ...made,
        headers: { ...made.headers },
        signedUntil: tokens.length === 0 ? null : instant(now + signLifeMs),
      }
    },
  )
}
