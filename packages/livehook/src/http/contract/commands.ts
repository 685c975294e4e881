// The contract of commands: those of the catalogue, and those of an app's own.

import { Type } from 'typebox'
import { closed, Instant, SdkAppId } from './basics.ts'

const Sentence = Type.Object({ en: Type.String(), zh: Type.String() })
const ClientSees = Type.Union([
  Type.Literal('success'),
  Type.Literal('own_code'),
  Type.Literal('undocumented'),
  Type.Integer({ description: 'A code of the platform.' }),
])
/** A JSON Schema, dialect 2020-12. */
const Schema = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])

/** A command of the catalogue. */
export const CommandSummary = Type.Object({
  command: Type.String(),
  family: Type.String(),
  phase: Type.Union([Type.Literal('before'), Type.Literal('after')]),
  configOnly: Type.Boolean({ description: 'The word only configures something; no event of it exists.' }),
  products: Type.Array(Type.String()),
  aliases: Type.Array(Type.String(), { description: 'Other published spellings. They are read and never sent.' }),
  trigger: Sentence,
})
export type CommandSummary = Type.Static<typeof CommandSummary>

/** What each `ErrorCode` of a reply does. */
export const CommandReply = Type.Object({
  decides: Type.Boolean(),
  kind: Type.Union([Type.Literal('verdict'), Type.Literal('data'), Type.Null()]),
  codes: Type.Array(
    Type.Object({
      codes: Type.String({ examples: ['0', '10100..10200'] }),
      from: Type.Integer(),
      to: Type.Integer(),
      verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Literal('drop')]),
      clientSees: ClientSees,
      members: Type.Array(Type.String(), { description: 'Members of the reply that count with these codes.' }),
      meaning: Sentence,
    }),
  ),
  otherCodes: Type.Union([
    Type.Object({
      verdict: Type.Union([Type.Literal('none'), Type.Literal('deny')]),
      clientSees: Type.Union([Type.Literal('own_code'), Type.Literal('undocumented'), Type.Null()]),
      meaning: Sentence,
    }),
    Type.Null(),
  ]),
  silence: Type.Union([
    Type.Object({
      verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
      unless: Type.Union([Type.String(), Type.Null()], {
        description: 'A command that makes it `allow` if subscribed.',
      }),
      meaning: Sentence,
    }),
    Type.Null(),
  ]),
  members: Type.Array(
    Type.Object({
      member: Type.String(),
      use: Type.Union([Type.Literal('replaces'), Type.Literal('refuses'), Type.Literal('answers')]),
      required: Type.Boolean(),
      aliases: Type.Array(Type.String()),
      meaning: Type.String(),
    }),
  ),
  schema: Schema,
})

export const CommandDetail = Type.Object({
  ...CommandSummary.properties,
  query: Type.Array(Type.String(), { description: 'Parameters that the public pages list.' }),
  carries: Type.Object({ clientIp: Type.Boolean(), optPlatform: Type.Boolean() }),
  schema: Schema,
  sample: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
  reply: Type.Union([CommandReply, Type.Null()]),
  order: Type.Union([Type.Object({ scope: Type.String(), by: Type.Array(Type.String()) }), Type.Null()]),
  identity: Type.Array(Type.String()),
  after: Type.Union([
    Type.Object({ command: Type.String(), match: Type.Record(Type.String(), Type.String()) }),
    Type.Null(),
  ]),
})
export type CommandDetail = Type.Static<typeof CommandDetail>

export const CommandParams = Type.Object({ command: Type.String({ minLength: 1, maxLength: 128 }) })

/** What is wrong with a body; line and column if it is no JSON. */
export const BodyCheck = Type.Object({
  ok: Type.Boolean(),
  problems: Type.Array(
    Type.Object({
      code: Type.String(),
      pointer: Type.String(),
      detail: Type.String(),
      line: Type.Optional(Type.Integer()),
      column: Type.Optional(Type.Integer()),
    }),
  ),
})
export type BodyCheck = Type.Static<typeof BodyCheck>

// ---------------------------------------------------------------------------------------------------- an app's own

const Phase = Type.Union([Type.Literal('before'), Type.Literal('after')])
const Paths = Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
  minItems: 1,
  maxItems: 8,
  examples: [['OrderId'], ['RoomInfo.RoomId', 'TopicId?']],
})

