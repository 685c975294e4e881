// Operations of webhooks and their tokens; see operations.ts.

import { Type } from 'typebox'
import * as contract from '../contract/contract.ts'
import type { Operation } from './operation.ts'
import { media } from './operation.ts'

const app = '/v1/apps/:sdkAppId'
const webhook = `${app}/webhooks/:webhookId`

const webhookErrors = [
  'unknown_command',
  'invalid_header',
  'webhook_url_refused',
  'invalid_tls',
  'command_taken',
] as const

export const webhookOperations: Readonly<Record<string, Operation>> = {
  [`GET ${app}/webhooks`]: {
    tag: 'Webhooks',
    summary: 'The webhooks of an app, newest first',
    description: 'All of them at once where neither `limit` nor `cursor` is given.',
    answers: {
      200: Type.Object({
        items: Type.Array(contract.Webhook),
        nextCursor: Type.Union([Type.String(), Type.Null()]),
        total: Type.Integer({ description: 'How many there are, on whatever page.' }),
      }),
    },
    errors: ['invalid_cursor'],
  },
  [`POST ${app}/webhooks`]: {
    tag: 'Webhooks',
    summary: 'Register a webhook',
    example: { url: 'https://app.example.com/hooks', commands: ['Live.*'] },
    answers: { 201: contract.Webhook },
    errors: webhookErrors,
  },
  [`POST ${app}/webhooks/check`]: {
    tag: 'Webhooks',
    summary: 'What would stand against a registration',
    description: 'Nothing is registered, and no one is called.',
    answers: { 200: contract.WebhookCheck },
  },
  [`GET ${webhook}`]: { tag: 'Webhooks', summary: 'A webhook', answers: { 200: contract.Webhook } },
  [`PATCH ${webhook}`]: {
    tag: 'Webhooks',
    summary: 'Change a webhook',
    example: { paused: true },
    headers: {
      'If-Match': Type.Optional(Type.String({ description: 'The `ETag` of what was read: 412 if it changed.' })),
    },
    answers: { 200: contract.Webhook },
    errors: [...webhookErrors, 'version_mismatch'],
  },
  [`DELETE ${webhook}`]: {
    tag: 'Webhooks',
    summary: 'Delete a webhook',
    description: 'What waits for it is cancelled.',
    answers: { 204: null },
  },
  [`GET ${webhook}/token`]: {
    tag: 'Webhooks',
    summary: 'Whether a token is set, and the token if it is asked for',
    answers: { 200: contract.ShownToken },
  },
  [`PUT ${webhook}/token`]: {
    tag: 'Webhooks',
    summary: 'Set the token',
    answers: { 200: contract.Webhook },
    errors: ['invalid_token'],
  },
  [`POST ${webhook}/token/rotate`]: {
    tag: 'Webhooks',
    summary: 'Replace the token by a new one',
    mayLackBody: true,
    description:
      'Until the overlap ends Sign is made with the old token and `webhook-signature` has an entry of each; from then on only the new one counts.',
    example: { overlapSeconds: 3600 },
    answers: { 200: contract.RotatedToken },
    errors: ['rotation_under_way'],
  },
  [`PATCH ${webhook}/token/rotation`]: {
    tag: 'Webhooks',
    summary: 'Give a rotation more time, or less',
    description: 'The old token makes Sign for so many seconds from now on.',
    example: { overlapSeconds: 86_400 },
    answers: { 200: contract.Webhook },
    errors: ['no_rotation'],
  },
  [`POST ${webhook}/token/rotation/finish`]: {
    tag: 'Webhooks',
    summary: 'Finish a rotation now',
    description: 'The new token makes Sign from now on, and the old one counts no more.',
    answers: { 200: contract.Webhook },
    errors: ['no_rotation'],
  },
  [`DELETE ${webhook}/token/rotation`]: {
    tag: 'Webhooks',
    summary: 'Cancel a rotation',
    description: 'The old token stays, and the new one is forgotten.',
    answers: { 200: contract.Webhook },
    errors: ['no_rotation'],
  },
  [`DELETE ${webhook}/token`]: { tag: 'Webhooks', summary: 'Take the token away', answers: { 200: contract.Webhook } },
  [`POST ${webhook}/probe`]: {
    tag: 'Webhooks',
    summary: 'Test a webhook stage by stage',
    mayLackBody: true,
    description: 'With `accept: text/event-stream` each stage is an event as soon as it ended.',
    answers: { 200: media({ 'application/json': contract.Probe, 'text/event-stream': Type.String() }) },
    errors: ['unknown_command', 'too_many_requests'],
  },
  [`POST ${webhook}/try-now`]: {
    tag: 'Webhooks',
    summary: 'Try now what waits',
    description:
      'One attempt at once of what has waited longest or is due next, whatever the breaker and the schedule say; an open breaker then goes by how it ends.',
    answers: { 200: contract.Tried },
    errors: ['webhook_stopped'],
  },
  [`GET ${webhook}/sample-request`]: {
    tag: 'Webhooks',
    summary: 'A signed request to try, as text and as a line for a shell',
    answers: { 200: contract.SampleRequest },
    errors: ['unknown_command'],
  },
}
