// A deletion races every other move of the same thing: whatever order they take, what was deleted stays deleted.

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCustomCommands } from '../../src/engine/kept/custom-commands.ts'
import { createKnownApps } from '../../src/engine/kept/known-apps.ts'
import { createAuditTrail } from '../../src/engine/manage/audit-trail.ts'
import { createTokenRotation } from '../../src/engine/manage/token-rotation.ts'
import { createSwitchOff } from '../../src/engine/upkeep/switch-off.ts'
import type { NewWebhook, Webhook } from '../../src/http/contract/contract.ts'
import { openStore } from '../../src/store/open-store.ts'
import { StoreError } from '../../src/store/port/errors.ts'
import { alone } from '../support/leases.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { Called, TestService } from '../support/service.ts'

let service: TestService
let receiver: TestReceiver
let sdkAppId: number
/** Where no program listens. */
let deadUrl: string

beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
  const closed = await openReceiver()
  deadUrl = closed.url
  await closed.close()
  ;({ sdkAppId } = await service.createApp())
})

afterAll(async () => {
  await service.close()
  await receiver.close()
})

const rounds = 12
const pathOf = (webhook: Webhook): string => `/v1/apps/${webhook.sdkAppId}/webhooks/${webhook.webhookId}`

async function register(options: Partial<NewWebhook> = {}): Promise<Webhook> {
  return service.createWebhook(sdkAppId, { url: receiver.url, commands: ['Live.*'], ...options }, 'old-token-0001')
}

/** Nothing of it is left in memory, so nothing can be sent to it. */
async function expectGone(webhook: Webhook): Promise<void> {
  expect(service.service.webhooks.get(webhook.webhookId)).toBeUndefined()
  expect(service.service.webhooks.ofApp(sdkAppId)).toEqual([])
  expect((await service.call('GET', pathOf(webhook))).status).toBe(404)
}

const auditTrail = createAuditTrail({
  store: { recordAudit: async (entry) => ({ ...entry, auditId: 'aud_1' }) },
  now: Date.now,
})
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

describe('a webhook that was deleted stays deleted', () => {
  type Move = (webhook: Webhook) => Promise<unknown>
  const calls: Readonly<Record<string, (webhook: Webhook) => Promise<Called>>> = {
    'a PATCH': (webhook) => service.call('PATCH', pathOf(webhook), { name: 'changed' }),
    'a PUT of its token': (webhook) => service.call('PUT', `${pathOf(webhook)}/token`, { token: 'new-token-0002' }),
    'a DELETE of its token': (webhook) => service.call('DELETE', `${pathOf(webhook)}/token`),
    'a rotation': (webhook) => service.call('POST', `${pathOf(webhook)}/token/rotate`),
  }
  test.each(Object.entries(calls))('over HTTP, when %s comes with the DELETE', async (_name, call) => {
    for (let round = 0; round < rounds; round += 1) {
      const webhook = await register()
      const [moved, deleted] = await Promise.all([call(webhook), service.call('DELETE', pathOf(webhook))])
      expect(deleted.status).toBe(204)
      expect([200, 404]).toContain(moved.status)
      await expectGone(webhook)
    }
  })

  test('over HTTP, when its rotation is finished, extended or cancelled with the DELETE', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const webhook = await register()
      await service.call('POST', `${pathOf(webhook)}/token/rotate`)
      const path = `${pathOf(webhook)}/token/rotation`
      const [moved, deleted] = await Promise.all([
        round % 3 === 0
          ? service.call('POST', `${path}/finish`)
          : service.call(
              round % 3 === 1 ? 'DELETE' : 'PATCH',
              path,
              ...(round % 3 === 1 ? [] : [{ overlapSeconds: 60 }]),
            ),
        service.call('DELETE', pathOf(webhook)),
      ])
      expect(deleted.status).toBe(204)
      expect([200, 404]).toContain(moved.status)
      await expectGone(webhook)
    }
  })

  const moves: Readonly<Record<string, Move>> = {
    'an update': ({ webhookId }) => service.service.webhooks.update(webhookId, { name: 'changed' }),
    'new tokens': ({ webhookId }) => service.service.webhooks.putTokens(webhookId, ['new-token-0002']),
    'held tokens': ({ webhookId }) => service.service.webhooks.holdTokens(webhookId, ['new-token-0002']),
    'the end of a rotation by the timer': async () => rotation(Date.now() + 7_200_000).look(),
    'the switch-off of a failing webhook': async () => switchOff(Date.now() + 6 * 86_400_000).look(),
  }
  const rotation = (now: number) =>
    createTokenRotation({
      webhooks: service.service.webhooks,
      auditTrail,
      makeToken: () => 'made',
      leases: alone,
      now: () => now,
      log,
    })
  const switchOff = (now: number) =>
    createSwitchOff({ webhooks: service.service.webhooks, auditTrail, leases: alone, now: () => now, log })

  test.each(Object.entries(moves))('when %s is under way', async (name, move) => {
    for (let round = 0; round < rounds; round += 1) {
      const webhook = await register(name.includes('switch-off') ? { url: deadUrl, retry: 'none' } : {})
      if (name.includes('rotation')) await service.call('POST', `${pathOf(webhook)}/token/rotate`)
      if (name.includes('switch-off')) await fail(webhook)
      const work = move(webhook)
      // Some commit of the move is under way when the deletion comes, in one round or another.
      for (let turn = 0; turn < round; turn += 1) await Promise.resolve()
      await Promise.allSettled([work, service.service.webhooks.remove(webhook.webhookId)])
      expect(service.service.webhooks.get(webhook.webhookId)).toBeUndefined()
      await expectGone(webhook)
    }
  })

  async function fail({ webhookId }: Webhook): Promise<void> {
    const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
    await service.untilState(String(deliveries[0]), 'dead')
    const webhook = service.service.webhooks.get(webhookId)
    expect(webhook && service.service.webhooks.healthOf(webhook).failingSince).toEqual(expect.any(Number))
  }

  test('nothing is sent to it once the DELETE is answered', async () => {
    const webhook = await register()
    await Promise.all([
      service.call('PATCH', pathOf(webhook), { name: 'changed' }),
      service.call('PUT', `${pathOf(webhook)}/token`, { token: 'new-token-0002' }),
      service.call('DELETE', pathOf(webhook)),
    ])
    const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r2"}')
    expect(deliveries).toEqual([])
  })

  test('of two deletions at once one finds nothing to delete', async () => {
    const webhook = await register()
    const both = await Promise.all([service.call('DELETE', pathOf(webhook)), service.call('DELETE', pathOf(webhook))])
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([204, 404])
    await expectGone(webhook)
  })
})

