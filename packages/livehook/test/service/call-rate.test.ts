import { expect, test } from 'vitest'
import { callsPerSecond, createCallRate } from '../../src/http/v4/call-rate.ts'

test('an app may make 200 calls in any second, wherever the second begins; each app for itself', () => {
  let now = 10_500
  const rate = createCallRate({ now: () => now })
  const admitted = (sdkAppId: number, count: number): number =>
    Array.from({ length: count }, () => rate.admit(sdkAppId)).filter(Boolean).length

  expect(admitted(1, 150)).toBe(150)
  now = 11_200
  expect(admitted(1, 100)).toBe(50)
  expect(admitted(2, callsPerSecond + 1)).toBe(callsPerSecond)
  now = 11_499
  expect(admitted(1, 1)).toBe(0)
  // The first 150 are a second ago; calls that were refused do not count.
  now = 11_500
  expect(admitted(1, 300)).toBe(150)
  now = 20_000
  expect(admitted(1, 300)).toBe(callsPerSecond)
  // The clock is set back: what was counted before says nothing.
  now = 5000
  expect(admitted(1, 300)).toBe(callsPerSecond)
  expect(admitted(1, 300)).toBe(0)
})
