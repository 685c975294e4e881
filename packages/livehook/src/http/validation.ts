// Validation of requests by the contract. Text of the URL becomes numbers where the contract wants them; a JSON body is
// taken at its word: there `null` is not 0 and "5" is not 5.

import type { FastifySchemaCompiler, FastifySchema } from 'fastify'
import { Ajv } from 'ajv'

/** A compiler for each kind of input, shared by all routes. */
export function createValidatorCompiler(): FastifySchemaCompiler<FastifySchema> {
  const options = { removeAdditional: false, allErrors: false, useDefaults: true, addUsedSchema: false } as const
  const ofText = new Ajv({ ...options, coerceTypes: true })
  const ofJson = new Ajv({ ...options, coerceTypes: false })
  for (const ajv of [ofText, ofJson]) ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)))
  return ({ schema, httpPart }) => (httpPart === 'body' ? ofJson : ofText).compile(schema)
}
