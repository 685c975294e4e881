// From what came of a *before* event's request to a verdict: the answer's own, or what the failure policy makes of silence.
// Pure (I7).

import { readVerdict } from '@livehook/protocol/catalogue'
import type { CommandFacts, NoVerdict, ReplyReplacement } from '@livehook/protocol/catalogue'
import type { Diagnosis } from '../diagnosis/diagnosis.ts'
import type { FailureClass, FailurePolicy } from './failure-policy.ts'
import { applyFailurePolicy, failureClassOf, policyDenialCode } from './failure-policy.ts'
import type { Outcome } from '../diagnosis/outcome.ts'

export type VerdictWord = 'allow' | 'deny' | 'drop'

/** Why an answer that arrived decides nothing: see `NoVerdict`. */
export type NoVerdictReason = NoVerdict['reason']

/** What was decided, and who or what decided it. */
export interface Verdict {
  /** `drop`: the sender sees success, and nothing is sent on. */
  readonly verdict: VerdictWord
  /** What the client sees: 0 unless denied. */
  readonly errorCode: number
  /** What the client sees; empty if the platform has a text of its own for the code. */
  readonly errorInfo: string
  /** Members of the event that the answer replaces; only if it allows, and where the command lets it. */
  readonly replace: readonly ReplyReplacement[]
  readonly decidedBy: 'app' | 'policy'
  /** Which rule of the policy decided; `null` if the app did. */
  readonly rule: string | null
  /** Why the app did not decide; `null` if it did, or where no one was to be asked. */
  readonly failureClass: FailureClass | null
  /** If an answer arrived and decided nothing: why. */
  readonly noVerdict: { readonly reason: NoVerdictReason; readonly member?: string } | null
}

export interface VerdictFacts {
  readonly command: Pick<CommandFacts, 'command' | 'reply'>
  readonly policy: FailurePolicy
  /** The webhook's command words. */
  readonly subscribed: readonly string[]
}

/** The verdict that an attempt led to. */
export function verdictOf(facts: VerdictFacts, outcome: Outcome, diagnosis: Diagnosis): Verdict {
  if (outcome.kind !== 'answered' || diagnosis.symptom !== 'none') {
    return policyVerdict(facts, failureClassOf(diagnosis))
  }
  const read = readVerdict(facts.command, outcome.body)
  if (read.kind === 'no_verdict') {
    const noVerdict =
      read.reason === 'bad_member' ? { reason: read.reason, member: read.member } : { reason: read.reason }
    return { ...policyVerdict(facts, 'no_verdict'), noVerdict }
  }
  return {
    verdict: read.verdict,
    errorCode: read.errorCode,
    errorInfo: read.errorInfo,
    replace: read.verdict === 'allow' ? read.replace : [],
    decidedBy: 'app',
    rule: null,
    failureClass: null,
    noVerdict: null,
  }
}

/** The verdict of the failure policy. */
export function policyVerdict(facts: VerdictFacts, failureClass: FailureClass): Verdict {
  const { verdict, rule } = applyFailurePolicy({ ...facts, failureClass })
  return byPolicy(verdict, { rule, failureClass })
}

/** No one is to be asked: no webhook of the app names the command. */
export const notSubscribed: Verdict = Object.freeze(byPolicy('allow', { rule: 'not_subscribed', failureClass: null }))

function byPolicy(verdict: 'allow' | 'deny', why: Pick<Verdict, 'rule' | 'failureClass'>): Verdict {
  const errorCode = verdict === 'deny' ? policyDenialCode : 0
  return { verdict, errorCode, errorInfo: '', replace: [], decidedBy: 'policy', noVerdict: null, ...why }
}

/** Says whether two verdicts come to the same for the client. Who decided does not matter. */
export function sameVerdict(one: Verdict, other: Verdict): boolean {
  return (
    one.verdict === other.verdict &&
    one.errorCode === other.errorCode &&
    one.errorInfo === other.errorInfo &&
    JSON.stringify(replacedValues(one)) === JSON.stringify(replacedValues(other))
  )
}

/** By value: two ways to write the same JSON are no difference. */
function replacedValues({ replace }: Verdict): readonly unknown[] {
  return replace.map(({ member, value }) => [member, value])
}
