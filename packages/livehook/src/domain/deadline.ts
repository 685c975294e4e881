// A deadline that several parts share: each asks how much is left, so that a stop takes as long as its grace and no longer,
// however many parts there are.

export interface Deadline {
  /** Milliseconds until then, 0 once it has passed. Goes by the process's own clock, which no one can set. */
  readonly remainingMs: number
}

/**
 * A deadline so long from now.
 * @param ms milliseconds; `Infinity` for a deadline that never comes
 * @param monotonic milliseconds of a clock that only ever goes on
 */
export function createDeadline(ms: number, monotonic: () => number): Deadline {
  const at = monotonic() + ms
  return {
    get remainingMs() {
      return Math.max(0, at - monotonic())
    },
  }
}
