// A verdict on one line.

import type { AskAnswer } from '../../http/contract/contract.ts'

/** What is said of a decision: `allow (app, 3 ms)`, `deny 10016 (app, 3 ms)`, `allow (policy: timeout, 1990 ms)`. */
export function decisionText(
  decision: Pick<
    AskAnswer,
    'verdict' | 'errorCode' | 'errorInfo' | 'decidedBy' | 'rule' | 'failureClass' | 'durationMs'
  >,
): string {
  const { verdict, errorCode, errorInfo, decidedBy, rule, failureClass, durationMs } = decision
  const code = verdict === 'deny' ? ` ${errorCode}` : ''
  const text = errorInfo === '' ? '' : ` ${JSON.stringify(errorInfo)}`
  const who = decidedBy === 'app' ? 'app' : `policy: ${failureClass ?? rule ?? ''}`
  return `${verdict}${code}${text} (${who}, ${Math.round(durationMs)} ms)`
}
