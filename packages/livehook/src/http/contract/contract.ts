// The contract of the HTTP API, once: validation, types, the console's types and the command line's all come from here.
// These files import nothing of the service, so that the console can take its types without taking the service.

import { Type } from 'typebox'
import type { Decision } from './asks.ts'
import { AskDeadlineMs, FailurePolicy, Trial } from './asks.ts'
import type { List } from './basics.ts'
import { closed, Instant, PageQuery, SdkAppId } from './basics.ts'
import type { Delivery } from './deliveries.ts'
import { Advice, Evidence, Waiting } from './deliveries.ts'
import { NewWebhookTls, WebhookTls } from './webhook-tls.ts'

export * from './apps.ts'
export * from './asks.ts'
export * from './basics.ts'
export * from './commands.ts'
export * from './deliveries.ts'
export * from './incidents.ts'
export * from './keys.ts'
export * from './redeliveries.ts'
export * from './webhook-tls.ts'

export const Spelling = Type.Union([Type.Literal('webhook'), Type.Literal('callback')])

// ---------------------------------------------------------------------------------------------------- errors

/** RFC 9457. `code` is stable; `detail` says what to do. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  /** Why a URL was refused, for `webhook_url_refused`. */
  reason: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
})
export type Problem = Type.Static<typeof Problem>

// ---------------------------------------------------------------------------------------------------- webhooks

const webhookMembers = {
  name: Type.String({ minLength: 1, maxLength: 128 }),
  url: Type.String({ minLength: 1, maxLength: 8192, description: 'Where requests go. At most 2 048 characters.' }),
  commands: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
    minItems: 1,
    maxItems: 256,
    description:
      'Command words, `Family.*`, or `*`. A pattern stands for after commands; a before command is named in full, by one webhook of the app.',
  }),
  spelling: Spelling,
  contentType: Type.Boolean({ description: 'Whether `contenttype=json` is among the parameters.' }),
  enabled: Type.Boolean(),
  paused: Type.Boolean({ description: 'While it is on, nothing is sent and everything waits.' }),
  timeoutMs: Type.Integer({ minimum: 100, maximum: 30_000 }),
  maxInFlight: Type.Integer({ minimum: 1, maximum: 1000 }),
  ratePerSecond: Type.Union([Type.Integer({ minimum: 0, maximum: 100_000 }), Type.Null()], {
    description: 'How many attempts may start in a second; null for no limit, 0 for none: everything waits.',
  }),
  retry: Type.Union([
    Type.Literal('none'),
    Type.Array(Type.Integer({ minimum: 1, maximum: 86_400 }), { minItems: 1, maxItems: 32 }),
  ]),
  headers: Type.Record(Type.String(), Type.String({ maxLength: 1024 }), { maxProperties: 32 }),
  keepBodies: Type.Union([Type.Literal('always'), Type.Literal('failed'), Type.Literal('never')], {
    description: 'What is kept of a body once its deliveries have ended: everything, what did not succeed, or nothing.',
  }),
  askDeadlineMs: AskDeadlineMs,
  failurePolicy: FailurePolicy,
  trial: Trial,
  tls: NewWebhookTls,
}

const BreakerState = Type.Union([Type.Literal('closed'), Type.Literal('open'), Type.Literal('half-open')])

