import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Breaker, Finding } from '../../src/domain/delivery/breaker.ts'
import {
  afterAttempt,
  afterStart,
  allowedInFlight,
  closedBreaker,
  findingOf,
  forAnotherReceiver,
  tryingNow,
} from '../../src/domain/delivery/breaker.ts'

const now = 1_000_000

function after(count: number, finding: Finding, from: Breaker = closedBreaker, at = now): Breaker {
  let breaker = from
  for (let n = 0; n < count; n += 1) breaker = afterAttempt(breaker, finding, at)
  return breaker
}

describe('the breaker', () => {
  test('opens after ten failures in a row and not before', () => {
    expect(after(9, 'does_not_answer')).toMatchObject({ kind: 'closed' })
    expect(after(10, 'does_not_answer')).toEqual({
      kind: 'open',
      since: now,
      until: now + 5000,
      nextPauseMs: 10_000,
    })
    const interrupted = after(9, 'does_not_answer', after(1, 'answers', after(9, 'does_not_answer')))
    expect(interrupted.kind).toBe('closed')
  })

  test('lets one attempt find out when the pause is over, and none before', () => {
    const open = after(10, 'does_not_answer')
    expect(allowedInFlight(open, now + 4999)).toBe(0)
    expect(allowedInFlight(open, now + 5000)).toBe(1)
    expect(afterStart(open, now + 4999)).toBe(open)
    const halfOpen = afterStart(open, now + 5000)
    expect(halfOpen).toEqual({ kind: 'half-open', since: now, nextPauseMs: 10_000 })
    expect(allowedInFlight(halfOpen, now + 5000)).toBe(1)
  })

  test('waits twice as long after each attempt that finds nothing, up to five minutes', () => {
    let breaker = after(10, 'does_not_answer')
    const pauses: number[] = []
    let at = now
    for (let n = 0; n < 8; n += 1) {
      if (breaker.kind !== 'open') throw new Error('expected an open breaker')
      pauses.push((breaker.until - at) / 1000)
      at = breaker.until
      breaker = afterAttempt(afterStart(breaker, at), 'does_not_answer', at)
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300])
  })

  test('comes back slowly: one, two, four … at a time', () => {
    const halfOpen = afterStart(after(10, 'does_not_answer'), now + 5000)
    const limits = [1, 2, 3, 4].map((count) => allowedInFlight(after(count, 'answers', halfOpen), now))
    expect(limits).toEqual([1, 2, 4, 8])
    expect(allowedInFlight(after(12, 'answers', halfOpen), now)).toBe(Number.POSITIVE_INFINITY)
  })

  test('opens again at once where the first attempts of its return fail: it was not well after all', () => {
    const back = afterAttempt(afterStart(after(10, 'does_not_answer'), now + 5000), 'answers', now + 5000)
    expect(back).toMatchObject({ kind: 'closed', limit: 1 })
    expect(afterAttempt(back, 'does_not_answer', now + 6000)).toMatchObject({ kind: 'open', until: now + 11_000 })
    const further = after(3, 'answers', back)
    expect(after(7, 'does_not_answer', further).kind).toBe('closed')
    expect(after(8, 'does_not_answer', further).kind).toBe('open')
  })

  test('lets one attempt go at once when a person says so; the pause that was cut short begins again', () => {
    let breaker = after(10, 'does_not_answer')
    for (let n = 0; n < 5; n += 1) {
      breaker = tryingNow(breaker, now + 1)
      expect(allowedInFlight(breaker, now + 1)).toBe(1)
      breaker = afterAttempt(afterStart(breaker, now + 1), 'does_not_answer', now + 2)
      expect(breaker).toMatchObject({ kind: 'open', until: now + 5002 })
    }
    expect(tryingNow(closedBreaker, now)).toBe(closedBreaker)
  })

  test('of another receiver nothing is known: one attempt finds out at once, and the pauses begin again', () => {
    let breaker = after(10, 'does_not_answer')
    for (let n = 0; n < 5; n += 1) {
      breaker = afterAttempt(afterStart(tryingNow(breaker, now), now), 'does_not_answer', now)
      if (breaker.kind === 'open') breaker = afterAttempt(afterStart(breaker, breaker.until), 'does_not_answer', now)
    }
    const changed = forAnotherReceiver(breaker, now + 10)
    expect(allowedInFlight(changed, now + 10)).toBe(1)
    expect(afterAttempt(afterStart(changed, now + 10), 'does_not_answer', now + 20)).toMatchObject({
      until: now + 5020,
    })
    expect(forAnotherReceiver(after(9, 'does_not_answer'), now)).toEqual(closedBreaker)
  })

  test('asks again at once where the attempt that should have found out failed through our own trouble', () => {
    const halfOpen = afterStart(after(10, 'does_not_answer'), now + 5000)
    expect(allowedInFlight(afterAttempt(halfOpen, 'says_nothing', now + 6000), now + 6000)).toBe(1)
  })

  test('never lets more through than one while it is not closed, whatever happens', () => {
    const findings = fc.array(fc.constantFrom<Finding>('answers', 'does_not_answer', 'says_nothing'), {
      maxLength: 200,
    })
    fc.assert(
      fc.property(findings, (list) => {
        let breaker: Breaker = closedBreaker
        for (const [index, finding] of list.entries()) {
          const at = now + index * 1000
          breaker = afterAttempt(afterStart(breaker, at), finding, at)
          const allowed = allowedInFlight(breaker, at)
          expect(breaker.kind === 'closed' ? allowed >= 1 : allowed <= 1).toBe(true)
        }
      }),
    )
  })

  test.each([
    ['none', 'ok', 'answers'],
    ['ours', 'internal', 'says_nothing'],
    ['http_code_not_200', 'status_400', 'answers'],
    ['http_code_not_200', 'status_409', 'answers'],
    ['http_code_not_200', 'status_413', 'answers'],
    ['http_code_not_200', 'status_422', 'answers'],
    ['http_code_not_200', 'status_401', 'does_not_answer'],
    ['http_code_not_200', 'clock_skew', 'does_not_answer'],
    ['http_code_not_200', 'status_403', 'does_not_answer'],
    ['http_code_not_200', 'status_404', 'does_not_answer'],
    ['http_code_not_200', 'status_410', 'does_not_answer'],
    ['http_code_not_200', 'status_302', 'does_not_answer'],
    ['http_code_not_200', 'status_429', 'does_not_answer'],
    ['http_code_not_200', 'status_408', 'does_not_answer'],
    ['http_code_not_200', 'status_503', 'does_not_answer'],
    ['http_code_not_200', 'malformed_http', 'does_not_answer'],
    ['times_out', 'response_timeout', 'does_not_answer'],
    ['response_not_json', 'html', 'does_not_answer'],
  ] as const)('takes %s/%s as: the receiver %s', (symptom, detail, finding) => {
    expect(findingOf({ symptom, detail })).toBe(finding)
  })
})
