// One request at `livehook listen`: read, checked, answered by the rules or by who it is passed on to.

import { fail, serialiseReply } from '@livehook/protocol/node'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Arrived, Checked, CheckRules } from './arrived.ts'
import { catalogueWord, checkArrived } from './arrived.ts'
import { forward } from './forward.ts'
import type { ReplyRules } from './rules.ts'
import { planReply } from './rules.ts'

export interface GivenReply {
  readonly status: number
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
  /** Who the reply is from: the rules, the refusal of a bad request, or whom the request was passed on to. */
  readonly by: 'rules' | 'refusal' | 'forward'
  /** Why there is no reply of whom it was passed on to. */
  readonly trouble?: string
}

export interface ExchangeDeps {
  readonly check: CheckRules
  readonly rules: ReplyRules
  readonly forwardTo: URL | undefined
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Ends waiting and forwarding. */
  readonly stop: AbortSignal
}

export interface Exchanged {
  readonly arrived: Arrived
  readonly checked: Checked
  readonly reply: GivenReply
}

/** As much as a receiver of `@livehook/receiver` takes. */
const maxBodyBytes = 1_048_576

/** Answers one request. @returns `undefined` if it broke off before it was complete */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  deps: ExchangeDeps,
): Promise<Exchanged | undefined> {
  const body = await readBody(request)
  if (body === undefined) return undefined
  const { method = '', url: target = '', headers, rawHeaders } = request
  const arrived: Arrived = { at: deps.now(), method, target, headers, rawHeaders, body: body.bytes }
  const checked = body.isWhole ? checkArrived(arrived, deps.check) : tooLarge()
  const reply = await replyTo(arrived, checked, deps)
  response.sendDate = reply.by !== 'forward'
  await new Promise<void>((resolve, reject) => {
    response.on('error', reject)
    response.on('finish', resolve)
    response.on('close', resolve)
    response.writeHead(reply.status, [...reply.rawHeaders]).end(reply.body)
  })
  return { arrived, checked, reply }
}

async function replyTo(arrived: Arrived, checked: Checked, deps: ExchangeDeps): Promise<GivenReply> {
  const planned = planReply(deps.rules, catalogueWord(checked.command ?? ''), arrived.body)
  if (planned.delayMs > 0 && checked.result !== 'refused') {
    await sleep(planned.delayMs, undefined, { signal: deps.stop }).catch(() => undefined)
  }
  if (deps.forwardTo !== undefined && checked.refusal?.reason !== 'too_large') {
    const reply = await forward(arrived, deps.forwardTo, deps.stop)
    if (typeof reply !== 'string') return { ...reply, by: 'forward' }
    return { ...packet(502, reply), by: 'forward', trouble: reply }
  }
  const { refusal } = checked
  if (refusal !== undefined) return { ...packet(statusOf(refusal.reason), `refused: ${refusal.reason}`), by: 'refusal' }
  const { status, contentType, body } = planned
  return { status, rawHeaders: headersOf(contentType, body), body, by: 'rules' }
}

function packet(status: number, text: string): Pick<GivenReply, 'status' | 'rawHeaders' | 'body'> {
  const body = Buffer.from(serialiseReply(fail(1, text)))
  return { status, rawHeaders: headersOf('application/json', body), body }
}

function headersOf(contentType: string, body: Uint8Array): readonly string[] {
  return ['content-type', contentType, 'content-length', String(body.length)]
}

/** The statuses that a receiver of `@livehook/receiver` answers with. */
function statusOf(reason: string): number {
  switch (reason) {
    case 'method':
      return 405
    case 'too_large':
      return 413
    case 'not_json':
    case 'not_an_object':
      return 400
    default:
      return 401
  }
}

function tooLarge(): Checked {
  const refusal = { kind: 'refused', check: 'body', reason: 'too_large' } as const
  return { result: 'refused', checks: [], refusal, says: [`the body is larger than ${maxBodyBytes} bytes`] }
}

async function readBody(
  request: IncomingMessage,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean } | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      if (!(chunk instanceof Uint8Array)) continue
      length += chunk.length
      if (length <= maxBodyBytes) chunks.push(chunk)
    }
  } catch {
    // It broke off; no one waits for an answer.
    return undefined
  }
  return { bytes: Buffer.concat(chunks), isWhole: length <= maxBodyBytes }
}
