// DELETE /v1/apps/{sdkAppId}: what goes with an app, and what must go before.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let receiver: TestReceiver

beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
})

afterAll(async () => {
  await service.close()
  await receiver.close()
})

const event = (sdkAppId: number, key?: string) =>
  service.call(
    'POST',
    `/v1/apps/${sdkAppId}/events?command=Live.CallbackAfterCreateRoom`,
    '{"RoomId":"r1"}',
    key === undefined ? {} : { authorization: `Bearer ${key}` },
  )

test('an app with webhooks is not deleted, and the answer says what to do', async () => {
  const { sdkAppId } = await service.createApp()
  await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
  const { status, body } = await service.call('DELETE', `/v1/apps/${sdkAppId}`)
  expect(status).toBe(409)
  expect(body).toMatchObject({ code: 'app_in_use', detail: expect.stringContaining('Delete them first') })
  expect((await event(sdkAppId)).status).toBe(202)
})

test('an app goes with its keys, takes no event from then on, and its number does not come back', async () => {
  const { sdkAppId } = await service.createApp()
  const { body: made } = await service.call('POST', '/v1/keys', { name: 'sender', role: 'ingest', sdkAppId })
  const webhook = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
  const accepted = await event(sdkAppId, String(made['key']))
  expect(accepted.status).toBe(202)
  await service.untilState(String((accepted.body['deliveries'] as string[])[0]), 'succeeded')

  await service.call('DELETE', `/v1/apps/${sdkAppId}/webhooks/${webhook.webhookId}`)
  expect((await service.call('DELETE', `/v1/apps/${sdkAppId}`)).status).toBe(204)
  expect((await event(sdkAppId, String(made['key']))).status).toBe(401)
  expect((await event(sdkAppId)).status).toBe(404)
  expect((await service.call('GET', `/v1/apps/${sdkAppId}`)).status).toBe(404)
  expect((await service.call('DELETE', `/v1/apps/${sdkAppId}`)).status).toBe(404)
  expect((await service.createApp()).sdkAppId).toBeGreaterThan(sdkAppId)
  // What was delivered is still known.
  expect((await service.call('GET', `/v1/events/${String(accepted.body['eventId'])}`)).status).toBe(200)
  const { body: audit } = await service.call('GET', `/v1/audit?sdkAppId=${sdkAppId}`)
  const actions = (audit['items'] as { action: string }[]).map(({ action }) => action)
  expect(actions.slice(0, 2)).toEqual(['app.deleted', 'key.revoked'])
})

test('the audit log says which quotas an app had when it was deleted', async () => {
  const { sdkAppId } = await service.createApp()
  await service.call('PATCH', `/v1/apps/${sdkAppId}`, { eventsPerSecond: 500, asksPerSecond: 50 })
  expect((await service.call('DELETE', `/v1/apps/${sdkAppId}`)).status).toBe(204)
  const { body: audit } = await service.call('GET', `/v1/audit?sdkAppId=${sdkAppId}`)
  expect((audit['items'] as unknown[])[0]).toMatchObject({
    action: 'app.deleted',
    before: { eventsPerSecond: 500, asksPerSecond: 50 },
  })
})
