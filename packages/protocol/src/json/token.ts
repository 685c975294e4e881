// The parts of JSON that do not nest: white space, strings, numbers, the three words. Each function takes the place where the
// part begins and returns the place after it; if it is broken, the complement (`~offset`, a negative number) of the offset
// of the first byte that does not fit. Numbers instead of objects, because these loops see every byte of every event.

import { utf8SequenceLength } from './utf8-sequence.ts'

const quote = 0x22
const backslash = 0x5c
const zero = 0x30
const nine = 0x39

/** The place of the first byte at or after `at` that is no JSON white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at
  for (;;) {
    const byte = bytes[next]
    if (byte === undefined || byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09))
      return next
    next++
  }
}

/** Passes over a string whose opening quote stands at `at`. */
export function skipString(bytes: Uint8Array, at: number): number {
  let next = at + 1
  for (;;) {
    const byte = bytes[next]
    if (byte === undefined) return ~next
    if (byte < 0x80) {
      if (byte === quote) return next + 1
      if (byte < 0x20) return ~next
      if (byte === backslash) {
        next = skipEscape(bytes, next + 1)
        if (next < 0) return next
      } else next++
    } else {
      const sequence = utf8SequenceLength(bytes, next)
      if (sequence === 0) return ~next
      next += sequence
    }
  }
}

/** Passes over what follows a backslash. */
function skipEscape(bytes: Uint8Array, at: number): number {
  switch (bytes[at] ?? 0) {
    case quote:
    case backslash:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 1
    case 0x75: // u
      for (let digit = at + 1; digit <= at + 4; digit++) if (!isHexDigit(bytes[digit])) return ~digit
      return at + 5
    default:
      return ~at
  }
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const letter = byte | 0x20
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66)
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine
}

/** Passes over a number that begins at `at` with a digit or a minus. */
export function skipNumber(bytes: Uint8Array, at: number): number {
  let next = bytes[at] === 0x2d ? at + 1 : at
  if (bytes[next] === zero) next++
  else {
    next = skipDigits(bytes, next)
    if (next < 0) return next
  }
  if (bytes[next] === 0x2e) {
    next = skipDigits(bytes, next + 1)
    if (next < 0) return next
  }
  if (((bytes[next] ?? 0) | 0x20) === 0x65) {
    const sign = bytes[next + 1]
    next = skipDigits(bytes, sign === 0x2b || sign === 0x2d ? next + 2 : next + 1)
  }
  return next
}

/** Passes over one digit or more. */
function skipDigits(bytes: Uint8Array, at: number): number {
  let next = at
  while (isDigit(bytes[next])) next++
  return next === at ? ~at : next
}

/** Passes over `true`, `false` or `null`; a word that is none of them is reported at its beginning. */
export function skipWord(bytes: Uint8Array, at: number, word: string): number {
  for (let index = 0; index < word.length; index++) {
    if (bytes[at + index] !== word.charCodeAt(index)) return ~at
  }
  return at + word.length
}
