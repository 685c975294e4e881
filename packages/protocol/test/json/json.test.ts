import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeJsonString, scanJson } from '../../src/index.ts'
import type { JsonScan } from '../../src/index.ts'
import { textOf, utf8 } from '../both-entries.ts'

/** What the platform says: strict UTF-8, then JSON.parse. */
function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
const spaces = fc.stringMatching(/^[ \t\n\r]{0,3}$/)
const jsonText = fc
  .tuple(spaces, fc.jsonValue({ maxDepth: 6 }), fc.nat(3), spaces)
  .map(([before, value, indent, after]) => ({
    value,
    text: before + JSON.stringify(value, null, indent) + after,
  }))

const pieces = ['{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '\\u00', '\\ud800', '1', '-', '0', '.', 'e', 'E', '+']
const morePieces = [
  'true',
  'nul',
  'l',
  'false',
  ' ',
  '\n',
  '\f',
  '\0',
  '\u00A0',
  '\uFEFF',
  'é',
  '\u2028',
  '😀',
  "'",
  '/',
]
const jsonLike = fc
  .array(fc.constantFrom(...pieces, ...morePieces), { maxLength: 12 })
  .map((list) => utf8(list.join('')))
const edgeBytes = [
  0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff,
]

describe('scanJson agrees with JSON.parse over strict UTF-8', () => {
  it('on valid JSON: its kind, and every top-level member with the place of its value', () => {
    fc.assert(
      fc.property(jsonText, ({ value, text }) => {
        const bytes = utf8(text)
        const scan = scanJson(bytes)
        expect(scan.kind).toBe(kindOf(value))
        expect(membersOf(scan, bytes)).toEqual(parsedMembers(text))
      }),
      { numRuns: 500 },
    )
  })

  it('on valid JSON with some bytes changed, put in or taken out', () => {
    const change = fc.record({ at: fc.nat(), remove: fc.nat(2), put: fc.uint8Array({ maxLength: 2 }) })
    fc.assert(
      fc.property(jsonText, fc.array(change, { minLength: 1, maxLength: 3 }), ({ text }, changes) => {
        let bytes = Array.from(utf8(text))
        for (const { at, remove, put } of changes) bytes = bytes.toSpliced(at % (bytes.length + 1), remove, ...put)
        expect(disagreement(Uint8Array.from(bytes))).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  it('on texts put together from pieces of JSON', () => {
    fc.assert(
      fc.property(jsonLike, (bytes) => {
        expect(disagreement(bytes)).toBeUndefined()
      }),
      { numRuns: 5000 },
    )
  })

  it('on strings of any bytes, those at the borders of UTF-8 above all', () => {
    const byte = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...edgeBytes) },
      { weight: 1, arbitrary: fc.nat(255) },
    )
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (inner) => {
        expect(disagreement(Uint8Array.from([0x22, ...inner, 0x22]))).toBeUndefined()
      }),
      { numRuns: 5000 },
    )
  })

  it('on every single byte and every pair of bytes', () => {
    const disagreements: number[][] = []
    for (let first = 0; first < 256; first++) {
      for (let second = -1; second < 256; second++) {
        const list = second < 0 ? [first] : [first, second]
        const bytes = Uint8Array.from(list)
        if (disagreement(bytes) !== undefined) disagreements.push(list)
      }
    }
    expect(disagreements).toEqual([])
  })
})

/** In what the reader differs from the platform, if in anything. */
function disagreement(bytes: Uint8Array): string | undefined {
  const scan = scanJson(bytes)
  if ((scan.kind !== 'invalid') !== isJson(bytes)) return 'validity'
  if (scan.kind !== 'invalid') return undefined
  if (scan.offset > bytes.length) return 'an offset beyond the end'
  if (scan.code === 'invalid_utf8' && isUtf8(bytes)) return 'a complaint about good UTF-8'
  // What stands before the reported place is sound.
  return isUtf8(bytes.subarray(0, scan.offset)) ? undefined : 'a place behind the first bad byte'
}

interface Member {
  readonly name: string
  readonly value: unknown
  readonly kind: string
}

function membersOf(scan: JsonScan, bytes: Uint8Array): Member[] {
  if (scan.kind !== 'object') return []
  return scan.members
    .map(({ name, nameStart, valueStart, valueEnd, valueKind }) => ({
      name: bytes[nameStart] === 0x22 ? name : 'not where it begins',
      value: JSON.parse(textOf(bytes.subarray(valueStart, valueEnd))),
      kind: valueKind,
    }))
    .toSorted(byName)
}

/** The same, from the platform's parser; its order is another one for names that are numbers. */
function parsedMembers(text: string): Member[] {
  const value: unknown = JSON.parse(text)
  if (kindOf(value) !== 'object') return []
  return Object.entries(Object(value))
    .map(([name, member]) => ({ name, value: member, kind: kindOf(member) }))
    .toSorted(byName)
}

function byName(left: Member, right: Member): number {
  return left.name < right.name ? -1 : 1
}

describe('scanJson says where the text breaks and what stands there', () => {
  it.each([
    ['', 'empty_body', 0, 'end of text'],
    [' \r\n\t', 'empty_body', 4, 'end of text'],
    ['{"a":True}', 'invalid_json', 5, 'True'],
    ['undefined', 'invalid_json', 0, 'undefined'],
    ['nulL', 'invalid_json', 0, 'nulL'],
    ['{"a":1,}', 'invalid_json', 7, '}'],
    ['{"a":1}x', 'invalid_json', 7, 'x'],
    ['{"a":01}', 'invalid_json', 6, '1'],
    ['{"a":-}', 'invalid_json', 6, '}'],
    ['{"a":1e', 'invalid_json', 7, 'end of text'],
    ['{"a" 1}', 'invalid_json', 5, '1'],
    ['[1 2]', 'invalid_json', 3, '2'],
    ['["a\nb"]', 'invalid_json', 3, 'U+000A'],
    ['["\\x"]', 'invalid_json', 3, 'x'],
    ['["\\u12g4"]', 'invalid_json', 6, 'g4'],
    ['\uFEFF{}', 'invalid_json', 0, 'U+FEFF'],
    ['[“a”]', 'invalid_json', 1, '“'],
    ['[', 'invalid_json', 1, 'end of text'],
    ['"a', 'invalid_json', 2, 'end of text'],
  ])('%j', (text, code, offset, found) => {
    expect(scanJson(utf8(text))).toEqual({ kind: 'invalid', code, offset, found })
  })

  it.each([
    ['a byte of no meaning', [0x22, 0xff, 0x22], 1, 'byte 0xff'],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 1, 'byte 0xc0'],
    ['half a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22], 1, 'byte 0xed'],
    ['a sequence cut off', [0x22, 0xe4, 0xbd], 1, 'byte 0xe4'],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00], 0, 'byte 0xff'],
  ])('%s is not UTF-8', (_title, bytes, offset, found) => {
    expect(scanJson(Uint8Array.from(bytes))).toEqual({ kind: 'invalid', code: 'invalid_utf8', offset, found })
  })
})

