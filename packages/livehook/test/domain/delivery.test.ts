import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { decideAfterAttempt, parseRetryAfter } from '../../src/domain/delivery/delivery.ts'
import { defaultRetrySeconds } from '../../src/domain/webhook/webhook.ts'

const facts = {
  diagnosis: { symptom: 'times_out', detail: 'response_timeout' },
  endedAt: 1_000_000,
  failuresBefore: 0,
  retrySeconds: defaultRetrySeconds,
  retryAfterMs: undefined,
  random: 0.5,
} as const

describe('what becomes of a delivery after an attempt', () => {
  test('a success ends it', () => {
    expect(decideAfterAttempt({ ...facts, diagnosis: { symptom: 'none', detail: 'ok' } })).toEqual({
      kind: 'succeeded',
    })
  })

  test('each failure moves one step along the schedule, and the last one ends it', () => {
    const pauses = defaultRetrySeconds.map((_, failuresBefore) => {
      const decision = decideAfterAttempt({ ...facts, failuresBefore })
      return decision.kind === 'retry' ? (decision.dueAt - facts.endedAt) / 1000 : decision.kind
    })
    expect(pauses).toEqual([5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200])
    expect(decideAfterAttempt({ ...facts, failuresBefore: 9 })).toEqual({ kind: 'dead', reason: 'retries_exhausted' })
  })

  test('a webhook without retries gives up at once and says so', () => {
    expect(decideAfterAttempt({ ...facts, retrySeconds: [] })).toEqual({ kind: 'dead', reason: 'no_retry' })
  })

  test('410 ends it whatever the schedule says', () => {
    const diagnosis = { symptom: 'http_code_not_200', detail: 'status_410' } as const
    expect(decideAfterAttempt({ ...facts, diagnosis })).toEqual({ kind: 'dead', reason: 'gone' })
  })

  test('our own trouble uses up nothing of the schedule', () => {
    const diagnosis = { symptom: 'ours', detail: 'shutting_down' } as const
    expect(decideAfterAttempt({ ...facts, diagnosis, failuresBefore: 9 })).toMatchObject({
      kind: 'retry',
      countsAsFailure: false,
    })
  })

  test('the jitter stays within a fifth either way, and Retry-After only lengthens, up to a day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        fc.option(fc.integer({ min: 0, max: 1e12 }), { nil: undefined }),
        (failuresBefore, random, retryAfterMs) => {
          const decision = decideAfterAttempt({ ...facts, failuresBefore, random, retryAfterMs })
          if (decision.kind !== 'retry') throw new Error('expected a retry')
          const pauseMs = decision.dueAt - facts.endedAt
          const plannedMs = (defaultRetrySeconds[failuresBefore] ?? 0) * 1000
          const askedMs = Math.min(retryAfterMs ?? 0, 86_400_000)
          expect(pauseMs).toBeGreaterThanOrEqual(Math.max(plannedMs * 0.8, askedMs) - 1)
          expect(pauseMs).toBeLessThanOrEqual(Math.max(plannedMs * 1.2, askedMs) + 1)
        },
      ),
    )
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-11-24T00:00:00Z')
  test.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7000],
    ['Tue, 24 Nov 2026 00:01:00 GMT', 60_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', undefined],
    ['-5', undefined],
    ['1e9', undefined],
    ['120, 5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026-11-24', undefined],
    [undefined, undefined],
  ])('%s means %s', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected)
  })
})
