// A lane per webhook: how much is on the wire, how fast it may go, whether the receiver answers at all, and whether the
// store holds work that is due. Bounded whatever the backlog, because a lane holds numbers and never the deliveries that
// wait (I6).

import type { Breaker, Finding } from '../domain/breaker.ts'
import { afterAttempt, afterStart, allowedInFlight, closedBreaker } from '../domain/breaker.ts'
import type { Bucket } from '../domain/rate-limit.ts'
import { available, fill, fullBucket, take, waitMs } from '../domain/rate-limit.ts'
import type { Webhook } from '../domain/webhook.ts'

export interface Lane {
  readonly webhookId: string
  /** When the store's next pending delivery of this webhook is due, as far as we know; `Infinity` for none. */
  readonly dueAt: number
  readonly breaker: Breaker

  /** Work is due then, or already. */
  expect(at: number): void
  /** What is due is unknown from now on: the store is being asked. */
  expectNothing(): void
  /** How many attempts may start now. */
  free(webhook: Webhook, now: number): number
  /** Whether only the end of an attempt can make room. */
  isFull(webhook: Webhook, now: number): boolean
  /** When an attempt may start at the soonest, as far as rate and breaker go. */
  opensAt(webhook: Webhook, now: number): number
  /** Keeps places for attempts that are about to start. */
  reserve(count: number, webhook: Webhook, now: number): void
  /** Gives places back that were not needed. */
  giveBack(count: number): void
  /** An attempt has ended. */
  ended(finding: Finding, now: number): void
}

export interface Lanes {
  of(webhookId: string): Lane
  /** The lanes that expect work, now or later: looking for it costs nothing for all the others. */
  expecting(): Iterable<Lane>
  drop(webhookId: string): void
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  const expecting = new Set<Lane>()
  return {
    of(webhookId) {
      let lane = lanes.get(webhookId)
      if (lane === undefined) {
        lane = createLane(webhookId, expecting)
        lanes.set(webhookId, lane)
      }
      return lane
    },
    expecting: () => expecting,
    drop(webhookId) {
      const lane = lanes.get(webhookId)
      if (lane !== undefined) expecting.delete(lane)
      lanes.delete(webhookId)
    },
  }
}

function createLane(webhookId: string, expecting: Set<Lane>): Lane {
  let dueAt = Number.POSITIVE_INFINITY
  let inFlight = 0
  let breaker = closedBreaker
  let bucket: Bucket | undefined

  /** The bucket as it is now; a webhook without a rate has none. */
  const filled = ({ ratePerSecond }: Webhook, now: number): Bucket | undefined => {
    if (ratePerSecond === null) bucket = undefined
    else bucket = bucket === undefined ? fullBucket(ratePerSecond, now) : fill(bucket, ratePerSecond, now)
    return bucket
  }

  const lane: Lane = {
    webhookId,
    get dueAt() {
      return dueAt
    },
    get breaker() {
      return breaker
    },
    expect(at) {
      dueAt = Math.min(dueAt, at)
      if (dueAt < Number.POSITIVE_INFINITY) expecting.add(lane)
    },
    expectNothing() {
      dueAt = Number.POSITIVE_INFINITY
      expecting.delete(lane)
    },
    free(webhook, now) {
      if (webhook.paused || !webhook.enabled) return 0
      const places = Math.min(webhook.maxInFlight, allowedInFlight(breaker, now)) - inFlight
      const left = filled(webhook, now)
      return Math.max(0, left === undefined ? places : Math.min(places, available(left)))
    },
    // An open breaker lets one through when its pause is over; what is still on the wire then comes first.
    isFull: (webhook, now) => inFlight >= Math.max(1, Math.min(webhook.maxInFlight, allowedInFlight(breaker, now))),
    opensAt(webhook, now) {
      if (webhook.paused || !webhook.enabled) return Number.POSITIVE_INFINITY
      const atBreaker = breaker.kind === 'open' ? breaker.until : now
      const left = filled(webhook, now)
      return Math.max(atBreaker, left === undefined ? now : now + waitMs(left, webhook.ratePerSecond ?? 0))
    },
    reserve(count, webhook, now) {
      inFlight += count
      breaker = afterStart(breaker, now)
      const left = filled(webhook, now)
      if (left !== undefined) bucket = take(left, count)
    },
    giveBack(count) {
      inFlight -= count
      if (bucket !== undefined) bucket = take(bucket, -count)
      // The attempt that should have found out was never made: the next one may.
      if (breaker.kind === 'half-open' && inFlight === 0) {
        breaker = { kind: 'open', until: 0, pauseMs: breaker.pauseMs }
      }
    },
    ended(finding, now) {
      inFlight -= 1
      breaker = afterAttempt(breaker, finding, now)
    },
  }
  return lane
}

/**
 * Whether a fresh delivery may be leased by the commit that accepts it: there is room, and nothing waits in the store
 * that would then be overtaken for ever.
 */
export function takesFresh(lane: Lane, webhook: Webhook, now: number): boolean {
  return lane.dueAt > now && lane.free(webhook, now) > 0
}
