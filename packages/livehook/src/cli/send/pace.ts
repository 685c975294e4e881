// So many a second, over every second: what comes late is not made up for by a burst.

import { setTimeout as sleep } from 'node:timers/promises'

/** Time, handed in so that a test can count what is sent in each second of it. */
export interface Clock {
  /** Milliseconds of any clock that does not go back. */
  readonly now: () => number
  /** Ends early, without an error, if it is stopped. */
  readonly sleep: (ms: number, stop: AbortSignal) => Promise<void>
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
}

export interface Pace {
  readonly times: number
  /** Starts a second; none: each waits for the one before it. */
  readonly rate: number | undefined
  readonly stop: AbortSignal
}

/**
 * Runs the work so many times. With a rate the starts keep to it, whatever the answers take.
 * @returns what each of them returned, in the order of their starts; fewer if it was stopped
 */
export async function runPaced<Result>(
  { times, rate, stop }: Pace,
  work: (index: number) => Promise<Result>,
  clock = realClock,
): Promise<readonly Result[]> {
  const results: Promise<Result>[] = []
  let due = clock.now()
  for (let index = 0; index < times && !stop.aborted; index += 1) {
    if (rate !== undefined) {
      const wait = due - clock.now()
      if (wait > 0) await clock.sleep(wait, stop)
      if (stop.aborted) break
      due = Math.max(due, clock.now()) + 1000 / rate
    }
    const result = work(index)
    // Waiting for all of them reports a failure; until then it must not end the process.
    result.catch(() => undefined)
    results.push(result)
    if (rate === undefined) await result
  }
  return Promise.all(results)
}

export interface Pacer {
  /**
   * Waits until at least one may be sent now. Those who wait get their turn one after the other.
   * @returns how many of those that are wanted may be sent; 0 if it was stopped
   */
  take(wanted: number, stop: AbortSignal): Promise<number>
}

/** Evenly enough: no tenth of a second gets more than its share of the second. */
const tenthMs = 100
const secondMs = 1000

/** @param rate how many in any second; no limit if it is left out */
export function createPacer(rate: number | undefined, clock: Clock): Pacer {
  if (rate === undefined) return { take: async (wanted) => wanted }
  const windows = [
    { ms: tenthMs, most: Math.ceil(rate / (secondMs / tenthMs)) },
    { ms: secondMs, most: rate },
  ]
  let sent: { readonly at: number; readonly count: number }[] = []
  let turn: Promise<unknown> = Promise.resolve()
  const within = (ms: number, now: number) => sent.filter(({ at }) => at > now - ms)
  const taken = async (wanted: number, stop: AbortSignal): Promise<number> => {
    for (; !stop.aborted;) {
      const now = clock.now()
      sent = within(secondMs, now)
      const free = windows.map(({ ms, most }) => most - sum(within(ms, now).map(({ count }) => count)))
      const count = Math.min(wanted, ...free)
      if (count > 0) {
        sent.push({ at: now, count })
        return count
      }
      const full = windows.filter((_, index) => (free[index] ?? 0) <= 0)
      const waits = full.map(({ ms }) => (within(ms, now)[0]?.at ?? now) + ms - now)
      await clock.sleep(Math.max(1, ...waits), stop)
    }
    return 0
  }
  return {
    take(wanted, stop) {
      const mine = turn.then(() => taken(wanted, stop))
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
