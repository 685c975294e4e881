// What becomes of a delivery after an attempt, as the store is told it. The decision is the domain's; the table of moves has
// the last word on where a delivery may go.

import { assertNever } from '../../domain/assert.ts'
import { decideAfterAttempt, moveDelivery, parseRetryAfter } from '../../domain/delivery/delivery.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { ClaimedDelivery, SettleMove } from '../../store/port/flow.ts'
import type { AttemptResult } from './attempt.ts'

export interface AttemptEnd {
  readonly delivery: Pick<ClaimedDelivery, 'failures'>
  readonly webhook: Pick<Webhook, 'retrySeconds'>
  readonly result: AttemptResult
  /** Epoch milliseconds. */
  readonly endedAt: number
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: number
}

export function moveAfter({ delivery, webhook, result, endedAt, random }: AttemptEnd): SettleMove {
  const failuresBefore = delivery.failures
  const decision = decideAfterAttempt({
    diagnosis: result.diagnosis,
    endedAt,
    failuresBefore,
    retrySeconds: webhook.retrySeconds,
    retryAfterMs: parseRetryAfter(retryAfterOf(result), endedAt),
    random,
  })
  switch (decision.kind) {
    case 'succeeded':
      return { kind: moveDelivery('claimed', 'succeed') }
    case 'retry': {
      const failures = failuresBefore + (decision.countsAsFailure ? 1 : 0)
      return { kind: moveDelivery('claimed', 'retry'), dueAt: decision.dueAt, failures }
    }
    case 'dead':
      return { kind: moveDelivery('claimed', 'die'), reason: decision.reason, failures: failuresBefore + 1 }
    default:
      return assertNever(decision)
  }
}

/** What becomes of a delivery whose turn did not come: it waits in the store again; of a webhook that is gone it is called off. */
export function moveBack(
  delivery: ClaimedDelivery,
  facts: { readonly isGone: boolean; readonly now: number },
): SettleMove {
  if (facts.isGone) return { kind: moveDelivery('claimed', 'cancel'), reason: 'webhook_deleted' }
  // A first attempt keeps its place in the order; when a retry was due is not known here any more.
  const dueAt = delivery.attempts === 0 ? delivery.acceptedAt : facts.now
  return { kind: moveDelivery('claimed', 'retry'), dueAt, failures: delivery.failures }
}

function retryAfterOf({ outcome }: AttemptResult): string | undefined {
  if (outcome.kind !== 'answered') return undefined
  return outcome.headers.find(([name]) => name === 'retry-after')?.[1]
}
