import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditAction } from '../../src/domain/access/audit.ts'
import { rights } from '../../src/http/gates/rights.ts'
import type { AuditEntry, CreatedApp } from '../../src/http/contract/contract.ts'
import { createPlatformClient } from '../support/platform-client.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService } from '../support/service.ts'
import { openService } from '../support/service.ts'
import { makeKey } from './world.ts'

// Every route that changes something, and what it writes into the audit log. A new route is in one of the two tables, or a test
// says that no one decided.

const after = 'Live.CallbackAfterCreateRoom'

/** They change nothing that a person set up, or nothing at all. */
const withoutEntry: readonly string[] = [
  'POST /v1/apps/:sdkAppId/events',
  'POST /v1/apps/:sdkAppId/asks',
  'POST /v1/apps/:sdkAppId/webhooks/check',
  'POST /v1/apps/:sdkAppId/webhooks/:webhookId/probe',
  'POST /v1/apps/:sdkAppId/commands/:command/check',
]

interface Step {
  readonly route: string
  readonly action: AuditAction
  readonly path: string
  readonly body?: unknown
}

let service: TestService
let receiver: TestReceiver
let app: CreatedApp
let steps: readonly Step[]

beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
  app = await service.createApp()
  steps = await prepare()
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

/** One request for each route, in an order in which all of them succeed. */
async function prepare(): Promise<readonly Step[]> {
  const own = `/v1/apps/${app.sdkAppId}`
  const registered = { url: receiver.url, commands: [after] }
  const first = await service.createWebhook(app.sdkAppId, registered, 'a-token')
  const { eventId, deliveries } = await service.postEvent(app.sdkAppId, after, '{}')
  await service.untilState(deliveries[0] ?? '', 'succeeded')
  // At one a second a job over all of them does not end before it is paused.
  await service.call('POST', `${own}/events`, `{"command":"${after}","body":{}}\n`.repeat(200), {
    'content-type': 'application/x-ndjson',
  })
  await untilDelivered(200)
  const paused = await service.createWebhook(app.sdkAppId, { ...registered, paused: true })
  const waiting = await service.postEvent(app.sdkAppId, after, '{}')
  const [, waitingId] = waiting.deliveries
  const job = await service.call('POST', `${own}/redeliveries`, {
    filter: { state: 'succeeded', command: after },
    ratePerSecond: 1,
  })
  const jobPath = `${own}/redeliveries/${String(job.body['jobId'])}`
  const other = await service.createApp()
  const key = await makeKey(service, 'read', app.sdkAppId)
  const webhook = `${own}/webhooks/${paused.webhookId}`
  const command = { command: 'Own.CallbackAfterWalk', phase: 'after', trigger: 'The walk.', schema: { type: 'object' } }
  const { command: word, ...definition } = command
  const at = '/v1/apps/:sdkAppId'
  const step = (route: string, action: AuditAction, path: string, body?: unknown): Step => ({
    route,
    action,
    path,
    body,
  })
  return [
    step('POST /v1/apps', 'app.created', '/v1/apps', { name: 'x' }),
    step(`PATCH ${at}`, 'app.changed', own, { asksPerSecond: 9 }),
    step(`POST ${at}/secret-key/rotate`, 'app.secret_key_rotated', `${own}/secret-key/rotate`),
    step(`DELETE ${at}`, 'app.deleted', `/v1/apps/${other.sdkAppId}`),
    step(`POST ${at}/webhooks`, 'webhook.created', `${own}/webhooks`, { ...registered, name: 'third', paused: true }),
    step(`PATCH ${at}/webhooks/:webhookId`, 'webhook.changed', webhook, { timeoutMs: 900 }),
    step(`PUT ${at}/webhooks/:webhookId/token`, 'token.set', `${webhook}/token`, { token: 'another' }),
    step(`POST ${at}/webhooks/:webhookId/token/rotate`, 'token.rotated', `${webhook}/token/rotate`),
    step(`PATCH ${at}/webhooks/:webhookId/token/rotation`, 'token.rotation_changed', `${webhook}/token/rotation`, {
      overlapSeconds: 60,
    }),
    step(`DELETE ${at}/webhooks/:webhookId/token/rotation`, 'token.rotation_cancelled', `${webhook}/token/rotation`),
    step(`POST ${at}/webhooks/:webhookId/token/rotate`, 'token.rotated', `${webhook}/token/rotate`),
    step(`POST ${at}/webhooks/:webhookId/token/rotation/finish`, 'token.rotated', `${webhook}/token/rotation/finish`),
    step(`DELETE ${at}/webhooks/:webhookId/token`, 'token.removed', `${webhook}/token`),
    step(
      'POST /v1/deliveries/:deliveryId/redeliver',
      'delivery.redelivered',
      `/v1/deliveries/${deliveries[0]}/redeliver`,
    ),
    step('POST /v1/deliveries/:deliveryId/cancel', 'delivery.cancelled', `/v1/deliveries/${waitingId}/cancel`),
    step('POST /v1/events/:eventId/deliveries', 'delivery.added', `/v1/events/${eventId}/deliveries`, {
      webhookId: paused.webhookId,
    }),
    step(`POST ${at}/redeliveries`, 'redelivery.started', `${own}/redeliveries`, { filter: {}, ratePerSecond: 1 }),
    step(`POST ${at}/redeliveries/:jobId/pause`, 'redelivery.paused', `${jobPath}/pause`),
    step(`POST ${at}/redeliveries/:jobId/resume`, 'redelivery.resumed', `${jobPath}/resume`),
    step(`POST ${at}/redeliveries/:jobId/cancel`, 'redelivery.cancelled', `${jobPath}/cancel`),
    step(`POST ${at}/commands`, 'command.created', `${own}/commands`, command),
    step(`PUT ${at}/commands/:command`, 'command.changed', `${own}/commands/${word}`, {
      ...definition,
      trigger: 'Anew.',
    }),
    step(`DELETE ${at}/commands/:command`, 'command.deleted', `${own}/commands/${word}`),
    step(`POST ${at}/webhooks/:webhookId/try-now`, 'webhook.pushed', `${own}/webhooks/${first.webhookId}/try-now`),
    step(`DELETE ${at}/webhooks/:webhookId`, 'webhook.deleted', `${own}/webhooks/${first.webhookId}`),
    step('POST /v1/keys', 'key.created', '/v1/keys', { name: 'x', role: 'read' }),
    step('DELETE /v1/keys/:keyId', 'key.revoked', `/v1/keys/${key.keyId}`),
  ]
}

