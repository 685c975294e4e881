// What a schema of an app's own may look like: JSON Schema 2020-12, in one piece, and cheap enough to hold any body against.
// Anyone who writes it may not be friendly: a few lines of it can otherwise keep a processor busy for years. Pure.

/** What is wrong with a schema. */
export interface SchemaFault {
  /** JSON pointer into the schema. */
  readonly pointer: string
  readonly detail: string
}

/** How deeply schemas stand in one another. */
export const maxSchemaDepth = 32

/** How large a schema may be, in keywords with every `$ref` written out. An ordinary member counts for three to five. */
export const maxSchemaCost = 2000

/** Keywords whose schema is held against any number of values. */
const repeating = new Set([
  'items',
  'contains',
  'additionalProperties',
  'patternProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
])

/** A list is compared with itself, so each value of it costs as much as there are values. */
const maxUniqueItems = 256
const patternCost = 50
export const maxPatternCharacters = 256

const words = (text: string): readonly string[] => text.split(' ')

/** Keywords by what stands under them: a schema, a list of schemas, schemas by name, or anything else. */
const single = words(
  'additionalProperties propertyNames items contains if then else not unevaluatedItems unevaluatedProperties',
)
const lists = words('allOf anyOf oneOf prefixItems')
const maps = words('properties patternProperties dependentSchemas $defs')
const plain = words(
  '$schema $comment $ref title description default examples deprecated readOnly writeOnly type enum const format pattern ' +
    'minLength maxLength multipleOf minimum maximum exclusiveMinimum exclusiveMaximum required dependentRequired ' +
    'minProperties maxProperties minItems maxItems uniqueItems minContains maxContains',
)
const keywords = new Set([...single, ...lists, ...maps, ...plain])
const dialect = 'https://json-schema.org/draft/2020-12/schema'

type Members = Readonly<Record<string, unknown>>

/**
 * Says what is wrong with a schema beside its grammar: keywords that no one knows, references that leave it or lead in a
 * circle, too many levels, too much work.
 * @param checkPattern says why a pattern cannot be used, or `undefined`
 */
export function schemaFaults(
  schema: Members,
  checkPattern: (pattern: string) => string | undefined,
): readonly SchemaFault[] {
  const faults: SchemaFault[] = []
  const walk: Walk = { faults, checkPattern, defs: membersOf(schema['$defs']) ?? {} }
  visit(walk, schema, { pointer: '', depth: 0 })
  if (faults.length > 0) return faults
  const work = schemaWork(schema)
  if (work === undefined) return [{ pointer: '/$defs', detail: 'has a $ref that leads back to itself' }]
  const cost = work.once + work.each
  if (cost <= maxSchemaCost) return []
  const detail = `makes too much work: ${cost} keywords with every $ref written out, of ${maxSchemaCost} at most`
  return [{ pointer: '', detail }]
}

interface Walk {
  readonly faults: SchemaFault[]
  readonly checkPattern: (pattern: string) => string | undefined
  readonly defs: Members
}

interface Place {
  readonly pointer: string
  readonly depth: number
}

function visit(walk: Walk, value: unknown, { pointer, depth }: Place): void {
  const wrong = (path: string, detail: string): void => void walk.faults.push({ pointer: `${pointer}${path}`, detail })
  if (typeof value === 'boolean') return
  const schema = membersOf(value)
  if (schema === undefined) return wrong('', 'must be a schema: an object, true or false')
  if (depth > maxSchemaDepth) return wrong('', `stands more than ${maxSchemaDepth} levels deep`)
  for (const name of Object.keys(schema)) {
    if (!keywords.has(name)) wrong(`/${escape(name)}`, 'is no keyword that can be used here')
  }
  if (schema['$schema'] !== undefined && schema['$schema'] !== dialect) wrong('/$schema', `must be ${dialect}`)
  if (depth > 0 && schema['$defs'] !== undefined) wrong('/$defs', 'must stand at the top')
  checkReference(walk, schema['$ref'], wrong)
  if (schema['uniqueItems'] === true && !(Number(schema['maxItems'] ?? Infinity) <= maxUniqueItems)) {
    wrong('/uniqueItems', `needs a maxItems of at most ${maxUniqueItems} beside it`)
  }
  for (const [path, pattern] of patternsOf(schema)) {
    const detail =
      pattern.length > maxPatternCharacters
        ? `is a pattern of more than ${maxPatternCharacters} characters`
        : walk.checkPattern(pattern)
    if (detail !== undefined) wrong(path, detail)
  }
  for (const [path, inner] of innerOf(schema)) visit(walk, inner, { pointer: `${pointer}${path}`, depth: depth + 1 })
}

function checkReference(walk: Walk, reference: unknown, wrong: (path: string, detail: string) => void): void {
  if (reference === undefined) return
  const name = defName(reference)
  if (name === undefined || !Object.hasOwn(walk.defs, name))
    wrong('/$ref', 'must be #/$defs/ and a name that stands there')
}

/** What is referred to by name, without escapes; `undefined` for any other place, in here or elsewhere. */
function defName(reference: unknown): string | undefined {
  return typeof reference === 'string' ? /^#\/\$defs\/([A-Za-z0-9_.-]{1,128})$/.exec(reference)?.[1] : undefined
}

function patternsOf(schema: Members): readonly (readonly [path: string, pattern: string])[] {
  const own = typeof schema['pattern'] === 'string' ? [['/pattern', schema['pattern']] as const] : []
  const names = Object.keys(membersOf(schema['patternProperties']) ?? {})
  return [...own, ...names.map((name) => [`/patternProperties/${escape(name)}`, name] as const)]
}

