// The contract of deliveries: the parts that lists, details, the probe and the stream share.

import { Type } from 'typebox'
import { closed, DeliveryState, Instant, PageQuery, SdkAppId, Symptom } from './basics.ts'

export const LastAttempt = Type.Object({
  number: Type.Integer(),
  at: Instant,
  durationMs: Type.Number(),
  symptom: Symptom,
  detail: Type.String(),
  status: Type.Union([Type.Integer(), Type.Null()]),
})

export const Delivery = Type.Object({
  deliveryId: Type.String(),
  eventId: Type.String(),
  webhookId: Type.String(),
  sdkAppId: SdkAppId,
  command: Type.String(),
  subject: Type.Optional(
    Type.String({
      description:
        'What its event is about, the natural key of its command: `room:stage-42`. Missing if the body does not tell, or is not kept.',
    }),
  ),
  state: DeliveryState,
  reason: Type.Union([Type.String(), Type.Null()]),
  createdAt: Instant,
  dueAt: Type.Union([Instant, Type.Null()]),
  attempts: Type.Integer(),
  lastAttempt: Type.Union([LastAttempt, Type.Null()]),
})
export type Delivery = Type.Static<typeof Delivery>

const CertificateFacts = Type.Object({
  subject: Type.String(),
  issuer: Type.String(),
  names: Type.Array(Type.String()),
  notBefore: Instant,
  notAfter: Instant,
  fingerprint: Type.String(),
  chainLength: Type.Integer(),
})

/** Facts of one attempt; only what was learnt is there. */
export const Evidence = Type.Object({
  phase: Type.String(),
  phaseMs: Type.Record(Type.String(), Type.Number()),
  resolver: Type.Optional(Type.String()),
  addresses: Type.Optional(Type.Array(Type.String())),
  dialled: Type.Optional(Type.String()),
  local: Type.Optional(Type.String()),
  proxy: Type.Optional(Type.String()),
  reused: Type.Optional(Type.Boolean()),
  reason: Type.Optional(Type.String()),
  refusedAddress: Type.Optional(Type.String()),
  errorCode: Type.Optional(Type.String()),
  tlsProtocol: Type.Optional(Type.String()),
  certificate: Type.Optional(CertificateFacts),
  certificateDaysLeft: Type.Optional(Type.Integer()),
  target: Type.Optional(Type.String()),
  requestHeaders: Type.Optional(Type.Record(Type.String(), Type.String())),
  status: Type.Optional(Type.Integer()),
  responseHeaders: Type.Optional(Type.Array(Type.Tuple([Type.String(), Type.String()]))),
  bodyStart: Type.Optional(Type.String()),
  bodyBytes: Type.Optional(Type.Integer()),
  jsonOffset: Type.Optional(Type.Integer()),
  jsonFound: Type.Optional(Type.String()),
  location: Type.Optional(Type.String()),
  url: Type.Optional(Type.String({ description: 'The registered URL that the attempt went to.' })),
  clockOffsetSeconds: Type.Optional(Type.Integer()),
  note: Type.Optional(Type.String()),
})
export type Evidence = Type.Static<typeof Evidence>

export const Advice = Type.Object({ en: Type.Array(Type.String()), zh: Type.Array(Type.String()) })
export type Advice = Type.Static<typeof Advice>

