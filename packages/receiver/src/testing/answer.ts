// What a receiver answered, as a value, as matchers for Vitest and Jest, and as assertions for `node:test`.

import { readReply } from '@livehook/protocol'

export interface ReadAnswer {
  readonly status: number
  /** What the platform makes of it; `none`: no usable answer. */
  readonly decision: 'allow' | 'deny' | 'drop' | 'none'
  readonly errorCode?: number
  readonly errorInfo?: string
}

/** Reads an answer as the platform does. The response can be read again afterwards. */
export async function readAnswer(response: Response): Promise<ReadAnswer> {
  const { status } = response
  const reply = readReply(new Uint8Array(await response.clone().arrayBuffer()))
  if (reply.kind !== 'packet') return { status, decision: 'none' }
  const { errorCode, errorInfo } = reply
  if (status !== 200) return { status, decision: 'none', errorCode, errorInfo }
  // In every command that can be dropped, 2 is the code that drops.
  const decision = errorCode === 0 ? 'allow' : errorCode === 2 ? 'drop' : 'deny'
  return { status, decision, errorCode, errorInfo }
}

interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

async function match(response: Response, expected: Partial<ReadAnswer>, words: string): Promise<MatcherResult> {
  const answer = await readAnswer(response)
  const pass =
    (expected.status === undefined || expected.status === answer.status) &&
    (expected.decision === undefined || expected.decision === answer.decision) &&
    (expected.errorCode === undefined || expected.errorCode === answer.errorCode)
  return {
    pass,
    message: () => `expected the answer ${pass ? 'not ' : ''}to be ${words}; it is ${JSON.stringify(answer)}`,
  }
}

const allowed = (response: Response) => match(response, { decision: 'allow' }, 'a reply that allows or acknowledges')
const denied = (response: Response, errorCode?: number) =>
  match(
    response,
    { decision: 'deny', ...(errorCode !== undefined && { errorCode }) },
    errorCode === undefined ? 'a denial' : `a denial with code ${errorCode}`,
  )
const dropped = (response: Response) => match(response, { decision: 'drop' }, 'a drop')
const refused = (response: Response, status = 401) => match(response, { status }, `a refusal with status ${status}`)

/** `expect.extend(matchers)`, then `await expect(response).toBeDenied(10101)`. */
export const matchers = { toBeAllowed: allowed, toBeDenied: denied, toBeDropped: dropped, toBeRefused: refused }

/** For the types of `expect`: the interface `Matchers` of a runner is extended by it; docs/receiving/testing.md shows how. */
export interface ReceiverMatchers {
  /** The reply allows a *before* event or acknowledges an *after* event. */
  toBeAllowed(): Promise<void>
  /** @param errorCode any code that denies if it is left out */
  toBeDenied(errorCode?: number): Promise<void>
  toBeDropped(): Promise<void>
  /** @param status 401 if it is left out */
  toBeRefused(status?: number): Promise<void>
}

async function assertMatch(result: Promise<MatcherResult>): Promise<void> {
  const { pass, message } = await result
  if (!pass) throw new Error(message())
}

/** @throws Error if the reply neither allows nor acknowledges */
export const assertAllowed = (response: Response): Promise<void> => assertMatch(allowed(response))
/** @throws Error if the reply is no denial, or one with another code */
export const assertDenied = (response: Response, errorCode?: number): Promise<void> =>
  assertMatch(denied(response, errorCode))
/** @throws Error if the reply is no drop */
export const assertDropped = (response: Response): Promise<void> => assertMatch(dropped(response))
/** @throws Error if the status is another one; 401 if it is left out */
export const assertRefused = (response: Response, status?: number): Promise<void> =>
  assertMatch(refused(response, status))
