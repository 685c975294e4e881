// One attempt: sign, send, name what came back. The request is made at the last moment (I5), the body leaves as the
// bytes that came in (I8), and whatever happens is a value.

import type { Diagnosis } from '../../domain/diagnosis/diagnosis.ts'
import { diagnose } from '../../domain/diagnosis/diagnosis.ts'
import type { Outcome } from '../../domain/diagnosis/outcome.ts'
import type { Egress } from '../../egress/port.ts'
import type { AttemptRecord, ClaimedDelivery } from '../../store/port/flow.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import { signedRequest } from '../wire/signed-request.ts'
import type { RegisteredWebhook } from '../kept/webhook-registry.ts'

export interface AttemptDeps {
  readonly customs: Pick<CustomCommands, 'get'>
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
  const { webhook, preparedUrl } = registered
  const number = delivery.attempts + 1
  const outcome = await deps.egress.exchange({
    url: webhook.url,
    pool: webhook.webhookId,
    tls: webhook.tls,
    body: delivery.body,
    timeoutMs: webhook.timeoutMs,
    signal,
    prepare: () =>
      signedRequest({
        version: deps.version,
        event: delivery,
        webhook,
        preparedUrl,
        custom: deps.customs.get(delivery.sdkAppId, delivery.command)?.facts,
        number,
        signedAt: deps.now(),
      }),
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
      evidence: { ...outcome.evidence, ...diagnosis.evidence, url: webhook.url },
    },
  }
}
