// A strict, single-pass reader of JSON (RFC 8259) over UTF-8 bytes. It says whether the bytes are JSON, where they stop being it,
// and where the top-level members lie, and builds nothing: bodies stay the bytes that came in (I8).

import { JsonWalk, jsonKindAt } from './walk.ts'
import type { JsonKind, JsonLimit, JsonLimits, JsonMember } from './walk.ts'
import { skipSpace } from './token.ts'
import { utf8SequenceLength } from './utf8-sequence.ts'

export type { JsonKind, JsonMember } from './walk.ts'

/** Why bytes are not JSON. `empty_body`: nothing but white space. */
export type JsonInvalidCode = 'empty_body' | 'invalid_json' | 'invalid_utf8' | JsonLimit

export interface InvalidJson {
  readonly kind: 'invalid'
  readonly code: JsonInvalidCode
  /** In bytes. */
  readonly offset: number
  /** What stands there: a word, a character, `U+0000` for a control, `byte 0xff` for no UTF-8, or `end of text`. */
  readonly found: string
}

export type JsonScan =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[]; readonly start: number; readonly end: number }
  | { readonly kind: Exclude<JsonKind, 'object'>; readonly start: number; readonly end: number }
  | InvalidJson

/**
 * Reads bytes as one JSON value, as strictly as `JSON.parse` reads text, and their UTF-8 as strictly as a fatal `TextDecoder`.
 * No recursion: depth costs no stack. A byte order mark is no JSON here; who forgives one takes it off first.
 * @param limits how much it may hold; no limit by default
 */
export function scanJson(bytes: Uint8Array, limits: Partial<JsonLimits> = {}): JsonScan {
  const start = skipSpace(bytes, 0)
  if (start === bytes.length) return { kind: 'invalid', code: 'empty_body', offset: start, found: endOfText }
  const walk = new JsonWalk(bytes, { ...unlimited, ...limits })
  const end = walk.pass(start)
  if (end < 0) return invalidAt(bytes, ~end, walk.exceeded)
  const rest = skipSpace(bytes, end)
  if (rest < bytes.length) return invalidAt(bytes, rest)
  const kind = jsonKindAt(bytes, start)
  return kind === 'object' ? { kind, start, end, members: walk.members } : { kind, start, end }
}

const unlimited: JsonLimits = { maxDepth: Infinity, maxMembers: Infinity, maxValues: Infinity }

const endOfText = 'end of text'

/** Describes the first byte that does not fit. Which code it is follows from what stands there. */
function invalidAt(bytes: Uint8Array, offset: number, code?: JsonInvalidCode): InvalidJson {
  if (offset >= bytes.length) return { kind: 'invalid', code: code ?? 'invalid_json', offset, found: endOfText }
  const length = utf8SequenceLength(bytes, offset)
  if (length === 0) {
    return { kind: 'invalid', code: 'invalid_utf8', offset, found: `byte 0x${bytes[offset]?.toString(16)}` }
  }
  return { kind: 'invalid', code: code ?? 'invalid_json', offset, found: foundAt(bytes, offset, length) }
}

/** A run of letters and digits reads better whole (`True`, `undefined`); 16 of them are enough to know it by. */
const maxFoundCharacters = 16

function foundAt(bytes: Uint8Array, offset: number, length: number): string {
  let end = offset
  while (end < offset + maxFoundCharacters && isWordByte(bytes[end])) end++
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    bytes.subarray(offset, Math.max(end, offset + length)),
  )
  const codePoint = text.codePointAt(0) ?? 0
  const visible = codePoint > 0x20 && !/^[\s\p{C}]/u.test(text)
  return visible ? text : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && /\w/.test(String.fromCharCode(byte))
}