/** The schemas that stand in a schema, each with its path. */
function innerOf(schema: Members): readonly (readonly [path: string, inner: unknown])[] {
  return Object.entries(schema).flatMap(([name, value]): (readonly [string, unknown])[] => {
    if (single.includes(name)) return [[`/${name}`, value]]
    if (lists.includes(name) && Array.isArray(value)) {
      return value.map((inner: unknown, index) => [`/${name}/${index}`, inner] as const)
    }
    if (!maps.includes(name)) return []
    return Object.entries(membersOf(value) ?? {}).map(([key, inner]) => [`/${name}/${escape(key)}`, inner] as const)
  })
}

/** How much work a schema makes, in keywords with every `$ref` written out. */
export interface SchemaWork {
  /** What is done once for a body. */
  readonly once: number
  /** What may be done for each value of a body: what stands under `items`, `additionalProperties` and the like. */
  readonly each: number
}

/** @returns `undefined` if a `$ref` leads back to itself */
export function schemaWork(schema: Members): SchemaWork | undefined {
  const defs = membersOf(schema['$defs']) ?? {}
  return workOf(schema, { defs, known: new Map(), open: new Set() })
}

interface Counting {
  readonly defs: Members
  readonly known: Map<string, SchemaWork>
  /** What is being counted: who meets one of these again goes in a circle. */
  readonly open: Set<string>
}

function workOf(value: unknown, counting: Counting): SchemaWork | undefined {
  const schema = membersOf(value)
  if (schema === undefined) return { once: 1, each: 0 }
  const name = defName(schema['$ref'])
  const target = name === undefined ? nothing : workOfDef(name, counting)
  if (target === undefined) return undefined
  let once = ownWork(schema) + target.once
  let { each } = target
  if (schema['uniqueItems'] === true) each += maxUniqueItems
  for (const [path, inner] of innerOf(schema)) {
    const keyword = path.split('/', 2)[1] ?? ''
    if (keyword === '$defs') continue
    const work = workOf(inner, counting)
    if (work === undefined) return undefined
    each += work.each
    if (repeating.has(keyword)) each += work.once
    else once += work.once
  }
  // Past the bound the exact number says nothing any more, and doubling it a thousand times would say `Infinity`.
  return { once: Math.min(once, Number.MAX_SAFE_INTEGER), each: Math.min(each, Number.MAX_SAFE_INTEGER) }
}

/** What it takes to hold one value against the keywords of one schema, without the schemas that stand in it. */
export interface KeywordCost {
  /** In keywords, as `maxSchemaCost` counts them. */
  readonly each: number
  /** How many of them look at every character of a text, */
  readonly perCharacter: number
  /** at every member of an object, */
  readonly perMember: number
  /** or at every entry of a list. */
  readonly perEntry: number
}

const overCharacters = words('minLength maxLength')
const overMembers = words(
  'minProperties maxProperties additionalProperties patternProperties propertyNames unevaluatedProperties',
)
const overEntries = words('items contains unevaluatedItems uniqueItems')

/**
 * A schema with a keyword more in every schema that stands in it, which says what the others cost.
 * @param keyword its name
 */
export function withCosts(schema: Members, keyword: string): Members {
  const costed = (value: unknown): unknown => {
    const inner = membersOf(value)
    return inner === undefined ? value : withCosts(inner, keyword)
  }
  const entries = Object.entries(schema).map(([name, value]): [string, unknown] => {
    if (single.includes(name)) return [name, costed(value)]
    if (lists.includes(name) && Array.isArray(value)) return [name, value.map(costed)]
    const inner = maps.includes(name) ? membersOf(value) : undefined
    return [name, inner && Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, costed(each)]))]
  })
  const kept = entries.map(([name, value]): [string, unknown] => [name, value ?? schema[name]])
  return Object.fromEntries([...kept, [keyword, keywordCost(schema)]])
}

function keywordCost(schema: Members): KeywordCost {
  const count = (names: readonly string[]): number => names.filter((name) => schema[name] !== undefined).length
  const named = maps.reduce((sum, name) => sum + Object.keys(membersOf(schema[name]) ?? {}).length, 0)
  const compared = countValues([schema['const'], schema['enum'], schema['required']])
  return {
    each: 1 + Object.keys(schema).length + named + compared,
    perCharacter: count(overCharacters),
    perMember: count(overMembers) + Object.keys(membersOf(schema['patternProperties']) ?? {}).length,
    perEntry: count(overEntries),
  }
}

const nothing: SchemaWork = { once: 0, each: 0 }

/** What a schema's own keywords come to: one each, lists by their length, patterns by what they take. */
function ownWork(schema: Members): number {
  const lengths = Object.entries(schema).map(([name, given]) =>
    Array.isArray(given) && name !== 'examples' ? Math.max(1, countValues(given)) : 1,
  )
  return lengths.reduce((sum, length) => sum + length, 1 + patternsOf(schema).length * patternCost)
}

function workOfDef(name: string, counting: Counting): SchemaWork | undefined {
  const known = counting.known.get(name)
  if (known !== undefined) return known
  if (counting.open.has(name)) return undefined
  counting.open.add(name)
  const work = workOf(counting.defs[name], counting)
  counting.open.delete(name)
  if (work !== undefined) counting.known.set(name, work)
  return work
}

/** What is compared when a value is held against these: those in their lists and objects too. */
function countValues(list: readonly unknown[]): number {
  return list.reduce<number>((sum, value) => {
    if (typeof value !== 'object' || value === null) return sum + 1
    return sum + 1 + countValues(Object.values(value))
  }, 0)
}

function membersOf(value: unknown): Members | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? Object.fromEntries(Object.entries(value)) : undefined
}

/** RFC 6901. */
function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
