// The main flow of one process among several: its leases bear its number, and it settles nothing that another one holds.

import type { Store } from '../../store/port/port.ts'

/** @param owner the number of the process: from 1, another one at each start */
export function withOwner<Flow extends Pick<Store, 'accept' | 'claim' | 'settle'>>(store: Flow, owner: number): Flow {
  return {
    ...store,
    accept: (batch) => store.accept(batch, owner),
    claim: (wanted, times) => store.claim(wanted, { ...times, owner }),
    settle: (batch, now) => store.settle(batch, now, owner),
  }
}
