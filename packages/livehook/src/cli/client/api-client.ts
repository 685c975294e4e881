// The command line's way to a service: the HTTP API and nothing else.

import { codeOf, messageOf } from '../../domain/diagnosis/error-facts.ts'
import type { Problem } from '../../http/contract/contract.ts'
import { readEventStream } from './event-stream.ts'
import type { StreamedEvent } from './event-stream.ts'
import type { ExitCodeName } from '../io.ts'
import { CliError } from '../io.ts'

export interface ApiClient {
  readonly url: string
  /** The app that the environment names, for anyone who is asked about one and was told none. */
  readonly sdkAppId: string | undefined
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: unknown): Promise<Answer>
  put<Answer>(path: string, body: unknown): Promise<Answer>
  patch<Answer>(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<void>
  /** Sends the bytes of a JSON document as they are. */
  postBytes<Answer>(path: string, body: Uint8Array): Promise<Answer>
  /** Sends lines of JSON. */
  postLines<Answer>(path: string, lines: readonly string[]): Promise<Answer>
  /** Gives the events of a stream as they come. */
  getStream(path: string, signal: AbortSignal): AsyncGenerator<StreamedEvent, void, void>
  /** Sends JSON and gives the events of the answer as they come. */
  postForStream(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<StreamedEvent, void, void>
}

/** The service's own no: with its status, and when to come again if it says so. */
export class ApiError extends CliError {
  readonly status: number
  /** In seconds. */
  readonly retryAfter: number | undefined

  constructor(exit: ExitCodeName, message: string, facts: { readonly status: number; readonly retryAfter?: number }) {
    super(exit, message)
    this.status = facts.status
    this.retryAfter = facts.retryAfter
  }
}

interface Target {
  readonly url: string
  readonly key: string
  readonly sdkAppId?: string | undefined
}

export function createApiClient(target: Target): ApiClient {
  const request = async <Answer>(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    contentType?: string,
  ): Promise<Answer> => {
    const typed = contentType === undefined ? {} : { contentType }
    const response = await reach(target, { method, path, ...(body === undefined ? {} : { body }), ...typed })
    const text = await response.text()
    if (!response.ok) throw problemError(response, text)
    const answer: Answer = text === '' ? undefined : JSON.parse(text)
    return answer
  }
  const stream = async function* (call: Call): AsyncGenerator<StreamedEvent, void, void> {
    const response = await reach(target, { ...call, accept: 'text/event-stream' })
    if (!response.ok) throw problemError(response, await response.text())
    if (response.body !== null) yield* readEventStream(response.body)
  }
  return {
    url: target.url,
    sdkAppId: target.sdkAppId,
    get: (path) => request('GET', path),
    post: (path, body) => request('POST', path, JSON.stringify(body)),
    put: (path, body) => request('PUT', path, JSON.stringify(body)),
    patch: (path, body) => request('PATCH', path, JSON.stringify(body)),
    delete: (path) => request('DELETE', path),
    postLines: (path, lines) => request('POST', path, lines.join('\n'), 'application/x-ndjson'),
    postBytes: (path, body) => request('POST', path, new Uint8Array(body)),
    getStream: (path, signal) => stream({ method: 'GET', path, signal }),
    postForStream: (path, body, signal) => stream({ method: 'POST', path, body: JSON.stringify(body), signal }),
  }
}

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** `application/json` if it is left out. */
  readonly contentType?: string
  readonly accept?: string
  readonly signal?: AbortSignal
}

async function reach(target: Target, call: Call): Promise<Response> {
  const { method, path, body, contentType = 'application/json', accept, signal } = call
  const headers: Record<string, string> = { authorization: `Bearer ${target.key}` }
  if (body !== undefined) headers['content-type'] = contentType
  if (accept !== undefined) headers['accept'] = accept
  try {
    return await fetch(`${target.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    throw new CliError(
      'unreachable',
      `There is no service at ${target.url} (${codeOf(error) ?? messageOf(error)}). Is it running? \`livehook dev\` starts one.`,
    )
  }
}

function problemError({ status, headers }: Response, text: string): ApiError {
  let problem: Partial<Problem> = {}
  try {
    problem = JSON.parse(text)
  } catch {
    // Not from livehook; the status alone has to do.
  }
  const exit = status === 401 || status === 403 ? 'configuration' : status >= 500 ? 'invalidReply' : 'usage'
  const again = headers.get('retry-after')
  return new ApiError(
    exit,
    `${problem.detail ?? `The service answered ${status}.`}${problem.code === undefined ? '' : ` (${problem.code})`}`,
    { status, ...(again !== null && /^\d{1,5}$/.test(again) ? { retryAfter: Number(again) } : {}) },
  )
}
