// The nesting part of reading JSON: which containers are open, and where the members of the outermost object lie.

import { skipNumber, skipSpace, skipString, skipWord } from './token.ts'

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

/** A top-level member of an object. Offsets are in bytes; an `End` is the offset after the last byte. */
export interface JsonMember {
  /** The name, its escapes resolved. */
  readonly name: string
  /** Where the name's opening quote stands. */
  readonly nameStart: number
  readonly valueStart: number
  readonly valueEnd: number
  readonly valueKind: JsonKind
}

export type JsonLimit = 'too_deep' | 'too_many_members' | 'too_many_values'

/** How much a value may hold. Reading stops at the first byte beyond. */
export interface JsonLimits {
  /** How many objects and arrays may lie inside each other, the outermost counted. */
  readonly maxDepth: number
  /** How many members the outermost object may have: each is kept while the value is read. */
  readonly maxMembers: number
  /** How many values there may be at all levels together, the outermost counted. */
  readonly maxValues: number
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** One walk over one value. Places are offsets, broken places are complements of offsets, as in json-token.ts. */
export class JsonWalk {
  readonly members: JsonMember[] = []
  /** The limit that the value goes beyond, where only that is wrong with it. */
  exceeded: JsonLimit | undefined
  readonly #bytes: Uint8Array
  readonly #limits: JsonLimits
  #depth = 0
  #values = 0
  /** What is open, innermost last: one bit each (1 for an object), 32 to a number. Depth costs next to nothing. */
  #open = 0
  readonly #outer: number[] = []
  #name = ''
  #nameStart = 0
  #valueStart = 0

  constructor(bytes: Uint8Array, limits: JsonLimits) {
    this.#bytes = bytes
    this.#limits = limits
  }

