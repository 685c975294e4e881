// The document of the running service as a test reads it: its operations, their schemas, and whether an answer keeps to them.

import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv/dist/2020.js'

export type Schema = Readonly<Record<string, unknown>>

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Schema
}

export interface Operation {
  readonly method: string
  /** With `{name}` for a parameter. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Schemas of the body by media type; empty if it takes none. */
  readonly bodies: Readonly<Record<string, Schema>>
  /** Media types by status. */
  readonly answers: Readonly<Record<string, readonly string[]>>
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

export interface ContractDocument {
  readonly operations: readonly Operation[]
  resolve(schema: Schema): Schema
  /** How an answer breaks the contract; `undefined` if it keeps to it. */
  breach(operation: Operation, answer: Answer): string | undefined
}

interface OperationObject {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

export function readDocument(text: string): ContractDocument {
  const document = JSON.parse(text) as {
    paths: Record<string, Record<string, OperationObject>>
    components: { schemas: Record<string, Schema> }
  }
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => operationOf(path, method, operation)),
  )
  const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false })
  ajv.addFormat('date-time', (value: string) => /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)))
  // Members that the contract does not name are none of it: an answer that has one is caught as well.
  ajv.addSchema(
    closed({
      $id: 'https://contract.invalid/document',
      paths: document.paths,
      components: document.components,
    }) as Schema,
  )
  const validators = new Map<string, ValidateFunction>()
  const validatorOf = (pointer: string): ValidateFunction => {
    const known = validators.get(pointer) ?? ajv.compile({ $ref: `https://contract.invalid/document#${pointer}` })
    validators.set(pointer, known)
    return known
  }
  return {
    operations,
    resolve: (schema) => resolve(document.components.schemas, schema),
    breach(operation, { status, type, text: body }) {
      const types = operation.answers[String(status)]
      if (status >= 500) return `an answer of ${status}`
      if (types === undefined) return `the status ${status} is not in the contract`
      if (types.length === 0) return body === '' ? undefined : 'a body where there is to be none'
      const media = type.split(';', 1)[0] ?? ''
      if (!types.includes(media)) return `the type ${type} is not in the contract`
      if (!media.includes('json')) return undefined
      const { path, method } = operation
      const place = ['paths', path, method, 'responses', String(status), 'content', media, 'schema']
        .map(escape)
        .join('/')
      const validate = validatorOf(`/${place}`)
      return validate(JSON.parse(body)) ? undefined : ajv.errorsText(validate.errors)
    },
  }
}

function operationOf(
  path: string,
  method: string,
  { parameters = [], requestBody, responses }: OperationObject,
): Operation {
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema] as const)
  const answers = Object.entries(responses).map(([status, { content = {} }]) => [status, Object.keys(content)] as const)
  return { method, path, parameters, bodies: Object.fromEntries(bodies), answers: Object.fromEntries(answers) }
}

function resolve(schemas: Readonly<Record<string, Schema>>, schema: Schema): Schema {
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined
  return name === undefined ? schema : resolve(schemas, schemas[name] ?? {})
}

/** Every object that names its members has no others. */
function closed(value: unknown, inParts = false): unknown {
  if (Array.isArray(value)) return value.map((each) => closed(each, inParts))
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, closed(each, name === 'allOf')]))
  const names = 'type' in inner && inner['type'] === 'object' ? inner['properties'] : undefined
  const isNamed = typeof names === 'object' && names !== null && Object.keys(names).length > 0
  return isNamed && !inParts && !('additionalProperties' in inner) ? { ...inner, additionalProperties: false } : inner
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
