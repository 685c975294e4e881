// What is wrong with a file, in sentences that begin with the place. Pure.

import type { ErrorObject } from 'ajv'
import { nearest } from '../../config/nearest.ts'

/** A place in the file: names of members and numbers of entries, from the top. */
export type Path = readonly (string | number)[]

/** Says where things stand, as `livehook.yaml:12:7`. */
export interface Places {
  /** Where the value at a path begins; of what is not there, where the thing around it begins. */
  readonly at: (path: Path) => string
  /** Where the name of a member stands. */
  readonly atName: (path: Path, name: string) => string
}

/** One sentence for each thing that is wrong. */
export function problemsOf(errors: readonly ErrorObject[], places: Places): readonly string[] {
  return [...new Set(mostTelling(errors).map((error) => describe(error, places)))]
}

/**
 * Of the errors of alternatives (`anyOf`) those that help: where something inside of one is wrong that, else what all of them
 * together would take.
 */
function mostTelling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let left = [...errors]
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf')
  for (const whole of alternatives.toSorted((a, b) => b.schemaPath.length - a.schemaPath.length)) {
    const isInside = ({ schemaPath, instancePath }: ErrorObject): boolean =>
      schemaPath.startsWith(`${whole.schemaPath}/`) &&
      (instancePath === whole.instancePath || instancePath.startsWith(`${whole.instancePath}/`))
    const inside = left.filter(isInside)
    const branches = Map.groupBy(
      inside,
      ({ schemaPath }) => schemaPath.slice(whole.schemaPath.length + 1).split('/')[0],
    )
    // A branch of another type, or for another constant, was not meant.
    const meant = [...branches.values()].filter((branch) => !branch.some((error) => missesBranch(error, whole)))
    const best = meant.toSorted((a, b) => a.length - b.length)[0]
    left = left.filter((error) => (best === undefined ? !inside.includes(error) : error !== whole))
    if (best !== undefined) left = left.filter((error) => !inside.includes(error) || best.includes(error))
  }
  return left
}

function missesBranch({ keyword, instancePath, parentSchema }: ErrorObject, whole: ErrorObject): boolean {
  if (keyword === 'const' && instancePath === whole.instancePath) return true
  if (keyword === 'type' && instancePath === whole.instancePath) return true
  // `kind: share` is not meant to be a shadow.
  return keyword === 'const' && instancePath === `${whole.instancePath}/kind` && parentSchema !== undefined
}

function describe({ keyword, instancePath, params, parentSchema, message, data }: ErrorObject, places: Places): string {
  const path = pathOf(instancePath)
  if (keyword === 'additionalProperties') {
    const name = String(params['additionalProperty'])
    const meant = nearest(name, Object.keys(membersOf(parentSchema)))
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
    return `${places.atName(path, name)}: there is no member ${JSON.stringify(name)}.${hint}`
  }
  const where = places.at(path)
  const what = nameOf(path)
  if (keyword === 'required') return `${where}: ${what} lacks ${String(params['missingProperty'])}.`
  if (keyword === 'anyOf' || keyword === 'const' || keyword === 'type')
    return misfit({ path, data, schema: parentSchema }, places)
  return `${where}: ${what} ${sizeText(keyword, parentSchema) ?? message ?? 'does not fit'}.`
}

/** A value of another kind than the schema takes. */
function misfit(
  { path, data, schema }: { readonly path: Path; readonly data: unknown; readonly schema: unknown },
  { at }: Places,
): string {
  const kinds = kindsOf(schema)
  if (isObject(data) && kinds.length > 0) {
    return `${at([...path, 'kind'])}: kind of ${nameOf(path)} must be ${kinds.join(' or ')}, not ${kindOf(data['kind'])}.`
  }
  return `${at(path)}: ${nameOf(path)} must be ${expected(schema)}, not ${kindOf(data)}.`
}

/** The constants between which `kind` tells. */
function kindsOf(schema: unknown): readonly string[] {
  const branches: readonly unknown[] = isObject(schema) && Array.isArray(schema['anyOf']) ? schema['anyOf'] : []
  return branches.flatMap((branch) => {
    const kind: unknown = Object.entries(membersOf(branch)).find(([name]) => name === 'kind')?.[1]
    return isObject(kind) && kind['const'] !== undefined ? [JSON.stringify(kind['const'])] : []
  })
}

/** What is too few, too many, too long, in words. */
function sizeText(keyword: string, schema: unknown): string | undefined {
  if (!isObject(schema)) return undefined
  const limit = String(schema[keyword])
  switch (keyword) {
    case 'minItems':
      return `has too few entries; the least is ${limit}`
    case 'maxItems':
      return `has too many entries; the most is ${limit}`
    case 'minLength':
      return `is too short; the least is ${limit} characters`
    case 'maxLength':
      return `is too long; the most is ${limit} characters`
    case 'minimum':
    case 'maximum':
      return `must be ${expected(schema)}`
    default:
      return undefined
  }
}

function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

function nameOf(path: Path): string {
  const name = path.findLast((part) => typeof part === 'string')
  const last = path.at(-1)
  if (name === undefined) return 'the file'
  return typeof last === 'number' ? `an entry of ${name}` : name
}

function membersOf(schema: unknown): object {
  return isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {}
}

/** What a schema takes, in words. */
function expected(schema: unknown): string {
  if (!isObject(schema)) return 'something else'
  const { const: constant, anyOf, type } = schema
  if (constant !== undefined) return JSON.stringify(constant)
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((each: unknown) => expected(each)))].join(' or ')
  const members = Object.keys(membersOf(schema))
  if (type === 'object') return members.length === 0 ? 'members' : `{ ${members.join(', ')} }`
  return `${typeWords.get(type) ?? 'something else'}${rangeOf(schema)}`
}

const typeWords: ReadonlyMap<unknown, string> = new Map([
  ['array', 'a list'],
  ['string', 'text'],
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['null', 'null'],
])

function rangeOf({ minimum, maximum }: Readonly<Record<string, unknown>>): string {
  return typeof minimum === 'number' && typeof maximum === 'number' ? ` from ${minimum} to ${maximum}` : ''
}

/** A text is not repeated: someone may have put a token where a reference to it belongs. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'members'
  return typeof value === 'string' ? 'text' : (JSON.stringify(value) ?? 'nothing')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
