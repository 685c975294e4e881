// One request to the HTTP API: same origin, the session's cookie, JSON in and out.

import type { Problem } from 'livehook/contract'

export type ProblemEntry = NonNullable<Problem['errors']>[number]

interface ApiErrorFacts {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail?: string
  readonly errors?: readonly ProblemEntry[]
}

/** The API refused (`problem` is what it said) or could not be reached (`problem` is absent). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** HTTP status; 0 if no answer came. */
  readonly status: number
  /** The stable code of the API's error registry, `unreachable` or `unexpected_answer`. */
  readonly code: string
  /** What to do, in the API's own English words, if it said so. */
  readonly detail: string | undefined
  /** Which members of what was sent are wrong, and why. */
  readonly errors: readonly ProblemEntry[]

  constructor(facts: ApiErrorFacts, options?: ErrorOptions) {
    super(facts.title, options)
    this.status = facts.status
    this.code = facts.code
    this.detail = facts.detail
    this.errors = facts.errors ?? []
  }
}

export function jsonBody(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/**
 * Asks and reads the whole answer.
 * @throws ApiError
 */
export async function call<Answer>(send: typeof fetch, path: string, init: RequestInit): Promise<Answer> {
  const response = await reach(send, path, init)
  const text = await response.text()
  const body = parseJson(text)
  if (response.ok) {
    if (body === undefined && text !== '') throw unexpectedAnswer(response.status)
    // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the service that sent this page sent the answer too, by the same contract
    return body as Answer
  }
  throw refusal(response.status, body)
}

/** What an answer that is no success says. */
export function refusal(status: number, body: unknown): ApiError {
  if (!isProblem(body)) return unexpectedAnswer(status)
  const { code, title, detail, errors } = body
  return new ApiError({ status, code, title, detail, ...(errors === undefined ? {} : { errors }) })
}

/**
 * Asks; the answer is still to be read.
 * @throws ApiError with status 0 if no answer came
 */
export async function reach(send: typeof fetch, path: string, init: RequestInit): Promise<Response> {
  try {
    const headers = new Headers(init.headers)
    if (!headers.has('accept')) headers.set('accept', 'application/json')
    return await send(path, { ...init, headers, credentials: 'same-origin', redirect: 'error' })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ status: 0, code: 'unreachable', title: 'The service cannot be reached.' }, { cause })
  }
}

function unexpectedAnswer(status: number): ApiError {
  return new ApiError({
    status,
    code: 'unexpected_answer',
    title: `The service answered ${status} without saying why.`,
  })
}

export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  return 'code' in value && typeof value.code === 'string' && 'title' in value && typeof value.title === 'string'
}
