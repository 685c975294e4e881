// The staged test of a webhook's URL, as far as it can be decided without asking anybody: which stage an outcome ended
// at, and what an answer says about the manners of a receiver. Pure. The sentences are in probe-advice.ts.

import { readReply } from '@livehook/protocol'
import type { Advice } from './advice.ts'
import { assertNever } from '../assert.ts'
import type { Detail, Diagnosis } from './diagnosis.ts'
import { isUrlReason } from '../egress/reasons.ts'
import type { AnsweredOutcome, Evidence, Outcome, Phase } from './outcome.ts'

/** In the order in which they are passed; `manners` comes once per check. */
export const probeStages = [
  'text',
  'dns',
  'address',
  'tcp',
  'tls',
  'request',
  'status',
  'json',
  'reply',
  'manners',
] as const
export type ProbeStageName = (typeof probeStages)[number]

/** The stages of the first request; `manners` are requests of their own. */
export type FirstStage = Exclude<ProbeStageName, 'manners'>

/** Three requests that a receiver must refuse, and one that it must accept twice; in this order. */
export const mannersChecks = ['wrong_sign', 'stale_time', 'foreign_app', 'retry'] as const
export type MannersCheck = (typeof mannersChecks)[number]

/** What a receiver's lack of manners is called. docs/diagnosis.md explains each; a test holds the two together. */
export const detailOfCheck = {
  wrong_sign: 'open_to_forgery',
  stale_time: 'accepts_stale',
  foreign_app: 'accepts_foreign_app',
  retry: 'refuses_retry',
} as const satisfies Readonly<Record<MannersCheck, string>>
export type MannersDetail = (typeof detailOfCheck)[MannersCheck]

/** Why a stage was left out. */
export const skipReasons = ['not_needed', 'not_reached', 'no_token', 'says_nothing', 'out_of_time'] as const
export type SkipReason = (typeof skipReasons)[number]

export interface ProbeStage {
  readonly stage: ProbeStageName
  /** Only with `manners`: which of them. */
  readonly check?: MannersCheck
  readonly result: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  readonly detail: Detail | MannersDetail | SkipReason
  readonly evidence: Evidence | undefined
  /** What a failure means and what to do; with other results what is worth knowing, or nothing. */
  readonly advice: Advice
}

export interface Probe {
  readonly stages: readonly ProbeStage[]
  /** Whether no stage failed. */
  readonly ok: boolean
}

/**
 * The stage that is under way once a phase was entered: those before it have passed.
 * A TLS 1.3 server refuses a client without a certificate only after the handshake, so `tls` is not over before an answer begins.
 */
export function stageUnderWay(phase: Phase, scheme: 'http' | 'https'): ProbeStageName {
  switch (phase) {
    case 'resolve':
      return 'dns'
    case 'connect':
      return 'tcp'
    case 'tls':
      return 'tls'
    case 'write':
    case 'first_byte':
      return scheme === 'https' ? 'tls' : 'request'
    case 'body':
    case 'done':
      return 'status'
    default:
      return assertNever(phase)
  }
}

/** The stage at which a request failed; `undefined` if it did not. */
export function failedStage(outcome: Outcome, diagnosis: Diagnosis): FirstStage | undefined {
  if (diagnosis.symptom === 'none') return undefined
  switch (outcome.kind) {
    case 'refused':
      return isUrlReason(outcome.reason) ? 'text' : 'address'
    case 'answered':
      if (diagnosis.symptom === 'http_code_not_200') return 'status'
      return diagnosis.detail === 'no_error_code' ? 'reply' : 'json'
    case 'broken':
      return diagnosis.symptom === 'http_code_not_200' ? 'status' : stageOfPhase(outcome.phase)
    case 'ours':
      return outcome.code === 'internal' ? 'request' : stageOfPhase(outcome.evidence.phase)
    default:
      return assertNever(outcome)
  }
}

function stageOfPhase(phase: Phase): FirstStage {
  switch (phase) {
    case 'resolve':
      return 'dns'
    case 'connect':
      return 'tcp'
    case 'tls':
      return 'tls'
    case 'write':
    case 'first_byte':
      return 'request'
    case 'body':
    case 'done':
      return 'json'
    default:
      return assertNever(phase)
  }
}

/** How a request that should be refused was taken. */
export type Reception =
  | 'accepted'
  | 'refused'
  /** Refused, but by what looks like a crash. */
  | 'crashed'
  /** No answer, or one that would be the same for a good request. */
  | 'says_nothing'

/** Answers of a proxy in front, of a rate limiter, of an overloaded server: not the receiver's word about this request. */
const passingStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])

/**
 * Says how a request was taken.
 * @param usualErrorCode what the receiver answered to a good request; 0 in nearly every case
 */
export function receptionOf(outcome: Outcome, usualErrorCode: number): Reception {
  switch (outcome.kind) {
    case 'answered':
      if (outcome.status === 200) return receptionOfReply(outcome, usualErrorCode)
      if (passingStatuses.has(outcome.status)) return 'says_nothing'
      return outcome.status >= 500 ? 'crashed' : 'refused'
    case 'broken':
      // Some hang up on whom they do not trust, and a good request was answered a moment ago.
      return outcome.code === 'closed_before_response' || outcome.code === 'reset_before_response'
        ? 'refused'
        : 'says_nothing'
    case 'refused':
    case 'ours':
      return 'says_nothing'
    default:
      return assertNever(outcome)
  }
}

function receptionOfReply(outcome: AnsweredOutcome, usualErrorCode: number): Reception {
  const reply = readReply(outcome.body)
  if (reply.kind === 'unreadable') return 'says_nothing'
  // JSON without a code is a success for the service, so it is no refusal.
  if (reply.kind === 'no_error_code') return 'accepted'
  const isRefusal = reply.errorCode !== 0 || reply.actionStatus === 'FAIL'
  if (!isRefusal) return 'accepted'
  return reply.errorCode === usualErrorCode ? 'says_nothing' : 'refused'
}

const dayMs = 86_400_000

/** Whole days until a certificate ends; negative if it has ended. */
export function daysLeft(notAfter: number, now: number): number {
  return Math.floor((notAfter - now) / dayMs)
}
