// The breaker of a webhook: closed while it answers, open (nothing is sent) while it does not, half-open with one attempt
// that finds out. After an outage it comes back slowly. Pure: the clock is handed in, a state is a value. The clock is one that
// only ever goes on: a wall clock that was set back would keep a breaker open until it has caught up.
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
      /** Since when the webhook counts as failing, in milliseconds of the clock that is handed in. */
      readonly since: number
      /** When one attempt may find out, by the same clock. */
      readonly until: number
      /** How long the pause after that attempt is, if it finds nothing. */
      readonly nextPauseMs: number
    }
  /** One attempt is on the wire and decides. */
  | { readonly kind: 'half-open'; readonly since: number; readonly nextPauseMs: number }

/** So many failures in a row open it: more than one bad deployment's hiccup, far fewer than a flood. */
const failuresToOpen = 10
const firstPauseMs = 5000
/** A receiver that was mended is found out at the latest so long after. */
const longestPauseMs = 300_000

export const closedBreaker: Breaker = { kind: 'closed', failures: 0, limit: Number.POSITIVE_INFINITY }

/** What an attempt says about the receiver as a whole. */
export type Finding = 'answers' | 'does_not_answer' | 'says_nothing'

/** Statuses by which a receiver refuses the one event that it was sent, and would take another. */
const aboutOneEvent = new Set(['status_400', 'status_409', 'status_413', 'status_414', 'status_422'])

/**
 * What the diagnosis of a delivery's attempt says about its webhook. Only a receiver that took the event, or refused this one
 * event, is well. One that answers that the request is wrong (401, 403, 404, a web page …) would say so to the next one too:
 * sending what waits would use up an attempt of each delivery for nothing. Trouble of our own says nothing.
 */
export function findingOf({ symptom, detail }: Pick<Diagnosis, 'symptom' | 'detail'>): Finding {
  switch (symptom) {
    case 'none':
      return 'answers'
    case 'ours':
      return 'says_nothing'
    case 'http_code_not_200':
      return aboutOneEvent.has(detail) ? 'answers' : 'does_not_answer'
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

/**
 * The breaker after an attempt has ended; while it is half-open, after the one attempt that finds out.
 * @param now milliseconds of a clock that only ever goes on
 */
export function afterAttempt(breaker: Breaker, finding: Finding, now: number): Breaker {
  switch (breaker.kind) {
    case 'closed':
      return afterClosed(breaker, finding, now)
    case 'open':
      // An attempt that was on the wire when the breaker opened: good news is taken, bad news is no news.
      return finding === 'answers' ? reopened : breaker
    case 'half-open':
      if (finding === 'answers') return reopened
      if (finding === 'says_nothing') return { ...breaker, kind: 'open', until: now }
      return pausedFor(breaker, now)
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
  // While it comes back, as many as may be on the wire are enough: it was not well after all.
  if (failures < Math.min(failuresToOpen, breaker.limit)) return { ...breaker, failures }
  return pausedFor({ since: now, nextPauseMs: firstPauseMs }, now)
}

/** Beyond any webhook's own limit: the slow start is over. */
const slowStartEnd = 1024

/** Closed again, slowly: one attempt, then two, then four … */
const reopened: Breaker = { kind: 'closed', failures: 0, limit: 1 }

function pausedFor(
  { since, nextPauseMs }: { readonly since: number; readonly nextPauseMs: number },
  now: number,
): Breaker {
  return { kind: 'open', since, until: now + nextPauseMs, nextPauseMs: Math.min(nextPauseMs * 2, longestPauseMs) }
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

/** The breaker once an attempt has started: an open one whose pause is over becomes half-open. */
export function afterStart(breaker: Breaker, now: number): Breaker {
  if (breaker.kind !== 'open' || breaker.until > now) return breaker
  return { kind: 'half-open', since: breaker.since, nextPauseMs: breaker.nextPauseMs }
}

/** Lets one attempt find out now, since a person wants it or a probe was answered well. If it finds nothing, the pause that was cut short begins again. */
export function tryingNow(breaker: Breaker, now: number): Breaker {
  if (breaker.kind !== 'open' || breaker.until <= now) return breaker
  return { ...breaker, until: now, nextPauseMs: Math.max(firstPauseMs, breaker.nextPauseMs / 2) }
}

/** Something else answers from now on: what was learnt is forgotten, but one attempt finds out before the others go. */
export function forAnotherReceiver(breaker: Breaker, now: number): Breaker {
  if (breaker.kind === 'closed') return closedBreaker
  return { kind: 'open', since: breaker.since, until: now, nextPauseMs: firstPauseMs }
}
