// Reads the file of `livehook apply`: YAML, held against the schema, every problem with its line and column.

import { Ajv } from 'ajv'
import type { ErrorObject } from 'ajv'
import type { Document, ParsedNode } from 'yaml'
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { nearest } from '../config/nearest.ts'
import { messageOf } from '../domain/error-facts.ts'
import { ConfigurationFile } from './apply-schema.ts'
import { CliError } from './io.ts'

/** A place in the file: names of members and numbers of entries, from the top. */
export type Path = readonly (string | number)[]

export interface ReadFile {
  readonly configuration: ConfigurationFile
  /** `livehook.yaml:12:7`, where the value at a place begins. */
  readonly at: (path: Path) => string
}

/** A file of a thousand webhooks has some hundred kilobytes; more is another file. */
const maxCharacters = 8 * 1_048_576

/**
 * @param text YAML 1.2, of which JSON is a part
 * @param name of the file, for messages
 * @throws CliError `configuration` with every problem, each on a line of its own
 */
export function readConfiguration(text: string, name: string): ReadFile {
  if (text.length > maxCharacters) throw new CliError('configuration', `${name} is too large to be a configuration.`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const [broken] = document.errors
  if (broken !== undefined) throw new CliError('configuration', `${place(broken.pos[0])}: ${broken.message}`)
  const value = toValue(document, name)
  const isConfiguration = compileSchema()
  const at = (path: Path): string => place(offsetOf(document, path))
  if (isConfiguration(value)) {
    requireOneOfEach(value, at)
    return { configuration: value, at }
  }
  const problems = mostTelling(isConfiguration.errors ?? []).map((error) => describe(error, { document, place }))
  throw new CliError('configuration', [...new Set(problems)].join('\n'))
}

function compileSchema() {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateFormats: false })
  return ajv.compile<ConfigurationFile>(ConfigurationFile)
}

function toValue(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new CliError('configuration', `${name}: ${messageOf(error)}`)
  }
}

/** Names are what apps, webhooks and commands are known by, so none may stand there twice. */
function requireOneOfEach({ apps }: ConfigurationFile, at: ReadFile['at']): void {
  const problems: string[] = []
  const check = (path: Path, names: readonly string[], what: string): void => {
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue
      problems.push(`${at([...path, index])}: ${what} ${JSON.stringify(name)} stands here twice.`)
    }
  }
  check(
    ['apps'],
    apps.map(({ sdkAppId, name }) => (sdkAppId === undefined ? name : String(sdkAppId))),
    'the app',
  )
  for (const [index, app] of apps.entries()) {
    const webhooks = (app.webhooks ?? []).map(({ name }) => name)
    check(['apps', index, 'webhooks'], webhooks, 'the webhook')
    const commands = (app.commands ?? []).map(({ command }) => command)
    check(['apps', index, 'commands'], commands, 'the command')
  }
  if (problems.length > 0) throw new CliError('configuration', problems.join('\n'))
}

// ---------------------------------------------------------------------------------------------------- places

/** Where the value at a path begins; of what is not there, where the thing around it begins. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range[0] ?? 0
}

/** Where the name of a member stands. */
function offsetOfKey(document: Document.Parsed, path: Path, name: string): number {
  const around: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  if (isMap<ParsedNode>(around)) {
    const pair = around.items.find(({ key }) => isScalar(key) && key.value === name)
    if (pair?.key.range) return pair.key.range[0]
  }
  return offsetOf(document, path)
}

// ---------------------------------------------------------------------------------------------------- problems

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

function describe(
  { keyword, instancePath, params, parentSchema, message, data }: ErrorObject,
  { document, place }: { readonly document: Document.Parsed; readonly place: (offset: number) => string },
): string {
  const path = pathOf(instancePath)
  if (keyword === 'additionalProperties') {
    const name = String(params['additionalProperty'])
    const meant = nearest(name, Object.keys(membersOf(parentSchema)))
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
    return `${place(offsetOfKey(document, path, name))}: there is no member ${JSON.stringify(name)}.${hint}`
  }
  const at = (each: Path): string => place(offsetOf(document, each))
  const where = at(path)
  const what = nameOf(path)
  if (keyword === 'required') return `${where}: ${what} lacks ${String(params['missingProperty'])}.`
  if (keyword === 'anyOf' || keyword === 'const' || keyword === 'type')
    return misfit({ path, data, schema: parentSchema }, at)
  return `${where}: ${what} ${sizeText(keyword, parentSchema) ?? message ?? 'does not fit'}.`
}

/** A value of another kind than the schema takes. */
function misfit(
  { path, data, schema }: { readonly path: Path; readonly data: unknown; readonly schema: unknown },
  at: (path: Path) => string,
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

/** A text is not repeated: somebody may have put a token where a reference to it belongs. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'members'
  return typeof value === 'string' ? 'text' : (JSON.stringify(value) ?? 'nothing')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