export const Attempt = Type.Object({
  number: Type.Integer(),
  at: Instant,
  durationMs: Type.Number(),
  symptom: Symptom,
  detail: Type.String(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  evidence: Evidence,
  advice: Advice,
})
export type Attempt = Type.Static<typeof Attempt>

/** An event as it is kept. */
export const StoredEvent = Type.Object({
  eventId: Type.String(),
  sdkAppId: SdkAppId,
  command: Type.String(),
  clientIp: Type.String(),
  optPlatform: Type.String(),
  acceptedAt: Instant,
  traceparent: Type.Union([Type.String(), Type.Null()]),
  /** The bytes of the body as text; null if it is no longer kept (`keepBodies`). */
  body: Type.Union([Type.String(), Type.Null()]),
  bodyKept: Type.Boolean(),
  /** How many bytes are kept. */
  bodyBytes: Type.Integer(),
})
export type StoredEvent = Type.Static<typeof StoredEvent>

const { attempts: _count, ...deliveryMembers } = Delivery.properties

const kindOnly = <Kind extends string>(kind: Kind) => Type.Object({ kind: Type.Literal(kind) })

/** What a delivery that has not ended waits for. */
export const Waiting = Type.Union([
  kindOnly('disabled'),
  kindOnly('paused'),
  Type.Object({ kind: Type.Literal('scheduled'), until: Instant }),
  /** Held while the webhook does not answer. */
  Type.Object({
    kind: Type.Literal('breaker_open'),
    /** What the last attempt has found; `null` if none was made since the start. */
    finding: Type.Union([Type.Object({ symptom: Symptom, detail: Type.String() }), Type.Null()]),
    since: Instant,
    /** `null`: the attempt that finds out is on its way. */
    nextTryAt: Type.Union([Instant, Type.Null()]),
  }),
  Type.Object({ kind: Type.Literal('rate'), ratePerSecond: Type.Number() }),
  kindOnly('in_line'),
])
export type Waiting = Type.Static<typeof Waiting>

export const DeliveryDetail = Type.Object({
  ...deliveryMembers,
  attemptCount: Type.Integer(),
  /** Of a delivery that is pending. */
  waiting: Type.Union([Waiting, Type.Null()]),
  /** The attempts that were made, oldest first. */
  attempts: Type.Array(Attempt),
  webhook: Type.Union([
    Type.Object({ webhookId: Type.String(), name: Type.String(), url: Type.String() }),
    Type.Null(),
  ]),
  event: StoredEvent,
  /** What to do about the last failed attempt; empty lists if nothing failed. */
  advice: Advice,
})
export type DeliveryDetail = Type.Static<typeof DeliveryDetail>

/** From (inclusive) to (exclusive). */
export const TimeSpan = {
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
}

export const DeliveryQuery = Type.Object(
  {
    ...PageQuery,
    ...TimeSpan,
    /** May be given more than once: a delivery in any of these states is listed. */
    state: Type.Optional(
      Type.Union([DeliveryState, Type.Array(DeliveryState, { minItems: 1, maxItems: 5, uniqueItems: true })]),
    ),
    webhookId: Type.Optional(Type.String({ maxLength: 64 })),
    command: Type.Optional(Type.String({ maxLength: 128 })),
    symptom: Type.Optional(Symptom),
    detail: Type.Optional(Type.String({ maxLength: 64 })),
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description:
          'The id of one event (the `webhook-id` that receivers see), delivery or webhook; anything else is looked for in the first 16 KiB of bodies, as it is written there, and in the names of webhooks.',
      }),
    ),
  },
  closed,
)
export type DeliveryQuery = Type.Static<typeof DeliveryQuery>

export const DeliveryParams = Type.Object({ deliveryId: Type.String({ maxLength: 64 }) })
export type DeliveryParams = Type.Static<typeof DeliveryParams>

export const EventDetail = Type.Object({ ...StoredEvent.properties, deliveries: Type.Array(Delivery) })
export type EventDetail = Type.Static<typeof EventDetail>

export const EventParams = Type.Object({ eventId: Type.String({ maxLength: 64 }) })
export type EventParams = Type.Static<typeof EventParams>

/** Events that no webhook wanted; other lists of events do not exist, deliveries are listed instead. */
export const EventListQuery = Type.Object(PageQuery, closed)
export type EventListQuery = Type.Static<typeof EventListQuery>

export const NewDelivery = Type.Object({ webhookId: Type.String({ minLength: 1, maxLength: 64 }) }, closed)
export type NewDelivery = Type.Static<typeof NewDelivery>
