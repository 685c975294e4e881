// One attempt: sign, send, name what came back. The request is made at the last moment (I5), the body leaves as the
// bytes that came in (I8), and whatever happens is a value.

import { isOptPlatform, makeSign, makeSignature, maskSign, requestTarget } from '@livehook/protocol/node'
import type { Diagnosis } from '../domain/diagnosis.ts'
import { diagnose } from '../domain/diagnosis.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Webhook } from '../domain/webhook.ts'
import type { Egress, PreparedRequest } from '../egress/port.ts'
import type { AttemptRecord, ClaimedDelivery } from '../store/port.ts'
import type { RegisteredWebhook } from './webhook-registry.ts'

export interface AttemptDeps {
  readonly egress: Pick<Egress, 'exchange'>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly version: string
}

export interface AttemptResult {
  readonly record: AttemptRecord
  readonly diagnosis: Diagnosis
  readonly outcome: Outcome
}

/** Makes one attempt of a delivery. Never rejects because of the far side. */
export async function makeAttempt(
  deps: AttemptDeps,
  work: { readonly delivery: ClaimedDelivery; readonly registered: RegisteredWebhook; readonly signal: AbortSignal },
): Promise<AttemptResult> {
  const { delivery, registered, signal } = work
  const { webhook } = registered
  const number = delivery.attempts + 1
  const outcome = await deps.egress.exchange({
    url: webhook.url,
    pool: webhook.webhookId,
    body: delivery.body,
    timeoutMs: webhook.timeoutMs,
    signal,
    prepare: () => prepareRequest(deps, { delivery, registered, number }),
  })
  const diagnosis = diagnose(outcome, 'after')
  return {
    outcome,
    diagnosis,
    record: {
      number,
      startedAt: outcome.startedAt,
      durationMs: outcome.durationMs,
      symptom: diagnosis.symptom,
      detail: diagnosis.detail,
      status: outcome.evidence.status ?? null,
      evidence: { ...outcome.evidence, ...diagnosis.evidence },
    },
  }
}

function prepareRequest(
  deps: AttemptDeps,
  work: { readonly delivery: ClaimedDelivery; readonly registered: RegisteredWebhook; readonly number: number },
): PreparedRequest {
  const { delivery, registered, number } = work
  const { webhook, preparedUrl } = registered
  const requestTime = String(Math.floor(deps.now() / 1000))
  const parameters = {
    command: delivery.command,
    clientIp: delivery.clientIp,
    // Checked at the intake; what an older version kept may be a word that is gone by now.
    optPlatform: isOptPlatform(delivery.optPlatform) ? delivery.optPlatform : 'Unknown',
  }
  const token = webhook.tokens[0]
  const target = requestTarget(
    preparedUrl,
    token === undefined ? parameters : { ...parameters, sign: makeSign(token, requestTime), requestTime },
  )
  return {
    target,
    maskedTarget: token === undefined ? target : maskSign(target),
    headers: requestHeaders(deps.version, { delivery, webhook, number, requestTime }),
  }
}

function requestHeaders(
  version: string,
  work: {
    readonly delivery: ClaimedDelivery
    readonly webhook: Webhook
    readonly number: number
    readonly requestTime: string
  },
): Record<string, string> {
  const { delivery, webhook, number, requestTime } = work
  const headers: Record<string, string> = {
    // The app's own headers come first, so that none of them can replace one of ours.
    ...webhook.headers,
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': `livehook/${version}`,
    'webhook-id': delivery.eventId,
    'webhook-timestamp': requestTime,
    'livehook-attempt': String(number),
  }
  if (webhook.tokens.length > 0) {
    headers['webhook-signature'] = makeSignature({
      tokens: webhook.tokens,
      id: delivery.eventId,
      timestampSeconds: Number(requestTime),
      body: delivery.body,
    })
  }
  if (delivery.traceparent !== undefined) headers['traceparent'] = delivery.traceparent
  return headers
}
