import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxSteps } from '../../src/engine/wire/schema-steps.ts'
import { compileBodySchema, findSchemaFaults } from '../../src/engine/wire/body-schema.ts'

type Schema = Record<string, unknown>

/** Schemas as someone might write them, and nearly: every keyword, with values that fit it and with others. */
const { schema } = fc.letrec<{ schema: Schema; inner: unknown }>((tie) => ({
  inner: fc.oneof({ depthSize: 'small', maxDepth: 4 }, fc.boolean(), tie('schema'), fc.jsonValue({ maxDepth: 1 })),
  schema: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constant<Schema>({}),
    fc.record<Schema>(
      {
        type: fc.constantFrom('object', 'string', 'integer', 'array', 'null', ['string', 'null'], 'thing', 7),
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'toString', '__proto', 'EventTime', ''), tie('inner'), {
          maxKeys: 3,
        }),
        required: fc.oneof(fc.array(fc.constantFrom('a', 'b', 'constructor'), { maxLength: 2 }), fc.constant('a')),
        additionalProperties: tie('inner'),
        patternProperties: fc.dictionary(fc.constantFrom('^a', '(', '(?=a)', '\\p{L}+', 'a{2,3}'), tie('inner'), {
          maxKeys: 2,
        }),
        items: tie('inner'),
        prefixItems: fc.array(tie('inner'), { maxLength: 2 }),
        anyOf: fc.array(tie('inner'), { maxLength: 3 }),
        not: tie('inner'),
        if: tie('inner'),
        enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }),
        const: fc.jsonValue({ maxDepth: 1 }),
        pattern: fc.constantFrom('^x+$', '(x+)+$', '[', '\\1', '\\d', '.', 7),
        minLength: fc.constantFrom(0, 3, -1, 'x', 1e300),
        multipleOf: fc.constantFrom(1, 0.1, 0, -1),
        maxItems: fc.constantFrom(2, 300),
        uniqueItems: fc.boolean(),
        format: fc.constantFrom('date-time', 'regex', 'nothing'),
        $ref: fc.constantFrom('#/$defs/A', '#/$defs/B', '#', '#/$defs/%41', 'http://x.invalid/'),
        $defs: fc.dictionary(fc.constantFrom('A', 'B'), tie('inner'), { maxKeys: 2 }),
        dependentRequired: fc.constantFrom({ a: ['b'] }, { a: 'b' }, 7),
        unevaluatedProperties: tie('inner'),
        $id: fc.constant('urn:x'),
      },
      { requiredKeys: [] },
    ),
  ) as fc.Arbitrary<Schema>,
}))

const body = fc.dictionary(fc.constantFrom('a', 'b', 'toString', 'EventTime', 'x', ''), fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 5,
})

describe('A schema of an app', () => {
  test('is refused with its faults or can be held against any body, whatever stands in it: nothing of it throws', () => {
    let usable = 0
    fc.assert(
      fc.property(schema, fc.array(body, { maxLength: 4 }), (given, bodies) => {
        const faults = findSchemaFaults(given)
        if (faults.length > 0) return faults.every(({ pointer, detail }) => pointer.length >= 0 && detail !== '')
        usable += 1
        const check = compileBodySchema(given)
        return bodies.every((each) => {
          const fault = check(Buffer.from(JSON.stringify(each)))
          return fault === undefined || fault.detail !== ''
        })
      }),
      { numRuns: 400 },
    )
    // What is refused always would show nothing.
    expect(usable).toBeGreaterThan(15)
  })

  test('means the same each time it is asked, whatever was asked before', () => {
    const check = compileBodySchema({ properties: { a: { pattern: '^x+$' } }, required: ['b'] })
    const answers = ['{"a":"y","b":1}', '{"a":"x","b":1}', '{"a":"x"}'].map((text) => check(Buffer.from(text))?.pointer)
    expect(answers).toEqual(['/a', undefined, '/b'])
  })

  test.each([
    [{ required: ['EventTime'] }, '{"EventTime":1}', undefined],
    [{ properties: { EventTime: { type: 'string' } } }, '{"EventTime":1}', '/EventTime'],
    [{ additionalProperties: false }, '{"CallbackCommand":"A.B","EventTime":1}', undefined],
    [{ maxProperties: 0 }, '{"CallbackCommand":"A.B","EventTime":1}', undefined],
    [{ properties: { a: { type: 'integer' } } }, '{"a":12345678901234567890}', undefined],
    [{ properties: { a: { format: 'date-time' } } }, '{"a":"whenever"}', undefined],
    [{ $defs: { Id: { maxLength: 2 } }, properties: { a: { $ref: '#/$defs/Id' } } }, '{"a":"abc"}', '/a'],
    [{ properties: { 'a/b': { enum: ['x', 'y'] } } }, '{"a/b":"z"}', '/a~1b'],
    [{ unevaluatedProperties: false, properties: { a: true } }, '{"b":1}', '/b'],
  ])('%j says of %s if it does not fit', (given, text, pointer) => {
    expect(findSchemaFaults(given)).toEqual([])
    expect(compileBodySchema(given)(Buffer.from(text))?.pointer).toBe(pointer)
  })
})

