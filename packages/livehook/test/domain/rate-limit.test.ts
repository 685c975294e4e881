import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { available, fill, fullBucket, take, waitMs } from '../../src/domain/delivery/rate-limit.ts'

describe('a rate', () => {
  test('never lets more through than it says, plus what fits into the bucket', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 200 }),
        (rate, pauses) => {
          let bucket = fullBucket(rate, 0)
          let at = 0
          let through = available(bucket)
          bucket = take(bucket, through)
          for (const pause of pauses) {
            at += pause
            bucket = fill(bucket, rate, at)
            const count = available(bucket)
            bucket = take(bucket, count)
            through += count
          }
          expect(through).toBeLessThanOrEqual(Math.max(1, rate / 10) + (at * rate) / 1000 + 1e-6)
        },
      ),
    )
  })

  test('says how long to wait, and after that one attempt may start', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (rate, tokens) => {
        const bucket = { tokens, at: 0 }
        const wait = waitMs(bucket, rate)
        expect(available(fill(bucket, rate, wait))).toBeGreaterThanOrEqual(1)
      }),
    )
  })

  test('of nothing waits for ever', () => {
    expect(waitMs({ tokens: 0, at: 0 }, 0)).toBe(Number.POSITIVE_INFINITY)
  })

  test('takes nothing from a clock that goes back', () => {
    expect(fill({ tokens: 0.5, at: 1000 }, 10, 0).tokens).toBe(0.5)
  })
})
