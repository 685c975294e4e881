// The vocabulary of a failed attempt: every fine code with the row of the failure table that it belongs to.
// docs/diagnosis.md explains each of them; a test holds the two together.

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

/** All details but `status_NNN`, which stands for as many as there are status codes. */
export const symptomOfDetail = {
  ok: 'none',
  dns_not_found: 'times_out',
  dns_no_address: 'times_out',
  dns_failure: 'times_out',
  dns_timeout: 'times_out',
  dns_too_many: 'times_out',
  address_not_public: 'times_out',
  connect_timeout: 'times_out',
  host_unreachable: 'times_out',
  local_route_error: 'times_out',
  tls_timeout: 'times_out',
  request_write_timeout: 'times_out',
  response_timeout: 'times_out',
  body_timeout: 'times_out',
  connection_refused: 'access_denied',
  administratively_prohibited: 'access_denied',
  reset_before_response: 'access_denied',
  closed_before_response: 'access_denied',
  tls_not_tls: 'access_denied',
  tls_version: 'access_denied',
  tls_reset: 'access_denied',
  tls_unrecognized_name: 'access_denied',
  tls_expired: 'https_certificate_error',
  tls_not_yet_valid: 'https_certificate_error',
  tls_name_mismatch: 'https_certificate_error',
  tls_untrusted: 'https_certificate_error',
  tls_incomplete_chain: 'https_certificate_error',
  tls_weak_key: 'https_certificate_error',
  tls_too_large: 'https_certificate_error',
  tls_client_cert: 'https_mutual_authentication_error',
  clock_skew: 'http_code_not_200',
  malformed_http: 'http_code_not_200',
  headers_too_large: 'http_code_not_200',
  empty_body: 'response_not_json',
  html: 'response_not_json',
  invalid_json: 'response_not_json',
  invalid_utf8: 'response_not_json',
  content_encoding: 'response_not_json',
  body_truncated: 'response_not_json',
  response_too_large: 'response_not_json',
  no_error_code: 'response_not_json',
  overloaded: 'ours',
  shutting_down: 'ours',
  proxy_failed: 'ours',
  internal: 'ours',
} as const satisfies Readonly<Record<string, Symptom>>

export type NamedDetail = keyof typeof symptomOfDetail

/** A stable code, never derived from an error's text. */
export type Detail = NamedDetail | `status_${number}`

/** Says whether a text is one of the named details. */
export function isNamedDetail(text: string): text is NamedDetail {
  return Object.hasOwn(symptomOfDetail, text)
}
