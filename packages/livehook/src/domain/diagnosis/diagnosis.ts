// Telling in plain words why a webhook failed: outcome → symptom and detail, by phase and code, never by an error's
// text. Pure. The vocabulary is in diagnosis-details.ts, the sentences for people are in advice.ts.

import { readReply } from '@livehook/protocol'
import { assertNever } from '../assert.ts'
import { clockOffsetSeconds, maxClockOffsetSeconds } from './clock-offset.ts'
import { symptomOfDetail } from './details.ts'
import type { Detail, NamedDetail, Symptom } from './details.ts'
import { maskHeaders } from './masked-headers.ts'
import { maskEchoedSign, maskEchoedSigns } from './masked-sign.ts'
import type { AnsweredOutcome, Evidence, Outcome } from './outcome.ts'

export type { Detail, Symptom } from './details.ts'
export type { Outcome } from './outcome.ts'

/** Whether the sender waits for the answer (`before`) or only its arrival counts (`after`). */
export type CommandPhase = 'before' | 'after'

export interface Diagnosis {
  readonly symptom: Symptom
  readonly detail: Detail
  /** Facts that only the diagnosis could know; they belong to the outcome's evidence. */
  readonly evidence?: DiagnosisEvidence
}

export type DiagnosisEvidence = Partial<
  Pick<
    Evidence,
    'jsonOffset' | 'jsonFound' | 'target' | 'requestHeaders' | 'responseHeaders' | 'bodyStart' | 'clockOffsetSeconds'
  >
>

/** How much of an answer's body is kept with a failed attempt: enough to recognise a login page. */
const bodyStartBytes = 4096

const success: Diagnosis = Object.freeze({ symptom: 'none', detail: 'ok' })

/**
 * Names what happened in an attempt.
 * @param phase for a *before* command an answer without an integer `ErrorCode` is no verdict and therefore a failure
 */
export function diagnose(outcome: Outcome, phase: CommandPhase): Diagnosis {
  switch (outcome.kind) {
    case 'answered':
      if (outcome.status === 200) return diagnoseAnswer(outcome, phase)
      return outcome.status === 401 ? diagnoseRefusal(outcome) : diagnoseStatus(outcome.status)
    case 'refused':
      return named('address_not_public')
    case 'broken': {
      const { status } = outcome.evidence
      // A status that is not 200 is the better news, whatever broke in the body behind it.
      return status === undefined || status === 200 ? named(outcome.code) : diagnoseStatus(status)
    }
    case 'ours':
      return named(outcome.code)
    default:
      return assertNever(outcome)
  }
}

function diagnoseAnswer(outcome: AnsweredOutcome, phase: CommandPhase): Diagnosis {
  if (outcome.headers.some(([name, value]) => name === 'content-encoding' && !isIdentity(value))) {
    return { ...named('content_encoding'), evidence: wholeStory(outcome) }
  }
  const reply = readReply(outcome.body)
  switch (reply.kind) {
    case 'packet':
      return success
    case 'no_error_code':
      return phase === 'after' ? success : { ...named('no_error_code'), evidence: wholeStory(outcome) }
    case 'unreadable': {
      const evidence = { ...wholeStory(outcome), jsonOffset: reply.offset, jsonFound: reply.found }
      return { ...named(reply.code), evidence }
    }
    default:
      return assertNever(reply)
  }
}

function isIdentity(coding: string): boolean {
  return coding === '' || coding.toLowerCase() === 'identity'
}

/** What the short evidence of a 200 leaves out. */
export function wholeStory({ sent, headers, body }: AnsweredOutcome): DiagnosisEvidence {
  return {
    target: sent.target,
    requestHeaders: maskHeaders(sent.headers),
    responseHeaders: maskEchoedSigns(headers),
    bodyStart: maskEchoedSign(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.subarray(0, bodyStartBytes))),
  }
}

/** A refused signature has a nameable cause if the receiver's clock says another time than ours. */
function diagnoseRefusal(outcome: AnsweredOutcome): Diagnosis {
  const offset = outcome.sent.headers['webhook-signature'] === undefined ? undefined : clockOffsetSeconds(outcome)
  if (offset === undefined || Math.abs(offset) <= maxClockOffsetSeconds) return diagnoseStatus(outcome.status)
  return { ...named('clock_skew'), evidence: { clockOffsetSeconds: offset } }
}

function diagnoseStatus(status: number): Diagnosis {
  return { symptom: 'http_code_not_200', detail: `status_${status}` }
}

function named(detail: NamedDetail): Diagnosis {
  return { symptom: symptomOfDetail[detail], detail }
}
