// The small integers that stand for words of a closed list. Append-only: they are in the data files.

import type { CancelReason, DeadReason, DeliveryState } from '../../domain/delivery/delivery.ts'
import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'

/**
 * The SQL of this room writes these as literals, because conditions of partial indexes are matched as text. The two
 * states that nearly every delivery passes come first, so that one comparison tells them from the three others.
 */
export const stateCodes: Readonly<Record<DeliveryState, number>> = {
  succeeded: 0,
  claimed: 1,
  pending: 2,
  dead: 3,
  cancelled: 4,
}

export const reasonCodes: Readonly<Record<DeadReason | CancelReason, number>> = {
  retries_exhausted: 1,
  no_retry: 2,
  gone: 3,
  webhook_deleted: 4,
  app_deleted: 5,
  by_request: 6,
}

export const symptomCodes: Readonly<Record<Symptom, number>> = {
  none: 0,
  times_out: 1,
  access_denied: 2,
  https_certificate_error: 3,
  https_mutual_authentication_error: 4,
  http_code_not_200: 5,
  response_not_json: 6,
  ours: 7,
}

const states = wordsByCode(stateCodes)
const reasons = wordsByCode(reasonCodes)
const symptoms = wordsByCode(symptomCodes)

/** The state of a code from the data file; throws where this version knows no such code. */
export function stateOf(code: number): DeliveryState {
  return known(states.get(code), 'state', code)
}

/** The reason of a code from the data file; throws where this version knows no such code. */
export function reasonOf(code: number): DeadReason | CancelReason {
  return known(reasons.get(code), 'reason', code)
}

/** The symptom of a code from the data file; throws where this version knows no such code. */
export function symptomOf(code: number): Symptom {
  return known(symptoms.get(code), 'symptom', code)
}

function known<Word>(word: Word | undefined, what: string, code: number): Word {
  if (word === undefined) throw new Error(`The data file holds the ${what} ${code}, which this version does not know.`)
  return word
}

function wordsByCode<Word extends string>(codes: Readonly<Record<Word, number>>): ReadonlyMap<number, Word> {
  const words = new Map<number, Word>()
  for (const word in codes) words.set(codes[word], word)
  return words
}
