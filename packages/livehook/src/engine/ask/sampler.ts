// Which decisions are worth a row. What was not let pass, or was decided by a policy, always is; of a flood of allowances a
// part tells as much as all of it, and the rest is counted.

import type { Verdict } from '../../domain/ask/verdict.ts'

/** Allowances of a second that are all kept. */
const keptPerSecond = 100
/** Beyond it one in so many is. */
const oneIn = 20

/** @returns says whether a decision is kept; `now` in epoch milliseconds */
export function createDecisionSampler(): (
  verdict: Pick<Verdict, 'verdict' | 'decidedBy' | 'rule'>,
  now: number,
) => boolean {
  let second = 0
  let seen = 0
  return ({ verdict, decidedBy, rule }, now) => {
    // A command that no webhook names is no decision of anybody's policy.
    const isPlain = verdict === 'allow' && (decidedBy === 'app' || rule === 'not_subscribed')
    if (!isPlain) return true
    const current = Math.floor(now / 1000)
    if (current !== second) {
      second = current
      seen = 0
    }
    seen += 1
    return seen <= keptPerSecond || (seen - keptPerSecond) % oneIn === 0
  }
}
