// After a standstill of our own (a starved machine, a stopped process) the requests that waited through it are turned away: their
// senders have given up or come again, and a pile taken in late would only make the next ones late too. Asks are not turned away:
// they are answered by their deadline.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Log } from '../../observe/log.ts'

export interface StallWatch {
  /**
   * For a request that hands something in.
   * @throws ServiceError `overloaded` if the request waited through a standstill
   */
  requireAwake(): void
  stop(): void
}

/** Milliseconds between two looks at the clock. */
const tickMs = 250
/** Milliseconds; a shorter standstill is no one's business: what waited is taken. */
const maxStallMs = 1500

/** @param deps.monotonic milliseconds of a clock that no one sets */
export function createStallWatch(deps: { readonly monotonic: () => number; readonly log: Log }): StallWatch {
  let lookedAt = deps.monotonic()
  /** What waited is read in the turns after a standstill, not all of it in the first. */
  let stalledUntil = 0
  const overdue = (): number => deps.monotonic() - lookedAt - tickMs
  const timer = setInterval(() => {
    const stood = overdue()
    lookedAt = deps.monotonic()
    if (stood <= maxStallMs) return
    stalledUntil = lookedAt + tickMs
    deps.log.warn({ milliseconds: Math.round(stood) }, 'the service stood still; is the machine short of CPU time?')
  }, tickMs)
  timer.unref()
  return {
    requireAwake() {
      if (overdue() <= maxStallMs && deps.monotonic() >= stalledUntil) return
      const why = 'The service stood still while this request waited. Nothing of it was kept: send it again.'
      throw new ServiceError('overloaded', why, { retryAfterSeconds: 1 })
    },
    stop: () => clearInterval(timer),
  }
}
