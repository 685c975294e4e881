import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { instant } from '../../src/http/present/present.ts'

test('times are written as Date writes them, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })), (times) => {
      expect(times.map((at) => instant(at))).toEqual(times.map((at) => new Date(at).toISOString()))
    }),
  )
  const [now, next] = [1_795_000_000_999, 1_795_000_001_000]
  expect([now, next, now, now + 0.7].map(instant)).toEqual(
    [now, next, now, now].map((at) => new Date(at).toISOString()),
  )
  expect(() => instant(Number.NaN)).toThrow(RangeError)
})
