import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeBody, maxEventBodyBytes } from '../../src/index.ts'
import { textOf, utf8 } from '../both-entries.ts'

interface Row {
  readonly id: string
  readonly title: string
  readonly input: { body?: string | null; body_base64?: string; body_bytes?: number; body_generator?: string }
  readonly expected: { error?: string; accepted: boolean | 'either' }
}

const { cases }: { cases: Row[] } = JSON.parse(
  readFileSync(new URL('../cases/event-body.json', import.meta.url), 'utf8'),
)
const facts = { command: 'Live.CallbackAfterCreateRoom', eventTime: 1_700_000_000_123 }
const both = '"CallbackCommand":"Live.CallbackAfterCreateRoom","EventTime":1700000000123'

describe('event body cases', () => {
  it.each(cases.filter(({ expected }) => expected.error))('$id is refused as $expected.error: $title', (row) => {
    const result = completeBody(bodyOf(row), facts)
    expect(result).toMatchObject({ kind: 'refused', code: row.expected.error })
  })

  it.each(cases.filter(({ expected }) => !expected.error))('$id is accepted, every byte kept (I8): $title', (row) => {
    const body = bodyOf(row)
    expect(completed(body)).toBe(`{${both},${textOf(body).slice(1)}`)
    expect({}).not.toHaveProperty('y')
  })
})