export const Webhook = Type.Object({
  webhookId: Type.String(),
  sdkAppId: SdkAppId,
  ...webhookMembers,
  tls: WebhookTls,
  health: Type.Object({
    breaker: BreakerState,
    /** Since when the breaker of deliveries is not closed, and when one attempt finds out. */
    breakerSince: Type.Union([Instant, Type.Null()]),
    nextTryAt: Type.Union([Instant, Type.Null()]),
    /** Asks have one of their own. */
    askBreaker: BreakerState,
    askNextTryAt: Type.Union([Instant, Type.Null()]),
    /** What deliveries that are due wait for; `null` if none is due. */
    waiting: Type.Union([Waiting, Type.Null()]),
    lastSuccessAt: Type.Union([Instant, Type.Null()]),
    lastFailureAt: Type.Union([Instant, Type.Null()]),
    failingSince: Type.Union([Instant, Type.Null()]),
    disabledReason: Type.Union([Type.Literal('failing'), Type.Null()]),
  }),
  tokenSet: Type.Boolean(),
  /** While the token is being replaced: until then the old one still makes Sign. */
  tokenRotationEndsAt: Type.Union([Instant, Type.Null()]),
  /** The last four characters of the token, when it has more than eight. */
  tokenHint: Type.Union([Type.String(), Type.Null()]),
  /** The same of the token that takes over, while it is being replaced. */
  nextTokenHint: Type.Union([Type.String(), Type.Null()]),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Webhook = Type.Static<typeof Webhook>

export const NewWebhook = Type.Object(
  {
    name: Type.Optional(webhookMembers.name),
    url: webhookMembers.url,
    commands: webhookMembers.commands,
    spelling: Type.Optional(webhookMembers.spelling),
    contentType: Type.Optional(webhookMembers.contentType),
    enabled: Type.Optional(webhookMembers.enabled),
    paused: Type.Optional(webhookMembers.paused),
    timeoutMs: Type.Optional(webhookMembers.timeoutMs),
    maxInFlight: Type.Optional(webhookMembers.maxInFlight),
    ratePerSecond: Type.Optional(webhookMembers.ratePerSecond),
    retry: Type.Optional(webhookMembers.retry),
    headers: Type.Optional(webhookMembers.headers),
    keepBodies: Type.Optional(webhookMembers.keepBodies),
    askDeadlineMs: Type.Optional(webhookMembers.askDeadlineMs),
    failurePolicy: Type.Optional(webhookMembers.failurePolicy),
    trial: Type.Optional(webhookMembers.trial),
    tls: Type.Optional(webhookMembers.tls),
  },
  closed,
)
export type NewWebhook = Type.Static<typeof NewWebhook>

/** All of them where neither `limit` nor `cursor` is given. */
export const WebhookListQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    cursor: PageQuery.cursor,
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'A part of the name, URL, id, or of a command, in upper or lower case.',
      }),
    ),
  },
  closed,
)
export type WebhookListQuery = Type.Static<typeof WebhookListQuery>

/** `total` counts what passes `q`, on whatever page. */
export interface WebhookList extends List<Webhook> {
  total: number
}

export const WebhookPatch = Type.Partial(Type.Object({ ...webhookMembers }, closed), closed)
export type WebhookPatch = Type.Static<typeof WebhookPatch>

/** Any members of a webhook; with `webhookId` as a change of that one. */
export const WebhookCheckRequest = Type.Partial(
  Type.Object({ ...webhookMembers, webhookId: Type.String({ minLength: 1, maxLength: 64 }) }, closed),
  closed,
)
export type WebhookCheckRequest = Type.Static<typeof WebhookCheckRequest>

export const WebhookCheck = Type.Object({
  ok: Type.Boolean(),
  /** What registering would refuse: code, reason and detail as its error would have them. */
  problems: Type.Array(
    Type.Object({
      code: Type.String(),
      reason: Type.Optional(Type.String()),
      pointer: Type.String(),
      detail: Type.String(),
      advice: Advice,
    }),
  ),
  /**
   * Where the URL leads to right now: its name is resolved and every address judged, as before each attempt, and nothing is
   * called. Trouble here does not stand against registering, since names come and go. Null without a good `url`.
   */
  destination: Type.Union([
    Type.Object({
      ok: Type.Boolean(),
      /** As a failed attempt has them; `none` and `ok` if it would go on to dial. */
      symptom: Type.String(),
      detail: Type.String(),
      reason: Type.Optional(Type.String()),
      advice: Advice,
    }),
    Type.Null(),
  ]),
  /** An example of the whole URL that a request would have; null without a good `url`. */
  requestUrl: Type.Union([Type.String(), Type.Null()]),
})
export type WebhookCheck = Type.Static<typeof WebhookCheck>

export const PutToken = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128 }),
    enabled: Type.Optional(
      Type.Boolean({
        description: 'Whether it signs, which it does if this is left out; false keeps the token and signs nothing.',
      }),
    ),
  },
  closed,
)
export type PutToken = Type.Static<typeof PutToken>

export const RotateToken = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'For how long the old token still makes Sign: an hour if this is left out, 0 for not at all.',
      }),
    ),
  },
  closed,
)
export type RotateToken = Type.Static<typeof RotateToken>

export const RotatedToken = Type.Object({
  /** The new token. */
  token: Type.String(),
  webhook: Webhook,
})
export type RotatedToken = Type.Static<typeof RotatedToken>

export const ExtendRotation = Type.Object(
  {
    overlapSeconds: Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description: 'For how long from now the old token still makes Sign; 0 for not at all.',
    }),
  },
  closed,
)
export type ExtendRotation = Type.Static<typeof ExtendRotation>

export const TokenQuery = Type.Object(
  {
    reveal: Type.Optional(Type.Boolean({ description: 'Shows the tokens themselves; the audit log says who saw it.' })),
  },
  closed,
)
export type TokenQuery = Type.Static<typeof TokenQuery>

