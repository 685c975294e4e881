// Work in slices: what one turn of the event loop may spend on events that are handed in, all requests together. What does not
// fit waits for a later turn, in the order of asking, so that asks with a deadline, attempts and timers get theirs in between.

export interface Turns {
  /**
   * Asks for a share of this turn.
   * @param units what the work will cost, in bytes that are read
   * @returns `undefined` if it may be done now, otherwise a promise that resolves in the turn that has room
   */
  take(units: number): Promise<void> | undefined
  /** Charges this turn for work that was done already, where only doing it told what it costs. */
  spend(units: number): void
  /** How many turns were waited for since the start. */
  readonly waited: number
}

/** Reading and checking this much takes some 10 ms at worst: small values, a schema. */
const unitsPerTurn = 262_144

/** What the smallest event costs beside its bytes. */
const leastUnits = 512

/** @param nextTurn calls back in the next turn of the event loop, after what came in meanwhile was looked at */
export function createTurns(nextTurn: (run: () => void) => void = setImmediate): Turns {
  const waiting: { readonly units: number; readonly go: () => void }[] = []
  let left = unitsPerTurn
  let isScheduled = false
  let waited = 0
  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    nextTurn(begin)
  }
  const begin = (): void => {
    isScheduled = false
    left = unitsPerTurn
    if (waiting.length > 0) waited += 1
    while (left > 0) {
      const next = waiting.shift()
      if (next === undefined) return
      left -= next.units
      schedule()
      next.go()
    }
  }
  return {
    take(units) {
      const cost = Math.max(units, leastUnits)
      schedule()
      if (waiting.length === 0 && left > 0) {
        left -= cost
        return undefined
      }
      return new Promise((go) => void waiting.push({ units: cost, go }))
    },
    spend(units) {
      schedule()
      left -= units
    },
    get waited() {
      return waited
    },
  }
}
