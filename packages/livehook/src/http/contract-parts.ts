// The parts of the contract that several of its files are made of.

import { Type } from 'typebox'

/** Members that the contract does not name are refused. */
export const closed = { additionalProperties: false } as const

/** RFC 3339, UTC, milliseconds. */
export const Instant = Type.String({ format: 'date-time', examples: ['2026-11-24T02:40:00.000Z'] })

export const SdkAppId = Type.Integer({
  minimum: 1,
  maximum: 4_294_967_295,
  description: 'The id the app got when it was created.',
  examples: [1_400_000_001],
})

export const Symptom = Type.Union([
  Type.Literal('none'),
  Type.Literal('times_out'),
  Type.Literal('access_denied'),
  Type.Literal('https_certificate_error'),
  Type.Literal('https_mutual_authentication_error'),
  Type.Literal('http_code_not_200'),
  Type.Literal('response_not_json'),
  Type.Literal('ours'),
])

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
  clockOffsetSeconds: Type.Optional(Type.Integer()),
  note: Type.Optional(Type.String()),
})
export type Evidence = Type.Static<typeof Evidence>

export const Advice = Type.Object({ en: Type.Array(Type.String()), zh: Type.Array(Type.String()) })
export type Advice = Type.Static<typeof Advice>
