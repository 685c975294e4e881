// Holding a body against the schema of a command of the catalogue, for a person who composes one: everything that is wrong with
// it at once. Events and asks are not held against it; what the platform sends is what it sends.

import { schemaOf } from '@livehook/protocol/schemas'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { faultOf } from './body-schema.ts'
import type { BodyFault } from './body-schema.ts'

/** More than a person reads. */
const maxFaults = 20

/** @returns holds complete bodies against the catalogue's schemas, each of which is made ready when it is first needed */
export function createCatalogueCheck(): (word: string, body: Uint8Array) => readonly BodyFault[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false })
  const ready = new Map<string, ValidateFunction>()
  return (word, body) => {
    const schema = schemaOf(word)
    if (schema === undefined) return []
    const validate = ready.get(word) ?? ajv.compile(schema)
    ready.set(word, validate)
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    if (validate(value)) return []
    return (validate.errors ?? []).slice(0, maxFaults).map(faultOf)
  }
}
