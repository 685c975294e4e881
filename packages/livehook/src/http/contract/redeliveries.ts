// The contract of redelivery jobs and of charts.

import { Type } from 'typebox'
import { closed, Instant, SdkAppId, Symptom } from './basics.ts'
import { TimeSpan } from './deliveries.ts'

export const RedeliveryFilter = Type.Object(
  {
    ...TimeSpan,
    state: Type.Optional(
      Type.Union([Type.Literal('dead'), Type.Literal('succeeded'), Type.Literal('pending')], {
        description: '`dead` if it is left out; `pending` makes what waits due now.',
      }),
    ),
    webhookId: Type.Optional(Type.String({ maxLength: 64 })),
    command: Type.Optional(Type.String({ maxLength: 128 })),
    symptom: Type.Optional(Symptom),
    detail: Type.Optional(Type.String({ maxLength: 64 })),
  },
  closed,
)
export type RedeliveryFilter = Type.Static<typeof RedeliveryFilter>

const ratePerSecond = Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()], {
  description: 'Deliveries that are made due per second at most; null for as fast as small steps go.',
})

export const NewRedelivery = Type.Object(
  {
    filter: RedeliveryFilter,
    ratePerSecond: Type.Optional(ratePerSecond),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count what the job would redeliver.' })),
  },
  closed,
)
export type NewRedelivery = Type.Static<typeof NewRedelivery>

/** `exact` is false where counting stopped at its bound: there are at least so many. */
export const RedeliveryCount = Type.Object({ count: Type.Integer(), exact: Type.Boolean() })
export type RedeliveryCount = Type.Static<typeof RedeliveryCount>

export const Redelivery = Type.Object({
  jobId: Type.String(),
  sdkAppId: SdkAppId,
  state: Type.Union([Type.Literal('running'), Type.Literal('paused'), Type.Literal('done'), Type.Literal('cancelled')]),
  filter: RedeliveryFilter,
  ratePerSecond,
  total: Type.Integer(),
  exact: Type.Boolean(),
  done: Type.Integer(),
  /** Deliveries that had changed meanwhile, whose webhook is gone, or whose body is no longer kept. */
  skipped: Type.Integer(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Redelivery = Type.Static<typeof Redelivery>

export const RedeliveryParams = Type.Object({ sdkAppId: SdkAppId, jobId: Type.String({ maxLength: 64 }) })
export type RedeliveryParams = Type.Static<typeof RedeliveryParams>

export const StatsQuery = Type.Object(
  {
    ...TimeSpan,
    step: Type.Optional(
      Type.Integer({ minimum: 60, maximum: 86_400, multipleOf: 60, description: 'Seconds, whole minutes.' }),
    ),
    webhookId: Type.Optional(Type.String({ maxLength: 64 })),
  },
  closed,
)
export type StatsQuery = Type.Static<typeof StatsQuery>

const Percentiles = Type.Union([
  Type.Object({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number() }),
  Type.Null(),
])

const counts = {
  attempts: Type.Integer(),
  /** Moves of deliveries: `pending` is a retry that was scheduled. */
  states: Type.Object({
    succeeded: Type.Integer(),
    pending: Type.Integer(),
    dead: Type.Integer(),
    cancelled: Type.Integer(),
  }),
  /** Attempts by symptom; symptoms that did not occur are missing. */
  symptoms: Type.Partial(
    Type.Object({
      none: Type.Integer(),
      times_out: Type.Integer(),
      access_denied: Type.Integer(),
      https_certificate_error: Type.Integer(),
      https_mutual_authentication_error: Type.Integer(),
      http_code_not_200: Type.Integer(),
      response_not_json: Type.Integer(),
      ours: Type.Integer(),
    }),
  ),
  durationMs: Percentiles,
  /** All asks by how they ended, kept as decisions or not, and how long their answers took. */
  decisions: Type.Object({
    allowedByApp: Type.Integer(),
    deniedByApp: Type.Integer(),
    droppedByApp: Type.Integer(),
    allowedByPolicy: Type.Integer(),
    deniedByPolicy: Type.Integer(),
    durationMs: Percentiles,
  }),
}

export const Stats = Type.Object({
  from: Instant,
  to: Instant,
  /** Seconds. */
  step: Type.Integer(),
  items: Type.Array(Type.Object({ at: Instant, ...counts })),
  total: Type.Object(counts),
  /** What waits right now, per webhook; webhooks for which nothing waits are missing. */
  backlog: Type.Array(
    Type.Object({
      webhookId: Type.String(),
      waiting: Type.Integer(),
      exact: Type.Boolean(),
      oldestDueAt: Instant,
      /** When the oldest of them was accepted. */
      oldestCreatedAt: Instant,
    }),
  ),
})
export type Stats = Type.Static<typeof Stats>
