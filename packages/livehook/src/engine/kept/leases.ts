// Named leases: work that one process at a time does, of all that share a store. If there is one process it always may.
//
// State: until when this process holds which lease; the store has the truth.

import type { ChangeStore } from '../../store/port/changes.ts'

export type LeaseName = 'retention' | 'switch-off' | 'rotation-ends' | 'redelivery-jobs'

export interface Leases {
  /**
   * Whether this process may do the work now. A lease is kept by asking again, and runs out where its owner does not.
   * @throws StoreError if the store does not answer: then no one may
   */
  holds(name: LeaseName): Promise<boolean>
  /** Gives everything back, so that others need not wait. */
  release(): Promise<void>
}

export interface LeasesDeps {
  readonly store: Pick<ChangeStore, 'takeLease' | 'releaseLeases'>
  /** This process, and no other before or after it. */
  readonly owner: string
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** For how long no one does the work of a process that is lost. */
export const leaseMs = 15_000

export function createLeases({ store, owner, now }: LeasesDeps): Leases {
  const heldUntil = new Map<LeaseName, number>()
  let isReleased = false
  return {
    async holds(name) {
      if (isReleased) return false
      const at = now()
      const leftMs = (heldUntil.get(name) ?? 0) - at
      // Half of it is left for the work that begins now. More than all of it: the clock was set back.
      if (leftMs > leaseMs / 2 && leftMs <= leaseMs) return true
      heldUntil.delete(name)
      if (!(await store.takeLease({ name, owner, until: at + leaseMs }, at))) return false
      heldUntil.set(name, at + leaseMs)
      return true
    },
    async release() {
      isReleased = true
      heldUntil.clear()
      await store.releaseLeases(owner)
    },
  }
}
