// The gate in front of each URL that is asked: how many asks are on the wire, and whether the receiver answers at all. An ask
// that may not start is answered at once, by policy: nothing ever queues here (I7).

import { afterAsk } from '../../domain/ask/breaker.ts'
import type { Breaker, Finding } from '../../domain/delivery/breaker.ts'
import { afterStart, allowedInFlight, closedBreaker } from '../../domain/delivery/breaker.ts'

/** Bounds sockets and memory where a receiver hangs: the breaker opens long before. */
const maxInFlight = 4096

export interface AskGate {
  readonly breaker: Breaker
  /** Takes a place, or says why there is none. */
  enter(now: number): 'entered' | 'breaker_open' | 'crowded'
  /** Gives the place back. */
  leave(finding: Finding, now: number): void
}

export interface AskGates {
  /** The gate of a webhook's URL, or of the one it tries out. */
  of(webhookId: string, asked: 'url' | 'trial'): AskGate
  /** A webhook is gone, or goes elsewhere: what was learnt is forgotten. */
  drop(webhookId: string): void
}

export function createAskGates(): AskGates {
  const gates = new Map<string, Map<'url' | 'trial', AskGate>>()
  return {
    of(webhookId, asked) {
      let both = gates.get(webhookId)
      if (both === undefined) gates.set(webhookId, (both = new Map()))
      let gate = both.get(asked)
      if (gate === undefined) both.set(asked, (gate = createAskGate()))
      return gate
    },
    drop: (webhookId) => void gates.delete(webhookId),
  }
}

function createAskGate(): AskGate {
  let inFlight = 0
  let breaker = closedBreaker
  return {
    get breaker() {
      return breaker
    },
    enter(now) {
      if (inFlight >= maxInFlight) return 'crowded'
      if (inFlight >= allowedInFlight(breaker, now)) return 'breaker_open'
      breaker = afterStart(breaker, now)
      inFlight += 1
      return 'entered'
    },
    leave(finding, now) {
      inFlight -= 1
      breaker = afterAsk(breaker, finding, now)
    },
  }
}
