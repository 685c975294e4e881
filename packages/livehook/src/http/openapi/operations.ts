// What the routes' own definitions do not say: for people what each is for, for programs what it answers. Parameters and bodies
// are not repeated here, they come from the schemas that validate them. A test holds this table against the routes and their answers.

import { Type } from 'typebox'
import * as contract from '../contract/contract.ts'
import type { Operation } from './operation.ts'
import { media, pageOf } from './operation.ts'
import { webhookOperations } from './webhook-operations.ts'

const AnyBody = Type.Object({}, { description: 'The body of the webhook’s request: any object of at most 256 KiB.' })
const EventStream = media({ 'text/event-stream': Type.String() })

const idempotencyKey = Type.String({
  pattern: '^[\\x21-\\x7e]{1,128}$',
  description: 'The same key and body give the same event once for 24 hours.',
})

const Status = Type.Object({ status: Type.String() })
const Ready = Type.Object({
  status: Type.String(),
  /** For an hour after the wall clock was set while the service ran. */
  clock: Type.Optional(Type.Object({ setAt: Type.String(), byMs: Type.Integer() })),
})

const app = '/v1/apps/:sdkAppId'
const job = `${app}/redeliveries/:jobId`

/** What may stand against a body that is an event's. */
const bodyErrors = [
  'invalid_utf8',
  'not_an_object',
  'duplicate_key',
  'forbidden_key',
  'too_deep',
  'too_many_values',
  'command_mismatch',
  'body_mismatch',
  'unknown_command',
  'rate_limited',
] as const

