// Two services over one store: what one of them changes the other one takes over, by the changes that the store keeps; and
// work that only one may do is done by one.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createChangeFeed } from '../../src/engine/kept/changes.ts'
import type { Followers } from '../../src/engine/kept/changes.ts'
import { createKeyedMutex } from '../../src/engine/kept/keyed-mutex.ts'
import { createLeases, leaseMs } from '../../src/engine/kept/leases.ts'
import { createKeys } from '../../src/http/gates/keys.ts'
import type { Webhook } from '../../src/http/contract/contract.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Change } from '../../src/store/port/changes.ts'
import type { Store } from '../../src/store/port/port.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { Called, TestService } from '../support/service.ts'

let folder: string
let store: Store
let one: TestService
let other: TestService
let receiver: TestReceiver
/** Where no program listens. */
let deadUrl: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-shared-'))
  store = await openStore({ kind: 'sqlite', path: join(folder, 'livehook.db') }, { now: Date.now })
  // Neither of the two closes it under the other.
  const shared = async (): Promise<Store> => ({ ...store, close: async () => undefined })
  one = await openService({ folder, openStore: shared })
  other = await openService({ folder, openStore: shared })
  receiver = await openReceiver()
  const closed = await openReceiver()
  deadUrl = closed.url
  await closed.close()
})

afterAll(async () => {
  await one.service.stop()
  await other.service.stop()
  await store.close()
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
})

/** Asks again until the answer is as it should be. */
async function until(call: () => Promise<Called>, isRight: (called: Called) => boolean): Promise<Called> {
  for (let tried = 0; ; tried += 1) {
    const called = await call()
    if (isRight(called) || tried === 400) return called
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const pathOf = ({ sdkAppId, webhookId }: Webhook): string => `/v1/apps/${sdkAppId}/webhooks/${webhookId}`
const noLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

async function untilOtherHas(webhook: Webhook): Promise<void> {
  const seen = await until(
    () => other.call('GET', pathOf(webhook)),
    ({ status }) => status === 200,
  )
  expect(seen.status).toBe(200)
}

describe('what one service changes, the other one takes over', () => {
  test('a webhook that is made, changed, given a token, and deleted', async () => {
    const { sdkAppId } = await one.createApp()
    const webhook = await one.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    await untilOtherHas(webhook)
    await one.call('PATCH', pathOf(webhook), { name: 'changed' })
    await one.call('PUT', `${pathOf(webhook)}/token`, { token: 'token-0001' })
    const changed = await until(
      () => other.call('GET', pathOf(webhook)),
      ({ body }) => body['tokenSet'] === true,
    )
    expect(changed.body).toMatchObject({ name: 'changed', tokenSet: true })

    const { deliveries } = await other.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
    expect((await other.untilState(String(deliveries[0]), 'succeeded')).state).toBe('succeeded')
    expect(receiver.requests.at(-1)?.query.has('Sign')).toBe(true)

    await one.call('DELETE', pathOf(webhook))
    const gone = await until(
      () => other.call('GET', pathOf(webhook)),
      ({ status }) => status === 404,
    )
    expect(gone.status).toBe(404)
    const after = await other.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r2"}')
    expect(after.deliveries).toEqual([])
  })

  test('a command of an app, its quota, and the end of the app itself', async () => {
    const { sdkAppId } = await one.createApp()
    const path = `/v1/apps/${sdkAppId}`
    const post = () => other.call('POST', `${path}/events?command=Shop.Bought`, '{"Order":"1"}')
    await one.call('POST', `${path}/commands`, { command: 'Shop.Bought', phase: 'after' })
    expect((await until(post, ({ status }) => status === 202)).status).toBe(202)
    await one.call('PATCH', path, { eventsPerSecond: 0 })
    expect((await until(post, ({ status }) => status === 429)).status).toBe(429)
    await one.call('PATCH', path, { eventsPerSecond: null })
    await until(post, ({ status }) => status === 202)
    await one.call('DELETE', `${path}/commands/Shop.Bought`)
    expect((await until(post, ({ status }) => status === 422)).status).toBe(422)
    await one.call('DELETE', path)
    const created = () => other.call('POST', `${path}/events?command=Live.CallbackAfterCreateRoom`, '{"RoomId":"r1"}')
    expect((await until(created, ({ status }) => status === 404)).status).toBe(404)
  })

  test('a key that is made, and one that is revoked', async () => {
    const { body: made } = await one.call('POST', '/v1/keys', { name: 'ops', role: 'admin' })
    const list = () => other.call('GET', '/v1/apps', undefined, { authorization: `Bearer ${String(made['key'])}` })
    expect((await until(list, ({ status }) => status === 200)).status).toBe(200)
    await one.call('DELETE', `/v1/keys/${String(made['keyId'])}`)
    expect((await until(list, ({ status }) => status === 401)).status).toBe(401)
  })

  test('the end of a rotation, which one of them brings about, once', async () => {
    const { sdkAppId } = await one.createApp()
    const webhook = await one.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] }, 'token-0001')
    await untilOtherHas(webhook)
    await one.call('POST', `${pathOf(webhook)}/token/rotate`, { overlapSeconds: 1 })
    for (const service of [one, other]) {
      const ended = await until(
        () => service.call('GET', pathOf(webhook)),
        ({ body }) => body['tokenRotationEndsAt'] === null,
      )
      expect(ended.body['tokenRotationEndsAt']).toBeNull()
    }
    const { body } = await one.call('GET', `/v1/audit?sdkAppId=${sdkAppId}&action=token.rotated&actor=service`)
    expect(body['items']).toHaveLength(1)
  })
})

