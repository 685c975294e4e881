// trigger through the service: an after event is posted, a before event is asked.

import { setTimeout as sleep } from 'node:timers/promises'
import type { AskAnswer, DeliveryDetail, EventAccepted } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { answerLines, endByAnswers } from '../send/ask-answer.ts'
import type { EventToPost } from '../send/event-to-post.ts'
import { postEvent, showAccepted } from '../send/post-event.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import type { TriggerOptions } from '../input/options.ts'
import type { Pace } from '../send/pace.ts'
import { runPaced } from '../send/pace.ts'
import { printLines } from '../terminal/lines.ts'
import { paintFor } from '../terminal/paint.ts'
import type { Paint } from '../terminal/paint.ts'

export interface ServiceTrigger extends EventToPost {
  readonly command: string
  readonly options: TriggerOptions
  readonly pace: Pace
  readonly io: CliIo
}

export async function triggerThroughService(work: ServiceTrigger): Promise<void> {
  const { client, sdkAppId, command, body, isAsked, options, pace, io } = work
  const event = { command, options, body, sdkAppId }
  const isJson = options.json === true
  if (isAsked) {
    const answers = await runPaced(pace, async () => {
      const answer = await postEvent<AskAnswer>(client, 'asks', event)
      line(io.stdout, isJson ? JSON.stringify(answer) : answerLines(answer).join('\n'))
      return answer
    })
    endByAnswers(answers)
    return
  }
  await runPaced(pace, async () => {
    const accepted = await postEvent<EventAccepted>(client, 'events', event)
    showAccepted(accepted, { io, json: isJson })
    if (options.wait === true) await showEnds(client, accepted, { io, isJson })
  })
}

async function showEnds(
  client: ApiClient,
  accepted: EventAccepted,
  { io, isJson }: { readonly io: CliIo; readonly isJson: boolean },
): Promise<void> {
  const paint = paintFor(io.stdout, io.environment)
  for (const deliveryId of accepted.deliveries) {
    const delivery = await firstEnd(client, deliveryId, io.stop)
    if (isJson) line(io.stdout, JSON.stringify(delivery))
    else printLines(io, endLines(delivery, paint))
  }
}

/** Waits until the delivery has one attempt behind it. */
async function firstEnd(client: ApiClient, deliveryId: string, stop: AbortSignal): Promise<DeliveryDetail> {
  for (;;) {
    const delivery = await client.get<DeliveryDetail>(`/v1/deliveries/${deliveryId}`)
    if (delivery.attemptCount > 0 || stop.aborted) return delivery
    await sleep(50, undefined, { signal: stop }).catch(() => undefined)
  }
}

function endLines(delivery: DeliveryDetail, paint: Paint): readonly string[] {
  const to = delivery.webhook === null ? 'a webhook that is gone' : `${delivery.webhook.name} (${delivery.webhook.url})`
  const last = delivery.lastAttempt
  const head = `${delivery.deliveryId} ${delivery.state} at ${to}`
  const wire = wireLines(delivery, paint)
  if (last === null || delivery.state === 'succeeded') {
    return [...wire, `${head}${last === null ? '' : ` in ${Math.round(last.durationMs)} ms`}`]
  }
  return [
    ...wire,
    `${head}: ${last.symptom} · ${last.detail}`,
    ...delivery.advice.en.map((sentence) => `  ${sentence}`),
  ]
}

/** Request and reply of the last attempt, as far as they are kept: of one that succeeded the body and what came back. */
function wireLines({ attempts, event }: DeliveryDetail, paint: Paint): readonly string[] {
  const evidence = attempts.at(-1)?.evidence
  if (evidence === undefined) return []
  const { target, requestHeaders, status, bodyStart } = evidence
  const sent = [...(target === undefined ? [] : [`POST ${target}`]), ...(event.body === null ? [] : [event.body])]
  return [
    ...sent.map((text) => `  ${paint('dim', `→ ${text}`)}`),
    ...Object.entries(requestHeaders ?? {}).map(([name, value]) => `    ${paint('dim', `${name}: ${value}`)}`),
    ...(status === undefined
      ? []
      : [`  ${paint('dim', `← ${status}${bodyStart === undefined ? '' : ` ${bodyStart}`}`)}`]),
  ]
}
