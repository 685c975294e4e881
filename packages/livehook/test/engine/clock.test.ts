// The wall clock is set while we run: what waits goes by the process's own clock, and what is due is looked at again.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAskGates } from '../../src/engine/ask/exchange.ts'
import { createMemoryStore } from './memory-store.ts'
import { simulate } from './simulation.ts'
import { openDelivererWorld, testWebhook, useVirtualTime } from './world.ts'

beforeEach(useVirtualTime)
afterEach(() => {
  vi.useRealTimers()
})

const hour = 3_600_000

test('a retry is due by its schedule although the clock was set back by an hour', async () => {
  const world = await openDelivererWorld()
  await world.deliverer.start()
  world.answer = 'refuse'
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(100)
  world.clockOffMs = -hour
  world.answer = 200
  await vi.advanceTimersByTimeAsync(7000)
  expect(world.states()).toEqual({ succeeded: 1 })
  expect(world.logged.join()).toContain('the wall clock was set')
  expect(world.deliverer.clockJump).toEqual({ at: expect.any(Number), byMs: -hour })
})

test('an open breaker finds out by its pause although the clock was set back by an hour', async () => {
  const world = await openDelivererWorld()
  await world.deliverer.start()
  world.answer = 'refuse'
  await world.deliverer.accept(Array.from({ length: 30 }, () => world.event()))
  await vi.advanceTimersByTimeAsync(1000)
  expect(world.deliverer.breakerOf('wh_1')).toBe('open')
  world.clockOffMs = -hour
  world.answer = 200
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.states()).toEqual({ succeeded: 30 })
})

test('a webhook with a rate goes on at its rate, whichever way the clock is set', async () => {
  const webhooks = [{ ...testWebhook, ratePerSecond: 10, maxInFlight: 64 }]
  const world = await openDelivererWorld({ webhooks })
  await world.deliverer.start()
  await world.deliverer.accept(Array.from({ length: 300 }, () => world.event()))
  for (const off of [-hour, hour, 0, -hour]) {
    await vi.advanceTimersByTimeAsync(5000)
    world.clockOffMs = off
  }
  await vi.advanceTimersByTimeAsync(20_000)
  expect(world.states()).toEqual({ succeeded: 300 })
  const most = Math.max(...world.requests.map((at) => world.requests.filter((x) => x >= at && x < at + 1000).length))
  expect(most).toBeLessThanOrEqual(11)
})

test('retries that a clock set forward makes due all at once go through the lane as ever', async () => {
  const webhooks = [{ ...testWebhook, retrySeconds: [1800], maxInFlight: 4 }]
  const world = await openDelivererWorld({ webhooks })
  await world.deliverer.start()
  world.answer = 422
  await world.deliverer.accept(Array.from({ length: 200 }, () => world.event()))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(world.states()).toEqual({ pending: 200 })
  world.answer = 200
  world.answerAfterMs = 100
  const before = world.requests.length
  world.clockOffMs = hour
  await vi.advanceTimersByTimeAsync(30_000)
  expect(world.states()).toEqual({ succeeded: 200 })
  const retries = world.requests.slice(before)
  const most = Math.max(...retries.map((at) => retries.filter((x) => x >= at && x < at + 100).length))
  expect(most).toBeLessThanOrEqual(4)
})

test('a clock set forward takes no lease back from an attempt that is on its way', async () => {
  const world = await openDelivererWorld({ webhooks: [{ ...testWebhook, timeoutMs: 30_000 }] })
  await world.deliverer.start()
  world.answerAfterMs = 25_000
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(1000)
  world.clockOffMs = hour
  await vi.advanceTimersByTimeAsync(40_000)
  expect(world.requests).toHaveLength(1)
  expect(world.states()).toEqual({ succeeded: 1 })
})

test('a store that is away when the clock is set back corrects what is due once it is there', async () => {
  let away = false
  const world = await openDelivererWorld({
    store: (memory) => ({
      ...memory,
      async correctDueTimes(order) {
        if (away) throw new Error('away')
        return memory.correctDueTimes(order)
      },
    }),
  })
  await world.deliverer.start()
  world.answer = 'refuse'
  await world.deliverer.accept([world.event()])
  await vi.advanceTimersByTimeAsync(100)
  away = true
  world.clockOffMs = -hour
  world.answer = 200
  await vi.advanceTimersByTimeAsync(20_000)
  away = false
  await vi.advanceTimersByTimeAsync(2000)
  expect(world.states()).toEqual({ succeeded: 1 })
})

test('an ask waits for its breaker by the clock that it is handed, from pause to pause', () => {
  const gate = createAskGates().of('wh_1', 'url')
  for (let n = 0; n < 10; n += 1) {
    expect(gate.enter(1000)).toBe('entered')
    gate.leave('does_not_answer', 1000)
  }
  expect(gate.enter(5999)).toBe('breaker_open')
  expect(gate.enter(6000)).toBe('entered')
})

test(
  'worlds whose clock jumps both ways, drop calls and processes, keep every promise (I1, I2, I3, I6)',
  { timeout: 180_000 },
  async () => {
    vi.useRealTimers()
    for (let seed = 1; seed <= 25; seed += 1) {
      const ending = seed % 2 === 0 ? 'same process' : 'new process'
      const options = {
        events: 60,
        kills: 2,
        storeFaults: 0.05,
        receiverFaults: 0.3,
        clockJumps: 8,
        ending,
        seed,
      } as const
      const { lost, falseSuccesses, unfinished, duplicates, inFlightAtKills, mostBeyondLimit } = await simulate(options)
      expect({ seed, lost, falseSuccesses, unfinished }).toEqual({ seed, lost: [], falseSuccesses: [], unfinished: [] })
      expect(duplicates, `duplicates with seed ${seed}`).toBeLessThanOrEqual(inFlightAtKills)
      expect(mostBeyondLimit, `on the wire with seed ${seed}`).toBeLessThanOrEqual(0)
    }
  },
)

test('the memory store keeps its line in order when due times are corrected', async () => {
  const memory = createMemoryStore()
  const event = { sdkAppId: 1, command: 'x', clientIp: '', optPlatform: '', body: new Uint8Array() }
  await memory.accept(
    [9000, 5000, 7000].map((acceptedAt) => ({ ...event, acceptedAt, deliveries: [{ webhookId: 'w' }] })),
  )
  expect(await memory.correctDueTimes({ now: 1000, setBackMs: -3000 })).toBe(3)
  const claimed = await memory.claim([{ webhookId: 'w', limit: 3 }], { now: 9000, leaseUntil: 0 })
  expect(claimed.map(({ acceptedAt }) => acceptedAt)).toEqual([5000, 7000, 9000])
})