test('a redelivery job that one makes is taken forward by whichever holds the lease, at its rate', async () => {
  const { sdkAppId } = await one.createApp()
  const webhook = await one.createWebhook(sdkAppId, { url: deadUrl, commands: ['*'], retry: 'none' })
  for (let count = 0; count < 4; count += 1) {
    const { deliveries } = await one.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', `{"RoomId":"r${count}"}`)
    await one.untilState(String(deliveries[0]), 'dead')
  }
  await one.call('PATCH', pathOf(webhook), { url: receiver.url })
  for (const service of [one, other]) {
    const path = `/v1/apps/${sdkAppId}/redeliveries`
    const { body: job } = await service.call('POST', path, { filter: { state: 'dead' }, ratePerSecond: 100 })
    const done = await until(
      () => service.call('GET', `${path}/${String(job['jobId'])}`),
      ({ body }) => body['state'] === 'done',
    )
    expect(done.body).toMatchObject({ state: 'done' })
  }
  const { body } = await other.call('GET', `/v1/apps/${sdkAppId}/deliveries?state=dead`)
  expect(body['items']).toEqual([])
})

test('of two first starts at once on one store one makes the admin key', async () => {
  const path = join(folder, 'first.db')
  const fresh = await openStore({ kind: 'sqlite', path }, { now: Date.now })
  const [left, right] = [1, 2].map(() => createKeys({ store: fresh, adminKey: undefined, now: Date.now, log: noLog }))
  const made = await Promise.all([left?.load(), right?.load()])
  expect(made.filter((key) => key !== undefined)).toHaveLength(1)
  expect(await fresh.listKeys()).toHaveLength(1)
  await fresh.close()
})