  /** Passes over the value that begins at `start`, with all that lies in it. */
  pass(start: number): number {
    const bytes = this.#bytes
    let at = start
    const { maxValues } = this.#limits
    do {
      if (++this.#values > maxValues) return this.#exceed('too_many_values', at)
      const byte = bytes[at]
      if (byte === openBrace || byte === openBracket) {
        at = this.#enter(at, byte === openBrace)
        if (at < 0) return at
        if (bytes[at] !== this.#closing()) {
          at = this.#next(at)
          continue
        }
        at = this.#leave(at)
      } else at = skipScalar(bytes, at)
      if (at >= 0) at = this.#onward(at)
    } while (at >= 0 && this.#depth > 0)
    return at
  }

  /** From an opening mark to what comes first inside. */
  #enter(at: number, isObject: boolean): number {
    if (this.#depth >= this.#limits.maxDepth) return this.#exceed('too_deep', at)
    if (this.#depth > 0 && this.#depth % 32 === 0) {
      this.#outer.push(this.#open)
      this.#open = 0
    }
    this.#open = (this.#open << 1) | (isObject ? 1 : 0)
    this.#depth++
    return skipSpace(this.#bytes, at + 1)
  }

  #exceed(limit: JsonLimit, at: number): number {
    this.exceeded = limit
    return ~at
  }

  /** Past a closing mark. */
  #leave(at: number): number {
    this.#depth--
    this.#open = this.#depth > 0 && this.#depth % 32 === 0 ? (this.#outer.pop() ?? 0) : this.#open >>> 1
    return at + 1
  }

  #closing(): number {
    return (this.#open & 1) === 1 ? closeBrace : closeBracket
  }

  /** From the end of a value: past all closing marks and the comma, to where the next value begins. */
  #onward(from: number): number {
    const bytes = this.#bytes
    let at = from
    while (this.#depth > 0) {
      if (this.#depth === 1 && (this.#open & 1) === 1) this.#keepMember(at)
      at = skipSpace(bytes, at)
      const byte = bytes[at]
      if (byte === comma) return this.#next(skipSpace(bytes, at + 1))
      if (byte !== this.#closing()) return ~at
      at = this.#leave(at)
    }
    return at
  }

  /** In an object: past the name and its colon. In an array a value begins at once. */
  #next(at: number): number {
    if ((this.#open & 1) === 0) return at
    const bytes = this.#bytes
    if (bytes[at] !== quote) return ~at
    const nameEnd = skipString(bytes, at)
    if (nameEnd < 0) return nameEnd
    const colonAt = skipSpace(bytes, nameEnd)
    if (bytes[colonAt] !== colon) return ~colonAt
    const valueStart = skipSpace(bytes, colonAt + 1)
    if (this.#depth === 1) {
      if (this.members.length >= this.#limits.maxMembers) return this.#exceed('too_many_members', at)
      this.#name = decodeJsonString(bytes, at, nameEnd)
      this.#nameStart = at
      this.#valueStart = valueStart
    }
    return valueStart
  }

  #keepMember(valueEnd: number): void {
    const valueStart = this.#valueStart
    const valueKind = jsonKindAt(this.#bytes, valueStart)
    this.members.push({ name: this.#name, nameStart: this.#nameStart, valueStart, valueEnd, valueKind })
  }
}

function skipScalar(bytes: Uint8Array, at: number): number {
  switch (bytes[at] ?? 0) {
    case quote:
      return skipString(bytes, at)
    case 0x74:
      return skipWord(bytes, at, 'true')
    case 0x66:
      return skipWord(bytes, at, 'false')
    case 0x6e:
      return skipWord(bytes, at, 'null')
    default:
      return isNumberStart(bytes[at]) ? skipNumber(bytes, at) : ~at
  }
}

function isNumberStart(byte: number | undefined): boolean {
  return byte !== undefined && (byte === 0x2d || (byte >= 0x30 && byte <= 0x39))
}

/** What kind of value begins at a place that is known to be good. */
export function jsonKindAt(bytes: Uint8Array, at: number): JsonKind {
  switch (bytes[at] ?? 0) {
    case openBrace:
      return 'object'
    case openBracket:
      return 'array'
    case quote:
      return 'string'
    case 0x74:
    case 0x66:
      return 'boolean'
    case 0x6e:
      return 'null'
    default:
      return 'number'
  }
}

/**
 * The text of a JSON string that is known to be good.
 * @param start if its opening quote stands
 * @param end the offset after its closing quote
 */
export function decodeJsonString(bytes: Uint8Array, start: number, end: number): string {
  // Names are short and plain nearly always; a decoder and a parser cost ten times as much as looking.
  const length = end - start - 2
  if (length > longestSeen) return decodeWithParser(bytes, start, end)
  let sum = length
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80 || byte === backslash) return decodeShort(bytes, start + 1, end - 1)
    sum = (sum * 31 + byte) | 0
  }
  const place = sum & (seenTexts.length - 1)
  const seen = seenTexts[place]
  if (seen !== undefined && isTextAt(bytes, start + 1, length, seen)) return seen
  const text = decodePlain(bytes, start + 1, end - 1)
  seenTexts[place] = text
  return text
}

/**
 * Texts as they were met, each at the place that its bytes add up to: the same names come with every event, and a text that is
 * there already costs no memory. A new one takes the place of the old, so that it never grows.
 */
const seenTexts: (string | undefined)[] = Array.from({ length: 512 })
const longestSeen = 64

function isTextAt(bytes: Uint8Array, at: number, length: number, text: string): boolean {
  if (text.length !== length) return false
  for (let index = 0; index < length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}

/** The text of bytes that are known to be ASCII. */
export function decodePlain(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0)
  return text
}

/** Escapes and characters of any length. A body can have twenty thousand such names. */
function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let at = start
  while (at < end) {
    const byte = bytes[at] ?? 0
    if (byte === backslash) {
      const mark = bytes[at + 1] ?? 0
      text += mark === 0x75 ? String.fromCharCode(hexAt(bytes, at + 2)) : (controls[mark] ?? String.fromCharCode(mark))
      at += mark === 0x75 ? 6 : 2
    } else if (byte < 0x80) {
      text += String.fromCharCode(byte)
      at += 1
    } else {
      const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
      let codePoint = byte & (0xff >> (length + 1))
      for (let next = at + 1; next < at + length; next++) codePoint = (codePoint << 6) | ((bytes[next] ?? 0) & 0x3f)
      text += String.fromCodePoint(codePoint)
      at += length
    }
  }
  return text
}

/** What the letter behind a backslash stands for, if it is not the character itself. */
const controls: Readonly<Record<number, string>> = { 0x62: '\b', 0x66: '\f', 0x6e: '\n', 0x72: '\r', 0x74: '\t' }

function hexAt(bytes: Uint8Array, start: number): number {
  let value = 0
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at] ?? 0
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57)
  }
  return value
}

function decodeWithParser(bytes: Uint8Array, start: number, end: number): string {
  const text: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(start, end)))
  return String(text)
}
