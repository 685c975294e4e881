// What every store does about due times after the wall clock was set back.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/port/port.ts'
import type { StorePlace } from './places.ts'
import { acceptOne, claimAll, registerWebhook, sampleFailure, someTime } from './samples.ts'

const hour = 3_600_000

export function dueTimesSuite(title: string, createPlace: () => Promise<StorePlace>): void {
  describe(`${title} corrects due times after the clock was set back`, () => {
    let place: StorePlace
    let store: Store
    beforeEach(async () => {
      place = await createPlace()
      store = await place.open()
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    /** A delivery that failed and is tried again after a pause. */
    const failed = async (pauseMs: number): Promise<string> => {
      const webhook = await registerWebhook(store)
      const deliveryId = await acceptOne(store, webhook)
      await claimAll(store, webhook)
      const attempt = { ...sampleFailure(), startedAt: someTime, durationMs: 20 }
      const move = { kind: 'pending', dueAt: someTime + 20 + pauseMs, failures: 1 } as const
      await store.settle([{ deliveryId, attempt, move }], someTime + 20)
      return deliveryId
    }
    const dueAt = async (deliveryId: string): Promise<number | null | undefined> =>
      (await store.getDelivery(deliveryId))?.dueAt

    it('is due that much earlier, if it is known by how much', async () => {
      const deliveryId = await failed(30_000)
      const now = someTime + 1000 - hour
      expect(await store.correctDueTimes({ now, setBackMs: -hour })).toBe(1)
      expect(await dueAt(deliveryId)).toBe(someTime + 30_020 - hour)
    })

    it('is due now and not before, if it would have been due already', async () => {
      const deliveryId = await failed(30_000)
      expect(await store.correctDueTimes({ now: someTime, setBackMs: -hour })).toBe(1)
      expect(await dueAt(deliveryId)).toBe(someTime)
    })

    it('finds out by itself at a start: a pause after an attempt that ended in the future begins now', async () => {
      const deliveryId = await failed(30_000)
      const now = someTime - hour
      expect(await store.correctDueTimes({ now, setBackMs: null })).toBe(1)
      expect(await dueAt(deliveryId)).toBe(now + 30_000)
    })

    it('lets a first attempt wait for no future at all', async () => {
      const webhook = await registerWebhook(store)
      const deliveryId = await acceptOne(store, webhook)
      const now = someTime - hour
      expect(await store.correctDueTimes({ now, setBackMs: null })).toBe(1)
      expect(await dueAt(deliveryId)).toBe(now)
      expect(await claimAll(store, webhook, now)).toHaveLength(1)
    })

    it('leaves everything as it is where the clock just went on', async () => {
      const deliveryId = await failed(12 * hour)
      expect(await store.correctDueTimes({ now: someTime + 5000, setBackMs: null })).toBe(0)
      expect(await dueAt(deliveryId)).toBe(someTime + 20 + 12 * hour)
    })
  })
}