describe('scanJson and depth', () => {
  it('needs no stack: 200 000 levels are read, closed or not', () => {
    const deep = '['.repeat(200_000)
    expect(scanJson(utf8(deep + ']'.repeat(200_000)))).toMatchObject({ kind: 'array' })
    expect(scanJson(utf8(deep))).toMatchObject({ kind: 'invalid', code: 'invalid_json', offset: 200_000 })
  })

  it('keeps objects and arrays apart at every level', () => {
    for (const levels of [1, 31, 32, 33, 64, 65, 100]) {
      const opened = Array.from({ length: levels }, (_, level) => (level % 3 === 0 ? '{"a":' : '['))
      const closed = opened.map((mark) => (mark === '[' ? ']' : '}')).toReversed()
      expect(scanJson(utf8([...opened, '0', ...closed].join(''))).kind).toBe('object')
      for (let wrong = 0; wrong < levels; wrong++) {
        const mark = closed[wrong] === ']' ? '}' : ']'
        expect(scanJson(utf8([...opened, '0', ...closed.with(wrong, mark)].join(''))).kind).toBe('invalid')
      }
    }
  })

  it('counts the outermost, and reports the mark that went too deep', () => {
    expect(scanJson(utf8('[[0]]'), { maxDepth: 2 }).kind).toBe('array')
    expect(scanJson(utf8('[ [[0]]]'), { maxDepth: 2 })).toEqual({
      kind: 'invalid',
      code: 'too_deep',
      offset: 3,
      found: '[',
    })
  })
})

describe('limits', () => {
  it('stop at the first member too many, and keep no more of them', () => {
    expect(scanJson(utf8('{"a":1,"b":{"c":1,"d":2}}'), { maxMembers: 2 }).kind).toBe('object')
    expect(scanJson(utf8('{"a":1,"b":2,"c":"never read'), { maxMembers: 2 })).toMatchObject({
      kind: 'invalid',
      code: 'too_many_members',
      offset: 13,
    })
  })

  it('count the values of all levels, the outermost too, and stop at the first too many', () => {
    expect(scanJson(utf8('[0,[1,{}],{"a":2}]'), { maxValues: 7 }).kind).toBe('array')
    expect(scanJson(utf8('[0,[1,{}],{"a":2}]'), { maxValues: 6 })).toMatchObject({
      kind: 'invalid',
      code: 'too_many_values',
      offset: 15,
    })
    expect(scanJson(utf8('[0,0,0,never read'), { maxValues: 3 })).toMatchObject({ code: 'too_many_values', offset: 5 })
  })
})

describe('decodeJsonString', () => {
  it('gives what JSON.parse gives, whatever stands in a name: escapes, surrogates, characters of any length', () => {
    const written = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
      // Every character as its escape.
      fc
        .string()
        .map(
          (text) => `"${Array.from(text, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
        ),
      fc.constantFrom('"\\ud83d\\uDE00"', '"\\ud83d"', '"\\b\\f\\n\\r\\t\\/\\\\\\""', '"é€😀"', '""'),
    )
    fc.assert(
      fc.property(written, (text) => {
        const bytes = utf8(` ${text}`)
        expect(decodeJsonString(bytes, 1, bytes.length)).toBe(JSON.parse(new TextDecoder().decode(bytes)))
      }),
      { numRuns: 500 },
    )
  })
})
