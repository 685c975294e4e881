// Whatever fails and whichever process is lost, in many simulated worlds: nothing that was accepted disappears, nothing is
// recorded as delivered that was not, and nothing is doubled beyond what was in flight (I1, I2, I3, I6).

import { describe, expect, test } from 'vitest'
import type { DeliveryStore } from '../../src/engine/deliver/deliver.ts'
import { volume } from '../support/volume.ts'
import { simulate } from './simulation.ts'

const seeds = volume(40, 200)

const options = { events: 60, kills: 3, storeFaults: 0.05, receiverFaults: 0.3 }

describe('the engine', () => {
  test(`keeps its promises over ${seeds} seeds of random faults and lost processes`, { timeout: 180_000 }, async () => {
    let accepted = 0
    for (let seed = 1; seed <= seeds; seed += 1) {
      const report = await simulate({ ...options, seed })
      const { lost, falseSuccesses, unfinished, duplicates, inFlightAtKills, mostBeyondLimit } = report
      expect({ seed, lost, falseSuccesses, unfinished }).toEqual({ seed, lost: [], falseSuccesses: [], unfinished: [] })
      expect(duplicates, `duplicates with seed ${seed}`).toBeLessThanOrEqual(inFlightAtKills)
      expect(mostBeyondLimit, `on the wire with seed ${seed}`).toBeLessThanOrEqual(0)
      accepted += report.accepted
    }
    expect(accepted).toBeGreaterThan(seeds * 40)
  })
})

test(
  `what waits is delivered by the same process once the trouble is over, over ${seeds} seeds (I2, I11)`,
  { timeout: 180_000 },
  async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { unfinished, lost } = await simulate({ ...options, storeFaults: 0.2, ending: 'same process', seed })
      expect({ seed, lost, unfinished }).toEqual({ seed, lost: [], unfinished: [] })
    }
  },
)

describe('the check notices', () => {
  const oneIn = (mutate: (store: DeliveryStore) => DeliveryStore) => simulate({ ...options, seed: 7, mutate })

  test('a store that drops a delivery it handed out', async () => {
    let dropped = false
    const report = await oneIn((store) => ({
      ...store,
      async claim(wanted, times) {
        const claimed = await store.claim(wanted, times)
        if (dropped || claimed.length === 0) return claimed
        dropped = true
        await store.settle([{ deliveryId: claimed[0]?.deliveryId ?? '', move: { kind: 'succeeded' } }], times.now)
        return claimed.slice(1)
      },
    }))
    expect([...report.lost, ...report.falseSuccesses]).not.toEqual([])
  })

  test('an engine that records a failed attempt as a success', async () => {
    let lied = 0
    const report = await oneIn((store) => ({
      ...store,
      settle(batch, now) {
        const lie = batch.map((each) => {
          if (each.attempt?.symptom !== 'access_denied' || each.attempt.detail !== 'connection_refused') return each
          lied += 1
          return { ...each, move: { kind: 'succeeded' } as const }
        })
        return store.settle(lie, now)
      },
    }))
    expect(lied).toBeGreaterThan(0)
    expect(report.falseSuccesses).not.toEqual([])
  })

  test('a claim that hands out the same delivery twice', async () => {
    const report = await simulate({
      ...options,
      seed: 7,
      kills: 0,
      receiverFaults: 0,
      mutate: (store) => ({
        ...store,
        async claim(wanted, times) {
          const claimed = await store.claim(wanted, times)
          return claimed.length === 1 ? [...claimed, ...claimed] : claimed
        },
      }),
    })
    expect(report.duplicates).toBeGreaterThan(report.inFlightAtKills)
  })

  test('a store that forgets an event it has acknowledged', async () => {
    let forgotten = false
    const report = await oneIn((store) => ({
      ...store,
      async accept(batch) {
        // One that waits in the store: a leased one would be sent from memory all the same.
        const waits = batch.some(({ deliveries }) => deliveries.some(({ leaseUntil }) => leaseUntil === undefined))
        if (forgotten || !waits) return store.accept(batch)
        forgotten = true
        return batch.map((request) => ({
          kind: 'accepted' as const,
          eventId: 'evt_0',
          deliveryIds: request.deliveries.map((_, index) => `dlv_0_${index}`),
        }))
      },
    }))
    expect(forgotten).toBe(true)
    expect(report.lost).not.toEqual([])
  })
})
