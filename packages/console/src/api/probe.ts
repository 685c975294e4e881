// The staged test of a webhook, stage by stage while it runs.

import type { ProbeStage } from 'livehook/contract'
import { ApiError, parseJson, reach, refusal } from './call.ts'
import { readEventStream } from './event-stream.ts'
import { webhookPath, type WebhookKey } from './webhook-path.ts'

export interface ProbeCall {
  /** Whose sample is sent; if it is left out, one that the webhook gets. */
  readonly command: string | undefined
  readonly onStage: (stage: ProbeStage) => void
  readonly signal: AbortSignal
}

/**
 * Probes a webhook.
 * @param send `fetch`, or what stands in for it
 * @returns whether no stage failed
 * @throws ApiError if the service refuses, or breaks off; an `AbortError` once `signal` fired
 */
export async function probeWebhook(send: typeof fetch, webhook: WebhookKey, call: ProbeCall): Promise<boolean> {
  const { command, onStage, signal } = call
  const response = await reach(send, `${webhookPath(webhook)}/probe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(command === undefined ? {} : { command }),
    signal,
  })
  if (!response.ok || response.body === null) throw refusal(response.status, parseJson(await response.text()))
  for await (const { event, data } of readEventStream(response.body)) {
    const value = parseJson(data)
    if (event === 'stage' && isStage(value)) onStage(value)
    if (event === 'end') return typeof value === 'object' && value !== null && 'ok' in value && value.ok === true
  }
  throw new ApiError({ status: 0, code: 'unreachable', title: 'The service broke the test off.' })
}

function isStage(value: unknown): value is ProbeStage {
  return typeof value === 'object' && value !== null && 'stage' in value && 'result' in value && 'advice' in value
}
