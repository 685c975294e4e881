// Values by a schema: those that fit, those that nearly fit, and those that were made to hurt.

import * as fc from 'fast-check'
import type { Schema } from './contract-document.ts'

export interface ValueWorld {
  resolve(schema: Schema): Schema
  /** Values that mean something to the service, by the name of the member or parameter that takes them. */
  readonly known: Readonly<Record<string, fc.Arbitrary<unknown>>>
}

const maxDepth = 6

/** A value that fits the schema, and that the service knows where it can. */
export function fitting(world: ValueWorld, given: Schema, name = '', depth = 0): fc.Arbitrary<unknown> {
  const known = world.known[name]
  if (known !== undefined)
    return fc.oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: bySchema(world, given, name, depth) })
  return bySchema(world, given, name, depth)
}

function bySchema(world: ValueWorld, given: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
  const schema = world.resolve(given)
  const { type, anyOf, enum: words, const: only } = schema
  if (depth > maxDepth) return fc.constant(null)
  if ('const' in schema) return fc.constant(only)
  if (Array.isArray(words)) return fc.constantFrom(...(words as unknown[]))
  if (Array.isArray(anyOf)) return fc.oneof(...(anyOf as Schema[]).map((each) => fitting(world, each, name, depth + 1)))
  switch (type) {
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer(boundsOf(schema))
    case 'number':
      return fc.oneof(fc.integer(boundsOf(schema)), fc.double({ min: 0, max: 100, noNaN: true }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return listOf(world, schema, depth)
    case 'object':
      return objectOf(world, schema, depth)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function boundsOf({ minimum, maximum }: Schema): { min: number; max: number } {
  const min = typeof minimum === 'number' ? minimum : -1000
  return { min, max: Math.min(typeof maximum === 'number' ? maximum : min + 2000, 2_147_483_647) }
}

function textOf({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString())
  }
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern))
  const min = typeof minLength === 'number' ? minLength : 0
  return fc.string({
    minLength: min,
    maxLength: Math.min(typeof maxLength === 'number' ? maxLength : 40, 60),
    unit: 'grapheme',
  })
}

function listOf(world: ValueWorld, { items, minItems, maxItems }: Schema, depth: number): fc.Arbitrary<unknown[]> {
  const item = typeof items === 'object' && items !== null ? (items as Schema) : {}
  const min = typeof minItems === 'number' ? minItems : 0
  return fc.array(fitting(world, item, '', depth + 1), {
    minLength: min,
    maxLength: Math.min(typeof maxItems === 'number' ? maxItems : 4, min + 3),
  })
}

function objectOf(world: ValueWorld, schema: Schema, depth: number): fc.Arbitrary<object> {
  const { properties = {}, required = [], patternProperties } = schema
  const members = Object.entries(properties as Record<string, Schema>)
  const rest = Object.values((patternProperties ?? {}) as Record<string, Schema>)[0]
  if (members.length === 0 && rest !== undefined) {
    const name = fc.oneof(world.known['command'] as fc.Arbitrary<string>, fc.string({ maxLength: 8 }), fc.constant('*'))
    return fc.dictionary(name, fitting(world, rest, '', depth + 1), { maxKeys: 3 })
  }
  if (members.length === 0)
    return fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  const arbitraries = members.map(([name, inner]) => [name, fitting(world, inner, name, depth + 1)] as const)
  return fc.record(Object.fromEntries(arbitraries), { requiredKeys: required as string[] })
}

/** Values that fit nothing, or only look as if. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    2 ** 31,
    2 ** 32,
    '',
    ' ',
    '0',
    'null',
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom(
    '\u0000',
    'a\u0000b',
    '\uD800',
    '\uDC00x',
    '\u202Etxt',
    '\uFEFF',
    '..',
    '../..',
    '%00',
    '%',
    "' OR 1=1--",
    '${x}',
    '*',
    '__proto__',
  ),
  fc.constant('x'.repeat(9000)),
  fc.constant(nested(200)),
  fc.record({ constructor: fc.constant({ prototype: {} }), toString: fc.constant(1), toJSON: fc.constant(1) }),
  fc.jsonValue({ maxDepth: 3 }),
)

function nested(levels: number): unknown {
  let value: unknown = 0
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** A value that fitted, with a member changed, gone or too much. */
export function nearly(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, fc.nat(), fc.constantFrom('change', 'remove', 'add', 'wrap'), hostile)
    .map(([whole, seed, kind, other]) => {
      if (kind === 'wrap' || typeof whole !== 'object' || whole === null) return kind === 'wrap' ? [whole] : other
      const copy: Record<string, unknown> = structuredClone(whole) as Record<string, unknown>
      change(copy, seed, kind, other)
      return copy
    })
}

function change(
  target: Record<string, unknown>,
  seed: number,
  kind: 'change' | 'remove' | 'add',
  other: unknown,
): void {
  const names = Object.keys(target)
  const name = names[seed % Math.max(1, names.length)]
  const inner = name === undefined ? undefined : target[name]
  if (typeof inner === 'object' && inner !== null && seed % 3 === 0) {
    change(inner as Record<string, unknown>, Math.floor(seed / 3), kind, other)
  } else if (kind === 'add' || name === undefined) {
    target[['extra', 'Command', '__proto', 'constructor', ''][seed % 5] ?? 'extra'] = other
  } else if (kind === 'remove') {
    Reflect.deleteProperty(target, name)
  } else {
    target[name] = other
  }
}

/** JSON that was damaged after it was written: cut, doubled, with what no parser may take. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return fc.tuple(text, fc.nat(), fc.nat(11)).map(([whole, seed, kind]) => {
    const at = whole.length === 0 ? 0 : seed % whole.length
    const variants: readonly (() => string | Buffer)[] = [
      () => whole.slice(0, at),
      () => `${whole}x`,
      () => `\uFEFF${whole}`,
      () => whole.replace('{', '{"a":1,"a":2,'),
      () => whole.replace('{', '{"__proto__":{"x":1},'),
      () => whole.replace(/\d+/, '1e400'),
      () => whole.replace(/\d+/, '123456789012345678901234567890'),
      () => whole.replace('"', "'"),
      () => Buffer.concat([Buffer.from(whole.slice(0, at)), Buffer.from([0xff, 0xc0]), Buffer.from(whole.slice(at))]),
      () => `${whole.slice(0, at)}\u0000${whole.slice(at)}`,
      () => `${'['.repeat(3000)}${']'.repeat(3000)}`,
      () => `${whole.slice(0, at)}\\ud800${whole.slice(at)}`,
    ]
    return Buffer.from(variants[kind]?.() ?? whole)
  })
}
