// The rows of the failure table that a delivery may be filtered by.

import type { Attempt } from 'livehook/contract'

export type Symptom = Attempt['symptom']
export type FailureSymptom = Exclude<Symptom, 'none'>

export const failureSymptoms: readonly FailureSymptom[] = [
  'times_out',
  'access_denied',
  'https_certificate_error',
  'https_mutual_authentication_error',
  'http_code_not_200',
  'response_not_json',
  'ours',
]

export function isFilterSymptom(value: unknown): value is FailureSymptom {
  return failureSymptoms.some((known) => known === value)
}