test('a webhook whose deletion the store refuses stays as it is, and goes when it is deleted again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-test-refused-'))
  let refusals = 1
  const refusing = await openService({
    folder,
    async openStore(settings, deps) {
      const store = await openStore(settings, deps)
      return {
        ...store,
        async deleteWebhook(...args) {
          if (refusals-- > 0) throw new StoreError('store_unavailable', 'the disk is full')
          return store.deleteWebhook(...args)
        },
      }
    },
  })
  const { sdkAppId: app } = await refusing.createApp()
  const webhook = await refusing.createWebhook(app, { url: receiver.url, commands: ['Live.*'] })
  expect((await refusing.call('DELETE', pathOf(webhook))).status).toBe(503)
  expect((await refusing.call('GET', pathOf(webhook))).status).toBe(200)
  const { deliveries } = await refusing.postEvent(app, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
  expect((await refusing.untilState(String(deliveries[0]), 'succeeded')).state).toBe('succeeded')
  expect((await refusing.call('DELETE', pathOf(webhook))).status).toBe(204)
  expect((await refusing.call('GET', pathOf(webhook))).status).toBe(404)
  await refusing.close()
})

test('a token that a person puts while a rotation begins is not overwritten by it', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const webhook = await register()
    const [, put] = await Promise.all([
      service.call('POST', `${pathOf(webhook)}/token/rotate`),
      service.call('PUT', `${pathOf(webhook)}/token`, { token: 'put-token-0003' }),
    ])
    expect(put.status).toBe(200)
    const { tokens } = service.service.webhooks.get(webhook.webhookId) ?? {}
    expect(tokens).toContain('put-token-0003')
    await service.call('DELETE', pathOf(webhook))
  }
})

describe('an app that was removed stays removed', () => {
  test('when the store was just asked whether it exists', async () => {
    const { sdkAppId: removed } = await service.createApp()
    const stored = {
      sdkAppId: removed,
      name: 'x',
      createdAt: 0,
      adminIdentifiers: [],
      setCallbackOverwrites: false,
      secretKeySet: false,
    }
    const apps = createKnownApps({ store: { getApp: async () => stored } })
    const known = apps.require(removed)
    apps.forget(removed)
    await expect(known).rejects.toMatchObject({ code: 'not_found' })
    expect(apps.has(removed)).toBe(false)
    await expect(apps.require(removed)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('when the schema of one of its commands is still being read', async () => {
    const customs = createCustomCommands({ store: { loadCommands: async () => [] }, log })
    const definition = JSON.stringify({ command: 'Shop.Bought', phase: 'after', schema: { type: 'object' } })
    const put = customs.put({ sdkAppId: 7, command: 'Shop.Bought', definition, createdAt: 0, updatedAt: 0 })
    customs.forgetApp(7)
    await put
    expect(customs.ofApp(7)).toEqual([])
  })

  test('when events of it and commands for it come with the DELETE', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { sdkAppId: removed } = await service.createApp()
      const path = `/v1/apps/${removed}`
      const post = (): Promise<Called> =>
        service.call('POST', `${path}/events?command=Live.CallbackAfterCreateRoom`, '{"RoomId":"r1"}')
      const definition = { command: 'Shop.Bought', phase: 'after', schema: { type: 'object' } }
      const [deleted] = await Promise.all([
        service.call('DELETE', path),
        post(),
        service.call('POST', `${path}/commands`, definition),
        service.call('PATCH', path, { eventsPerSecond: 5 }),
      ])
      expect(deleted.status).toBe(204)
      expect((await post()).status).toBe(404)
    }
  })
})
