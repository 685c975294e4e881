// The contract of keys, sessions, quotas and the audit log.

import { Type } from 'typebox'
import { closed, Instant, PageQuery, SdkAppId } from './basics.ts'

export const Role = Type.Union([
  Type.Literal('admin', { description: 'Everything.' }),
  Type.Literal('operator', { description: 'Everything of one app.' }),
  Type.Literal('ingest', { description: 'Events and asks of one app, and nothing else.' }),
  Type.Literal('read', { description: 'What can be seen without secrets, of one app or of all.' }),
])
export type Role = Type.Static<typeof Role>

const OptionalApp = Type.Union([SdkAppId, Type.Null()], {
  description: 'The only app that the key sees; null for all of them.',
})

// ---------------------------------------------------------------------------------------------------- keys

export const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128, description: 'For people: who or what uses it.' }),
    role: Role,
    sdkAppId: Type.Optional(OptionalApp),
  },
  closed,
)
export type NewKey = Type.Static<typeof NewKey>

export const Key = Type.Object({
  keyId: Type.String({ examples: ['key_7k2m9qxd00000001'] }),
  name: Type.String(),
  role: Role,
  sdkAppId: OptionalApp,
  prefix: Type.Union([Type.String(), Type.Null()], { description: 'How the key begins, to tell keys apart.' }),
  createdAt: Type.Union([Instant, Type.Null()], { description: 'null for the key of LIVEHOOK_ADMIN_KEY.' }),
  lastUsedAt: Type.Union([Instant, Type.Null()], { description: 'Exact to a minute across restarts.' }),
})
export type Key = Type.Static<typeof Key>

/** The only answer that ever has the key itself. */
export const CreatedKey = Type.Object({
  ...Key.properties,
  key: Type.String({ description: 'The key. It is shown this once and kept as a hash.' }),
})
export type CreatedKey = Type.Static<typeof CreatedKey>

export const KeyQuery = Type.Object(
  // All keys of a service fit on one page, so that is what comes unless less is asked for.
  { ...PageQuery, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 200 })) },
  closed,
)
export type KeyQuery = Type.Static<typeof KeyQuery>

export const KeyParams = Type.Object({ keyId: Type.String({ maxLength: 64 }) })
export type KeyParams = Type.Static<typeof KeyParams>

// ---------------------------------------------------------------------------------------------------- quotas

const perSecond = Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000 }), Type.Null()])

/** Members of an app that say how much its senders may hand in. */
export const quotaMembers = {
  eventsPerSecond: Type.Union(perSecond.anyOf, {
    description: 'Events per second; null for no limit, 0 for none at all. A batch counts its lines.',
  }),
  asksPerSecond: Type.Union(perSecond.anyOf, { description: 'Asks per second; null for no limit, 0 for none at all.' }),
}

// ---------------------------------------------------------------------------------------------------- audit log

export const AuditQuery = Type.Object(
  {
    ...PageQuery,
    sdkAppId: Type.Optional(SdkAppId),
    action: Type.Optional(Type.String({ minLength: 1, maxLength: 64, examples: ['webhook.changed'] })),
    actor: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'The id of a key, or `service`.' })),
  },
  closed,
)
export type AuditQuery = Type.Static<typeof AuditQuery>

const Facts = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])

export const AuditEntry = Type.Object({
  auditId: Type.String({ examples: ['aud_7k2m9qxd00000001'] }),
  at: Instant,
  sdkAppId: Type.Union([SdkAppId, Type.Null()]),
  action: Type.String({ examples: ['webhook.changed'] }),
  target: Type.String({ description: 'The id of what was changed.' }),
  actor: Type.Object({
    id: Type.String({ description: 'The id of a key; `link` for a one-time link, `service` for the service itself.' }),
    name: Type.String(),
    role: Type.String(),
    bySession: Type.Boolean({ description: 'Whether it came from a session of the console.' }),
  }),
  address: Type.Union([Type.String(), Type.Null()]),
  before: Facts,
  after: Facts,
})
export type AuditEntry = Type.Static<typeof AuditEntry>

// ---------------------------------------------------------------------------------------------------- sessions

/** Sign in to the console with a one-time code (from the address that the service prints) or with a key. */
export const SignIn = Type.Object(
  {
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    key: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  closed,
)
export type SignIn = Type.Static<typeof SignIn>

export const Session = Type.Object({
  role: Role,
  keyId: Type.String(),
  keyName: Type.String(),
  sdkAppId: OptionalApp,
  expiresAt: Instant,
})
export type Session = Type.Static<typeof Session>
