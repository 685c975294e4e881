// Telling in plain words why a webhook failed: outcome → symptom and detail. Pure.

import type { Outcome } from './outcome.ts'

/** The six rows of the failure table, `none` for a success, and `ours` for trouble that is not the webhook's. */
export type Symptom =
  | 'none'
  | 'times_out'
  | 'access_denied'
  | 'https_certificate_error'
  | 'https_mutual_authentication_error'
  | 'http_code_not_200'
  | 'response_not_json'
  | 'ours'

/** A stable code; the list stands in docs/diagnosis.md. `status_NNN` makes it open-ended, so it is a string. */
export type Detail = string

export interface Diagnosis {
  readonly symptom: Symptom
  readonly detail: Detail
}

export type { Outcome }
