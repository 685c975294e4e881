// So many times, so many a second.

import { setTimeout as sleep } from 'node:timers/promises'

export interface Pace {
  readonly times: number
  /** Starts a second; none: each waits for the one before it. */
  readonly rate: number | undefined
  readonly stop: AbortSignal
}

/**
 * Runs the work so many times. With a rate the starts keep to it, whatever the answers take; a start that comes late is made
 * up for.
 * @returns what each of them returned, in the order of their starts; fewer where it was stopped
 */
export async function runPaced<Result>(
  { times, rate, stop }: Pace,
  work: (index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Promise<Result>[] = []
  const startedAt = performance.now()
  for (let index = 0; index < times && !stop.aborted; index += 1) {
    if (rate !== undefined) {
      const wait = startedAt + (index * 1000) / rate - performance.now()
      if (wait > 0) await sleep(wait, undefined, { signal: stop }).catch(() => undefined)
      if (stop.aborted) break
    }
    const result = work(index)
    // Who waits for all of them hears of a failure; until then it must not end the process.
    result.catch(() => undefined)
    results.push(result)
    if (rate === undefined) await result
  }
  return Promise.all(results)
}
