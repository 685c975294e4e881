// Every answer: 200 with a packet if there is a reply, and one that betrays nothing if there is none.

import { fail, serialiseReply } from '@livehook/protocol'
import type { Refusal, RefusalReason } from '../check/check.ts'
import type { Answer } from './incoming.ts'

const statusOf: Partial<Record<RefusalReason, number>> = {
  method: 405,
  cut_off: 400,
  not_json: 400,
  not_an_object: 400,
  too_slow: 408,
  too_large: 413,
  body_parsed: 500,
  body_consumed: 500,
}

/** The status of a refusal: 401 for every verification that failed, so that who tries learns nothing from it. */
export function refusalStatus({ reason }: Refusal): number {
  return statusOf[reason] ?? 401
}

/** @param advice for the developer of this backend, where the order of middleware is wrong */
export function refusalAnswer(refusal: Refusal, advice?: string): Answer {
  const status = refusalStatus(refusal)
  const text =
    advice ?? (status === 401 ? 'The request could not be verified.' : `The request was refused: ${refusal.reason}.`)
  const headers: Record<string, string> = {}
  if (status === 405) headers['allow'] = 'POST'
  // What is still on its way is not read; the connection cannot be used again.
  if (status === 413 || status === 408) headers['connection'] = 'close'
  return { status, body: packet(text), headers }
}

export function replyAnswer(reply: string): Answer {
  return { status: 200, body: reply, headers: {} }
}

/** No reply came about. What happened here stays here. */
export function failureAnswer(status: 500 | 503): Answer {
  const text = status === 503 ? 'The time was up before there was a reply.' : 'The receiver could not handle the event.'
  return { status, body: packet(text), headers: {} }
}

function packet(text: string): string {
  return serialiseReply(fail(1, text))
}
