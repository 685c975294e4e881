// The breaker of asks: the machine of breaker.ts with shorter pauses. A delivery can wait for five minutes; a person's
// message is answered by policy for as long as the breaker is open, so a receiver that was mended is found out sooner.

import type { Breaker, Finding } from '../delivery/breaker.ts'
import { afterAttempt } from '../delivery/breaker.ts'

/** One ask in so many milliseconds pays the deadline to find out. */
const longestPauseMs = 30_000

/** The breaker after an ask has ended. */
export function afterAsk(breaker: Breaker, finding: Finding, now: number): Breaker {
  const next = afterAttempt(breaker, finding, now)
  if (next.kind !== 'open' || next.pauseMs <= longestPauseMs) return next
  return { kind: 'open', until: Math.min(next.until, now + longestPauseMs), pauseMs: longestPauseMs }
}
