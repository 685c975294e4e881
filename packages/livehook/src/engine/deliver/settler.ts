// Settling that does not give up: an attempt that was made is recorded (I2), also when the store is away for a while.

import type { SettleRequest, SettleResult } from '../../store/port/flow.ts'
import { assert } from '../../domain/assert.ts'
import type { Store } from '../../store/port/port.ts'
import type { Log } from '../../observe/log.ts'

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
}

/** Pauses between tries while the store is away. After the last, the lease runs out and the delivery is tried again. */
const pausesMs = [100, 500, 1000, 2000, 5000, 5000, 5000, 5000, 5000, 5000]

export function createSettler(deps: SettlerDeps): Settler {
  let waiting = 0
  return {
    get waiting() {
      return waiting
    },
    async settle(request) {
      waiting += 1
      try {
        return await settleWithPauses(deps, request)
      } finally {
        waiting -= 1
      }
    },
  }
}

async function settleWithPauses(deps: SettlerDeps, request: SettleRequest): Promise<SettleResult> {
  for (let tried = 0; ; tried += 1) {
    try {
      const [result] = await deps.store.settle([request], deps.now())
      assert(result !== undefined, 'The store answered fewer requests than it was given.')
      return result
    } catch (error) {
      const pauseMs = pausesMs[tried]
      if (pauseMs === undefined) throw error
      if (tried === 0) deps.log.warn({ err: error }, 'the store did not take an attempt; trying again')
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
