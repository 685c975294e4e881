// The life of a delivery: its states, the moves between them, and what an attempt's outcome makes of it.
// Pure: no clock, no chance, no I/O. Invariant I2 (nothing disappears) is the table below being total.

import { assertNever } from '../assert.ts'
import type { Diagnosis } from '../diagnosis/diagnosis.ts'
import { parseHttpDate } from '../diagnosis/http-date.ts'

export type DeliveryState = 'pending' | 'claimed' | 'succeeded' | 'dead' | 'cancelled'

/** Why a delivery was given up. */
export type DeadReason = 'retries_exhausted' | 'no_retry' | 'gone'

/** Why a delivery was called off before it could end by itself. */
export type CancelReason = 'webhook_deleted' | 'app_deleted' | 'by_request'

/** What can happen to a delivery. */
export type DeliveryMove = 'claim' | 'succeed' | 'retry' | 'die' | 'cancel' | 'redeliver'

/** Where each move leads from each state; `undefined` if it is illegal. What is settled, and where to, is read off here. */
const moves = {
  pending: {
    claim: 'claimed',
    succeed: undefined,
    retry: undefined,
    die: undefined,
    cancel: 'cancelled',
    redeliver: 'pending',
  },
  claimed: {
    claim: undefined,
    succeed: 'succeeded',
    retry: 'pending',
    die: 'dead',
    cancel: 'cancelled',
    redeliver: undefined,
  },
  succeeded: ended('pending'),
  dead: ended('pending'),
  cancelled: ended(undefined),
} as const satisfies Record<DeliveryState, Record<DeliveryMove, DeliveryState | undefined>>

/** What has ended can only be redelivered. */
function ended<Redelivered extends DeliveryState | undefined>(redeliver: Redelivered) {
  return {
    claim: undefined,
    succeed: undefined,
    retry: undefined,
    die: undefined,
    cancel: undefined,
    redeliver,
  } as const
}

/**
 * The state after a move. The answer is known to the types: an illegal move does not compile if a state is needed.
 * @returns `undefined` if the move is illegal in that state
 */
export function moveDelivery<State extends DeliveryState, Move extends DeliveryMove>(
  state: State,
  move: Move,
): (typeof moves)[State][Move] {
  return moves[state][move]
}

/** What becomes of a delivery after an attempt. */
export type AfterAttempt =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'retry'; readonly dueAt: number; readonly countsAsFailure: boolean }
  | { readonly kind: 'dead'; readonly reason: DeadReason }

export interface AttemptFacts {
  readonly diagnosis: Diagnosis
  /** Epoch milliseconds at which the attempt ended. */
  readonly endedAt: number
  /** Failures of this delivery that were charged to the webhook before this attempt. */
  readonly failuresBefore: number
  readonly retrySeconds: readonly number[]
  /** The answer's `Retry-After` in milliseconds from `endedAt`, when it had one that makes sense. */
  readonly retryAfterMs: number | undefined
  /** A number from 0 (inclusive) to 1 (exclusive), for the jitter. */
  readonly random: number
}

/** A receiver cannot park a delivery for longer than this with `Retry-After`. */
const longestRetryAfterMs = 86_400_000

/** How far a retry may move either way, so that a thousand deliveries that failed together do not return together. */
const jitter = 0.2

/** How soon an attempt that failed through our own trouble is made again. It uses up none of the webhook's retries. */
const ownTroubleRetryMs = 1000

/**
 * Decides what becomes of a delivery after an attempt.
 * A receiver that answers 410 says the address is gone for good: no retry. Trouble of our own (`ours`) is never
 * counted against the webhook. `Retry-After` may only lengthen a pause, never shorten it.
 */
export function decideAfterAttempt(facts: AttemptFacts): AfterAttempt {
  const { diagnosis, endedAt, failuresBefore, retrySeconds } = facts
  switch (diagnosis.symptom) {
    case 'none':
      return { kind: 'succeeded' }
    case 'ours':
      return { kind: 'retry', dueAt: endedAt + ownTroubleRetryMs, countsAsFailure: false }
    case 'times_out':
    case 'access_denied':
    case 'https_certificate_error':
    case 'https_mutual_authentication_error':
    case 'http_code_not_200':
    case 'response_not_json': {
      if (diagnosis.detail === 'status_410') return { kind: 'dead', reason: 'gone' }
      const pause = retrySeconds[failuresBefore]
      if (pause === undefined) {
        return { kind: 'dead', reason: retrySeconds.length === 0 ? 'no_retry' : 'retries_exhausted' }
      }
      const scheduled = pause * 1000 * (1 - jitter + 2 * jitter * facts.random)
      const asked = Math.min(facts.retryAfterMs ?? 0, longestRetryAfterMs)
      return { kind: 'retry', dueAt: endedAt + Math.round(Math.max(scheduled, asked)), countsAsFailure: true }
    }
    default:
      return assertNever(diagnosis.symptom)
  }
}

/**
 * Reads a `Retry-After` header: whole seconds or an HTTP date.
 * @param value the header's value as it came
 * @param now epoch milliseconds
 * @returns milliseconds from now, or `undefined` if the value is nonsense or in the past
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000
  const at = parseHttpDate(text)
  return at === undefined || at <= now ? undefined : at - now
}
