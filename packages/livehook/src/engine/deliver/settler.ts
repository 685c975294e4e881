// Settling that does not give up: an attempt that was made is recorded (I2), also when the store is away for a while. Only a
// stop sets it a deadline (I10).

import { assert } from '../../domain/assert.ts'
import type { Deadline } from '../../domain/deadline.ts'
import type { Log } from '../../observe/log.ts'
import type { SettleRequest, SettleResult } from '../../store/port/flow.ts'
import type { Store } from '../../store/port/port.ts'

export interface SettlerDeps {
  readonly store: Pick<Store, 'settle'>
  readonly now: () => number
  readonly log: Log
}

export interface Settler {
  /** How many attempts have ended and are not committed yet. */
  readonly waiting: number
  /**
   * Resolves once the attempt is committed.
   * @returns where the delivery is now, as the store says
   */
  settle(request: SettleRequest): Promise<SettleResult>
  /** Tries more often from now on, and not at all after the deadline. */
  hurry(deadline: Deadline): void
}

/** Pauses between tries while the store is away. After the last, the lease runs out and the delivery is tried again. */
const pausesMs = [100, 500, 1000, 2000, 5000, 5000, 5000, 5000, 5000, 5000]
const hurriedPauseMs = 100

export function createSettler(deps: SettlerDeps): Settler {
  let waiting = 0
  let deadline: Deadline | undefined
  /** What waits for its next try. */
  const pauses = new Set<() => void>()

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        pauses.delete(end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      pauses.add(end)
    })

  const settleWithPauses = async (request: SettleRequest): Promise<SettleResult> => {
    for (let tried = 0; ; tried += 1) {
      try {
        const [result] = await deps.store.settle([request], deps.now())
        assert(result !== undefined, 'The store answered fewer requests than it was given.')
        return result
      } catch (error) {
        const pauseMs = deadline === undefined ? pausesMs[tried] : Math.min(hurriedPauseMs, deadline.remainingMs)
        if (pauseMs === undefined || deadline?.remainingMs === 0) throw error
        if (tried === 0) deps.log.warn({ err: error }, 'the store did not take an attempt; trying again')
        await pause(pauseMs)
      }
    }
  }

  return {
    get waiting() {
      return waiting
    },
    async settle(request) {
      waiting += 1
      try {
        return await settleWithPauses(request)
      } finally {
        waiting -= 1
      }
    },
    hurry(by) {
      deadline = by
      for (const end of pauses) end()
    },
  }
}
