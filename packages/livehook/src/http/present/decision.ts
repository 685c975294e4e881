// Decisions, from the store's shapes to the contract's.

import { advise } from '../../domain/diagnosis/advice.ts'
import type { AskDecision } from '../../engine/ask/event.ts'
import type { AskAttempt, DecisionRecord, DecisionSummary } from '../../store/port/decisions.ts'
import type { AskAnswer, Decision, DecisionDetail } from '../contract/asks.ts'
import { instant, presentEvidence } from './present.ts'

/** The answer to an ask as JSON text: replaced members leave as the bytes that the app wrote (I8). */
export function answerText(decision: AskDecision): string {
  const answer: Omit<AskAnswer, 'replace'> = presentAnswer(decision)
  const replaced = decision.replace.map(({ member, json }) => `${JSON.stringify(member)}:${json}`).join(',')
  return `${JSON.stringify(answer).slice(0, -1)},"replace":{${replaced}}}`
}

export function presentDecision(decision: DecisionSummary): Decision {
  return { ...presentAnswer(decision), shadowDiffers: decision.shadowDiffers }
}

function presentAnswer(decision: Omit<DecisionSummary, 'shadowDiffers'>): Omit<AskAnswer, 'replace'> {
  const { decisionId, sdkAppId, webhookId, command, verdict, errorCode, errorInfo, decidedBy } = decision
  const { rule, failureClass, noVerdict, durationMs, deadlineMs, createdAt, asked, attempt } = decision
  return {
    decisionId,
    command,
    verdict,
    errorCode,
    errorInfo,
    decidedBy,
    rule,
    failureClass,
    noVerdict: noVerdict === null ? null : { ...noVerdict },
    durationMs: Math.round(durationMs * 1000) / 1000,
    deadlineMs,
    attempt: attempt === null ? null : presentAttempt(attempt),
    webhookId,
    asked,
    sdkAppId,
    createdAt: instant(createdAt),
  }
}

function presentAttempt({ startedAt, durationMs, symptom, detail, status }: AskAttempt): Decision['attempt'] {
  return { at: instant(startedAt), durationMs, symptom, detail, status }
}

/** @param url of the webhook, for the advice; empty if it is gone */
export function presentDecisionDetail(record: DecisionRecord, url: string): DecisionDetail {
  const { attempt, evidence, replaced, replacedIsCut, shadow } = record
  const advice = attempt === null || evidence === null ? undefined : advise(attempt, evidence, { url })
  return {
    ...presentDecision(record),
    evidence: evidence === null ? null : presentEvidence(evidence),
    advice: { en: [...(advice?.en ?? [])], zh: [...(advice?.zh ?? [])] },
    replaced: replaced.map((difference) => ({ ...difference })),
    replacedIsCut,
    shadow: shadow === null ? null : { ...shadow, attempt: shadow.attempt && presentAttempt(shadow.attempt) },
  }
}