describe('The work of holding a body against a schema', () => {
  const times = (count: number, each: Schema): Schema[] => Array.from({ length: count }, () => each)
  const nested = (levels: number, inner: Schema, around: Schema): Schema =>
    levels === 0 ? inner : { ...around, items: nested(levels - 1, inner, around) }
  const zeros = Array.from({ length: 40_000 }, () => 0)
  /** Lists of nearly the same, so that comparing them goes to their ends. */
  const lists = (levels: number): unknown =>
    levels === 0 ? Array.from({ length: 180 }, (_, at) => [...zeros.slice(0, 199), at]) : [lists(levels - 1)]
  const names = Object.fromEntries(zeros.slice(0, 20_000).map((_, at) => [`n${at}`, 0]))

  test.each<[string, Schema, unknown]>([
    ['lists in lists, each compared with itself', nested(6, {}, { uniqueItems: true, maxItems: 256 }), lists(5)],
    ['a text that is measured again and again', { allOf: times(100, { minLength: 1 }) }, 'x'.repeat(250_000)],
    ['an object whose members are counted again and again', { allOf: times(100, { minProperties: 1 }) }, names],
    ['branches that fail', { items: { anyOf: [...times(100, { const: 1 }), { const: 0 }] } }, zeros],
    ['a branch for each entry', { items: { enum: Array.from({ length: 500 }, (_, at) => at + 1).concat(0) } }, zeros],
    ['a list that is gone through again and again', { allOf: times(100, { items: { minimum: 0 } }) }, zeros],
    ['many texts against a pattern', { items: { pattern: '^(a|b|ab){1,10}$' } }, zeros.map(() => 'ab'.repeat(3))],
  ])('is counted, and ends if a body has used up its share: %s', (_what, inner, value) => {
    const given = { properties: { a: inner } }
    expect(findSchemaFaults(given)).toEqual([])
    let steps = 0
    const fault = compileBodySchema(given)(Buffer.from(JSON.stringify({ a: value })), (taken) => (steps = taken))
    expect(fault?.detail).toContain('would take too long')
    expect(steps).toBeGreaterThan(maxSteps)
    // It ends with the very keyword that was too much.
    expect(steps).toBeLessThan(2 * maxSteps)
  })

  test('is a small part of the share for a large body that someone would send', () => {
    const account = {
      type: 'object',
      properties: { Account: { type: 'string', maxLength: 64 } },
      required: ['Account'],
    }
    const given = { properties: { List: { type: 'array', items: account } } }
    const sent = Buffer.from(
      JSON.stringify({ List: Array.from({ length: 1000 }, (_, at) => ({ Account: `user-${at}` })) }),
    )
    let steps = 0
    expect(compileBodySchema(given)(sent, (taken) => (steps = taken))).toBeUndefined()
    expect(steps).toBeGreaterThan(1000)
    expect(steps).toBeLessThan(maxSteps / 5)
  })

  test('changes no answer: what is counted fits exactly where it fits uncounted', () => {
    let compared = 0
    fc.assert(
      fc.property(schema, fc.array(body, { maxLength: 4 }), (given, bodies) => {
        if (findSchemaFaults(given).length > 0) return true
        const check = compileBodySchema(given)
        const plain = new Ajv2020({ strict: false, validateFormats: false, ownProperties: true, logger: false })
        const validate = plain.compile(given)
        return bodies.every((each) => {
          compared += 1
          const { EventTime: time, ...rest } = each
          const named = JSON.stringify([given['properties'] ?? {}, given['required'] ?? []]).includes('EventTime')
          const value: unknown = JSON.parse(JSON.stringify(named ? each : rest))
          return time === null || validate(value) === (check(Buffer.from(JSON.stringify(each))) === undefined)
        })
      }),
      { numRuns: 120 },
    )
    expect(compared).toBeGreaterThan(15)
  })
})
