// The breaker of asks: the machine of breaker.ts with shorter pauses. A delivery can wait for five minutes; a person's
// message is answered by policy for as long as the breaker is open, so a receiver that was mended is found out sooner.

import type { Breaker, Finding } from '../delivery/breaker.ts'
import { afterAttempt, findingOf } from '../delivery/breaker.ts'
import type { Diagnosis } from '../diagnosis/diagnosis.ts'

/** One ask in so many milliseconds pays the deadline to find out. */
const longestPauseMs = 30_000

/** The breaker after an ask has ended. */
export function afterAsk(breaker: Breaker, finding: Finding, now: number): Breaker {
  const next = afterAttempt(breaker, finding, now)
  if (next.kind !== 'open') return next
  const until = Math.min(next.until, now + longestPauseMs)
  return { ...next, until, nextPauseMs: Math.min(next.nextPauseMs, longestPauseMs) }
}

/**
 * What the diagnosis of an ask says about the receiver. One that refuses (401, 403, 404 …) answers in time: unlike a delivery, an
 * ask does not wait, and its failure policy is told what was answered.
 */
export function askFindingOf(diagnosis: Pick<Diagnosis, 'symptom' | 'detail'>): Finding {
  const { symptom, detail } = diagnosis
  if (symptom !== 'http_code_not_200') return findingOf(diagnosis)
  // A wrong clock shows in a 401.
  if (detail === 'clock_skew') return 'answers'
  return /^status_(5\d\d|429|408)$/.test(detail) || !detail.startsWith('status_') ? 'does_not_answer' : 'answers'
}
