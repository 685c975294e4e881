// What a schema of an app's own may look like: JSON Schema 2020-12, in one piece, and cheap enough to hold any body against.
// Whoever writes it may not be friendly: a few lines of it can otherwise keep a processor busy for years. Pure.

/** What is wrong with a schema. */
export interface SchemaFault {
  /** JSON pointer into the schema. */
  readonly pointer: string
  readonly detail: string
}

/** How deeply schemas stand in one another. */
export const maxSchemaDepth = 32

/**
 * How much work a schema may make for each value of a body, in keywords with every `$ref` written out. An ordinary member counts
 * for three to five.
 */
export const maxSchemaCost = 4000

/** A list is compared with itself, so each value of it costs as much as there are values. */
const maxUniqueItems = 256
const patternCost = 50
export const maxPatternCharacters = 256

const single = [
  'additionalProperties',
  'propertyNames',
  'items',
  'contains',
  'if',
  'then',
  'else',
  'not',
  'unevaluatedItems',
  'unevaluatedProperties',
]
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const maps = ['properties', 'patternProperties', 'dependentSchemas', '$defs']
const plain = [
  ...[
    '$schema',
    '$comment',
    '$ref',
    'title',
    'description',
    'default',
    'examples',
    'deprecated',
    'readOnly',
    'writeOnly',
  ],
  ...['type', 'enum', 'const', 'format', 'pattern', 'minLength', 'maxLength', 'multipleOf', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'required', 'dependentRequired', 'minProperties', 'maxProperties'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains'],
]
const keywords = new Set([...single, ...lists, ...maps, ...plain])
const dialect = 'https://json-schema.org/draft/2020-12/schema'

type Members = Readonly<Record<string, unknown>>

/**
 * Says what is wrong with a schema beside its grammar: keywords that nobody knows, references that leave it or lead in a
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
  const cost = costOf(schema, { defs: walk.defs, known: new Map(), open: new Set() })
  if (cost === undefined) return [{ pointer: '/$defs', detail: 'has a $ref that leads back to itself' }]
  if (cost <= maxSchemaCost) return []
  return [
    { pointer: '', detail: `makes too much work: ${cost} keywords with every $ref written out, of ${maxSchemaCost}` },
  ]
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

interface Costs {
  readonly defs: Members
  readonly known: Map<string, number>
  /** What is being counted: who meets one of these again goes in a circle. */
  readonly open: Set<string>
}

/** @returns `undefined` where a `$ref` leads back to itself */
function costOf(value: unknown, costs: Costs): number | undefined {
  const schema = membersOf(value)
  if (schema === undefined) return 1
  let cost = 1
  for (const [name, given] of Object.entries(schema)) {
    if (name === '$defs') continue
    cost += Array.isArray(given) && name !== 'examples' ? Math.max(1, countValues(given)) : 1
  }
  if (schema['uniqueItems'] === true) cost += maxUniqueItems
  cost += patternsOf(schema).length * patternCost
  const name = defName(schema['$ref'])
  const target = name === undefined ? 0 : costOfDef(name, costs)
  if (target === undefined) return undefined
  cost += target
  for (const [path, inner] of innerOf(schema)) {
    if (path.startsWith('/$defs/')) continue
    const more = costOf(inner, costs)
    if (more === undefined) return undefined
    cost += more
  }
  // Past the bound the exact number says nothing any more, and doubling it a thousand times would say `Infinity`.
  return Math.min(cost, Number.MAX_SAFE_INTEGER)
}

function costOfDef(name: string, costs: Costs): number | undefined {
  const known = costs.known.get(name)
  if (known !== undefined) return known
  if (costs.open.has(name)) return undefined
  costs.open.add(name)
  const cost = costOf(costs.defs[name], costs)
  costs.open.delete(name)
  if (cost !== undefined) costs.known.set(name, cost)
  return cost
}

function countValues(list: readonly unknown[]): number {
  return list.reduce<number>((sum, value) => sum + (Array.isArray(value) ? countValues(value) : 1), 0)
}

function membersOf(value: unknown): Members | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? Object.fromEntries(Object.entries(value)) : undefined
}

/** RFC 6901. */
function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
