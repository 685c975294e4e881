import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanJson } from '../src/index.ts'
import type { JsonScan } from '../src/index.ts'
import { textOf, utf8 } from './both-entries.ts'

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
        if (scan.kind === 'object') expectMembers(scan, bytes, value as Record<string, unknown>)
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
        expectAgreement(Uint8Array.from(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('on texts put together from pieces of JSON', () => {
    fc.assert(
      fc.property(jsonLike, (bytes) => expectAgreement(bytes)),
      { numRuns: 5000 },
    )
  })

  it('on strings of any bytes, those at the borders of UTF-8 above all', () => {
    const byte = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...edgeBytes) },
      { weight: 1, arbitrary: fc.nat(255) },
    )
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (inner) =>
        expectAgreement(Uint8Array.from([0x22, ...inner, 0x22])),
      ),
      { numRuns: 5000 },
    )
  })

  it('on every single byte and every pair of bytes', () => {
    const disagreements: number[][] = []
    for (let first = 0; first < 256; first++) {
      for (let second = -1; second < 256; second++) {
        const list = second < 0 ? [first] : [first, second]
        const bytes = Uint8Array.from(list)
        if ((scanJson(bytes).kind !== 'invalid') !== isJson(bytes)) disagreements.push(list)
      }
    }
    expect(disagreements).toEqual([])
  })
})

function expectAgreement(bytes: Uint8Array): void {
  const scan = scanJson(bytes)
  expect(scan.kind !== 'invalid').toBe(isJson(bytes))
  if (scan.kind !== 'invalid') return
  expect(scan.offset).toBeLessThanOrEqual(bytes.length)
  // What stands before the reported place is sound, so a complaint about UTF-8 is one.
  if (scan.code === 'invalid_utf8') expect(isUtf8(bytes)).toBe(false)
  expect(isUtf8(bytes.subarray(0, scan.offset))).toBe(true)
}

function expectMembers(scan: JsonScan & { kind: 'object' }, bytes: Uint8Array, value: Record<string, unknown>): void {
  expect(scan.members.map(({ name }) => name).toSorted()).toEqual(Object.keys(value).toSorted())
  for (const { name, nameStart, valueStart, valueEnd, valueKind } of scan.members) {
    // `-0` becomes `0` in the text that was scanned.
    expect(JSON.parse(textOf(bytes.subarray(valueStart, valueEnd)))).toEqual(JSON.parse(JSON.stringify(value[name])))
    expect(valueKind).toBe(kindOf(value[name]))
    expect(bytes[nameStart]).toBe(0x22)
  }
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
