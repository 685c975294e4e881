// Closing what was opened: in reverse, towards one deadline that all parts share. A part that fails or hangs does not keep the
// others from being closed, and closing twice is closing once.

import type { Deadline } from '../domain/deadline.ts'
import { createDeadline } from '../domain/deadline.ts'
import type { Log } from '../observe/log.ts'

/** Closes one part; what is not done by the deadline is cut off. */
export type Close = (deadline: Deadline) => void | Promise<void>

export interface Closing {
  /** A part was opened. @param name as an operator knows it from the log */
  opened(name: string, close: Close): void
  /**
   * Closes every part, the last one opened first. A second call waits for the first.
   * @throws the error of a part, once all of them were closed; several as a `SuppressedError`
   */
  close(graceMs: number): Promise<void>
}

/** What a part may take that comes to its turn when the deadline has passed: to write down and let go, not to wait. */
const leastMs = 250

export function createClosing({ log }: { readonly log: Pick<Log, 'warn' | 'error'> }): Closing {
  const stack = new AsyncDisposableStack()
  let closing: Promise<void> | undefined
  let deadline = createDeadline(0, monotonic)
  return {
    opened(name, close) {
      stack.defer(async () => {
        try {
          const isDone = await within(Math.max(leastMs, deadline.remainingMs), close(deadline))
          if (!isDone) log.warn({ part: name }, 'stop: a part did not end in time and was left behind')
        } catch (error) {
          log.error({ err: error, part: name }, 'stop: a part failed; the others are stopped all the same')
          throw error
        }
      })
    },
    close(graceMs) {
      if (closing === undefined) {
        deadline = createDeadline(graceMs, monotonic)
        closing = stack.disposeAsync()
      }
      return closing
    },
  }
}

/**
 * Waits for work, but no longer than so many milliseconds.
 * @returns whether it ended in time
 * @throws what the work throws in time
 */
export async function within(ms: number, work: void | Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), ms)
  try {
    return await Promise.race([Promise.resolve(work).then(() => true), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** A deadline so much before another one: what comes afterwards needs time as well. */
export function earlier(deadline: Deadline, ms: number): Deadline {
  return {
    get remainingMs() {
      return Math.max(0, deadline.remainingMs - ms)
    },
  }
}

/** Waits until all have ended, also if one failed. @throws the first error */
export async function allEnded(works: readonly (void | Promise<void>)[]): Promise<void> {
  const failed = (await Promise.allSettled(works.map(async (work) => work))).find(
    (result) => result.status === 'rejected',
  )
  if (failed !== undefined) throw failed.reason
}

export function monotonic(): number {
  return performance.now()
}