describe('the changes that a store keeps', () => {
  test('have numbers without gaps, one for each change, in the order of the commits', async () => {
    const from = await store.lastChange()
    const app = await store.createApp({ name: 'x', createdAt: 1 })
    const { sdkAppId } = app
    await store.putQuota(sdkAppId, { eventsPerSecond: 1, asksPerSecond: null })
    await store.putCommand({ sdkAppId, command: 'A.B', definition: '{}', createdAt: 1, updatedAt: 1 })
    await expect(store.putQuota(1, { eventsPerSecond: 1, asksPerSecond: null })).rejects.toThrow('no app')
    await store.deleteCommand(sdkAppId, 'A.B')
    expect(await store.lastChange()).toBe(from + 4)
    const { changes, version, isWhole, hasMore } = await store.changesSince(from)
    expect({ version, isWhole, hasMore }).toEqual({ version: from + 4, isWhole: false, hasMore: false })
    expect(changes).toEqual([
      { kind: 'app', sdkAppId, key: String(sdkAppId), state: app },
      { kind: 'quota', sdkAppId, key: String(sdkAppId), state: { eventsPerSecond: 1, asksPerSecond: null } },
      { kind: 'command', sdkAppId, key: 'A.B', state: undefined },
    ])
    expect((await store.changesSince(from, sdkAppId)).changes).toHaveLength(3)
    expect((await store.changesSince(from, sdkAppId + 1)).changes).toEqual([])
  })

  test('say nothing of attempts: how a webhook is doing is no change of it', async () => {
    const { sdkAppId } = await one.createApp()
    const webhook = await one.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const from = await store.lastChange()
    const { deliveries } = await one.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
    await one.untilState(String(deliveries[0]), 'succeeded')
    expect(
      (await store.loadWebhooks()).find(({ webhookId }) => webhookId === webhook.webhookId)?.lastSuccessAt,
    ).not.toBeNull()
    expect(await store.lastChange()).toBe(from)
  })

  test('are everything there is for a process that was away for too long, which forgets the rest', async () => {
    const { sdkAppId } = await one.createApp()
    const followed: Change[] = []
    const follower = {
      follow: (change: Change) => void followed.push(change),
      known: () => [{ sdkAppId, key: 'gone' }],
    }
    const followers: Followers = { app: follower, webhook: follower, command: follower, quota: follower, key: follower }
    const whole = { version: 9, changes: [], isWhole: true, hasMore: false }
    const far = { lastChange: async () => 1, changesSince: async () => whole }
    const feed = createChangeFeed({ store: far, followers, runExclusive: createKeyedMutex(), log: noLog })
    await feed.look()
    expect(followed.map(({ kind, key, state }) => [kind, key, state])).toEqual(
      ['webhook', 'command', 'quota', 'key', 'app'].map((kind) => [kind, 'gone', undefined]),
    )
  })
})

describe('a lease', () => {
  test('is held by one owner, until it is given back or has run out', async () => {
    const fresh = await openStore({ kind: 'sqlite', path: join(folder, 'leases.db') }, { now: Date.now })
    let now = 1_000_000
    const [first, second] = ['first', 'second'].map((owner) => createLeases({ store: fresh, owner, now: () => now }))
    if (first === undefined || second === undefined) throw new TypeError('two owners')
    expect(await first.holds('retention')).toBe(true)
    expect(await second.holds('retention')).toBe(false)
    expect(await second.holds('redelivery-jobs')).toBe(true)
    now += leaseMs - 1
    expect(await first.holds('retention')).toBe(true)
    now += leaseMs - 1
    expect(await second.holds('retention')).toBe(false)
    now += 1
    expect(await second.holds('retention')).toBe(true)
    expect(await first.holds('retention')).toBe(false)
    await second.release()
    expect(await first.holds('retention')).toBe(true)
    expect(await second.holds('switch-off')).toBe(false)
    await first.release()
    await fresh.close()
  })

  test('of a process that is alone is always granted, also after one that was killed', async () => {
    const path = join(folder, 'alone.db')
    const lost = await openStore({ kind: 'sqlite', path }, { now: Date.now })
    expect(await createLeases({ store: lost, owner: 'lost', now: Date.now }).holds('retention')).toBe(true)
    await lost.close()
    const next = await openStore({ kind: 'sqlite', path }, { now: Date.now })
    expect(await createLeases({ store: next, owner: 'next', now: Date.now }).holds('retention')).toBe(true)
    await next.close()
  })
})