export const ShownToken = Type.Object({
  tokenSet: Type.Boolean(),
  tokenHint: Type.Union([Type.String(), Type.Null()]),
  /** Only with `?reveal=true`. */
  token: Type.Union([Type.String(), Type.Null()]),
  /** The token that takes over, while it is being replaced; only with `?reveal=true`. */
  nextToken: Type.Union([Type.String(), Type.Null()]),
})
export type ShownToken = Type.Static<typeof ShownToken>

// ---------------------------------------------------------------------------------------------------- events

export const SdkAppIdParams = Type.Object({ sdkAppId: SdkAppId })

export const EventQuery = Type.Object(
  {
    command: Type.Optional(Type.String({ maxLength: 256, description: 'The command word. Not with a batch.' })),
    clientIp: Type.Optional(
      Type.String({ maxLength: 64, description: "The acting client's address; the caller's if it is left out." }),
    ),
    optPlatform: Type.Optional(Type.String({ maxLength: 64, description: 'RESTAPI if it is left out.' })),
    decisionId: Type.Optional(
      Type.String({ maxLength: 64, description: 'The decision on the before event that this one follows.' }),
    ),
  },
  closed,
)

export const EventAccepted = Type.Object({
  eventId: Type.String(),
  status: Type.Union([Type.Literal('accepted'), Type.Literal('not_subscribed'), Type.Literal('duplicate')]),
  deliveries: Type.Array(Type.String()),
})
export type EventAccepted = Type.Static<typeof EventAccepted>

export const EventsAccepted = Type.Object({ accepted: Type.Integer(), results: Type.Array(EventAccepted) })
export type EventsAccepted = Type.Static<typeof EventsAccepted>

// ---------------------------------------------------------------------------------------------------- probe

export const ProbeRequest = Type.Object(
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
export type ProbeRequest = Type.Static<typeof ProbeRequest>

export const ProbeStage = Type.Object({
  stage: Type.Union([
    Type.Literal('text'),
    Type.Literal('dns'),
    Type.Literal('address'),
    Type.Literal('tcp'),
    Type.Literal('tls'),
    Type.Literal('request'),
    Type.Literal('status'),
    Type.Literal('json'),
    Type.Literal('reply'),
    Type.Literal('manners'),
  ]),
  /** Only with `manners`: which of the receiver's manners. */
  check: Type.Optional(
    Type.Union([
      Type.Literal('wrong_sign'),
      Type.Literal('stale_time'),
      Type.Literal('foreign_app'),
      Type.Literal('retry'),
    ]),
  ),
  result: Type.Union([Type.Literal('passed'), Type.Literal('failed'), Type.Literal('skipped')]),
  ms: Type.Number(),
  /** `ok`, a detail of the diagnosis, what manners lack, or why the stage was skipped. */
  detail: Type.String(),
  evidence: Type.Union([Evidence, Type.Null()]),
  advice: Advice,
})
export type ProbeStage = Type.Static<typeof ProbeStage>

/** The stages in their order; `ok` if none of them failed. */
export const Probe = Type.Object({ stages: Type.Array(ProbeStage), ok: Type.Boolean() })
export type Probe = Type.Static<typeof Probe>

// ---------------------------------------------------------------------------------------------------- stream

/** What `/v1/stream` sends: the event's name is `kind`, its data this object. */
export type StreamEvent =
  | { kind: 'accepted'; at: string; delivery: Delivery }
  | { kind: 'settled'; at: string; delivery: Delivery }
  | { kind: 'moved'; at: string; delivery: Delivery }
  | { kind: 'webhook_changed'; at: string; sdkAppId: number; webhookId: string }
  | { kind: 'decided'; at: string; decision: Decision }
  | {
      kind: 'breaker'
      at: string
      sdkAppId: number
      webhookId: string
      breaker: 'closed' | 'open' | 'half-open'
      of: 'deliveries' | 'asks'
    }
  | { kind: 'app_created'; at: string; sdkAppId: number }
  /** Every five seconds: the service is there, and has nothing to tell. */
  | { kind: 'heartbeat'; at: string }

// ---------------------------------------------------------------------------------------------------- the service itself

export const Version = Type.Object({ version: Type.String(), node: Type.String() })
export type Version = Type.Static<typeof Version>

export const ServiceFacts = Type.Object({
  ...Version.properties,
  retentionDays: Type.Integer({ description: 'Days for which events and their deliveries are kept; 0 for good.' }),
  auditDays: Type.Integer({ description: 'Days for which entries of the audit log are kept; 0 for good.' }),
})
export type ServiceFacts = Type.Static<typeof ServiceFacts>
