// The breaker of a webhook: closed while it answers, open (nothing is sent) while it does not, half-open with one attempt
// that finds out. After an outage it comes back slowly. Pure: the clock is handed in, a state is a value.
//
// A breaker says when attempts may start; it never uses one up. What waits behind an open breaker waits in the store.

import { assertNever } from '../assert.ts'
import type { Diagnosis } from '../diagnosis/diagnosis.ts'

export type Breaker =
  | {
      readonly kind: 'closed'
      /** Failures in a row. */
      readonly failures: number
      /** How many attempts may be on the wire at once; grows back to the webhook's own limit after an outage. */
      readonly limit: number
    }
  | {
      readonly kind: 'open'
      /** Epoch milliseconds at which one attempt may find out. */
      readonly until: number
      readonly pauseMs: number
    }
  /** One attempt is on the wire and decides. */
  | { readonly kind: 'half-open'; readonly pauseMs: number }

/** So many failures in a row open it: more than one bad deployment's hiccup, far fewer than a flood. */
const failuresToOpen = 10
const firstPauseMs = 5000
/** A receiver that was mended is found out at the latest so long after. */
const longestPauseMs = 300_000

export const closedBreaker: Breaker = { kind: 'closed', failures: 0, limit: Number.POSITIVE_INFINITY }

/** What an attempt says about the receiver as a whole. */
export type Finding = 'answers' | 'does_not_answer' | 'says_nothing'

/**
 * What a diagnosis says about the receiver. One that refuses a particular request (400, 401 …) is up: its answer is no sign
 * of an outage. Trouble of our own says nothing.
 */
export function findingOf({ symptom, detail }: Pick<Diagnosis, 'symptom' | 'detail'>): Finding {
  switch (symptom) {
    case 'none':
      return 'answers'
    case 'ours':
      return 'says_nothing'
    case 'http_code_not_200':
      // A wrong clock shows in a 401: whoever says it is up.
      if (detail === 'clock_skew') return 'answers'
      return /^status_(5\d\d|429|408)$/.test(detail) || !detail.startsWith('status_') ? 'does_not_answer' : 'answers'
    case 'times_out':
    case 'access_denied':
    case 'https_certificate_error':
    case 'https_mutual_authentication_error':
    case 'response_not_json':
      return 'does_not_answer'
    default:
      return assertNever(symptom)
  }
}

/** The breaker after an attempt has ended. */
export function afterAttempt(breaker: Breaker, finding: Finding, now: number): Breaker {
  switch (breaker.kind) {
    case 'closed':
      return afterClosed(breaker, finding, now)
    case 'open':
      // An attempt that was on the wire when the breaker opened: good news is taken, bad news is no news.
      return finding === 'answers' ? reopened : breaker
    case 'half-open':
      if (finding === 'answers') return reopened
      if (finding === 'says_nothing') return { kind: 'open', until: now, pauseMs: breaker.pauseMs }
      return openFor(Math.min(breaker.pauseMs * 2, longestPauseMs), now)
    default:
      return assertNever(breaker)
  }
}

function afterClosed(breaker: Breaker & { kind: 'closed' }, finding: Finding, now: number): Breaker {
  if (finding === 'says_nothing') return breaker
  if (finding === 'answers') {
    if (breaker.failures === 0 && breaker.limit === Number.POSITIVE_INFINITY) return breaker
    const limit = breaker.limit * 2
    return { kind: 'closed', failures: 0, limit: limit > slowStartEnd ? Number.POSITIVE_INFINITY : limit }
  }
  const failures = breaker.failures + 1
  return failures >= failuresToOpen ? openFor(firstPauseMs, now) : { ...breaker, failures }
}

/** Beyond any webhook's own limit: the slow start is over. */
const slowStartEnd = 1024

/** Closed again, slowly: one attempt, then two, then four … */
const reopened: Breaker = { kind: 'closed', failures: 0, limit: 1 }

function openFor(pauseMs: number, now: number): Breaker {
  return { kind: 'open', until: now + pauseMs, pauseMs }
}

/**
 * How many attempts the breaker lets be on the wire at once, now.
 * @returns 0 while it is open, 1 where one attempt may find out
 */
export function allowedInFlight(breaker: Breaker, now: number): number {
  switch (breaker.kind) {
    case 'closed':
      return breaker.limit
    case 'open':
      return breaker.until <= now ? 1 : 0
    case 'half-open':
      return 1
    default:
      return assertNever(breaker)
  }
}

/** The breaker once a person wants one attempt now: an open one lets it start, and then goes by how it ends. */
export function afterPush(breaker: Breaker, now: number): Breaker {
  return breaker.kind === 'open' ? { ...breaker, until: Math.min(breaker.until, now) } : breaker
}

/** The breaker once an attempt has started: an open one whose pause is over becomes half-open. */
export function afterStart(breaker: Breaker, now: number): Breaker {
  return breaker.kind === 'open' && breaker.until <= now ? { kind: 'half-open', pauseMs: breaker.pauseMs } : breaker
}
