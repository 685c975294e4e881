// Holding a body against the schema of an app's own command. The schema was found cheap (domain/webhook/schema-bounds.ts), patterns
// run in an engine without backtracking, and the work is counted while it is done (schema-steps.ts): no body makes it last.

import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject } from 'ajv/dist/2020.js'
import { RE2JS, RE2JSException } from 're2js'
import type { SchemaFault } from '../../domain/webhook/schema-bounds.ts'
import { schemaFaults, withCosts } from '../../domain/webhook/schema-bounds.ts'
import type { Steps } from './schema-steps.ts'
import { addSteps, createSteps, stepsKeyword, tooMuchWork } from './schema-steps.ts'

/** What is wrong with a body. */
export interface BodyFault {
  /** JSON pointer into the body. */
  readonly pointer: string
  readonly detail: string
}

/** @param onSteps told how much work it was, in steps of some 100 ns */
export type BodyCheck = (body: Uint8Array, onSteps?: (steps: number) => void) => BodyFault | undefined

type Schema = Readonly<Record<string, unknown>>

/** Of a pattern that is made ready, in instructions. */
const maxPatternSize = 256
/** How many instructions of a pattern, times characters, make a step. */
const instructionsPerStep = 8

/** The members that the service puts into every body. A schema need not name them. */
const ownMembers = ['CallbackCommand', 'EventTime'] as const

/** Says what is wrong with a schema, all of it at once if that can be told. */
export function findSchemaFaults(schema: Schema): readonly SchemaFault[] {
  const faults = schemaFaults(schema, patternFault)
  if (faults.length > 0) return faults
  const ajv = new Ajv2020(ajvOptions(createPatterns(createSteps())))
  if (ajv.validateSchema(schema) !== true) {
    return (ajv.errors ?? []).map(({ instancePath, message }) => ({
      pointer: instancePath,
      detail: message ?? 'is wrong',
    }))
  }
  try {
    ajv.compile(schema)
    return []
  } catch (error) {
    // What the grammar of JSON Schema lets pass and cannot be kept, such as a minimum of maximum's kind.
    return [{ pointer: '', detail: `cannot be used: ${error instanceof Error ? error.message : String(error)}` }]
  }
}

/**
 * Makes the check of a command's bodies.
 * @param schema without faults, see `findSchemaFaults`
 */
export function compileBodySchema(schema: Schema): BodyCheck {
  const steps = createSteps()
  const ajv = new Ajv2020({ ...ajvOptions(createPatterns(steps)), meta: false, validateSchema: false })
  addSteps(ajv, steps)
  const validate = ajv.compile(withCosts(schema, stepsKeyword))
  const unnamed = ownMembers.filter((name) => !isNamed(schema, name))
  return (body, onSteps) => {
    const value: Record<string, unknown> = JSON.parse(new TextDecoder().decode(body))
    for (const name of unnamed) delete value[name]
    steps.begin()
    try {
      if (validate(value)) return undefined
    } catch (error) {
      if (error !== tooMuchWork) throw error
      return { pointer: '', detail: 'has so many values or so much text that the schema would take too long to try' }
    } finally {
      onSteps?.(steps.taken)
    }
    return faultOf(validate.errors?.[0])
  }
}

function isNamed(schema: Schema, name: string): boolean {
  const { properties, required } = schema
  const isProperty = typeof properties === 'object' && properties !== null && Object.hasOwn(properties, name)
  return isProperty || (Array.isArray(required) && required.includes(name))
}

function ajvOptions(patterns: Patterns) {
  return {
    // Wrong at the first fault: only so does a bound that stands first keep the work behind it small.
    allErrors: false,
    strict: false,
    // A note for people, as JSON Schema 2020-12 has it.
    validateFormats: false,
    // `toString` is no member of every object.
    ownProperties: true,
    inlineRefs: false,
    logger: false,
    // To make the code a little faster would take a hundred times as long as to make it.
    code: { regExp: patterns.regExp, optimize: false },
  } as const
}

/** What a checker found, in words. */
export function faultOf(error: ErrorObject | undefined): BodyFault {
  if (error === undefined) return { pointer: '', detail: 'does not fit the schema' }
  const { instancePath, keyword, params } = error
  const name: unknown = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  const pointer = typeof name === 'string' ? `${instancePath}/${escape(name)}` : instancePath
  if (params['missingProperty'] !== undefined) return { pointer, detail: 'is missing' }
  if (typeof name === 'string') return { pointer, detail: 'is not a member of the schema' }
  if (keyword === 'enum') return { pointer, detail: `must be one of ${shortened(params['allowedValues'])}` }
  if (keyword === 'const') return { pointer, detail: `must be ${shortened(params['allowedValue'])}` }
  return { pointer, detail: error.message ?? 'does not fit the schema' }
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

// ---------------------------------------------------------------------------------------------------- patterns

interface Patterns {
  readonly regExp: ((pattern: string, flags: string) => { test(text: string): boolean }) & { readonly code: string }
}

function createPatterns(steps: Steps): Patterns {
  const make = (pattern: string): { test(text: string): boolean } => {
    const compiled = RE2JS.compile(pattern)
    const size = compiled.programSize()
    return {
      test(text) {
        steps.take(Math.ceil(((text.length + 1) * size) / instructionsPerStep))
        return compiled.matcher(text).find()
      },
    }
  }
  // The text is for validators that are written to files, which is never done here.
  return { regExp: Object.assign(make, { code: 'RE2JS' }) }
}

function patternFault(pattern: string): string | undefined {
  try {
    const size = RE2JS.compile(pattern).programSize()
    return size > maxPatternSize ? 'is too large a pattern; repeat fewer things fewer times' : undefined
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return `is no pattern that can be used (without lookaround and references back): ${error.message}`
  }
}
