// Decisions as rows: what lists and filters need in columns, the rest as one small JSON text.

import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { FailureClass } from '../../../domain/ask/failure-policy.ts'
import { formatId, parseId } from '../../../domain/ids.ts'
import type { Evidence } from '../../../domain/diagnosis/outcome.ts'
import type { Verdict, VerdictWord } from '../../../domain/ask/verdict.ts'
import type { AskAttempt, DecisionRecord, DecisionSummary } from '../../port/decisions.ts'
import { symptomCodes, symptomOf } from '../../shared/codes.ts'
import type { Row, RowContext } from './delivery-rows.ts'
import { readEvidence } from '../../shared/evidence.ts'
import type { WordWriter } from './words.ts'

/** Append-only: the numbers are in the data files, and those of `deny` and above in a partial index. */
export const verdictCodes: Readonly<Record<VerdictWord, number>> = { allow: 0, deny: 1, drop: 2 }
export const deciderCodes: Readonly<Record<Verdict['decidedBy'], number>> = { app: 0, policy: 1 }

const verdictWords: readonly VerdictWord[] = ['allow', 'deny', 'drop']

/** The columns of `decisions`, in the order of `decisionValues`. */
export const decisionColumns = [
  'decision',
  'app',
  'webhook',
  'command',
  'verdict',
  'error_code',
  'error_info',
  'decided_by',
  'rule',
  'failure_class',
  'duration_us',
  'deadline_ms',
  'created_at',
  'asked_trial',
  'shadow_differs',
  'started_at',
  'attempt_us',
  'symptom',
  'detail',
  'status',
  'evidence',
  'evidence_line',
  'more',
] as const

/** What few decisions have. */
type More = Partial<Pick<DecisionRecord, 'noVerdict' | 'replaced' | 'replacedIsCut' | 'shadow' | 'matching'>>

/** Where a decision's evidence lies; `undefined` if it has none. */
export type EvidencePlace = { readonly block: number; readonly line: number } | undefined

/** @returns `undefined` for an id of another store */
export function decisionValues(
  context: { readonly salt: string; readonly words: WordWriter },
  record: DecisionRecord,
  place: EvidencePlace,
): SQLInputValue[] | undefined {
  const { salt, words } = context
  const number = parseId('dec', salt, record.decisionId)
  if (number === undefined) return undefined
  const { attempt } = record
  const word = (text: string | null): number | null => (text === null ? null : words.numberOf(text))
  return [
    number,
    record.sdkAppId,
    record.webhookId === null ? null : (parseId('wh', salt, record.webhookId) ?? null),
    words.numberOf(record.command),
    verdictCodes[record.verdict],
    record.errorCode,
    record.errorInfo,
    deciderCodes[record.decidedBy],
    word(record.rule),
    word(record.failureClass),
    Math.round(record.durationMs * 1000),
    record.deadlineMs,
    Math.round(record.createdAt),
    record.asked === 'trial' ? 1 : 0,
    record.shadowDiffers === null ? null : Number(record.shadowDiffers),
    attempt === null ? null : Math.round(attempt.startedAt),
    attempt === null ? null : Math.round(attempt.durationMs * 1000),
    attempt === null ? null : symptomCodes[attempt.symptom],
    attempt === null ? null : words.numberOf(attempt.detail),
    attempt?.status ?? null,
    place?.block ?? null,
    place?.line ?? null,
    moreOf(record),
  ]
}

function moreOf({ noVerdict, replaced, replacedIsCut, shadow, matching }: DecisionRecord): string | null {
  const more: More = {
    ...(noVerdict !== null && { noVerdict }),
    ...(replaced.length > 0 && { replaced, replacedIsCut }),
    ...(shadow !== null && { shadow }),
    ...(matching !== null && { matching }),
  }
  return Object.keys(more).length === 0 ? null : JSON.stringify(more)
}

export function decisionSummaryOf({ salt, words }: RowContext, row: Row): DecisionSummary {
  return {
    decisionId: formatId('dec', salt, Number(row['decision'])),
    sdkAppId: Number(row['app']),
    webhookId: row['webhook'] === null ? null : formatId('wh', salt, Number(row['webhook'])),
    command: words.textOf(Number(row['command'])),
    verdict: verdictOf(Number(row['verdict'])),
    errorCode: Number(row['error_code']),
    errorInfo: String(row['error_info']),
    decidedBy: row['decided_by'] === deciderCodes.policy ? 'policy' : 'app',
    rule: row['rule'] === null ? null : words.textOf(Number(row['rule'])),
    failureClass: failureClassOf(row['failure_class'], words),
    noVerdict: readMore(row).noVerdict ?? null,
    durationMs: Number(row['duration_us']) / 1000,
    deadlineMs: Number(row['deadline_ms']),
    createdAt: Number(row['created_at']),
    asked: row['asked_trial'] === 1 ? 'trial' : 'url',
    attempt: attemptOf(row, words),
    shadowDiffers: row['shadow_differs'] === null ? null : row['shadow_differs'] === 1,
  }
}

/** A row of `decisions` joined with its block of evidence. */
export function decisionRecordOf(context: RowContext, row: Row): DecisionRecord {
  const { replaced = [], replacedIsCut = false, shadow = null, matching = null } = readMore(row)
  const summary = decisionSummaryOf(context, row)
  return { ...summary, evidence: evidenceOf(row), replaced, replacedIsCut, shadow, matching }
}

function readMore(row: Row): More {
  const { more } = row
  const read: More = typeof more === 'string' ? JSON.parse(more) : {}
  return read
}

function verdictOf(code: number): VerdictWord {
  const word = verdictWords[code]
  if (word === undefined) throw new Error(`The data file holds the verdict ${code}, which this version does not know.`)
  return word
}

const failureClassWords: Readonly<Record<FailureClass, true>> = {
  timeout: true,
  unreachable: true,
  tls: true,
  bad_status: true,
  no_verdict: true,
  breaker_open: true,
  ours: true,
}

function isFailureClass(text: string): text is FailureClass {
  return Object.hasOwn(failureClassWords, text)
}

function failureClassOf(value: SQLOutputValue | undefined, words: RowContext['words']): FailureClass | null {
  if (value === null || value === undefined) return null
  const text = words.textOf(Number(value))
  if (isFailureClass(text)) return text
  throw new Error(`The data file holds the failure class ${text}, which this version does not know.`)
}

function attemptOf(row: Row, words: RowContext['words']): AskAttempt | null {
  if (row['started_at'] === null) return null
  return {
    startedAt: Number(row['started_at']),
    durationMs: Number(row['attempt_us']) / 1000,
    symptom: symptomOf(Number(row['symptom'])),
    detail: words.textOf(Number(row['detail'])),
    status: row['status'] === null ? null : Number(row['status']),
  }
}

function evidenceOf(row: Row): Evidence | null {
  const { lines } = row
  if (!(lines instanceof Uint8Array)) return null
  return readEvidence({ codec: Number(row['codec']), lines }, Number(row['evidence_line']))
}
