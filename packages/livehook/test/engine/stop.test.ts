// A stop ends by its deadline, whatever the store and the receivers do (I10).

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StoreError } from '../../src/store/port/errors.ts'
import { openDelivererWorld, useVirtualTime } from './world.ts'

beforeEach(useVirtualTime)
afterEach(() => {
  vi.useRealTimers()
})

/** How long a stop takes, in virtual milliseconds. */
async function durationOf(stop: () => Promise<void>): Promise<number> {
  const from = Date.now()
  let endedAt: number | undefined
  void stop().then(() => (endedAt = Date.now()))
  await vi.advanceTimersByTimeAsync(120_000)
  return (endedAt ?? Number.POSITIVE_INFINITY) - from
}

test('a stop ends within its grace although the store refuses every attempt', async () => {
  const world = await openDelivererWorld({
    store: (memory) => ({
      ...memory,
      settle: () => Promise.reject(new StoreError('store_unavailable', 'disk full')),
    }),
  })
  await world.deliverer.start()
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(3000)
  expect(await durationOf(() => world.stop(1000))).toBeLessThanOrEqual(1000)
})

test('a stop ends within its grace although the store answers nothing any more', async () => {
  let stuck = false
  const never = new Promise<never>(() => undefined)
  const world = await openDelivererWorld({
    store: (memory) => ({
      ...memory,
      claim: (wanted, times) => (stuck ? never : memory.claim(wanted, times)),
      settle: (batch, now) => (stuck ? never : memory.settle(batch, now)),
      nextDue: () => (stuck ? never : memory.nextDue()),
    }),
  })
  await world.deliverer.start()
  stuck = true
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(6000)
  expect(await durationOf(() => world.stop(1000))).toBeLessThanOrEqual(1250)
  expect(world.logged.join()).toContain('did not take these attempts before the stop')
})

test('an attempt that outlasts the grace is cut off in time to be recorded', async () => {
  const world = await openDelivererWorld()
  await world.deliverer.start()
  world.answerAfterMs = 60_000
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(100)
  expect(await durationOf(() => world.stop(5000))).toBeLessThanOrEqual(5000)
  expect(world.states()).toEqual({ pending: 1 })
})

test('attempts that end within the grace are recorded as they ended', async () => {
  const world = await openDelivererWorld()
  await world.deliverer.start()
  world.answerAfterMs = 2000
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(100)
  await durationOf(() => world.stop(5000))
  expect(world.states()).toEqual({ succeeded: 1 })
})

test('an attempt whose record waits for its next try is recorded at once when a stop begins', async () => {
  let away = true
  const world = await openDelivererWorld({
    store: (memory) => ({
      ...memory,
      async settle(batch, now) {
        if (away) throw new StoreError('store_unavailable', 'away')
        return memory.settle(batch, now)
      },
    }),
  })
  await world.deliverer.start()
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(9000)
  away = false
  expect(await durationOf(() => world.stop(10_000))).toBeLessThanOrEqual(100)
  expect(world.states()).toEqual({ succeeded: 1 })
})