describe('completing an event body', () => {
  it('returns a complete body as the very same bytes, whatever their spelling (I8)', () => {
    const body = utf8(
      `\r\n{ "z" : -0,"EventTime":"1",\t"a":12345678901234567890, "\\u0043allbackCommand":"${facts.command}" } `,
    )
    const result = completeBody(body, facts)
    expect(result.kind === 'complete' && result.bytes).toBe(body)
  })

  it.each([
    ['{}', `{${both}}`],
    [' { } ', ` {${both} } `],
    ['{"a":1}', `{${both},"a":1}`],
    ['{\n  "a": 1\n}', `{${both},\n  "a": 1\n}`],
    ['{"EventTime":7}', '{"CallbackCommand":"Live.CallbackAfterCreateRoom","EventTime":7}'],
    [`{"CallbackCommand":"${facts.command}"}`, `{"EventTime":1700000000123,"CallbackCommand":"${facts.command}"}`],
    ['{"a":{"EventTime":1}}', `{${both},"a":{"EventTime":1}}`],
  ])('puts what is missing in front, once: %j', (body, expected) => {
    expect(completed(utf8(body))).toBe(expected)
    const again = completeBody(utf8(expected), facts)
    expect(again.kind === 'complete' && textOf(again.bytes)).toBe(expected)
  })

  // What JSON escapes, what it does not, and every length in UTF-8; a list, because drawing from all of Unicode takes seconds.
  const units = [
    'a',
    'Z',
    '0',
    ' ',
    '"',
    '\\',
    '/',
    '{',
    '}',
    ',',
    ':',
    '\n',
    '\u0000',
    '\u2028',
    'é',
    '中',
    '😀',
    '\uD800',
  ]

  it('keeps the value of every object, and puts the two members in front (I8)', () => {
    const object = fc.dictionary(fc.string({ unit: fc.constantFrom(...units) }), fc.jsonValue({ maxDepth: 3 }))
    const usual = object.filter(
      (value) => !['__proto__', 'CallbackCommand', 'EventTime'].some((key) => Object.hasOwn(value, key)),
    )
    fc.assert(
      fc.property(usual, fc.nat(2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const whole = completed(utf8(text))
        expect(whole.startsWith(`{${both}`)).toBe(true)
        expect(whole.endsWith(text.slice(1))).toBe(true)
        expect(JSON.parse(whole)).toEqual({
          CallbackCommand: facts.command,
          EventTime: facts.eventTime,
          ...Object(JSON.parse(text)),
        })
      }),
    )
  })

  it.each([
    '"Live.CallbackAfterDestroyRoom"',
    '"live.callbackaftercreateroom"',
    '1',
    'null',
    '["Live.CallbackAfterCreateRoom"]',
  ])('refuses a CallbackCommand that is not the command: %s', (value) => {
    const result = completeBody(utf8(`{"CallbackCommand":${value}}`), facts)
    expect(result).toMatchObject({ kind: 'refused', code: 'command_mismatch', offset: 19 })
  })

  it('finds __proto__ and doubles behind escapes, and only at the top', () => {
    const code = (text: string) => {
      const result = completeBody(utf8(text), facts)
      return result.kind === 'refused' ? result.code : result.kind
    }
    expect(code('{"\\u005f_proto__":1}')).toBe('forbidden_key')
    expect(code('{"a":1,"b":2,"\\u0061":3}')).toBe('duplicate_key')
    expect(code('{"\\u0043allbackCommand":"x"}')).toBe('command_mismatch')
    expect(code('{"a":{"__proto__":1,"b":1,"b":2}}')).toBe('complete')
  })

  it('takes 100 levels, the body itself counted, and refuses 101', () => {
    const nested = (levels: number) => utf8(`{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`)
    expect(completeBody(nested(100), facts).kind).toBe('complete')
    expect(completeBody(nested(101), facts)).toMatchObject({ kind: 'refused', code: 'too_deep', offset: 104 })
  })

  it('takes 50 000 values, members at the top or not, and stops at the first too many', () => {
    const members = (count: number) => utf8(`{${Array.from({ length: count }, (_, at) => `"m${at}":0`).join(',')}}`)
    const values = (count: number) => utf8(`{"a":[${Array.from({ length: count - 2 }, () => '0').join(',')}]}`)
    // The body itself is a value.
    expect(completeBody(members(20_000), facts).kind).toBe('complete')
    expect(completeBody(values(50_000), facts).kind).toBe('complete')
    expect(completeBody(utf8(`{"a":[${'{"a":0},'.repeat(25_000)}0]}`), facts)).toMatchObject({
      kind: 'refused',
      code: 'too_many_values',
    })
    expect(completeBody(values(50_001), facts)).toMatchObject({
      kind: 'refused',
      code: 'too_many_values',
      offset: 100_002,
    })
  })

  it('refuses a byte order mark: receivers would get it too', () => {
    expect(completeBody(utf8('\uFEFF{}'), facts)).toMatchObject({ kind: 'refused', code: 'invalid_json', offset: 0 })
  })

  it.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY])('never writes %s as a time', (eventTime) => {
    expect(() => completeBody(utf8('{}'), { ...facts, eventTime })).toThrow(TypeError)
  })

  it('counts the bytes that the sender sent, not those that are put in front', () => {
    const result = completeBody(padded(maxEventBodyBytes), facts)
    expect(result.kind === 'complete' && result.bytes.length).toBe(maxEventBodyBytes + both.length + 1)
  })

  it('never quotes the body in a refusal (I9)', () => {
    const secret = 'PLANTED'
    for (const text of [
      `{"a":${secret}}`,
      `{"${secret}":1,"${secret}":2}`,
      `{"CallbackCommand":"${secret}"}`,
      `"${secret}"`,
    ]) {
      const result = completeBody(utf8(text), facts)
      expect(result.kind).toBe('refused')
      expect(JSON.stringify(result)).not.toContain(secret)
    }
  })
})

/** The completed body as text; for a refused one its code, which no body equals. */
function completed(body: Uint8Array): string {
  const result = completeBody(body, facts)
  return result.kind === 'complete' ? textOf(result.bytes) : result.code
}

function padded(bytes: number): Uint8Array {
  return utf8(`{"a":"${'x'.repeat(bytes - 8)}"}`)
}

const generated: Record<string, () => Uint8Array> = {
  '[ x 101 then ] x 101 as the value of a key': () => utf8(`{"a":${'['.repeat(101)}${']'.repeat(101)}}`),
  '[ x 5000 then ] x 5000 as the value of a key': () => utf8(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`),
  '{"0":0,...,"19999":0}': () => utf8(`{${Array.from({ length: 20_000 }, (_, index) => `"${index}":0`).join(',')}}`),
  '{"a":"x"*200000}': () => utf8(`{"a":"${'x'.repeat(200_000)}"}`),
}

function bodyOf({ input }: Row): Uint8Array {
  if (typeof input.body === 'string') return utf8(input.body)
  if (input.body_base64 !== undefined) return Buffer.from(input.body_base64, 'base64')
  if (input.body_bytes !== undefined) return padded(input.body_bytes)
  return generated[input.body_generator!]!()
}
