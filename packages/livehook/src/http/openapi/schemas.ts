// From TypeBox to the schemas of an OpenAPI 3.1 document, whose dialect is JSON Schema 2020-12, as TypeBox's is.

import { Type } from 'typebox'
import type { TSchema } from 'typebox'
import * as contract from '../contract/contract.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** What every configuration call answers, whatever came of it. */
export const CallAnswer = Type.Object({
  ActionStatus: Type.Union([Type.Literal('OK'), Type.Literal('FAIL')]),
  ErrorInfo: Type.String(),
  ErrorCode: Type.Integer({ description: '0, or one of the public codes.' }),
  RequestId: Type.String(),
  Response: Type.Optional(Type.Object({})),
})

/** Schemas that stand once in the document, by name. */
const namedSchemas: Readonly<Record<string, TSchema>> = {
  Problem: contract.Problem,
  App: contract.App,
  Webhook: contract.Webhook,
  NewWebhook: contract.NewWebhook,
  WebhookPatch: contract.WebhookPatch,
  FailurePolicy: contract.FailurePolicy,
  StoredEvent: contract.StoredEvent,
  EventAccepted: contract.EventAccepted,
  Delivery: contract.Delivery,
  DeliveryDetail: contract.DeliveryDetail,
  Attempt: contract.Attempt,
  Evidence: contract.Evidence,
  Advice: contract.Advice,
  Decision: contract.Decision,
  DecisionDetail: contract.DecisionDetail,
  Redelivery: contract.Redelivery,
  RedeliveryFilter: contract.RedeliveryFilter,
  Probe: contract.Probe,
  ProbeStage: contract.ProbeStage,
  Stats: contract.Stats,
  CommandSummary: contract.CommandSummary,
  CommandReply: contract.CommandReply,
  CommandDetail: contract.CommandDetail,
  AppCommandDetail: contract.AppCommandDetail,
  NewCustomCommand: contract.NewCustomCommand,
  Key: contract.Key,
  AuditEntry: contract.AuditEntry,
  CallAnswer,
}

export interface SchemaWriter {
  schema(schema: TSchema): Json
  /** The parameters that an object's members are. */
  parameters(
    place: 'path' | 'query' | 'header',
    members: TSchema | Readonly<Record<string, TSchema>> | undefined,
    /** Values to begin with if a request is tried, by name. */
    examples?: Readonly<Record<string, string>>,
  ): readonly Json[]
  /** What every error is. */
  problem(): Json
  /** Every schema that was referred to. */
  components(): Json
}

type Members = Readonly<Record<string, unknown>>

export function createSchemaWriter(): SchemaWriter {
  const names = new Map<unknown, string>(Object.entries(namedSchemas).map(([name, schema]) => [schema, name]))
  const used = new Map<string, Json>()

  /** @param isTop whether this is the named schema itself, which is written out */
  const write = (value: unknown, isTop = false): Json => {
    if (Array.isArray(value)) return value.map((each) => write(each))
    if (!isMembers(value)) return asPlain(value)
    const name = isTop ? undefined : names.get(value)
    if (name !== undefined) return refer(name, value)
    const words = wordsOf(value)
    if (words !== undefined) {
      const { anyOf: _, ...rest } = value
      return { type: 'string', enum: words, ...writeMembers(rest) }
    }
    if (Array.isArray(value['items'])) {
      // TypeBox writes tuples as older dialects had them.
      const { items, additionalItems: _, ...rest } = value
      return { ...writeMembers(rest), prefixItems: write(items), items: false }
    }
    return writeMembers(value)
  }
  const writeMembers = (value: Members): Record<string, Json> =>
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, write(inner)]))
  const refer = (name: string, value: unknown): Json => {
    if (!used.has(name)) {
      // Before it is written: one that leads back to itself finds its name.
      used.set(name, null)
      used.set(name, write(value, true))
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  return {
    schema: (schema) => write(schema),
    parameters(place, members, examples = {}) {
      const { properties, required } = membersOf(members)
      return Object.entries(properties).map(([name, schema]) => {
        const { description, ...rest } = schema
        return {
          name,
          in: place,
          required: place === 'path' || required.includes(name),
          ...(typeof description === 'string' && { description }),
          schema: write(rest),
          ...(Object.hasOwn(examples, name) && { example: examples[name] ?? '' }),
        }
      })
    },
    problem: () => refer('Problem', contract.Problem),
    components: () => Object.fromEntries([...used].toSorted(([left], [right]) => (left < right ? -1 : 1))),
  }
}

/** The properties of an object's schema, or members by name. */
function membersOf(members: unknown): { properties: Record<string, Members>; required: readonly unknown[] } {
  const given = isMembers(members) ? members : {}
  const properties = isMembers(given['properties']) ? given['properties'] : 'type' in given ? {} : given
  const required = Array.isArray(given['required']) ? given['required'] : []
  return {
    properties: Object.fromEntries(
      Object.entries(properties).filter((entry): entry is [string, Members] => isMembers(entry[1])),
    ),
    required,
  }
}

/** The words of a union that is nothing but words. */
function wordsOf({ anyOf }: Members): readonly string[] | undefined {
  if (!Array.isArray(anyOf) || anyOf.length === 0) return undefined
  const words = anyOf.flatMap((each: unknown) =>
    isMembers(each) && typeof each['const'] === 'string' && Object.keys(each).length === 2 ? [each['const']] : [],
  )
  return words.length === anyOf.length ? words : undefined
}

function asPlain(value: unknown): Json {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
