// A JSON Schema as a table of members: what people want to know of it, without its grammar. Pure.

export interface SchemaMember {
  /** From the body down: `MsgBody[].MsgType`. */
  readonly path: string
  readonly name: string
  readonly depth: number
  readonly type: string
  readonly isRequired: boolean
  readonly description: string
  /** The values that it must, or may for example, have; as JSON. */
  readonly values: readonly string[]
}

/** Deeper levels are left to the schema itself. */
const deepest = 8

/** @param schema of an object; anything else has no members */
export function membersOf(schema: unknown): readonly SchemaMember[] {
  return membersIn(schema, { prefix: '', depth: 0 })
}

function membersIn(schema: unknown, place: { readonly prefix: string; readonly depth: number }): SchemaMember[] {
  const { prefix, depth } = place
  const properties = recordOf(recordOf(schema)['properties'])
  const required = recordOf(schema)['required']
  if (depth > deepest) return []
  return Object.entries(properties).flatMap(([name, member]) => {
    const facts = recordOf(member)
    const path = `${prefix}${name}`
    const row: SchemaMember = {
      path,
      name,
      depth,
      type: typeOf(facts),
      isRequired: Array.isArray(required) && required.includes(name),
      description: typeof facts['description'] === 'string' ? facts['description'] : '',
      values: valuesOf(facts),
    }
    const items = facts['type'] === 'array' ? facts['items'] : undefined
    const inner =
      items === undefined
        ? membersIn(facts, { prefix: `${path}.`, depth: depth + 1 })
        : membersIn(items, { prefix: `${path}[].`, depth: depth + 1 })
    return [row, ...inner]
  })
}

function typeOf(facts: Readonly<Record<string, unknown>>): string {
  const { type } = facts
  if (type === 'array') {
    const inner = typeOf(recordOf(facts['items']))
    return inner === '' ? 'array' : `array of ${inner}`
  }
  if (typeof type === 'string') return type
  return Array.isArray(type) ? type.filter((each) => typeof each === 'string').join(' | ') : ''
}

function valuesOf(facts: Readonly<Record<string, unknown>>): readonly string[] {
  if (facts['const'] !== undefined) return [JSON.stringify(facts['const'])]
  const values = facts['enum'] ?? facts['examples']
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : []
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
