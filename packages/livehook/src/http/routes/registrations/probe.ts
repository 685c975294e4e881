// POST /v1/apps/{sdkAppId}/webhooks/{webhookId}/probe: the staged test of a webhook, as JSON when it is over or as
// server-sent events while it runs.

import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ProbeStage as FoundStage } from '../../../domain/diagnosis/probe.ts'
import type { Prober } from '../../../engine/probe/probe.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { ProbeStage } from '../../contract/contract.ts'
import { ProbeRequest } from '../../contract/contract.ts'
import { presentProbe, presentProbeStage } from '../../present/present.ts'
import { findWebhook, WebhookParams } from './webhooks.ts'

export interface ProbeRouteDeps {
  readonly webhooks: WebhookService
  readonly prober: Pick<Prober, 'probe'>
}

export function probeRoutes(app: FastifyInstance, deps: ProbeRouteDeps): void {
  app.post<{ Params: WebhookParams; Body: ProbeRequest }>(
    '/v1/apps/:sdkAppId/webhooks/:webhookId/probe',
    {
      schema: { params: WebhookParams, body: ProbeRequest },
      // There is nothing that must be said: no body at all is a fine request.
      preValidation: async (request) => void (request.body ??= {}),
    },
    async (request, reply) => {
      const webhook = findWebhook(deps.webhooks, request.params)
      // Anyone who asked may go away; then no one needs the rest.
      const gone = new AbortController()
      reply.raw.on('close', () => gone.abort())
      const { command } = request.body
      const { signal } = gone
      if (!wantsStream(request.headers.accept)) {
        const probe = await deps.prober.probe(webhook, { command, signal })
        if (probe.ok) deps.webhooks.answersAgain(webhook.webhookId)
        return presentProbe(probe)
      }
      const stream = new StageStream(reply)
      try {
        const onStage = (stage: FoundStage): void => stream.send('stage', presentProbeStage(stage))
        const { ok } = await deps.prober.probe(webhook, { command, signal, onStage })
        if (ok) deps.webhooks.answersAgain(webhook.webhookId)
        stream.send('end', { ok })
      } finally {
        stream.close()
      }
      return undefined
    },
  )
}

function wantsStream(accept: string | undefined): boolean {
  return accept?.split(',').some((type) => type.trim().startsWith('text/event-stream')) ?? false
}

/** Opens with its first event, so that what is refused before anything was sent is still answered as a problem. */
class StageStream {
  readonly #reply: FastifyReply
  #isOpen = false

  constructor(reply: FastifyReply) {
    this.#reply = reply
  }

  send(event: 'stage' | 'end', data: ProbeStage | { readonly ok: boolean }): void {
    if (!this.#isOpen) this.#open()
    if (!this.#reply.raw.writableEnded) this.#reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** Whatever happened: an open answer would keep the other side waiting. */
  close(): void {
    if (this.#isOpen) this.#reply.raw.end()
  }

  #open(): void {
    this.#isOpen = true
    this.#reply.hijack()
    this.#reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // nginx would otherwise hold events back until its buffer is full.
      'x-accel-buffering': 'no',
    })
  }
}