/** Everything but the word. */
const customMembers = {
  phase: Phase,
  trigger: Type.Optional(Type.String({ maxLength: 1000, description: 'What causes the event, in a sentence.' })),
  schema: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'A JSON Schema (2020-12) of the body, at most 64 KiB. Events and asks that do not fit are refused.',
    }),
  ),
  sample: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'A body that fits the schema.' })),
  carries: Type.Optional(
    Type.Object({ clientIp: Type.Optional(Type.Boolean()), optPlatform: Type.Optional(Type.Boolean()) }, closed),
  ),
  order: Type.Optional(
    Type.Object(
      {
        scope: Type.Union([
          Type.Literal('room'),
          Type.Literal('group'),
          Type.Literal('conversation'),
          Type.Literal('call'),
          Type.Literal('account'),
          Type.Literal('session'),
          Type.Literal('user'),
        ]),
        by: Paths,
      },
      { ...closed, description: 'Events with the same values at these members belong in one order.' },
    ),
  ),
  identity: Type.Optional(Paths),
  reply: Type.Optional(
    Type.Object(
      {
        codes: Type.Array(
          Type.Object(
            {
              codes: Type.String({ minLength: 1, maxLength: 20, examples: ['0', '10100..10200'] }),
              verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Literal('drop')]),
              clientSees: Type.Optional(
                Type.Union([Type.Literal('own_code'), Type.Integer({ minimum: 1, maximum: 999_999_999 })]),
              ),
            },
            closed,
          ),
          { minItems: 1, maxItems: 64 },
        ),
        otherCodes: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('deny')])),
        silence: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny')])),
        replaces: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 32 })),
      },
      {
        ...closed,
        description: 'Only with a before command; if it is left out, 0 allows and every other code denies.',
      },
    ),
  ),
}

/** A command of an app's own, as it is registered. */
export const NewCustomCommand = Type.Object(
  {
    command: Type.String({
      minLength: 3,
      maxLength: 128,
      description: '`Family.Name`, in a family that the catalogue does not have.',
      examples: ['Shop.CallbackBeforeOrder'],
    }),
    ...customMembers,
  },
  closed,
)
export type NewCustomCommand = Type.Static<typeof NewCustomCommand>

/** The same without its word, which stands in the address. */
export const PutCustomCommand = Type.Object(customMembers, closed)
export type PutCustomCommand = Type.Static<typeof PutCustomCommand>

const Kind = Type.Union([Type.Literal('catalogue'), Type.Literal('custom')], {
  description: "Whether the command is one of the catalogue or one of the app's own.",
})

/** A command that an app may use. */
export const AppCommandSummary = Type.Object({ ...CommandSummary.properties, kind: Kind })
export type AppCommandSummary = Type.Static<typeof AppCommandSummary>

export const AppCommandDetail = Type.Object({
  ...CommandDetail.properties,
  kind: Kind,
  /** Only with one of the app's own. */
  custom: Type.Union([
    Type.Object({
      /** As it was registered: change it and PUT it back, without `command`. */
      definition: NewCustomCommand,
      createdAt: Instant,
      updatedAt: Instant,
    }),
    Type.Null(),
  ]),
})
export type AppCommandDetail = Type.Static<typeof AppCommandDetail>

export const AppCommandParams = Type.Object({
  sdkAppId: SdkAppId,
  command: Type.String({ minLength: 1, maxLength: 128 }),
})

// ---------------------------------------------------------------------------------------------------- a request to try

export const SampleRequestQuery = Type.Object(
  {
    command: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Whose sample is sent; one that the webhook is subscribed to if it is left out.',
      }),
    ),
  },
  closed,
)
export type SampleRequestQuery = Type.Static<typeof SampleRequestQuery>

/** A request of a webhook as it would leave right now. */
export const SampleRequest = Type.Object({
  command: Type.String(),
  method: Type.Literal('POST'),
  url: Type.String({ description: 'With every parameter, `Sign` and `RequestTime` among them.' }),
  headers: Type.Record(Type.String(), Type.String()),
  body: Type.String({ description: 'As text; the signature covers exactly these bytes.' }),
  curl: Type.String({ description: 'The same as one line for a shell.' }),
  signedUntil: Type.Union([Instant, Type.Null()], {
    description: 'Until when a receiver takes it; null if the webhook has no token.',
  }),
})
export type SampleRequest = Type.Static<typeof SampleRequest>