export const operations: Readonly<Record<string, Operation>> = {
  [`POST ${app}/events`]: {
    tag: 'Events',
    summary: 'Hand in an event',
    description:
      'An *after* event as raw JSON, or up to 1 000 of them as NDJSON (all or nothing). 202 means committed and synced. The bytes go out as they came.',
    body: media({ 'application/json': AnyBody, 'application/x-ndjson': Type.String() }),
    example: { RoomInfo: { RoomId: 'stage-42' }, Operator_Account: 'host_mei' },
    queryExamples: { command: 'Live.CallbackAfterCreateRoom' },
    headers: { 'Idempotency-Key': Type.Optional(idempotencyKey) },
    answers: { 202: Type.Union([contract.EventAccepted, contract.EventsAccepted]) },
    errors: [
      ...bodyErrors,
      'before_command',
      'before_denied',
      'idempotency_conflict',
      'too_many_deliveries',
      'overloaded',
    ],
  },
  [`GET ${app}/not-subscribed-events`]: {
    tag: 'Events',
    summary: 'Events that no webhook wanted',
    answers: { 200: pageOf(contract.StoredEvent) },
    errors: ['invalid_cursor'],
  },
  'GET /v1/events/:eventId': {
    tag: 'Events',
    summary: 'An event with its body and its deliveries',
    answers: { 200: contract.EventDetail },
  },
  'POST /v1/events/:eventId/deliveries': {
    tag: 'Events',
    summary: 'Bring a kept event to one more webhook',
    answers: { 201: contract.Delivery },
    errors: ['already_delivered', 'body_not_kept', 'webhook_gone', 'before_command'],
  },

  [`POST ${app}/asks`]: {
    tag: 'Asks',
    summary: 'Ask about an event before it happens',
    description: 'A *before* event as raw JSON. 200 with a verdict by the deadline, always.',
    body: media({ 'application/json': AnyBody }),
    example: { RoomId: 'stage-42', Sender_Account: 'amy', GiftInfo: { GiftId: 'rose', GiftCount: 1 } },
    queryExamples: { command: 'Live.CallbackBeforeSendGift' },
    answers: { 200: contract.AskAnswer },
    errors: [...bodyErrors, 'not_asked'],
  },
  [`GET ${app}/asks`]: {
    tag: 'Asks',
    summary: 'How many asks were decided how, since the start',
    answers: { 200: contract.AskCounts },
    errors: ['unsupported_media_type'],
  },
  [`GET ${app}/decisions`]: {
    tag: 'Asks',
    summary: 'Decisions, newest first',
    answers: { 200: pageOf(contract.Decision) },
    errors: ['invalid_cursor'],
  },
  'GET /v1/decisions/:decisionId': {
    tag: 'Asks',
    summary: 'A decision with its evidence and what was replaced',
    answers: { 200: contract.DecisionDetail },
  },

  'GET /v1/apps': {
    tag: 'Apps',
    summary: 'Apps, newest first',
    answers: { 200: pageOf(contract.App) },
    errors: ['invalid_cursor'],
  },
  'POST /v1/apps': {
    tag: 'Apps',
    summary: 'Create an app',
    description: 'The only answer that has the app’s secret key.',
    example: { name: 'My live rooms' },
    answers: { 201: contract.CreatedApp },
  },
  [`GET ${app}`]: { tag: 'Apps', summary: 'An app', answers: { 200: contract.App } },
  [`PATCH ${app}`]: { tag: 'Apps', summary: 'Change an app', answers: { 200: contract.App } },
  [`DELETE ${app}`]: {
    tag: 'Apps',
    summary: 'Delete an app without webhooks',
    description: 'Its keys are revoked. Events that it handed in stay until retention removes them.',
    answers: { 204: null },
    errors: ['app_in_use'],
  },
  [`POST ${app}/secret-key/rotate`]: {
    tag: 'Apps',
    summary: 'Give an app a new secret key',
    answers: { 200: contract.AppSecretKey },
  },

  ...webhookOperations,

  [`GET ${app}/deliveries`]: {
    tag: 'Deliveries',
    summary: 'Deliveries, newest first',
    answers: { 200: pageOf(contract.Delivery) },
    errors: ['invalid_cursor'],
  },
  'GET /v1/deliveries/:deliveryId': {
    tag: 'Deliveries',
    summary: 'A delivery with every attempt, its evidence and what to do',
    answers: { 200: contract.DeliveryDetail },
  },
  'POST /v1/deliveries/:deliveryId/redeliver': {
    tag: 'Deliveries',
    summary: 'Deliver again',
    answers: { 200: contract.Delivery },
    errors: ['delivery_not_final', 'delivery_cancelled', 'webhook_gone', 'webhook_stopped', 'body_not_kept'],
  },
  'POST /v1/deliveries/:deliveryId/cancel': {
    tag: 'Deliveries',
    summary: 'Call a delivery off',
    answers: { 200: contract.Delivery },
    errors: ['delivery_in_flight', 'delivery_ended'],
  },
  [`GET ${app}/redeliveries`]: {
    tag: 'Deliveries',
    summary: 'Redelivery jobs, newest first',
    answers: { 200: pageOf(contract.Redelivery) },
    errors: ['invalid_cursor'],
  },
  [`POST ${app}/redeliveries`]: {
    tag: 'Deliveries',
    summary: 'Deliver again over a filter',
    description: 'As a job with a rate, or with `dryRun` only counted.',
    example: { filter: { state: 'dead' }, ratePerSecond: 100, dryRun: true },
    answers: { 200: contract.RedeliveryCount, 201: contract.Redelivery },
  },
  [`GET ${job}`]: { tag: 'Deliveries', summary: 'How far a job is', answers: { 200: contract.Redelivery } },
  [`POST ${job}/pause`]: moveOf('Pause a job'),
  [`POST ${job}/resume`]: moveOf('Go on with a job'),
  [`POST ${job}/cancel`]: moveOf('Call a job off'),
  [`GET ${app}/stats`]: {
    tag: 'Deliveries',
    summary: 'How deliveries went, for charts, and what waits',
    answers: { 200: contract.Stats },
  },
  'GET /v1/incidents': {
    tag: 'Deliveries',
    summary: 'What is broken, the worst first',
    description:
      'Webhooks that do not get what is meant for them, of every app that the key sees: why, since when, how much waits, and when it is tried next.',
    answers: { 200: contract.Incidents },
  },
  'GET /v1/stream': {
    tag: 'Deliveries',
    summary: 'What happens, as it happens',
    description: 'Server-sent events: accepted, settled, moved, decided, breaker, webhook_changed, app_created.',
    answers: { 200: EventStream },
    errors: ['too_many_requests'],
  },

  'GET /v1/commands': {
    tag: 'Commands',
    summary: 'The catalogue',
    answers: { 200: pageOf(contract.CommandSummary) },
    errors: ['invalid_cursor'],
  },
  'GET /v1/commands/:command': {
    tag: 'Commands',
    summary: 'A command: schema, sample, and what the codes of a reply do',
    answers: { 200: contract.CommandDetail },
  },
  [`GET ${app}/commands`]: {
    tag: 'Commands',
    summary: 'What an app may use: the catalogue and its own commands',
    answers: { 200: pageOf(contract.AppCommandSummary) },
    errors: ['invalid_cursor'],
  },
  [`POST ${app}/commands`]: {
    tag: 'Commands',
    summary: 'Register a command of the app’s own',
    example: {
      command: 'Shop.CallbackAfterPayment',
      phase: 'after',
      trigger: 'an order was paid',
      schema: { type: 'object', required: ['OrderId'], properties: { OrderId: { type: 'string' } } },
      sample: { OrderId: 'o-7' },
    },
    answers: { 201: contract.AppCommandDetail },
    errors: ['command_exists', 'too_many_commands'],
  },
  [`GET ${app}/commands/:command`]: {
    tag: 'Commands',
    summary: 'A command that the app may use',
    answers: { 200: contract.AppCommandDetail },
  },
  [`PUT ${app}/commands/:command`]: {
    tag: 'Commands',
    summary: 'Write a command of the app’s own again',
    example: { phase: 'after', trigger: 'an order was paid' },
    answers: { 200: contract.AppCommandDetail },
    errors: ['command_in_use', 'catalogue_command'],
  },
  [`DELETE ${app}/commands/:command`]: {
    tag: 'Commands',
    summary: 'Delete a command of the app’s own',
    answers: { 204: null },
    errors: ['command_in_use', 'catalogue_command'],
  },

  [`POST ${app}/commands/:command/check`]: {
    tag: 'Commands',
    summary: 'What is wrong with a body, without handing it in',
    body: media({ 'application/json': AnyBody }),
    answers: { 200: contract.BodyCheck },
  },

  'GET /v1/keys': {
    tag: 'Keys',
    summary: 'The keys of this API',
    answers: { 200: pageOf(contract.Key) },
    errors: ['invalid_cursor'],
  },
  'POST /v1/keys': {
    tag: 'Keys',
    summary: 'Create a key',
    description: 'The only answer that has the key itself.',
    example: { name: 'chat backend', role: 'ingest', sdkAppId: 1_400_000_001 },
    answers: { 201: contract.CreatedKey },
  },
  'DELETE /v1/keys/:keyId': {
    tag: 'Keys',
    summary: 'Revoke a key',
    answers: { 204: null },
    errors: ['last_admin_key', 'key_of_settings'],
  },
  'GET /v1/audit': {
    tag: 'Keys',
    summary: 'Who changed what, when, from where',
    answers: { 200: pageOf(contract.AuditEntry) },
    errors: ['invalid_cursor'],
  },

  'GET /v1/session': {
    tag: 'Console',
    summary: 'Who is signed in',
    answers: { 200: contract.Session },
    errors: ['unauthorized'],
  },
  'POST /v1/session': {
    tag: 'Console',
    summary: 'Sign in with a one-time code or a key',
    answers: { 200: contract.Session },
    errors: ['unauthorized', 'link_used', 'forbidden', 'unknown_host', 'too_many_requests'],
  },
  'DELETE /v1/session': {
    tag: 'Console',
    summary: 'Sign out',
    answers: { 204: null },
    errors: ['forbidden', 'unknown_host'],
  },

  'GET /livez': { tag: 'Service', summary: 'Whether the process lives', answers: { 200: Status } },
  'GET /readyz': { tag: 'Service', summary: 'Whether it takes events', answers: { 200: Ready } },
  'GET /metrics': {
    tag: 'Service',
    summary: 'Counters and gauges for Prometheus and its likes',
    description: 'Counters begin with the start of the process. A key of one app sees that app alone.',
    answers: { 200: media({ 'text/plain': Type.String() }) },
  },
  'GET /version': { tag: 'Service', summary: 'Which version it is', answers: { 200: contract.Version } },
  'GET /v1/service': {
    tag: 'Service',
    summary: 'How it is set up: what is kept for how long',
    answers: { 200: contract.ServiceFacts },
  },
  'GET /openapi.json': {
    tag: 'Service',
    summary: 'This document',
    answers: { 200: Type.Record(Type.String(), Type.Unknown()) },
  },
}

function moveOf(summary: string): Operation {
  return { tag: 'Deliveries', summary, answers: { 200: contract.Redelivery }, errors: ['redelivery_ended'] }
}
