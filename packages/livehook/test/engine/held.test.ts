// Deliveries that are held while their webhook does not answer: what is used up, what brings it back, and what is told.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openDelivererWorld, testWebhook, useVirtualTime } from './world.ts'
import type { DelivererWorld } from './world.ts'

beforeEach(useVirtualTime)
afterEach(() => {
  vi.useRealTimers()
})

/** A webhook whose breaker is open, with `held` deliveries waiting behind it. */
async function heldWorld(held = 90, webhook: Partial<typeof testWebhook> = {}): Promise<DelivererWorld> {
  const webhooks = [{ ...testWebhook, retrySeconds: [1800, 3600], maxInFlight: 8, ...webhook }]
  const world = await openDelivererWorld({ webhooks })
  await world.deliverer.start()
  world.answer = 'refuse'
  await world.deliverer.accept(Array.from({ length: held + 10 }, () => world.event()))
  await vi.advanceTimersByTimeAsync(1000)
  expect(world.deliverer.breakerOf('wh_1')).toBe('open')
  return world
}

const attempts = (world: DelivererWorld): number =>
  [...world.memory.deliveries.values()].reduce((sum, delivery) => sum + delivery.attempts, 0)

test('a receiver that is back but refuses with 401 costs the trials and no attempt of what is held', async () => {
  const world = await heldWorld()
  const before = attempts(world)
  world.answer = 401
  await vi.advanceTimersByTimeAsync(60_000)
  // After 5, 10, 20 and 40 seconds, less what had passed.
  expect(attempts(world) - before).toBeLessThanOrEqual(4)
  expect(world.deliverer.breakerOf('wh_1')).toBe('open')
})

test.each([403, 404, 410, 302, 500])('the breaker stays open while the trials are answered with %i', async (status) => {
  const world = await heldWorld()
  world.answer = status
  await vi.advanceTimersByTimeAsync(30_000)
  expect(world.deliverer.breakerOf('wh_1')).toBe('open')
})

test('an answer that refuses the one event closes it: the receiver is well', async () => {
  const world = await heldWorld()
  world.answer = 422
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.deliverer.breakerOf('wh_1')).toBe('closed')
})

describe('another receiver', () => {
  test('gets one attempt at once, and then everything that is due', async () => {
    const world = await heldWorld()
    await vi.advanceTimersByTimeAsync(200_000)
    world.answer = 200
    const before = world.requests.length
    world.deliverer.receiverChanged('wh_1')
    await vi.advanceTimersByTimeAsync(4)
    expect(world.requests.length - before).toBe(1)
    await vi.advanceTimersByTimeAsync(2000)
    expect(world.deliverer.breakerOf('wh_1')).toBe('closed')
  })

  test('is not judged by what the former one still answers, and does not wait for it', async () => {
    const world = await openDelivererWorld({ webhooks: [{ ...testWebhook, maxInFlight: 32, retrySeconds: [1800] }] })
    await world.deliverer.start()
    world.answer = 'refuse'
    world.answerAfterMs = 4000
    await world.deliverer.accept(Array.from({ length: 20 }, () => world.event()))
    await vi.advanceTimersByTimeAsync(100)
    world.deliverer.receiverChanged('wh_1')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(world.deliverer.breakerOf('wh_1')).toBe('closed')
  })
})

