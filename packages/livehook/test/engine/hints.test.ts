// I11: a wake-up is a hint, and the store is the truth. Whatever the deliverer was not told, and whichever call to the store
// failed, the same process finds out by itself: no restart, no further event, no change of a webhook.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DeliveryStore } from '../../src/engine/deliver/deliver.ts'
import { StoreError } from '../../src/store/port/errors.ts'
import type { MemoryStore } from './memory-store.ts'
import { openDelivererWorld, useVirtualTime } from './world.ts'
import type { DelivererWorld } from './world.ts'

beforeEach(useVirtualTime)
afterEach(() => {
  vi.useRealTimers()
})

const verbs = ['accept', 'claim', 'settle', 'nextDue', 'takeBackLeases'] as const
type Verb = (typeof verbs)[number]

interface Fault {
  readonly verb: Verb
  /** From 1: which call of the verb fails. */
  readonly call: number
  /** Whether the store has done it by then, and only the answer is lost. */
  readonly when: 'before' | 'after'
}

/** The store of a world, with one call that fails. */
function failingOnce(memory: MemoryStore, fault: Fault | undefined, calls: Record<Verb, number>): DeliveryStore {
  const call = async <Result>(verb: Verb, deed: () => Promise<Result>): Promise<Result> => {
    calls[verb] += 1
    const fails = fault !== undefined && fault.verb === verb && fault.call === calls[verb]
    if (fails && fault.when === 'before') throw new StoreError('store_unavailable', 'away')
    const result = await deed()
    if (fails) throw new StoreError('store_unavailable', 'away')
    return result
  }
  return {
    ...memory,
    accept: (batch) => call('accept', () => memory.accept(batch)),
    claim: (wanted, times) => call('claim', () => memory.claim(wanted, times)),
    settle: (batch, now) => call('settle', () => memory.settle(batch, now)),
    nextDue: () => call('nextDue', () => memory.nextDue()),
    takeBackLeases: (before, now) => call('takeBackLeases', () => memory.takeBackLeases(before, now)),
  }
}

const pollMs = 5000
/** A lease whose delivery is not known here any more runs out: the webhook's timeout, the margin, the pause between looks. */
const leaseMs = 5000 + 60_000 + 15_000

/** A quiet system: what waits from the last process, two events that fail first, one retry each, then nothing. */
async function quietDay(fault?: Fault): Promise<{ world: DelivererWorld; calls: Record<Verb, number> }> {
  const calls = { accept: 0, claim: 0, settle: 0, nextDue: 0, takeBackLeases: 0 }
  const world = await openDelivererWorld({ store: (memory) => failingOnce(memory, fault, calls) })
  await world.memory.accept(
    Array.from({ length: 3 }, () => ({ ...world.event(), deliveries: [{ webhookId: 'wh_1' }] })),
  )
  await world.deliverer.start()
  await vi.advanceTimersByTimeAsync(1000)
  world.answer = 'refuse'
  await world.deliverer.accept([world.event()]).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(600)
  await world.deliverer.accept([world.event()]).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(100)
  world.answer = 200
  await vi.advanceTimersByTimeAsync(pollMs + 2000)
  if (fault?.when === 'after' || world.states()['claimed'] !== undefined) await vi.advanceTimersByTimeAsync(leaseMs)
  await Promise.all([world.stop(), vi.advanceTimersByTimeAsync(1000)])
  return { world, calls }
}

const finished = { pending: 0, claimed: 0 }
const unfinished = (world: DelivererWorld) => ({
  pending: world.states()['pending'] ?? 0,
  claimed: world.states()['claimed'] ?? 0,
})

test('a quiet day without trouble delivers everything, and waits for nothing but its retries', async () => {
  const { world } = await quietDay()
  expect(world.states()).toEqual({ succeeded: 5 })
})

describe.each(verbs)('%s fails once, and the same process delivers everything (I2, I11)', (verb) => {
  test.each(['before', 'after'] as const)('%s it was done', async (when) => {
    const { calls } = await quietDay()
    const count = calls[verb]
    expect(count).toBeGreaterThan(0)
    for (let call = 1; call <= count; call += 1) {
      const { world } = await quietDay({ verb, call, when })
      expect({ call, ...unfinished(world) }).toEqual({ call, ...finished })
    }
  })
})

test('what nothing was said about is found within the poll (I11)', async () => {
  const world = await openDelivererWorld()
  await world.deliverer.start()
  await vi.advanceTimersByTimeAsync(60_000)
  // Another hand puts a delivery into the store, and every hint of it is lost.
  await world.memory.accept([{ ...world.event(), deliveries: [{ webhookId: 'wh_1' }] }])
  await vi.advanceTimersByTimeAsync(pollMs + 100)
  expect(world.states()).toEqual({ succeeded: 1 })
})

test('a start whose first question fails moves the backlog all the same, before what comes later (I2)', async () => {
  let fails = 1
  const world = await openDelivererWorld({
    store: (memory) => ({
      ...memory,
      async nextDue() {
        if (fails-- > 0) throw new StoreError('store_unavailable', 'away')
        return memory.nextDue()
      },
    }),
  })
  await world.memory.accept(
    Array.from({ length: 100 }, () => ({ ...world.event(), deliveries: [{ webhookId: 'wh_1' }] })),
  )
  await world.deliverer.start()
  await vi.advanceTimersByTimeAsync(pollMs)
  expect(world.states()).toEqual({ succeeded: 100 })
})

test('a store that is away at the start is asked again until the leases of the last process are back (I2)', async () => {
  let away = true
  const world = await openDelivererWorld({
    store: (memory) => ({
      ...memory,
      async takeBackLeases(before, now) {
        if (away) throw new StoreError('store_unavailable', 'away')
        return memory.takeBackLeases(before, now)
      },
    }),
  })
  const leaseUntil = Date.now() + 3_600_000
  await world.memory.accept([{ ...world.event(), deliveries: [{ webhookId: 'wh_1', leaseUntil }] }])
  world.memory.reopen()
  await world.deliverer.start()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(world.states()).toEqual({ claimed: 1 })
  away = false
  await vi.advanceTimersByTimeAsync(pollMs)
  expect(world.states()).toEqual({ succeeded: 1 })
})

test('a start leaves what another process has under way, until its lease runs out (I3)', async () => {
  const world = await openDelivererWorld()
  const leaseUntil = Date.now() + 60_000
  await world.memory.accept([{ ...world.event(), deliveries: [{ webhookId: 'wh_1', leaseUntil }] }])
  await world.deliverer.start()
  await vi.advanceTimersByTimeAsync(59_000)
  expect(world.states()).toEqual({ claimed: 1 })
  await vi.advanceTimersByTimeAsync(1000 + 15_000 + pollMs)
  expect(world.states()).toEqual({ succeeded: 1 })
})
