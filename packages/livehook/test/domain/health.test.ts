import { describe, expect, test } from 'vitest'
import type { Health } from '../../src/domain/webhook/health.ts'
import { addEnding, endOf, healthAfter, noEndings } from '../../src/domain/webhook/health.ts'

const unknown: Health = { lastSuccessAt: null, lastFailureAt: null, failingSince: null }
const failing: Health = { lastSuccessAt: 10, lastFailureAt: 30, failingSince: 20 }

describe('A webhook', () => {
  test('fails since the first failure after its last success', () => {
    const once = healthAfter(unknown, { success: null, failure: 20 })
    expect(once).toEqual({ lastSuccessAt: null, lastFailureAt: 20, failingSince: 20 })
    expect(healthAfter(once, { success: null, failure: 30 })).toMatchObject({ lastFailureAt: 30, failingSince: 20 })
  })

  test('does well again after a success, and fails again after a failure behind it', () => {
    expect(healthAfter(failing, { success: 40, failure: 35 })).toMatchObject({ failingSince: null })
    expect(healthAfter(failing, { success: 40, failure: 45 })).toMatchObject({ failingSince: 45 })
  })

  test('shows the latest times, whatever the order in which attempts are recorded', () => {
    expect(healthAfter(failing, { success: 5, failure: 25 })).toMatchObject({ lastSuccessAt: 10, lastFailureAt: 30 })
  })

  test('is failing after a failure, also if the clock was set back behind its last success', () => {
    const before = { lastSuccessAt: 5000, lastFailureAt: null, failingSince: null }
    expect(healthAfter(before, { success: null, failure: 1000 })).toMatchObject({ failingSince: 1000 })
  })

  test('is never charged for trouble of our own', () => {
    expect(addEnding(noEndings, 'ours', 10)).toEqual(noEndings)
    expect(healthAfter(failing, noEndings)).toEqual(failing)
    const both = addEnding(addEnding(noEndings, 'none', 10), 'times_out', 20)
    expect(addEnding(both, 'none', 5)).toEqual({ success: 10, failure: 20 })
  })

  test('ends an attempt when it has taken its time', () => {
    expect(endOf({ startedAt: 1000, durationMs: 12.6 })).toBe(1013)
  })
})