describe('trying now', () => {
  test('makes one attempt at once, and then the breaker decides again', async () => {
    const world = await heldWorld()
    const before = world.requests.length
    expect(await world.deliverer.tryNow('wh_1')).toMatchObject({ kind: 'tries' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(world.requests.length - before).toBe(1)
    expect(world.deliverer.breakerOf('wh_1')).toBe('open')
  })

  test('does not wait for a retry that is due much later', async () => {
    const world = await openDelivererWorld({ webhooks: [{ ...testWebhook, retrySeconds: [3600] }] })
    await world.deliverer.start()
    world.answer = 'refuse'
    await world.deliverer.accept([world.event()])
    await vi.advanceTimersByTimeAsync(1000)
    world.answer = 200
    expect(await world.deliverer.tryNow('wh_1')).toMatchObject({ kind: 'tries' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(world.states()).toEqual({ succeeded: 1 })
  })

  test('is taken while the attempt before it has ended and is only to be recorded', async () => {
    let recordingMs = 0
    const world = await openDelivererWorld({
      webhooks: [{ ...testWebhook, retrySeconds: [1800, 3600] }],
      store: (memory) => ({
        ...memory,
        async settle(batch, now) {
          await new Promise((resolve) => setTimeout(resolve, recordingMs))
          return memory.settle(batch, now)
        },
      }),
    })
    await world.deliverer.start()
    world.answer = 'refuse'
    await world.deliverer.accept(Array.from({ length: 30 }, () => world.event()))
    await vi.advanceTimersByTimeAsync(1000)
    recordingMs = 500
    expect(await world.deliverer.tryNow('wh_1')).toMatchObject({ kind: 'tries' })
    await vi.advanceTimersByTimeAsync(100)
    expect(world.deliverer.breakerOf('wh_1')).toBe('open')
    world.answer = 200
    expect(await world.deliverer.tryNow('wh_1')).toMatchObject({ kind: 'tries' })
    await vi.advanceTimersByTimeAsync(2000)
    expect(world.deliverer.breakerOf('wh_1')).toBe('closed')
  })

  test('brings everything back where the attempt is taken', async () => {
    const world = await heldWorld()
    world.answer = 200
    const failed = world.requests.length
    await world.deliverer.tryNow('wh_1')
    await vi.advanceTimersByTimeAsync(3000)
    expect(world.deliverer.breakerOf('wh_1')).toBe('closed')
    expect(world.states()['succeeded']).toBe(100 - failed)
  })

  test('says why not', async () => {
    const world = await openDelivererWorld()
    await world.deliverer.start()
    expect(await world.deliverer.tryNow('wh_1')).toEqual({ kind: 'not_tried', why: 'nothing_waits' })
    for (const [change, why] of [
      [{ paused: true }, 'paused'],
      [{ enabled: false }, 'disabled'],
      [{ ratePerSecond: 0 }, 'rate_is_zero'],
    ] as const) {
      world.registry.put({ ...testWebhook, ...change })
      expect(await world.deliverer.tryNow('wh_1')).toEqual({ kind: 'not_tried', why })
    }
    await expect(world.deliverer.tryNow('wh_2')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('does not send a second attempt after the one that finds out', async () => {
    const world = await heldWorld()
    world.answerAfterMs = 1000
    await world.deliverer.tryNow('wh_1')
    await vi.advanceTimersByTimeAsync(10)
    expect(await world.deliverer.tryNow('wh_1')).toEqual({ kind: 'not_tried', why: 'in_flight' })
  })
})

test('watchers are told when it opens, tries and closes', async () => {
  const world = await openDelivererWorld({ webhooks: [{ ...testWebhook, maxInFlight: 1 }] })
  const told: string[] = []
  world.events.listen((event) => void (event.kind === 'breaker' && told.push(event.breaker)))
  await world.deliverer.start()
  world.answer = 'refuse'
  await world.deliverer.accept(Array.from({ length: 20 }, () => world.event()))
  await vi.advanceTimersByTimeAsync(6000)
  world.answer = 200
  await vi.advanceTimersByTimeAsync(20_000)
  expect(told).toEqual(['open', 'half-open', 'open', 'half-open', 'closed'])
})

describe('what a delivery waits for', () => {
  test('the breaker, with what was found, since when, and when it tries next', async () => {
    const world = await heldWorld()
    const waiting = world.deliverer.waitingFor('wh_1')
    expect(waiting).toMatchObject({
      kind: 'breaker_open',
      finding: { symptom: 'access_denied', detail: 'connection_refused' },
    })
    if (waiting?.kind !== 'breaker_open') throw new Error('expected an open breaker')
    expect(waiting.nextTryAt).toBe(waiting.since + 5000)
    expect(world.deliverer.breakerStateOf('wh_1')).toEqual({
      kind: 'open',
      since: waiting.since,
      nextTryAt: waiting.nextTryAt,
    })
  })

  test('its time, its webhook, its rate, or the others', async () => {
    const world = await openDelivererWorld()
    const { deliverer, registry } = world
    await deliverer.start()
    expect(deliverer.waitingFor('wh_1', Date.now() + 60_000)).toEqual({ kind: 'scheduled', until: Date.now() + 60_000 })
    expect(deliverer.waitingFor('wh_1', Date.now())).toEqual({ kind: 'in_line' })
    registry.put({ ...testWebhook, ratePerSecond: 5 })
    expect(deliverer.waitingFor('wh_1', Date.now())).toEqual({ kind: 'rate', ratePerSecond: 5 })
    registry.put({ ...testWebhook, paused: true })
    expect(deliverer.waitingFor('wh_1', Date.now() + 60_000)).toEqual({ kind: 'paused' })
    registry.put({ ...testWebhook, enabled: false, paused: true })
    expect(deliverer.waitingFor('wh_1', Date.now())).toEqual({ kind: 'disabled' })
    expect(deliverer.waitingFor('wh_2', Date.now())).toBeUndefined()
    expect(deliverer.waitingFor('wh_1')).toBeUndefined()
  })
})
