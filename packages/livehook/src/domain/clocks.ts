// The two clocks. The wall clock is for people, `RequestTime` and due times in the store, and can be set; the process's own
// clock only ever goes on, so everything that waits or lasts is measured by it.

export interface Clocks {
  /** The wall clock: epoch milliseconds. */
  readonly now: () => number
  /** The process's own clock: milliseconds from a point of its own. */
  readonly monotonic: () => number
}

/**
 * A clock for leases: it begins as the wall clock and goes on by the process's own. However the wall clock is set, a lease
 * lasts as long as it was meant to.
 */
export function createLeaseClock({ now, monotonic }: Clocks): () => number {
  const offset = now() - monotonic()
  return () => monotonic() + offset
}

/** More than what adjusts a clock bit by bit moves it between two looks. */
const leastJumpMs = 1000

/** @returns asked from time to time, by how many milliseconds the wall clock was set since; 0 where it just went on */
export function createJumpWatch({ now, monotonic }: Clocks): () => number {
  let offset = now() - monotonic()
  return () => {
    const before = offset
    offset = now() - monotonic()
    const jump = offset - before
    return Math.abs(jump) > leastJumpMs ? Math.round(jump) : 0
  }
}

/** Below this, two readings of the clocks differ by chance. */
const leastDriftMs = 100

/**
 * Tells times of the process's own clock as people read them: epoch milliseconds. The same time is told the same way each time, as
 * long as the wall clock is not set.
 */
export function createWallTime({ now, monotonic }: Clocks): (at: number) => number {
  let offset = now() - monotonic()
  return (at) => {
    const current = now() - monotonic()
    if (Math.abs(current - offset) > leastDriftMs) offset = current
    return Math.round(at + offset)
  }
}
