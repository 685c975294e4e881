// The answer to a webhook request: how a receiver makes it, and how the service reads it.

import { decodeJsonString, decodePlain } from '../json/walk.ts'
import { scanJson } from '../json/scan.ts'
import type { InvalidJson, JsonKind, JsonMember, JsonScan } from '../json/scan.ts'

/** A reply packet. Members beside the three may replace parts of a *before* event (`MsgBody`, `CloudCustomData` …). */
export interface ReplyPacket {
  readonly ActionStatus: 'OK' | 'FAIL'
  readonly ErrorInfo: string
  readonly ErrorCode: number
  readonly [member: string]: unknown
}

/** Other members of a reply packet. */
export type ReplyMembers = Readonly<Record<string, unknown>>

/** A reply packet was asked for that the wire does not know: a denial with code 0, or with a code that is no 32-bit integer. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError'
  readonly code = 'reply_code'
}

/** The plain acknowledgement: for *after* commands all that is needed. */
export function ok(): ReplyPacket {
  return { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 }
}

/**
 * Lets a *before* event pass.
 * @param replace members that take the place of the event's own, as the command's page allows
 */
export function allow(replace: ReplyMembers = {}): ReplyPacket {
  return { ...ok(), ...replace, ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 }
}

/**
 * Refuses a *before* event. `ActionStatus` stays `OK`: the request was processed, and its `ErrorCode` is the verdict.
 * @param code 1, or a code of the app's own within the range that the command allows (the catalogue says which); never 0
 * @param text what the person is told, if the command shows it
 * @throws ReplyError for a code that would not deny
 */
export function deny(code = 1, text = ''): ReplyPacket {
  if (!Number.isInteger(code) || code === 0 || Math.abs(code) > 0x7f_ff_ff_ff) {
    throw new ReplyError(`A denial needs a code that is an integer and not 0; ${code} is none.`)
  }
  return { ActionStatus: 'OK', ErrorInfo: text, ErrorCode: code }
}

/** Says that the receiver itself could not handle the request. */
export function fail(code: number, text: string): ReplyPacket {
  return { ...deny(code, text), ActionStatus: 'FAIL' }
}

/** The packet as it goes on the wire. */
export function serialiseReply(packet: ReplyPacket): string {
  return JSON.stringify(packet)
}

/** What the service reads out of an answer's body. */
export type ReadReply =
  | {
      /** JSON with an integer `ErrorCode`: enough for a verdict. */
      readonly kind: 'packet'
      readonly errorCode: number
      /** Empty if the packet has no such text. */
      readonly errorInfo: string
      readonly actionStatus?: string
      /** All top-level members, offsets into `json`. */
      readonly members: readonly JsonMember[]
      /** The answer's bytes without the byte order mark: replacement members are copied from here, not re-serialised. */
      readonly json: Uint8Array
    }
  /** JSON, which is all that an *after* command needs, but without an integer `ErrorCode`. */
  | { readonly kind: 'no_error_code'; readonly valueKind: JsonKind }
  | {
      readonly kind: 'unreadable'
      readonly code: 'empty_body' | 'html' | 'invalid_json' | 'invalid_utf8'
      /** In bytes, counted from the answer's first byte. */
      readonly offset: number
      readonly found: string
    }

/**
 * Reads an answer's body. One leading byte order mark is forgiven, a second one is not. If a name stands twice the last one
 * counts, as with `JSON.parse`.
 */
export function readReply(bytes: Uint8Array): ReadReply {
  const markBytes = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const json = markBytes === 0 ? bytes : bytes.subarray(markBytes)
  const scan = scanJson(json)
  if (scan.kind === 'invalid') return unreadable(json, scan, markBytes)
  return readPacket(json, scan)
}

function readPacket(json: Uint8Array, scan: Exclude<JsonScan, InvalidJson>): ReadReply {
  if (scan.kind !== 'object') return { kind: 'no_error_code', valueKind: scan.kind }
  const { members } = scan
  const errorCode = integerOf(json, lastOf(members, 'ErrorCode'))
  if (errorCode === undefined) return { kind: 'no_error_code', valueKind: 'object' }
  const actionStatus = textOf(json, lastOf(members, 'ActionStatus'))
  const errorInfo = textOf(json, lastOf(members, 'ErrorInfo')) ?? ''
  return { kind: 'packet', errorCode, errorInfo, ...(actionStatus !== undefined && { actionStatus }), members, json }
}

function lastOf(members: readonly JsonMember[], name: string): JsonMember | undefined {
  return members.findLast((member) => member.name === name)
}

function textOf(json: Uint8Array, member: JsonMember | undefined): string | undefined {
  return member?.valueKind === 'string' ? decodeJsonString(json, member.valueStart, member.valueEnd) : undefined
}

/** By value, as a JSON parser gives it: `1.0` and `1e0` are the integer 1. Beyond 2^53 no one can say which integer it is. */
function integerOf(json: Uint8Array, member: JsonMember | undefined): number | undefined {
  if (member?.valueKind !== 'number') return undefined
  const value = Number(decodePlain(json, member.valueStart, member.valueEnd))
  return Number.isSafeInteger(value) ? value + 0 : undefined
}

/** How a web page begins: a login wall, a maintenance page, a proxy's error. */
const pageStart = /^\s*<(?:!doctype\s+html|!--|(?:html|head|body|title|meta|center|h[1-6]|p|div|pre|script|style)\b)/i

function unreadable(json: Uint8Array, scan: InvalidJson, markBytes: number): ReadReply {
  const { offset, found } = scan
  const place = { offset: offset + markBytes, found }
  // Looked at before the encoding is: that it is a page says more than that its umlauts are Latin-1.
  const start = new TextDecoder().decode(json.subarray(0, 256))
  if (pageStart.test(start)) return { kind: 'unreadable', code: 'html', ...place }
  // Read without limits: nothing is ever beyond one.
  const code = scan.code === 'empty_body' || scan.code === 'invalid_utf8' ? scan.code : 'invalid_json'
  return { kind: 'unreadable', code, ...place }
}

/** What an `ActionStatus` means: the pages of the push commands write `FAILURE` for `FAIL`. */
export function readActionStatus(word: string): 'OK' | 'FAIL' | undefined {
  const upper = word.trim().toUpperCase()
  if (upper === 'OK') return 'OK'
  return upper === 'FAIL' || upper === 'FAILURE' ? 'FAIL' : undefined
}
