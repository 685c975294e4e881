// A lane per webhook: how much is on the wire, and whether the store holds work that is due. Bounded whatever the
// backlog, because a lane holds numbers and never the deliveries that wait (I6).

import type { Webhook } from '../domain/webhook.ts'

export interface Lane {
  readonly webhookId: string
  /** Attempts on the wire, and places kept for deliveries that are being leased. */
  inFlight: number
  /** When the store's next pending delivery of this webhook is due, as far as we know; `Infinity` for none. */
  dueAt: number
}

export interface Lanes {
  of(webhookId: string): Lane
  all(): Iterable<Lane>
  drop(webhookId: string): void
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  return {
    of(webhookId) {
      let lane = lanes.get(webhookId)
      if (lane === undefined) {
        lane = { webhookId, inFlight: 0, dueAt: Number.POSITIVE_INFINITY }
        lanes.set(webhookId, lane)
      }
      return lane
    },
    all: () => lanes.values(),
    drop: (webhookId) => lanes.delete(webhookId),
  }
}

/** How many more attempts may start now. */
export function freePlaces(lane: Lane, webhook: Webhook): number {
  return webhook.paused || !webhook.enabled ? 0 : Math.max(0, webhook.maxInFlight - lane.inFlight)
}

/**
 * Whether a fresh delivery may be leased by the commit that accepts it: there is room, and nothing older waits in the
 * store that would then be overtaken for ever.
 */
export function takesFresh(lane: Lane, webhook: Webhook, now: number): boolean {
  return freePlaces(lane, webhook) > 0 && lane.dueAt > now
}
