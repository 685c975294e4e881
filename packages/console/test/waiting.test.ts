// What a delivery waits for, and how fast a backlog drains: the pure parts.

import type { Incident } from 'livehook/contract'
import { describe, expect, test } from 'vitest'
import { waitOf } from '../src/deliveries/use-wait.ts'
import { drainOf, samplesAfter } from '../src/incidents/use-drain.ts'
import { formatCountdown } from '../src/text/format.ts'

const now = Date.parse('2026-11-24T03:00:00.000Z')
const at = (ms: number) => new Date(now + ms).toISOString()

function incident(members: Partial<Incident>): Incident {
  return {
    sdkAppId: 1,
    appName: 'Shop',
    webhookId: 'wh_1',
    name: 'orders',
    url: 'https://hooks.example.test/',
    trouble: 'held',
    failingSince: at(-3_000_000),
    waiting: 599,
    exact: true,
    oldestWaitingAt: at(-3_000_000),
    lastFailure: null,
    nextTryAt: null,
    succeeded: 0,
    ...members,
  }
}

describe('a delivery that waits', () => {
  const due = (ms: number) => ({ state: 'pending', dueAt: at(ms), webhookId: 'wh_1' }) as const

  test('waits for its retry, or for its turn once that is due; a time that has passed is never the next one', () => {
    expect(waitOf(due(28_000), undefined, now)).toEqual({ kind: 'retry', leftMs: 28_000 })
    expect(waitOf(due(-2_880_000), undefined, now)).toEqual({ kind: 'turn' })
    expect(waitOf(due(-2_880_000), incident({ trouble: 'draining' }), now)).toEqual({ kind: 'turn' })
  })

  test('is held by its breaker until the next try, however long it has been due', () => {
    expect(waitOf(due(-2_880_000), incident({ nextTryAt: at(192_000) }), now)).toMatchObject({
      kind: 'held',
      leftMs: 192_000,
    })
    expect(waitOf(due(-1), incident({ nextTryAt: at(-1) }), now)).toMatchObject({ kind: 'held', leftMs: 0 })
  })

  test.each(['switched_off', 'off', 'paused', 'rate_zero'] as const)('is stopped by %s', (trouble) => {
    expect(waitOf(due(-1), incident({ trouble }), now)).toEqual({ kind: 'stopped', by: trouble })
  })

  test('waits for nothing once it has ended or is on the wire', () => {
    expect(waitOf({ state: 'claimed', dueAt: null, webhookId: 'wh_1' }, incident({}), now)).toBeUndefined()
  })
})

describe('a backlog that drains', () => {
  test('says how fast, by what succeeded within the last half a minute, and how long it still takes', () => {
    const samples = [0, 10_000, 20_000, 60_000].reduce<ReturnType<typeof samplesAfter>>(
      (all, ms) => samplesAfter(all, { at: now + ms, succeeded: ms / 100 }),
      [],
    )
    expect(samples.map((sample) => sample.at - now)).toEqual([60_000])
    const next = samplesAfter(samples, { at: now + 63_000, succeeded: 630 })
    expect(drainOf(next, 100)).toEqual({ perSecond: 10, leftMs: 10_000 })
  })

  test('says nothing until something was brought, and begins again after a restart of the service', () => {
    const one = samplesAfter([], { at: now, succeeded: 50 })
    expect(drainOf(one, 10)).toBeUndefined()
    expect(drainOf(samplesAfter(one, { at: now + 3000, succeeded: 50 }), 10)).toBeUndefined()
    expect(samplesAfter(one, { at: now + 3000, succeeded: 2 })).toEqual([{ at: now + 3000, succeeded: 2 }])
    expect(samplesAfter(one, { at: now, succeeded: 50 })).toBe(one)
  })
})

test('a countdown reads like a clock', () => {
  expect([0, -5, 6500, 192_000, 3_723_000].map(formatCountdown)).toEqual(['0:00', '0:00', '0:07', '3:12', '1:02:03'])
})
