// What a delivery that waits is waiting for.

import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { Breaker } from '../../domain/delivery/breaker.ts'
import type { Found, Lane } from './lane.ts'

/** Tells times of the process's own clock as epoch milliseconds. */
type WallTime = (at: number) => number

/** How a webhook's breaker is, in times that people read: epoch milliseconds. */
export interface BreakerState {
  readonly kind: Breaker['kind']
  /** Since when the webhook counts as failing; `null` while the breaker is closed. */
  readonly since: number | null
  /** When one attempt finds out; `null` while the breaker is closed, or that attempt is on its way. */
  readonly nextTryAt: number | null
}

export type Waiting =
  | { readonly kind: 'disabled' }
  | { readonly kind: 'paused' }
  /** Its time has not come. */
  | { readonly kind: 'scheduled'; readonly until: number }
  /** Held while the webhook does not answer. */
  | {
      readonly kind: 'breaker_open'
      /** What the last attempt has found; `null` if none was made since the start. */
      readonly finding: Found['diagnosis'] | null
      readonly since: number
      /** `null`: the attempt that finds out is on its way. */
      readonly nextTryAt: number | null
    }
  /** The webhook takes no more per second. */
  | { readonly kind: 'rate'; readonly ratePerSecond: number }
  /** Others go first. */
  | { readonly kind: 'in_line' }

/** The breaker of a lane by the wall clock. */
export function breakerStateOf({ breaker }: Pick<Lane, 'breaker'>, wallTime: WallTime): BreakerState {
  const { kind } = breaker
  if (kind === 'closed') return { kind, since: null, nextTryAt: null }
  return { kind, since: wallTime(breaker.since), nextTryAt: kind === 'open' ? wallTime(breaker.until) : null }
}

/**
 * What a webhook's deliveries wait for.
 * @param times.dueAt when the delivery in question is due, epoch milliseconds
 */
export function waitingOf(
  lane: Lane | undefined,
  webhook: Pick<Webhook, 'enabled' | 'paused' | 'ratePerSecond' | 'maxInFlight'>,
  { dueAt, now, wallTime }: { readonly dueAt: number; readonly now: number; readonly wallTime: WallTime },
): Waiting {
  if (!webhook.enabled) return { kind: 'disabled' }
  if (webhook.paused) return { kind: 'paused' }
  if (dueAt > now) return { kind: 'scheduled', until: dueAt }
  if (lane !== undefined && lane.breaker.kind !== 'closed') {
    const { since, nextTryAt } = breakerStateOf(lane, wallTime)
    return { kind: 'breaker_open', finding: lane.lastFailure ?? null, since: since ?? now, nextTryAt }
  }
  const { ratePerSecond } = webhook
  if (ratePerSecond !== null && lane?.isFull(webhook) !== true) return { kind: 'rate', ratePerSecond }
  return { kind: 'in_line' }
}
