// What was checked of a refused request, in order, and what came of it: for the person who asks why.

import { checkNames } from './check.ts'
import type { CheckName, Refusal, RefusalReason } from './check.ts'

/** Says what became of a request that was refused. */
export type Explain = (refusal: Refusal) => { readonly sentence: string; readonly trace: readonly TraceStep[] }

export interface TraceStep {
  readonly check: CheckName
  readonly result: 'passed' | 'failed' | 'not_reached'
}

/** All checks up to the one that failed, which is the last that was made. */
export function traceOf({ check }: Refusal): readonly TraceStep[] {
  const failedAt = checkNames.indexOf(check)
  return checkNames.map((name, at) => {
    if (at === failedAt) return { check: name, result: 'failed' }
    return { check: name, result: at < failedAt ? 'passed' : 'not_reached' }
  })
}

const sentences: Readonly<Record<RefusalReason, string>> = {
  method: 'webhook requests are POST requests',
  missing_param: 'a parameter is missing in the query',
  duplicate_param: 'a parameter stands twice in the query',
  malformed_param: 'a parameter of the query is not what it should be',
  foreign_app: 'the request is for an app that is not among `apps`',
  config_error: 'the tokens cannot be used: one to four texts, none empty',
  unverified: "there is no token for this app; give one, or say unsigned: 'accept'",
  missing_sign: 'there is no Sign in the query: is a token set for this webhook on the platform?',
  missing_time: 'there is no RequestTime in the query',
  malformed_time: 'the time is not ten digits',
  malformed_sign: 'Sign is not 64 lower-case hex digits',
  bad_sign: 'no token gives this signature: is the token here the one of the platform, without white space around it?',
  stale: 'the request is too old, or one of the two clocks is wrong',
  future: 'the request comes from the future: one of the two clocks is wrong',
  missing_header: 'webhook-id, webhook-timestamp or webhook-signature is missing, and requireBodySignature is on',
  duplicate_header: 'a header of the signature stands twice',
  too_many_signatures: 'webhook-signature lists too many signatures',
  too_large: 'the body is larger than maxBodyBytes',
  cut_off: 'the body ended before it was complete',
  too_slow: 'the body did not arrive in time',
  body_parsed: 'the signature covers the bytes of the body, and they are gone',
  body_consumed: 'the body was read before it came here, and is gone',
  not_json: 'the body is not JSON',
  not_an_object: 'the body is not a JSON object',
  command_mismatch: 'CallbackCommand in the body is not the command of the query',
}

/** One sentence for a log, with the numbers that help: by how much the clocks differ, which parameter it is. */
export function sentenceOf({ check, reason, skewSeconds, found }: Refusal): string {
  const parts = [`refused at ${check} (${reason}): ${sentences[reason]}`]
  if (skewSeconds !== undefined) parts.push(`the clock differs by ${Math.abs(skewSeconds)} s`)
  if (found !== undefined) parts.push(found)
  return parts.join('; ')
}

export const explain: Explain = (refusal) => ({ sentence: sentenceOf(refusal), trace: traceOf(refusal) })
