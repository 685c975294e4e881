// Who holds a place on the wire, and for how long.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLanes } from '../../src/engine/deliver/lane.ts'
import { StoreError } from '../../src/store/port/errors.ts'
import { openDelivererWorld, testWebhook, useVirtualTime } from './world.ts'

beforeEach(useVirtualTime)
afterEach(() => {
  vi.useRealTimers()
})

test('what is sent and not recorded is never more than may be in flight: a kill doubles no more than that (I3)', async () => {
  let recorded = 0
  let mostUnrecorded = 0
  const world = await openDelivererWorld({
    webhooks: [{ ...testWebhook, maxInFlight: 8 }],
    store: (memory) => ({
      ...memory,
      async settle(batch, now) {
        // A commit takes longer than an answer of the receiver.
        await new Promise((resolve) => setTimeout(resolve, 40))
        mostUnrecorded = Math.max(mostUnrecorded, world.requests.length - recorded)
        recorded += batch.length
        return memory.settle(batch, now)
      },
    }),
  })
  await world.deliverer.start()
  for (let count = 0; count < 10; count += 1) {
    await world.deliverer.accept(Array.from({ length: 10 }, () => world.event()))
    await vi.advanceTimersByTimeAsync(20)
  }
  await vi.advanceTimersByTimeAsync(10_000)
  expect(world.states()).toEqual({ succeeded: 100 })
  expect(mostUnrecorded).toBe(8)
})

test('a place whose attempt cannot be recorded comes back, and the delivery is made again once its lease ran out', async () => {
  let away = true
  const world = await openDelivererWorld({
    webhooks: [{ ...testWebhook, maxInFlight: 1 }],
    store: (memory) => ({
      ...memory,
      async settle(batch, now) {
        if (away) throw new StoreError('store_unavailable', 'away')
        return memory.settle(batch, now)
      },
    }),
  })
  await world.deliverer.start()
  await world.deliverer.accept([world.event(), world.event()])
  await vi.advanceTimersByTimeAsync(30_000)
  expect(world.requests).toHaveLength(1)
  away = false
  await vi.advanceTimersByTimeAsync(120_000)
  expect(world.states()).toEqual({ succeeded: 2 })
})

test('a lane that was forgotten is not looked at again, whatever still ends there', () => {
  const lanes = createLanes({ monotonic: () => 0 })
  const lane = lanes.of('wh_1')
  lane.expect(5)
  expect([...lanes.expecting()]).toEqual([lane])
  lanes.drop('wh_1')
  lane.expect(7)
  expect([...lanes.expecting()]).toEqual([])
  expect([...lanes.all()]).toEqual([])
})

test('of a webhook that is removed during an attempt no health and no lane come back', async () => {
  const world = await openDelivererWorld()
  await world.deliverer.start()
  world.answer = 'refuse'
  world.answerAfterMs = 1000
  await world.deliverer.accept(Array.from({ length: 3 }, () => world.event()))
  await vi.advanceTimersByTimeAsync(100)
  world.registry.remove('wh_1')
  world.deliverer.forget('wh_1')
  await vi.advanceTimersByTimeAsync(5000)
  expect(world.requests).toHaveLength(3)
  expect(world.health.attemptsOf('wh_1')).toEqual({})
  expect(world.deliverer.withDueWork()).toEqual([])
})

test('what was leased for a webhook that is removed meanwhile is called off, not sent', async () => {
  const world = await openDelivererWorld({
    store: (memory) => ({
      ...memory,
      async accept(batch) {
        const results = await memory.accept(batch)
        world.registry.remove('wh_1')
        world.deliverer.forget('wh_1')
        return results
      },
    }),
  })
  await world.deliverer.start()
  await world.deliverer.accept([world.event(), world.event()])
  await vi.advanceTimersByTimeAsync(1000)
  expect(world.requests).toEqual([])
  expect(world.states()).toEqual({ cancelled: 2 })
})
