// The contract of asks and decisions.

import { Type } from 'typebox'
import { closed, Instant, SdkAppId, Symptom } from './basics.ts'
import { Advice, Evidence } from './deliveries.ts'

// ---------------------------------------------------------------------------------------------------- members of a webhook

export const AskDeadlineMs = Type.Integer({
  minimum: 100,
  maximum: 10_000,
  description: 'By when an ask is answered, in every case.',
})

const PolicyChoice = Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Literal('default')])

const PolicyOfCommand = Type.Partial(
  Type.Object(
    {
      timeout: PolicyChoice,
      unreachable: PolicyChoice,
      tls: PolicyChoice,
      bad_status: PolicyChoice,
      no_verdict: PolicyChoice,
      breaker_open: PolicyChoice,
      ours: PolicyChoice,
      '*': PolicyChoice,
    },
    closed,
  ),
  closed,
)

export const FailurePolicy = Type.Record(Type.String({ maxLength: 128 }), PolicyOfCommand, {
  maxProperties: 64,
  description: 'What an ask means that got no verdict: by command word or `*`, then by class of failure or `*`.',
})

const TrialUrl = Type.String({ minLength: 1, maxLength: 8192 })

export const Trial = Type.Union(
  [
    Type.Null(),
    Type.Object({ kind: Type.Literal('shadow'), url: TrialUrl }, closed),
    Type.Object(
      { kind: Type.Literal('share'), url: TrialUrl, percent: Type.Number({ minimum: 0, maximum: 100 }) },
      closed,
    ),
  ],
  { description: 'A second URL: asked too and compared (`shadow`), or asked instead for a part of the conversations.' },
)

// ---------------------------------------------------------------------------------------------------- asking

export const AskQuery = Type.Object(
  {
    command: Type.String({ maxLength: 256, description: 'The word of a before command.' }),
    clientIp: Type.Optional(
      Type.String({ maxLength: 64, description: "The acting client's address; the caller's if it is left out." }),
    ),
    optPlatform: Type.Optional(Type.String({ maxLength: 64, description: 'RESTAPI if it is left out.' })),
    deadlineMs: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 10_000, description: "Shortens the webhook's deadline." }),
    ),
  },
  closed,
)

export const VerdictWord = Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Literal('drop')])

const DecidedBy = Type.Union([Type.Literal('app'), Type.Literal('policy')])

const FailureClass = Type.Union([
  Type.Literal('timeout'),
  Type.Literal('unreachable'),
  Type.Literal('tls'),
  Type.Literal('bad_status'),
  Type.Literal('no_verdict'),
  Type.Literal('breaker_open'),
  Type.Literal('ours'),
])

const AskAttempt = Type.Object({
  at: Instant,
  durationMs: Type.Number(),
  symptom: Symptom,
  detail: Type.String(),
  status: Type.Union([Type.Integer(), Type.Null()]),
})

const decisionMembers = {
  decisionId: Type.String(),
  sdkAppId: SdkAppId,
  webhookId: Type.Union([Type.String(), Type.Null()]),
  command: Type.String(),
  verdict: VerdictWord,
  /** What the client sees; 0 unless denied. */
  errorCode: Type.Integer(),
  errorInfo: Type.String(),
  decidedBy: DecidedBy,
  /** Which rule of the policy decided; null if the app did. */
  rule: Type.Union([Type.String(), Type.Null()]),
  failureClass: Type.Union([FailureClass, Type.Null()]),
  /** If an answer arrived and decided nothing: why. */
  noVerdict: Type.Union([Type.Object({ reason: Type.String(), member: Type.Optional(Type.String()) }), Type.Null()]),
  durationMs: Type.Number(),
  deadlineMs: Type.Integer(),
  createdAt: Instant,
  /** Which of the webhook's URLs was asked. */
  asked: Type.Union([Type.Literal('url'), Type.Literal('trial')]),
  /** null if nothing was sent. */
  attempt: Type.Union([AskAttempt, Type.Null()]),
}

/** The answer to an ask. */
export const AskAnswer = Type.Object({
  ...decisionMembers,
  /** Members of the event that take the place of its own, as the app wrote them. */
  replace: Type.Record(Type.String(), Type.Unknown()),
})
export type AskAnswer = Type.Static<typeof AskAnswer>

// ---------------------------------------------------------------------------------------------------- decisions

export const Decision = Type.Object({
  ...decisionMembers,
  /** Whether a shadow was asked that would have decided otherwise; null if none was. */
  shadowDiffers: Type.Union([Type.Boolean(), Type.Null()]),
})
export type Decision = Type.Static<typeof Decision>

export const DecisionDetail = Type.Object({
  ...Decision.properties,
  evidence: Type.Union([Evidence, Type.Null()]),
  /** What to do about an attempt that failed; empty lists if none did. */
  advice: Advice,
  /** What the replacement changed: a JSON pointer into the event, and JSON of what stood and stands there. */
  replaced: Type.Array(
    Type.Object({ pointer: Type.String(), from: Type.Optional(Type.String()), to: Type.Optional(Type.String()) }),
  ),
  replacedIsCut: Type.Boolean(),
  shadow: Type.Union([
    Type.Object({
      verdict: VerdictWord,
      errorCode: Type.Integer(),
      errorInfo: Type.String(),
      failureClass: Type.Union([FailureClass, Type.Null()]),
      attempt: Type.Union([AskAttempt, Type.Null()]),
      differs: Type.Boolean(),
    }),
    Type.Null(),
  ]),
})
export type DecisionDetail = Type.Static<typeof DecisionDetail>

/** What was decided since the service started, kept as rows or not. */
export const AskCounts = Type.Object({
  counts: Type.Array(
    Type.Object({
      command: Type.String(),
      verdict: VerdictWord,
      decidedBy: DecidedBy,
      rule: Type.Union([Type.String(), Type.Null()]),
      failureClass: Type.Union([FailureClass, Type.Null()]),
      count: Type.Integer(),
    }),
  ),
  /** Decisions of all apps that wait to be kept. */
  waiting: Type.Integer(),
  /** Decisions of all apps that could not be kept. */
  lost: Type.Integer(),
})
export type AskCounts = Type.Static<typeof AskCounts>
