// What is kept of an ask, made after its answer is on its way.

import { readEvent } from '@livehook/protocol/catalogue'
import type { CommandFacts } from '@livehook/protocol/catalogue'
import { matchingMembers } from '../../domain/ask/matching-members.ts'
import type { Evidence } from '../../domain/diagnosis/outcome.ts'
import { differencesOf } from '../../domain/ask/replaced-members.ts'
import { sameVerdict } from '../../domain/ask/verdict.ts'
import type { Verdict } from '../../domain/ask/verdict.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { DecisionRecord, DecisionSummary, ShadowVerdict } from '../../store/port/decisions.ts'
import type { AskDecision } from './event.ts'
import type { Asked } from './exchange.ts'
import type { DecisionRecorder } from './recorder.ts'

export interface AskRecordDeps {
  readonly recorder: Pick<DecisionRecorder, 'add' | 'hold'>
  readonly events: ServiceEvents
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface AskEnd {
  readonly decision: AskDecision
  readonly evidence: Evidence | null
  readonly command: CommandFacts
  readonly body: Uint8Array
  readonly webhook: Webhook | undefined
  readonly shadow: Promise<Asked> | undefined
  /** Whether it can be kept. */
  readonly isKept: boolean
}

/** @returns takes what came of an ask: tells who watches, and keeps it if it is worth a row */
export function createAskRecord(deps: AskRecordDeps): (end: AskEnd) => void {
  const isWorthKeeping = createDecisionSampler()
  const add = (end: AskEnd, shadow: ShadowVerdict | null): void => deps.recorder.add(recordOf(end, shadow))
  return (end) => {
    const { decision, shadow } = end
    if (deps.events.watched) {
      deps.events.publish({ kind: 'decided', at: deps.now(), decision: summaryOf(decision, null) })
    }
    const isKept = end.isKept && isWorthKeeping(decision, deps.now())
    if (shadow === undefined) {
      // To compare what was replaced takes a while, and can wait.
      if (isKept && decision.replace.length > 0) setImmediate(add, end, null)
      else if (isKept) add(end, null)
      return
    }
    // What was not let pass must be known at once: its *after* event may be next.
    if (isKept && decision.verdict !== 'allow') deps.recorder.hold(recordOf(end, null))
    void shadow.then((asked) => {
      const compared = compare(decision, asked)
      // Whatever the flood: that the two differ is what a shadow is there for.
      if (end.isKept && (isKept || compared.differs)) add(end, compared)
    })
  }
}

function compare(decision: AskDecision, { verdict, attempt }: Asked): ShadowVerdict {
  const { errorCode, errorInfo, failureClass } = verdict
  const differs = !sameVerdict(decision, verdict)
  return { verdict: verdict.verdict, errorCode, errorInfo, failureClass, attempt, differs }
}

function summaryOf(decision: AskDecision, shadow: ShadowVerdict | null): DecisionSummary {
  const { replace: _, ...summary } = decision
  return { ...summary, shadowDiffers: shadow === null ? null : shadow.differs }
}

function recordOf(end: AskEnd, shadow: ShadowVerdict | null): DecisionRecord {
  const { decision, evidence, command, body, webhook } = end
  const isPassed = decision.verdict === 'allow'
  const needsBody = isPassed ? decision.replace.length > 0 : command.after !== undefined
  const event = needsBody ? readEvent(command.command, body) : undefined
  const members: Readonly<Record<string, unknown>> = event !== undefined && 'body' in event ? { ...event.body } : {}
  const keepValues = webhook === undefined || webhook.keepBodies === 'always'
  const replaced = differencesOf(members, replacedMembers(decision), keepValues)
  return {
    ...summaryOf(decision, shadow),
    evidence,
    replaced: replaced.list,
    replacedIsCut: replaced.isCut,
    shadow,
    matching: isPassed ? null : matchingMembers(command, members),
  }
}

function replacedMembers({ replace }: Pick<Verdict, 'replace'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(replace.filter(({ use }) => use === 'replaces').map(({ member, value }) => [member, value]))
}

// Which decisions are worth a row. What was not let pass, or was decided by a policy, always is; of a flood of allowances
// a part tells as much as all of it, and the rest is counted.

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
