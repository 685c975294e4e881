// Counting the work of holding one body against a schema, while it is done: every schema that a value is held against says first
// what that costs, and the work ends if a body has used up its share.

import type { Ajv2020 } from 'ajv/dist/2020.js'
import { _ } from 'ajv/dist/2020.js'
import type { KeywordCost } from '../../domain/webhook/schema-bounds.ts'

/** Thrown, always the same, if a body takes more than its share. */
export const tooMuchWork = new Error('Holding a body against a schema took too many steps.')

export interface Steps {
  /** Another body: counted from nothing. */
  begin(): void
  /** @throws tooMuchWork */
  take(count: number): void
  readonly taken: number
}

/** How many steps one body may take. A branch that fails takes about 100 ns, so that this is some 15 ms. */
export const maxSteps = 150_000

export function createSteps(): Steps {
  let taken = 0
  return {
    begin: () => void (taken = 0),
    take(count) {
      taken += count
      if (taken > maxSteps) throw tooMuchWork
    },
    get taken() {
      return taken
    },
  }
}

/** Says in a schema what its other keywords cost, see `withCosts`. */
export const stepsKeyword = 'x-livehook-steps'

/** What is done in the time of a step: characters counted, entries passed over. A member takes longer, to be listed. */
const charactersPerStep = 32
const entriesPerStep = 4
const stepsPerMember = 2

/** Teaches a validator to count, and to compare the entries of a list without holding each against each. */
export function addSteps(ajv: Ajv2020, steps: Steps): void {
  ajv.addKeyword({
    keyword: stepsKeyword,
    // Before any other that looks at values of all types; those of one type come after.
    before: '$ref',
    code(context) {
      const cost: KeywordCost = context.schema
      const charge = context.gen.scopeValue('func', { ref: (value: unknown) => steps.take(stepsFor(cost, value)) })
      context.gen.code(_`${charge}(${context.data})`)
    },
  })
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have the same entry twice' },
    validate: (isWanted: boolean, list: readonly unknown[]) => !isWanted || isUnique(list, steps),
  })
}

function stepsFor({ each, perCharacter, perMember, perEntry }: KeywordCost, value: unknown): number {
  if (typeof value === 'string') return each + Math.ceil((perCharacter * value.length) / charactersPerStep)
  if (typeof value !== 'object' || value === null) return each
  if (Array.isArray(value)) return each + Math.ceil((perEntry * value.length) / entriesPerStep)
  return perMember === 0 ? each : each + stepsPerMember * perMember * Object.keys(value).length
}

function isUnique(list: readonly unknown[], steps: Steps): boolean {
  const seen = new Set<string>()
  return list.every((entry) => seen.size !== seen.add(textOf(entry, steps)).size)
}

/** The same text for what JSON Schema takes for equal: numbers by their value, members in any order. */
function textOf(value: unknown, steps: Steps): string {
  steps.take(1)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((entry) => textOf(entry, steps)).join(',')}]`
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${textOf(inner, steps)}`)
  return `{${members.toSorted().join(',')}}`
}
