// A broken promise of ours, or an input that we cannot take: an error with a code from this one registry.
// docs/errors.md explains each code; a test holds the two together.

import type { EgressReason } from '../egress/policy.ts'

/** `status` is the HTTP status that the code becomes; `title` never changes, `detail` (per occurrence) says what to do. */
export const errorCodes = {
  invalid_request: { status: 400, title: 'The request does not fit the contract.' },
  invalid_json: { status: 400, title: 'The body is not valid JSON.' },
  invalid_utf8: { status: 400, title: 'The body is not valid UTF-8.' },
  not_an_object: { status: 400, title: 'The body is not a JSON object.' },
  duplicate_key: { status: 400, title: 'The body has the same member twice.' },
  forbidden_key: { status: 400, title: 'The body has a member that is not allowed.' },
  too_deep: { status: 400, title: 'The body is nested too deeply.' },
  command_mismatch: { status: 400, title: 'CallbackCommand in the body is another command.' },
  body_mismatch: { status: 400, title: "The body does not fit the command's schema." },
  unknown_command: { status: 422, title: 'There is no such command.' },
  invalid_cursor: { status: 400, title: 'The cursor is not one that this service gave out.' },
  invalid_token: { status: 400, title: 'The token cannot be used.' },
  invalid_header: { status: 400, title: 'The header cannot be sent.' },
  invalid_tls: { status: 422, title: 'The certificates or keys cannot be used.' },
  unauthorized: { status: 401, title: 'A valid key is needed.' },
  forbidden: { status: 403, title: 'This is not allowed from there.' },
  link_used: { status: 403, title: 'The one-time link was used already or is too old.' },
  wrong_role: { status: 403, title: "The key's role does not allow this." },
  unknown_host: { status: 403, title: 'The service does not answer under this name.' },
  not_found: { status: 404, title: 'There is no such thing here.' },
  method_not_allowed: { status: 405, title: 'This address does not take this method.' },
  request_timeout: { status: 408, title: 'The request did not arrive in time.' },
  before_denied: { status: 409, title: 'The event that comes before this one was not let pass.' },
  not_asked: { status: 409, title: 'This command is not asked.' },
  command_taken: { status: 409, title: 'Another webhook of the app decides this command.' },
  command_exists: { status: 409, title: 'The app has a command of that name.' },
  catalogue_command: { status: 409, title: 'A command of the catalogue cannot be changed.' },
  command_in_use: { status: 409, title: 'A webhook names this command.' },
  too_many_commands: { status: 409, title: 'The app has as many commands of its own as it may have.' },
  before_command: { status: 409, title: 'A before command is asked, not delivered.' },
  idempotency_conflict: { status: 409, title: 'The Idempotency-Key was used with another body.' },
  delivery_not_final: { status: 409, title: 'The delivery has not ended yet.' },
  delivery_in_flight: { status: 409, title: 'The delivery is on the wire right now.' },
  delivery_ended: { status: 409, title: 'The delivery has ended already.' },
  delivery_cancelled: { status: 409, title: 'A cancelled delivery stays cancelled.' },
  webhook_gone: { status: 409, title: 'The webhook was deleted.' },
  webhook_stopped: { status: 409, title: 'The webhook is off, paused, or has a rate of 0.' },
  body_not_kept: { status: 409, title: 'The body is no longer kept.' },
  already_delivered: { status: 409, title: 'The event has a delivery to this webhook.' },
  last_admin_key: { status: 409, title: 'The last admin key cannot be removed.' },
  key_of_settings: { status: 409, title: 'The key comes from the settings.' },
  app_in_use: { status: 409, title: 'The app still has webhooks.' },
  no_rotation: { status: 409, title: 'No token is being replaced.' },
  rotation_under_way: { status: 409, title: 'The token is being replaced already.' },
  redelivery_ended: { status: 409, title: 'The redelivery job has ended.' },
  version_mismatch: { status: 412, title: 'It was changed by someone else meanwhile.' },
  too_large: { status: 413, title: 'The body is too large.' },
  too_many_values: { status: 413, title: 'The body has too many values.' },
  unsupported_media_type: { status: 415, title: 'The body has a type that this address does not take.' },
  expectation_failed: { status: 417, title: 'The expectation cannot be met.' },
  too_many_deliveries: { status: 422, title: 'The request would make too many deliveries.' },
  webhook_url_refused: { status: 422, title: 'The egress policy refuses this URL.' },
  too_many_requests: { status: 429, title: 'Too many requests.' },
  rate_limited: { status: 429, title: 'The app sends more than its quota.' },
  headers_too_large: { status: 431, title: 'The URL and the headers are too large.' },
  internal: { status: 500, title: 'Something went wrong on our side.' },
  store_unavailable: { status: 503, title: 'The store cannot take this now.' },
  audit_unavailable: { status: 503, title: 'The change was made but is not in the audit log.' },
  overloaded: { status: 503, title: 'The service stood still and could not take this in time.' },
  stopping: { status: 503, title: 'The service is stopping.' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCodes

export interface ServiceErrorFacts {
  /** Which members are wrong, as JSON pointers into the body, or `?name` for a query parameter. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
  /** For `webhook_url_refused`. */
  readonly reason?: EgressReason
  /** Seconds after which it makes sense to come again. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ErrorCode
  readonly facts: ServiceErrorFacts

  /** @param detail one or two sentences for a person: what happened and what to do */
  constructor(code: ErrorCode, detail: string, facts: ServiceErrorFacts = {}) {
    super(detail, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.facts = facts
  }
}
