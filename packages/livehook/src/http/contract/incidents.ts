// The contract of incidents: which webhooks do not get what is meant for them, and why.

import { Type } from 'typebox'
import { closed, Instant, SdkAppId } from './basics.ts'
import { LastAttempt } from './deliveries.ts'

export const IncidentQuery = Type.Object(
  {
    sdkAppId: Type.Optional(SdkAppId),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  closed,
)
export type IncidentQuery = Type.Static<typeof IncidentQuery>

export const Incident = Type.Object({
  sdkAppId: SdkAppId,
  appName: Type.String(),
  webhookId: Type.String(),
  name: Type.String(),
  url: Type.String(),
  trouble: Type.Union(
    [
      Type.Literal('switched_off'),
      Type.Literal('held'),
      Type.Literal('failing'),
      Type.Literal('asks_held'),
      Type.Literal('off'),
      Type.Literal('paused'),
      Type.Literal('rate_zero'),
      Type.Literal('draining'),
    ],
    {
      description:
        '`switched_off` by the service, `held` by the breaker, `failing` at its latest attempt, `asks_held` by the breaker of asks; `off`, `paused` or `rate_zero` while something waits; `draining`: it answers, and what waited is being sent.',
    },
  ),
  failingSince: Type.Union([Instant, Type.Null()]),
  /** How many deliveries wait; at least so many if `exact` is false. */
  waiting: Type.Integer(),
  exact: Type.Boolean(),
  /** When the oldest of them was accepted. */
  oldestWaitingAt: Type.Union([Instant, Type.Null()]),
  /** The latest attempt that failed, and whose it was; null if none is kept. */
  lastFailure: Type.Union([Type.Object({ deliveryId: Type.String(), ...LastAttempt.properties }), Type.Null()]),
  /** When it is tried by itself; null if it is not. */
  nextTryAt: Type.Union([Instant, Type.Null()]),
  succeeded: Type.Integer({ description: 'Attempts that succeeded since the service started: twice read, a speed.' }),
})
export type Incident = Type.Static<typeof Incident>

/** `items` are the worst; `total` counts all, `broken` those that are not merely draining. */
export const Incidents = Type.Object({
  items: Type.Array(Incident),
  total: Type.Integer(),
  broken: Type.Integer(),
  waiting: Type.Integer(),
  exact: Type.Boolean(),
})
export type Incidents = Type.Static<typeof Incidents>

/** What waits for a webhook that was told to try now, and what is tried. */
export const Tried = Type.Object({
  waiting: Type.Integer(),
  exact: Type.Boolean(),
  /** The delivery of which one attempt is on its way; `null` if none is. */
  deliveryId: Type.Union([Type.String(), Type.Null()]),
  /** Why none is. */
  why: Type.Union([
    Type.Literal('in_flight'),
    Type.Literal('disabled'),
    Type.Literal('paused'),
    Type.Literal('rate_is_zero'),
    Type.Literal('nothing_waits'),
    Type.Null(),
  ]),
})
export type Tried = Type.Static<typeof Tried>
