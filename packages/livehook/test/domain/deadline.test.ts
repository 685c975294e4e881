import { expect, test } from 'vitest'
import { createDeadline } from '../../src/domain/deadline.ts'

test('everyone who shares a deadline has the same time left, and less than none never', () => {
  let at = 500
  const deadline = createDeadline(1000, () => at)
  expect(deadline.remainingMs).toBe(1000)
  at = 1400
  expect(deadline.remainingMs).toBe(100)
  at = 9000
  expect(deadline.remainingMs).toBe(0)
})

test('a deadline that never comes leaves all the time', () => {
  expect(createDeadline(Number.POSITIVE_INFINITY, () => 7).remainingMs).toBe(Number.POSITIVE_INFINITY)
})
