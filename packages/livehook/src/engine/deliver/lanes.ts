// The lanes of all webhooks, and which of them there is something to look at.

import { Lane } from './lane.ts'

export interface Lanes {
  of(webhookId: string): Lane
  /** The lanes that expect work, now or later: looking for it costs nothing for all the others. */
  expecting(): Iterable<Lane>
  /** A webhook is gone. */
  drop(webhookId: string): void
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  const expecting = new Set<Lane>()
  const note = (lane: Lane): void => {
    if (lane.isExpecting) expecting.add(lane)
    else expecting.delete(lane)
  }
  return {
    of(webhookId) {
      let lane = lanes.get(webhookId)
      if (lane === undefined) {
        lane = new Lane(webhookId, note)
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
