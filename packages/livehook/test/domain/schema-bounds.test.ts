import { describe, expect, test } from 'vitest'
import { maxSchemaCost, maxSchemaDepth, schemaFaults } from '../../src/domain/webhook/schema-bounds.ts'

const anyPattern = (): undefined => undefined
const pointersOf = (schema: Record<string, unknown>) => schemaFaults(schema, anyPattern).map(({ pointer }) => pointer)

/** Schemas in one another, so many levels. */
function nested(levels: number): Record<string, unknown> {
  let schema: Record<string, unknown> = { type: 'string' }
  for (let level = 0; level < levels; level += 1) schema = { properties: { a: schema } }
  return schema
}

describe('a schema of an app may be', () => {
  test.each([
    [{}],
    [{ type: 'object', properties: { pattern: { type: 'string' }, $ref: { type: 'string' }, enum: true } }],
    [
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $defs: { Id: { type: 'string' } },
        properties: { a: { $ref: '#/$defs/Id' } },
      },
    ],
    [{ properties: { list: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true, maxItems: 256 } } }],
    [{ oneOf: [{ required: ['a'] }, { required: ['b'] }], if: true, else: { minProperties: 1 } }],
    [nested(maxSchemaDepth)],
  ])('%#: %j', (schema) => expect(pointersOf(schema)).toEqual([]))
})

describe('a schema of an app is refused', () => {
  test.each([
    [
      'an address elsewhere',
      { properties: { a: { $ref: 'https://example.test/schema.json' } } },
      ['/properties/a/$ref'],
    ],
    ['a file', { $ref: 'file:///etc/passwd' }, ['/$ref']],
    ['a reference to its own top', { properties: { a: { $ref: '#' } } }, ['/properties/a/$ref']],
    ['a name that is nowhere', { $ref: '#/$defs/Gone' }, ['/$ref']],
    ['a circle', { $defs: { A: { properties: { a: { $ref: '#/$defs/A' } } } }, $ref: '#/$defs/A' }, ['/$defs']],
    [
      'a circle over two',
      { $defs: { A: { $ref: '#/$defs/B' }, B: { not: { $ref: '#/$defs/A' } } }, $ref: '#/$defs/A' },
      ['/$defs'],
    ],
    [
      'an identity of its own',
      { $id: 'urn:other', $anchor: 'a', $dynamicRef: '#a' },
      ['/$id', '/$anchor', '/$dynamicRef'],
    ],
    ['a keyword no one knows', { properties: { a: { requird: [] } } }, ['/properties/a/requird']],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, ['/$schema']],
    ['definitions inside', { properties: { a: { $defs: {} } } }, ['/properties/a/$defs']],
    ['what is no schema', { properties: { a: 'string', b: [] } }, ['/properties/a', '/properties/b']],
    ['a list that is compared with itself without end', { items: { uniqueItems: true } }, ['/items/uniqueItems']],
    [
      'a pattern without end',
      { patternProperties: { ['a'.repeat(257)]: true } },
      [`/patternProperties/${'a'.repeat(257)}`],
    ],
    ['too many levels', nested(maxSchemaDepth + 1), ['/properties/a'.repeat(maxSchemaDepth + 1)]],
    ['too many words', { enum: Array.from({ length: maxSchemaCost + 1 }, (_, index) => index) }, ['']],
    ['too many patterns', { allOf: Array.from({ length: 100 }, () => ({ pattern: 'a' })) }, ['']],
  ])('for %s', (_, schema, pointers) => expect(pointersOf(schema)).toEqual(pointers))

  test('for references that double with each other, however many, at once', () => {
    const defs = Array.from({ length: 1000 }, (_, index): [string, unknown] => [
      `D${index}`,
      index === 999
        ? { type: 'string' }
        : { anyOf: [{ $ref: `#/$defs/D${index + 1}` }, { $ref: `#/$defs/D${index + 1}` }] },
    ])
    expect(pointersOf({ $defs: Object.fromEntries(defs), $ref: '#/$defs/D0' })).toEqual([''])
  })

  test('with the pattern that cannot be used', () => {
    const faults = schemaFaults({ properties: { 'a/b': { pattern: '(' } } }, () => 'is no pattern')
    expect(faults).toEqual([{ pointer: '/properties/a~1b/pattern', detail: 'is no pattern' }])
  })
})
