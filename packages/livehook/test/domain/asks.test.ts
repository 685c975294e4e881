// The pure rules around asks: shares, replacements, verdicts that are the same, breakers that come back soon.

import { assert, jsonValue, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterAsk } from '../../src/domain/ask/breaker.ts'
import type { Breaker } from '../../src/domain/delivery/breaker.ts'
import { afterStart, closedBreaker } from '../../src/domain/delivery/breaker.ts'
import { differencesOf } from '../../src/domain/ask/replaced-members.ts'
import { isInShare } from '../../src/domain/ask/trial.ts'
import { notSubscribed, sameVerdict } from '../../src/domain/ask/verdict.ts'
import { createDecisionSampler } from '../../src/engine/ask/record.ts'

const share = (percent: number) => ({ kind: 'share', url: 'http://a.test/', percent }) as const

describe('a share', () => {
  it('is as large as it says, and anyone who is in stays in when it grows', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `group:room-${index}`)
    for (const percent of [0, 1, 10, 50, 99, 100]) {
      const inside = keys.filter((key) => isInShare(share(percent), 'wh_1', key))
      expect(inside.length / 200).toBeCloseTo(percent, -0.5)
      expect(inside.every((key) => isInShare(share(Math.min(100, percent + 1)), 'wh_1', key))).toBe(true)
    }
  })

  it('takes other conversations for another webhook', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `group:${index}`)
    const of = (webhookId: string) => keys.filter((key) => isInShare(share(50), webhookId, key))
    expect(of('wh_1')).not.toEqual(of('wh_2'))
  })
})

describe('differences of a replacement', () => {
  it('are where values differ, and nowhere else', () => {
    const event = { A: { b: [1, 2, { c: 'x' }] }, 'd/e~': 'old', same: { f: null } }
    const replace = { A: { b: [1, 3, { c: 'x', g: true }] }, 'd/e~': ['new'], same: { f: null }, added: 0 }
    expect(differencesOf(event, replace, true)).toEqual({
      isCut: false,
      list: [
        { pointer: '/A/b/1', from: '2', to: '3' },
        { pointer: '/A/b/2/g', to: 'true' },
        { pointer: '/d~1e~0', from: '"old"', to: '["new"]' },
        { pointer: '/added', to: '0' },
      ],
    })
    expect(differencesOf(event, { same: event.same }, true)).toEqual({ isCut: false, list: [] })
    expect(differencesOf(undefined, { A: 1 }, false).list).toEqual([{ pointer: '/A' }])
  })

  it('are bounded, whatever the app sends', () => {
    assert(
      property(jsonValue(), jsonValue(), (from, to) => {
        const { list } = differencesOf({ M: from }, { M: to }, true)
        expect(list.length).toBeLessThanOrEqual(64)
        expect(differencesOf({ M: from }, { M: structuredClone(from) }, true).list).toEqual([])
        for (const { from: old = '', to: now = '' } of list) {
          expect(old.length + now.length).toBeLessThanOrEqual(2050)
        }
      }),
    )
    const many = Array.from({ length: 1000 }, (_, index) => index)
    const cut = differencesOf({ M: many.map(String) }, { M: many }, true)
    expect([cut.list.length, cut.isCut]).toEqual([64, true])
  })
})

describe('two verdicts', () => {
  it('are the same where the client sees the same, anyone who decided', () => {
    const allow = { ...notSubscribed, decidedBy: 'app', rule: null } as const
    const replacing = (json: string) => ({
      ...allow,
      replace: [{ member: 'MsgBody', use: 'replaces', value: JSON.parse(json) as unknown, json } as const],
    })
    expect(sameVerdict(allow, notSubscribed)).toBe(true)
    expect(sameVerdict(replacing('[1, 2]'), replacing('[1,2]'))).toBe(true)
    expect(sameVerdict(replacing('[1]'), replacing('[2]'))).toBe(false)
    expect(sameVerdict(allow, { ...allow, verdict: 'drop' })).toBe(false)
    expect(sameVerdict({ ...allow, verdict: 'deny', errorCode: 1 }, { ...allow, verdict: 'deny', errorCode: 2 })).toBe(
      false,
    )
  })
})

describe('the breaker of asks', () => {
  it('never rests longer than half a minute', () => {
    let breaker: Breaker = closedBreaker
    let now = 0
    for (let count = 0; count < 10; count += 1) breaker = afterAsk(breaker, 'does_not_answer', now)
    expect(breaker).toEqual({ kind: 'open', since: 0, until: 5000, nextPauseMs: 10_000 })
    for (let count = 0; count < 10; count += 1) {
      if (breaker.kind !== 'open') throw new Error('it should be open')
      now = breaker.until
      breaker = afterAsk(afterStart(breaker, now), 'does_not_answer', now)
      if (breaker.kind !== 'open') throw new Error('it should be open')
      expect(breaker.until - now).toBeLessThanOrEqual(30_000)
    }
    expect(breaker).toEqual({ kind: 'open', since: 0, until: now + 30_000, nextPauseMs: 30_000 })
  })
})

describe('the sample of decisions', () => {
  it('has all of a quiet second, a part of a flood, and every denial and policy', () => {
    const isKept = createDecisionSampler()
    const count = (verdict: object, times: number, at: number) =>
      Array.from({ length: times }, () =>
        isKept({ verdict: 'allow', decidedBy: 'app', rule: null, ...verdict }, at),
      ).filter(Boolean).length
    expect(count({}, 100, 0)).toBe(100)
    expect(count({}, 2000, 500)).toBe(100)
    expect(count({ rule: 'not_subscribed', decidedBy: 'policy' }, 2000, 600)).toBe(100)
    expect(count({ verdict: 'deny' }, 500, 700)).toBe(500)
    expect(count({ verdict: 'drop' }, 500, 700)).toBe(500)
    expect(count({ decidedBy: 'policy', rule: 'default' }, 500, 800)).toBe(500)
    expect(count({}, 50, 1000)).toBe(50)
  })
})
