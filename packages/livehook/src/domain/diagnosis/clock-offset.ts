// What a receiver's `Date` header says about its clock. Sign is valid for 60 seconds: a clock that is wrong by half of
// that refuses good requests now and then, one that is wrong by more refuses them all.

import { parseHttpDate } from './http-date.ts'
import type { AnsweredOutcome } from './outcome.ts'

/** Beyond this a clock is called wrong: half of the window in which Sign is valid. */
export const maxClockOffsetSeconds = 30

/**
 * How far the receiver's clock is ahead of ours, in whole seconds; negative: behind.
 * @returns `undefined` if the answer has no readable `Date`
 */
export function clockOffsetSeconds(
  outcome: Pick<AnsweredOutcome, 'headers' | 'startedAt' | 'durationMs'>,
): number | undefined {
  const date = parseHttpDate(outcome.headers.find(([name]) => name === 'date')?.[1].trim() ?? '')
  if (date === undefined) return undefined
  // The header drops the fraction of its second: half a second is what it means on average.
  return Math.round((date + 500 - outcome.startedAt - outcome.durationMs) / 1000)
}
