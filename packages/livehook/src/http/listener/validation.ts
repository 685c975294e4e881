// Validation of requests by the contract. Text of the URL becomes numbers and truth values if the contract wants them, in one
// spelling only: `1e9`, `0x10` and ` 7` are no numbers there. A JSON body is taken at its word: `null` is not 0 and "5" is not 5.

import type { FastifySchemaCompiler, FastifySchema } from 'fastify'
import type { ValidateFunction } from 'ajv'
import { Ajv } from 'ajv'

/** A compiler for each kind of input, shared by all routes. */
export function createValidatorCompiler(): FastifySchemaCompiler<FastifySchema> {
  const ajv = new Ajv({
    removeAdditional: false,
    allErrors: false,
    useDefaults: true,
    addUsedSchema: false,
    coerceTypes: false,
    // `toString` is no member of every object.
    ownProperties: true,
  })
  ajv.addFormat('date-time', isInstant)
  return ({ schema, httpPart }) => {
    // Compiled when it is first needed: a start would otherwise wait for every schema of the contract.
    let validate: ValidateFunction | undefined
    const members = httpPart === 'body' ? undefined : textMembersOf(schema)
    const validateInput = (input: unknown): boolean => {
      if (members !== undefined && isObject(input)) readText(input, members)
      validate ??= ajv.compile(schema)
      return validate(input)
    }
    // Fastify reads what was wrong from the function itself.
    return Object.defineProperty(validateInput, 'errors', { get: () => validate?.errors })
  }
}

/** RFC 3339, or a day of it; `Date.parse` alone takes `1` for a year. */
function isInstant(text: string): boolean {
  const isShaped = /^\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d))?$/.test(text)
  return isShaped && !Number.isNaN(Date.parse(text))
}

/** Members that are no text, with the types that they may have. */
type TextMembers = ReadonlyMap<string, ReadonlySet<string>>

function textMembersOf(schema: unknown): TextMembers {
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {}
  const members = Object.entries(properties).map(([name, member]) => [name, typesOf(member)] as const)
  return new Map(members.filter(([, types]) => types.has('integer') || types.has('number') || types.has('boolean')))
}

function typesOf(schema: unknown): ReadonlySet<string> {
  if (!isObject(schema)) return new Set()
  const { type, anyOf } = schema
  const inner = Array.isArray(anyOf) ? anyOf.flatMap((each) => [...typesOf(each)]) : []
  return new Set(typeof type === 'string' ? [type, ...inner] : inner)
}

function readText(input: Record<string, unknown>, members: TextMembers): void {
  for (const [name, types] of members) {
    const text = Object.hasOwn(input, name) ? input[name] : undefined
    if (typeof text !== 'string') continue
    if (types.has('boolean') && (text === 'true' || text === 'false')) input[name] = text === 'true'
    else if (types.has('integer') && /^(?:0|-?[1-9]\d{0,15})$/.test(text)) input[name] = Number(text)
    else if (types.has('number') && /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?$/.test(text)) input[name] = Number(text)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
