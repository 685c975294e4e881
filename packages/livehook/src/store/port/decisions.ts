// What a store promises about decisions: what came of asks, kept after they were answered.

import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import type { FailureClass } from '../../domain/ask/failure-policy.ts'
import type { Evidence } from '../../domain/diagnosis/outcome.ts'
import type { MemberDifference } from '../../domain/ask/replaced-members.ts'
import type { Verdict, VerdictWord } from '../../domain/ask/verdict.ts'
import type { Page, PageRequest } from './page.ts'

/** The one request of an ask. */
export interface AskAttempt {
  readonly startedAt: number
  readonly durationMs: number
  readonly symptom: Symptom
  readonly detail: string
  readonly status: number | null
}

/** What a shadow would have decided. */
export interface ShadowVerdict {
  readonly verdict: VerdictWord
  readonly errorCode: number
  readonly errorInfo: string
  readonly failureClass: FailureClass | null
  /** `null` if it was not asked, for instance because its breaker was open. */
  readonly attempt: AskAttempt | null
  /** Whether the client would have seen something else. */
  readonly differs: boolean
}

export interface DecisionSummary extends Pick<
  Verdict,
  'verdict' | 'errorCode' | 'errorInfo' | 'decidedBy' | 'rule' | 'failureClass' | 'noVerdict'
> {
  readonly decisionId: string
  readonly sdkAppId: number
  /** `null` if no webhook names the command. */
  readonly webhookId: string | null
  readonly command: string
  /** From the ask to its answer. */
  readonly durationMs: number
  readonly deadlineMs: number
  readonly createdAt: number
  /** Which of the webhook's URLs was asked. */
  readonly asked: 'url' | 'trial'
  /** `null` if nothing was sent. */
  readonly attempt: AskAttempt | null
  /** Whether a shadow was asked that would have decided otherwise; `null` if none was. */
  readonly shadowDiffers: boolean | null
}

export interface DecisionRecord extends DecisionSummary {
  readonly evidence: Evidence | null
  /** What the verdict's replacement changed. */
  readonly replaced: readonly MemberDifference[]
  /** Not all of it is kept. */
  readonly replacedIsCut: boolean
  readonly shadow: ShadowVerdict | null
  /** Of what was not let pass: the members by which its *after* event is known. */
  readonly matching: Readonly<Record<string, unknown>> | null
}

export interface DecisionFilter {
  readonly sdkAppId: number
  readonly verdict?: VerdictWord
  readonly command?: string
  readonly decidedBy?: 'app' | 'policy'
  readonly webhookId?: string
  readonly symptom?: Symptom
  /** Asked from then on, and before then: epoch milliseconds. */
  readonly from?: number
  readonly to?: number
}

/** Numbers for decisions that the store gives out only once: an ask has its id before the store hears of it. */
export interface DecisionNumbers {
  /** What ids of this store are made with: see domain/ids.ts. */
  readonly salt: string
  readonly first: number
}

export interface DecisionStore {
  /** Gives out so many numbers in a row. */
  reserveDecisions(count: number): Promise<DecisionNumbers>
  /** Keeps decisions in one commit. One that is kept already stays as it is. */
  recordDecisions(batch: readonly DecisionRecord[]): Promise<void>
  /** Newest first, by index. */
  listDecisions(filter: DecisionFilter, page: PageRequest): Promise<Page<DecisionSummary>>
  getDecision(decisionId: string): Promise<DecisionRecord | undefined>
}