async function newest(): Promise<AuditEntry | undefined> {
  const { body } = await service.call('GET', '/v1/audit?limit=1')
  return (body['items'] as AuditEntry[])[0]
}

/** Waits until so many deliveries of the app have succeeded. */
async function untilDelivered(count: number): Promise<void> {
  const counting = { filter: { state: 'succeeded' }, dryRun: true }
  let delivered = 0
  while (delivered < count) {
    const { body } = await service.call('POST', `/v1/apps/${app.sdkAppId}/redeliveries`, counting)
    delivered = Number(body['count'])
  }
}

test('every route that changes something is decided on', () => {
  const changing = Object.entries(rights)
    .filter(([route, right]) => !route.startsWith('GET ') && right !== 'own')
    .map(([route]) => route)
  expect(new Set([...steps.map(({ route }) => route), ...withoutEntry])).toEqual(new Set(changing))
})

test('each of them writes its entry before it answers', async () => {
  for (const { route, action, path, body } of steps) {
    const before = await newest()
    const [method = ''] = route.split(' ')
    const { status, text } = await service.call(method, path, body)
    const entry = await newest()
    expect({
      route,
      ok: status < 300 ? true : text,
      action: entry?.action,
      isNew: entry?.auditId !== before?.auditId,
    }).toEqual({
      route,
      ok: true,
      action,
      isNew: true,
    })
  }
})

describe('the calls of the public platform', () => {
  test('write theirs, under the identifier that signed', async () => {
    const { sdkAppId, secretKey } = await service.createApp()
    const client = createPlatformClient({ url: service.url, sdkAppId, secretKey })
    const callback = { Url: 'https://example.com/', CallbackCommandList: [after] }
    expect(await client.code('live_config/set_callback', callback)).toBe(0)
    expect(await newest()).toMatchObject({
      action: 'webhook.created',
      sdkAppId,
      actor: { id: 'administrator', role: 'usersig', bySession: false },
      address: '127.0.0.1',
    })
    const set = { Token: 'planted-by-the-platform', IsTokenEnable: true }
    expect(await client.code('live_config/set_callback_token', set)).toBe(0)
    const entry = await newest()
    expect(entry?.action).toBe('token.set')
    expect(JSON.stringify(entry)).not.toContain('planted')
  })

  test('write none if they are refused', async () => {
    const { sdkAppId } = await service.createApp()
    const client = createPlatformClient({ url: service.url, sdkAppId, secretKey: 'of-someone-else' })
    const before = await newest()
    expect(await client.code('live_config/set_callback', { Url: 'https://example.com/' })).not.toBe(0)
    expect(await newest()).toEqual(before)
  })
})
