import { execFile } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { assert, asyncProperty, constantFrom, dictionary, jsonValue, oneof, string } from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CreatedApp, Webhook } from '../../src/http/contract/contract.ts'
import { publicCodes } from '../../src/http/v4/public-code.ts'
import type { PlatformClient } from '../support/platform-client.ts'
import { createPlatformClient, userSig } from '../support/platform-client.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService } from '../support/service.ts'
import { openService } from '../support/service.ts'

const room = 'Live.CallbackAfterCreateRoom'
const gift = 'Live.CallbackBeforeSendGift'

let service: TestService
let receiver: TestReceiver
let app: CreatedApp
let client: PlatformClient

beforeAll(async () => {
  receiver = await openReceiver()
  service = await openService()
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})
beforeEach(async () => {
  app = await service.createApp()
  client = createPlatformClient({ url: service.url, ...app })
})

const callback = (CallbackCommandList: readonly unknown[] = [room], Url: unknown = receiver.url) => ({
  Url,
  CallbackCommandList,
})

async function webhooks(): Promise<readonly Webhook[]> {
  const { body } = await service.call('GET', `/v1/apps/${app.sdkAppId}/webhooks`)
  return body['items'] as Webhook[]
}

describe('a script for the public platform', () => {
  test('configures a webhook, and events reach it signed with the token that it set', async () => {
    const set = await client.call('live_config/set_callback', callback())
    expect(set.answer).toEqual({
      ActionStatus: 'OK',
      ErrorInfo: '',
      ErrorCode: 0,
      RequestId: expect.stringMatching(/^Id-[0-9a-f]{32}-O-Seq-\d+$/),
    })
    expect(set).toMatchObject({ status: 200, contentType: 'application/json' })
    expect(await client.code('live_config/set_callback_token', { Token: 'xxxxyyyy', IsTokenEnable: true })).toBe(0)
    const [webhook] = await webhooks()
    expect(webhook).toMatchObject({ name: 'default', url: receiver.url, commands: [room], tokenSet: true })

    const before = receiver.requests.length
    await service.postEvent(app.sdkAppId, room, '{"RoomInfo":{"RoomId":"r1"}}')
    const request = (await receiver.arrived(before + 1))[before]
    expect(request?.query.get('SdkAppId')).toBe(String(app.sdkAppId))
    expect(request?.query.get('WebhookCommand')).toBe(room)
    expect(request?.query.get('Sign')).toMatch(/^[0-9a-f]{64}$/)
  })

  test('reads back what it set, changes it, and ends it', async () => {
    await client.call('live_config/set_callback', callback([room, gift]))
    const read = async () => (await client.call('live_config/get_callback')).answer.Response
    expect(await read()).toEqual(callback([room, gift]))
    const other = callback(['Group.CallbackAfterSendMsg'], `${receiver.url}?shop=1`)
    expect(await client.code('live_config/update_callback', other)).toBe(0)
    expect(await read()).toEqual(other)
    expect(await client.code('live_config/delete_callback')).toBe(0)
    expect(await client.code('live_config/get_callback')).toBe(100301)
    expect(await webhooks()).toEqual([])
  })

  test('gets an answer with an id of its own for each call', async () => {
    const ids = [await client.call('live_config/get_callback'), await client.call('live_config/nonsense')]
    expect(new Set(ids.map(({ answer }) => answer.RequestId)).size).toBe(2)
  })

  test('may say any content-type, as the parameter contenttype says that it is JSON', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-8']) {
      const init = { headers: { 'content-type': type } }
      expect([type, await client.code('live_config/update_callback', callback(), {}, init)]).toEqual([type, 100301])
    }
  })
})

describe('docs/live-config.md', () => {
  test('explains every public code, and no other', async () => {
    const page = await readFile(new URL('../../../../docs/live-config.md', import.meta.url), 'utf8')
    const codes = Array.from(page.matchAll(/^\| (\d{5,6}) /gm), ([, code]) => Number(code))
    expect(codes).toEqual(Object.values(publicCodes))
  })
})

describe('the script in docs/live-config.md', () => {
  test('configures the app', async () => {
    const page = await readFile(new URL('../../../../docs/live-config.md', import.meta.url), 'utf8')
    const script = /```js\n(.*?)```/s.exec(page)?.[1] ?? ''
    const env = {
      LIVEHOOK_HOST: service.url,
      SDK_APP_ID: String(app.sdkAppId),
      SECRET_KEY: app.secretKey,
      HOOK_URL: receiver.url,
    }
    const args = ['--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: import.meta.dirname })
    expect(JSON.parse(stdout)).toMatchObject({ ActionStatus: 'OK', ErrorCode: 0 })
    expect((await webhooks()).map(({ url }) => url)).toEqual([receiver.url])
  })
})

describe('who calls', () => {
  const get = 'live_config/get_callback'
  const as = (identifier: string, sdkAppId = app.sdkAppId, secretKey = app.secretKey) => ({
    usersig: userSig({ sdkAppId, secretKey, identifier }),
  })

  test('is let in with a UserSig of an admin account', async () => {
    expect(await client.code(get)).toBe(100301)
  })

  test('is refused with a UserSig that was made with another key (70009)', async () => {
    expect(await client.code(get, {}, as('administrator', app.sdkAppId, 'f'.repeat(64)))).toBe(70009)
    const other = await service.createApp()
    expect(await client.code(get, {}, as('administrator', app.sdkAppId, other.secretKey))).toBe(70009)
  })

  test('has to wait (70050) after 300 of those in a minute; other apps go on', async () => {
    const wrong = as('administrator', app.sdkAppId, 'f'.repeat(64))
    const other = await service.createApp()
    const tries = Array.from({ length: 300 }, () => client.code(get, {}, wrong))
    expect(new Set(await Promise.all(tries))).toEqual(new Set([70009]))
    expect(await client.code(get, {}, wrong)).toBe(70050)
    expect(await client.code(get)).toBe(70050)
    expect(await createPlatformClient({ url: service.url, ...other }).code(get)).toBe(100301)
  })

  test('is refused with a UserSig of another app (70014)', async () => {
    const other = await service.createApp()
    expect(await client.code(get, {}, as('administrator', other.sdkAppId, other.secretKey))).toBe(70014)
  })

  test('is refused with a UserSig of another account than the one that calls (70013)', async () => {
    expect(await client.code(get, {}, as('someone'))).toBe(70013)
    expect(await client.code(get, {}, { identifier: 'Administrator' })).toBe(70013)
  })

  test('is refused with a UserSig that has expired (70001)', async () => {
    for (const expire of [0, -1, -86_400]) {
      const usersig = userSig({ ...app, identifier: 'administrator' }, expire)
      expect(await client.code(get, {}, { usersig })).toBe(70001)
    }
  })

  test('is refused with something that is no UserSig (70003)', async () => {
    const good = userSig({ ...app, identifier: 'administrator' })
    for (const usersig of ['x', good.slice(0, -9), good.slice(1), `${good}A`, encodeURIComponent('{}')]) {
      expect([usersig, await client.code(get, {}, { usersig })]).toEqual([usersig, 70003])
    }
  })

  test('is refused if the account is no admin account (60010), until it becomes one', async () => {
    const anchor = createPlatformClient({ url: service.url, ...app, identifier: 'anchor_1' })
    expect(await anchor.code(get)).toBe(60010)
    const patched = await service.call('PATCH', `/v1/apps/${app.sdkAppId}`, { adminIdentifiers: ['anchor_1'] })
    expect(patched).toMatchObject({ status: 200, body: { adminIdentifiers: ['anchor_1'], name: 'test' } })
    expect(await anchor.code(get)).toBe(100301)
    expect(await client.code(get)).toBe(60010)
  })

  test('is refused for an app that does not exist (70020), or is no number of an app (60006)', async () => {
    expect(await client.code(get, {}, { sdkappid: '4294967295' })).toBe(70020)
    for (const sdkappid of ['0', '-1', '1e9', '0x5', '01400000001', '4294967296', 'x']) {
      expect([sdkappid, await client.code(get, {}, { sdkappid })]).toEqual([sdkappid, 60006])
    }
  })

  test('is refused with the key before the last one, and let in with the new one', async () => {
    const old = as('administrator')
    const rotated = await service.call('POST', `/v1/apps/${app.sdkAppId}/secret-key/rotate`)
    const secretKey = String(rotated.body['secretKey'])
    expect(rotated.headers.get('cache-control')).toBe('no-store')
    expect(secretKey).toMatch(/^[0-9a-f]{64}$/)
    expect(await client.code(get, {}, old)).toBe(70009)
    expect(await client.code(get, {}, as('administrator', app.sdkAppId, secretKey))).toBe(100301)
    expect((await service.call('POST', '/v1/apps/7/secret-key/rotate')).status).toBe(404)
  })
})

describe('an app of the first release', () => {
  test('has no secret key (70016) until one is made; administrator is its admin account', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'livehook-old-'))
    const path = join(folder, 'livehook.db')
    const db = new DatabaseSync(path)
    const layout = new URL('../../src/store/sqlite/file/migrations/0001-initial.sql', import.meta.url)
    db.exec(
      'CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
    )
    db.exec(await readFile(layout, 'utf8'))
    db.exec(`INSERT INTO migrations VALUES (1, '0001-initial.sql', 0); INSERT INTO meta VALUES ('salt', 'abcdefgh');
      INSERT INTO apps VALUES (1400000001, 'Old', 0); UPDATE counters SET app = 1400000002`)
    db.close()
    const old = await openService({ folder })
    try {
      const sdkAppId = 1_400_000_001
      const shown = await old.call('GET', `/v1/apps/${sdkAppId}`)
      expect(shown.body).toMatchObject({ name: 'Old', adminIdentifiers: ['administrator'], secretKeySet: false })
      const guess = createPlatformClient({ url: old.url, sdkAppId, secretKey: '' })
      expect(await guess.code('live_config/get_callback')).toBe(70016)
      const { body } = await old.call('POST', `/v1/apps/${sdkAppId}/secret-key/rotate`)
      const known = createPlatformClient({ url: old.url, sdkAppId, secretKey: String(body['secretKey']) })
      expect(await known.code('live_config/get_callback')).toBe(100301)
    } finally {
      await old.close()
    }
  })
})

describe('a call that is not made as it should be', () => {
  const get = 'live_config/get_callback'

  test.for([
    ['sdkappid', undefined, 60012],
    ['sdkappid', '', 60012],
    ['identifier', undefined, 60004],
    ['usersig', undefined, 60004],
    ['random', undefined, 60002],
    ['random', '4294967296', 60002],
    ['random', '-1', 60002],
    ['random', '1.5', 60002],
    ['contenttype', undefined, 60002],
    ['contenttype', 'JSON', 60002],
    ['contenttype', 'xml', 60002],
  ] as const)('with %s=%s gets the public code %d', async ([name, value, code]) => {
    expect(await client.code(get, {}, { [name]: value })).toBe(code)
  })

  test('names each parameter once, in lower case', async () => {
    const address = client.address(get)
    const twice = await fetch(`${address}&random=1`, { method: 'POST', body: '{}' })
    expect(await twice.json()).toMatchObject({ ErrorCode: 60002 })
    const upper = await fetch(address.replace('sdkappid', 'SdkAppId'), { method: 'POST', body: '{}' })
    expect(await upper.json()).toMatchObject({ ErrorCode: 60012 })
  })

  test.for([
    ['nothing', ''],
    ['text', 'set'],
    ['cut JSON', '{"Url":"http://'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a member twice', '{"Url":"a","Url":"b"}'],
    ['a form', 'Url=http%3A%2F%2Fa.example'],
    ['something after it', '{} {}'],
    ['no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', new Uint8Array(Buffer.from('{}', 'utf16le'))],
    ['gzip', new Uint8Array(gzipSync('{}'))],
    ['nests deeply', '['.repeat(50) + ']'.repeat(50)],
  ] as const)('with a body that is %s gets 60003', async ([, body]) => {
    expect(await client.code(get, body)).toBe(60003)
  })

  test('gets 60009 if there is no such call, and 60002 for another method or a body that is too large', async () => {
    for (const name of ['live_config/set', 'live_config/', 'Live_config/get_callback', 'live_config', 'x', '']) {
      expect([name, await client.code(name)]).toEqual([name, 60009])
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const init = method === 'GET' ? { method, body: null } : { method }
      expect([method, await client.code(get, {}, {}, init)]).toEqual([method, 60002])
    }
    expect(await client.code(get, JSON.stringify({ a: 'x'.repeat(70_000) }))).toBe(60002)
  })

  test('is never answered by anything but a public code and HTTP status 200', async () => {
    const wrong = [
      client.call(get, '{', {}, { headers: { 'content-type': 'nonsense' } }),
      client.call(get, '{}', {}, { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }),
      client.call(get, '{}', {}, { headers: { accept: 'text/html' } }),
      client.call('live_config/%zz'),
      client.call('live_config/%2e%2e/%00'),
      client.call(get, {}, { usersig: '%'.repeat(400) }),
      client.call(`live_config/${'x'.repeat(2000)}`),
    ]
    for (const { status, contentType, answer, text } of await Promise.all(wrong)) {
      expect({ status, contentType, text }).toEqual({ status: 200, contentType: 'application/json', text })
      expect(Object.keys(answer)).toEqual(['ActionStatus', 'ErrorInfo', 'ErrorCode', 'RequestId'])
      expect(answer.ErrorCode).toBeGreaterThan(60_000)
    }
  })
})

describe('set_callback and update_callback', () => {
  test('refuse what there is (100300) and what there is not (100301)', async () => {
    expect(await client.code('live_config/update_callback', callback())).toBe(100301)
    expect(await client.code('live_config/set_callback', callback())).toBe(0)
    expect(await client.code('live_config/set_callback', callback([gift]))).toBe(100300)
    expect((await webhooks()).map(({ commands }) => commands)).toEqual([[room]])
  })

  test('overwrite if the app says so', async () => {
    await service.call('PATCH', `/v1/apps/${app.sdkAppId}`, { setCallbackOverwrites: true })
    for (const word of [room, gift]) expect(await client.code('live_config/set_callback', callback([word]))).toBe(0)
    expect((await webhooks()).map(({ commands }) => commands)).toEqual([[gift]])
  })

  test('make one webhook where two of them come at once', async () => {
    const twice = [1, 2, 3].map(async () => client.code('live_config/set_callback', callback()))
    expect((await Promise.all(twice)).toSorted((left, right) => left - right)).toEqual([0, 100300, 100300])
    expect(await webhooks()).toHaveLength(1)
  })

  test('leave everything else of the webhook as it is', async () => {
    const settings = {
      name: 'default',
      spelling: 'callback' as const,
      timeoutMs: 700,
      commands: ['*'],
      url: receiver.url,
    }
    await service.createWebhook(app.sdkAppId, settings, 'xxxxyyyy')
    expect(await client.code('live_config/update_callback', callback([gift]))).toBe(0)
    const [webhook] = await webhooks()
    expect(webhook).toMatchObject({ ...settings, commands: [gift], tokenSet: true })
  })

  test.for([
    ['no Url', { CallbackCommandList: [room] }],
    ['a Url that is a number', { Url: 5, CallbackCommandList: [room] }],
    ['an empty Url', { Url: '', CallbackCommandList: [room] }],
    ['a Url of another scheme', { Url: 'ftp://app.example/hook', CallbackCommandList: [room] }],
    ['a Url that may not be dialled', { Url: 'http://10.0.0.1/hook', CallbackCommandList: [room] }],
    ['no list', { Url: 'http://127.0.0.1:8080/hook' }],
    ['a list that is a word', { Url: 'http://127.0.0.1:8080/hook', CallbackCommandList: room }],
    ['an empty list', { Url: 'http://127.0.0.1:8080/hook', CallbackCommandList: [] }],
    ['a list of numbers', { Url: 'http://127.0.0.1:8080/hook', CallbackCommandList: [1] }],
    ['a pattern', { Url: 'http://127.0.0.1:8080/hook', CallbackCommandList: ['Live.*'] }],
    [
      'a long list',
      { Url: 'http://127.0.0.1:8080/hook', CallbackCommandList: Array.from({ length: 257 }, () => room) },
    ],
  ] as const)('refuse %s (100002)', async ([, body]) => {
    expect(await client.code('live_config/set_callback', body)).toBe(100002)
    expect(await webhooks()).toEqual([])
  })

  test('refuse a word that is no command, and say which one was probably meant', async () => {
    const { answer } = await client.call('live_config/set_callback', callback([room, 'Live.CallbackAfterCreateRoon']))
    expect(answer).toMatchObject({ ActionStatus: 'FAIL', ErrorCode: 100002 })
    expect(answer.ErrorInfo).toContain(`Did you mean ${room}`)
  })

  test('take a misprint of the public pages for the command that it means, and a word twice for one', async () => {
    const list = ['Live.CallbackMemberStateChanged', 'Live.CallbackAfterMemberStateChanged', room]
    expect(await client.code('live_config/set_callback', callback(list))).toBe(0)
    const { answer } = await client.call('live_config/get_callback')
    expect(answer.Response).toMatchObject({ CallbackCommandList: ['Live.CallbackAfterMemberStateChanged', room] })
  })

  test('take a command of the app’s own, and no other app’s', async () => {
    const command = { command: 'Shop.AfterSale', phase: 'after' }
    const made = await service.call('POST', `/v1/apps/${app.sdkAppId}/commands`, command)
    expect(made).toMatchObject({ status: 201 })
    expect(await client.code('live_config/set_callback', callback(['Shop.AfterSale']))).toBe(0)
    const other = createPlatformClient({ url: service.url, ...(await service.createApp()) })
    expect(await other.code('live_config/set_callback', callback(['Shop.AfterSale']))).toBe(100002)
  })

  test('refuse a before command that another webhook decides (100002)', async () => {
    await service.createWebhook(app.sdkAppId, { name: 'other', url: receiver.url, commands: [gift] })
    expect(await client.code('live_config/set_callback', callback([gift]))).toBe(100002)
  })

  test('show patterns as the words that they stand for', async () => {
    await service.createWebhook(app.sdkAppId, { url: receiver.url, commands: ['Room.*', gift] })
    const { answer } = await client.call('live_config/get_callback')
    const { CallbackCommandList: words } = answer.Response as { CallbackCommandList: string[] }
    expect(words).toContain('Room.CallbackAfterCreateRoom')
    expect(words).toContain(gift)
    expect(words.filter((word) => !word.startsWith('Room.'))).toEqual([gift])
    expect(await client.code('live_config/update_callback', callback(words))).toBe(0)
  })
})

describe('the token', () => {
  const get = async () => (await client.call('live_config/get_callback_token')).answer
  const set = async (body: object) => client.code('live_config/set_callback_token', body)
  beforeEach(async () => {
    await client.call('live_config/set_callback', callback())
  })

  test('needs a configuration (100301), and is not there before it is set (100302)', async () => {
    expect(await get()).toMatchObject({ ErrorCode: 100302 })
    await client.call('live_config/delete_callback')
    expect(await get()).toMatchObject({ ErrorCode: 100302 })
    expect(await set({ Token: 'xxxxyyyy', IsTokenEnable: true })).toBe(100301)
  })

  test('needs both members the first time, and afterwards what changes', async () => {
    for (const body of [{}, { Token: 'xxxxyyyy' }, { IsTokenEnable: true }]) expect(await set(body)).toBe(100002)
    expect(await set({ Token: 'xxxxyyyy', IsTokenEnable: true })).toBe(0)
    expect(await set({})).toBe(100002)
    expect(await set({ Token: 'next' })).toBe(0)
    expect((await get()).Response).toEqual({ Token: 'next', IsTokenEnable: true })
    expect(await set({ IsTokenEnable: false })).toBe(0)
    expect((await get()).Response).toEqual({ Token: 'next', IsTokenEnable: false })
    expect(await set({ Token: 'last' })).toBe(0)
    expect((await get()).Response).toEqual({ Token: 'last', IsTokenEnable: false })
  })

  test('signs nothing while it is switched off, and signs again afterwards', async () => {
    const sent = async () => {
      const before = receiver.requests.length
      await service.postEvent(app.sdkAppId, room, '{}')
      return (await receiver.arrived(before + 1))[before]?.query.has('Sign')
    }
    await set({ Token: 'xxxxyyyy', IsTokenEnable: false })
    expect(await sent()).toBe(false)
    await set({ IsTokenEnable: true })
    expect(await sent()).toBe(true)
    await client.call('live_config/delete_callback_token')
    expect(await sent()).toBe(false)
    expect(await get()).toMatchObject({ ErrorCode: 100302 })
  })

  test.for([
    ['an empty one', { Token: '', IsTokenEnable: true }],
    ['a long one', { Token: 'x'.repeat(129), IsTokenEnable: true }],
    ['a number', { Token: 5, IsTokenEnable: true }],
    ['a line end in it', { Token: 'a\n', IsTokenEnable: true }],
    ['a switch that is a word', { Token: 'xxxxyyyy', IsTokenEnable: 'true' }],
    ['a switch that is null', { Token: 'xxxxyyyy', IsTokenEnable: null }],
  ] as const)('is refused as %s (100002)', async ([, body]) => {
    expect(await set(body)).toBe(100002)
    expect(await get()).toMatchObject({ ErrorCode: 100302 })
  })

  test('may have 128 characters, whatever they are', async () => {
    const Token = '密'.repeat(128)
    expect(await set({ Token, IsTokenEnable: true })).toBe(0)
    expect((await get()).Response).toEqual({ Token, IsTokenEnable: true })
  })

  test('is the one that makes Sign while it is being replaced; switched off and on it is the newer one', async () => {
    await set({ Token: 'xxxxyyyy', IsTokenEnable: true })
    const [webhook] = await webhooks()
    const path = `/v1/apps/${app.sdkAppId}/webhooks/${webhook?.webhookId}/token/rotate`
    const { body } = await service.call('POST', path, { overlapSeconds: 600 })
    expect(await set({ IsTokenEnable: true })).toBe(0)
    expect((await get()).Response).toEqual({ Token: 'xxxxyyyy', IsTokenEnable: true })
    await set({ IsTokenEnable: false })
    await set({ IsTokenEnable: true })
    expect((await get()).Response).toEqual({ Token: body['token'], IsTokenEnable: true })
  })

  test('that is taken away twice is gone all the same', async () => {
    for (const name of ['delete_callback_token', 'delete_callback', 'delete_callback', 'delete_callback_token']) {
      expect([name, await client.code(`live_config/${name}`)]).toEqual([name, 0])
    }
  })
})

describe('Room and Call', () => {
  test('have configurations of their own beside Live’s', async () => {
    expect(await client.code('live_config/set_callback', callback())).toBe(0)
    expect(await client.code('room_config/get_callback')).toBe(100301)
    const roomWords = ['Room.CallbackAfterCreateRoom', 'Mic.CallbackAfterSeatInfoChanged']
    expect(await client.code('room_config/set_callback', callback(roomWords))).toBe(0)
    expect(await client.code('call_config/set_callback', callback(['Call.CallbackAfterStartCall']))).toBe(0)
    expect(await client.code('room_config/set_callback_token', { Token: 'of-room', IsTokenEnable: true })).toBe(0)
    expect((await webhooks()).map(({ name, commands, tokenSet }) => [name, commands, tokenSet])).toEqual([
      ['default-call', ['Call.CallbackAfterStartCall'], false],
      ['default-room', roomWords, true],
      ['default', [room], false],
    ])
    expect(await client.code('room_config/delete_callback')).toBe(0)
    expect(await client.code('live_config/get_callback')).toBe(0)
  })

  test('take commands of their own product only', async () => {
    expect(await client.code('room_config/set_callback', callback(['Live.CallbackAfterCreateRoom']))).toBe(100002)
    expect(await client.code('call_config/set_callback', callback(['Room.CallbackAfterCreateRoom']))).toBe(100002)
  })

  test('differ in set_callback: Room’s refuses what is there, Call’s takes its place', async () => {
    const roomBody = callback(['Room.CallbackAfterCreateRoom'])
    expect(await client.code('room_config/set_callback', roomBody)).toBe(0)
    expect(await client.code('room_config/set_callback', roomBody)).toBe(100300)
    for (const word of ['Call.CallbackAfterStartCall', 'Call.CallbackAfterEndCall']) {
      expect(await client.code('call_config/set_callback', callback([word]))).toBe(0)
    }
    expect((await client.call('call_config/get_callback')).answer.Response).toEqual(
      callback(['Call.CallbackAfterEndCall']),
    )
  })
})

describe('calls in numbers', () => {
  test('are answered 200 times a second for each app, then with 60007; other apps go on', async () => {
    const at = Date.now()
    const codes = await Promise.all(Array.from({ length: 450 }, () => client.code('live_config/get_callback')))
    const seconds = Math.ceil((Date.now() - at) / 1000)
    const admitted = codes.filter((code) => code !== 60007)
    expect(new Set(admitted)).toEqual(new Set([100301]))
    expect(admitted.length).toBeGreaterThanOrEqual(200)
    expect(admitted.length).toBeLessThanOrEqual(200 * (seconds + 1))
    const other = createPlatformClient({ url: service.url, ...(await service.createApp()) })
    expect(await other.code('live_config/get_callback')).toBe(100301)
  })

  test('that are refused use up nothing of the app’s', async () => {
    const usersig = userSig({ ...app, secretKey: 'another', identifier: 'administrator' })
    const refused = Array.from({ length: 250 }, () => client.code('live_config/get_callback', {}, { usersig }))
    expect(new Set(await Promise.all(refused))).toEqual(new Set([70009]))
    expect(await client.code('live_config/get_callback')).toBe(100301)
  })
})

/** Made before the service is up: its tables take seconds of this very event loop, which the service would call a standstill. */
const anyText = string({ unit: 'binary' })

describe('whatever is sent', () => {
  const names = ['set_callback', 'update_callback', 'get_callback', 'set_callback_token', 'delete_callback_token']
  const known = [0, ...Object.values(publicCodes)].filter((code) => code !== publicCodes.internal)

  test('as a body gets one of the public codes, and never that something is wrong on our side', async () => {
    const value = oneof(jsonValue({ maxDepth: 4 }), anyText, constantFrom(room, [room], true, receiver.url))
    const members = constantFrom('Url', 'CallbackCommandList', 'Token', 'IsTokenEnable', '__proto__', 'constructor')
    const body = oneof(dictionary(members, value), value, anyText)
    await assert(
      asyncProperty(constantFrom(...names), body, async (name, sent) => {
        const { status, answer } = await client.call(`live_config/${name}`, sent)
        expect(status).toBe(200)
        expect(known).toContain(answer.ErrorCode)
      }),
      { numRuns: 400 },
    )
    expect(service.logged).toEqual([])
  })

  test('as parameters gets one of the public codes', async () => {
    const parameter = oneof(anyText, constantFrom(undefined, '1', 'json', '0', '%00', '-', '\ud800'))
    const parameters = dictionary(constantFrom('sdkappid', 'identifier', 'usersig', 'random', 'contenttype'), parameter)
    await assert(
      asyncProperty(parameters, async (changed) => {
        const { status, answer } = await client.call('live_config/get_callback', {}, changed)
        expect(status).toBe(200)
        expect(known).toContain(answer.ErrorCode)
      }),
      { numRuns: 300 },
    )
    expect(service.logged).toEqual([])
  })
})

describe('what is secret (I9)', () => {
  test('stands in no answer, log or audit entry', async () => {
    const usersig = userSig({ ...app, identifier: 'administrator' })
    const texts: string[] = []
    for (const [name, body] of [
      ['live_config/set_callback', callback()],
      ['live_config/set_callback_token', { Token: 'planted-token', IsTokenEnable: true }],
      ['live_config/set_callback_token', { Token: 'planted-token\n' }],
      ['live_config/get_callback', '{'],
      ['live_config/nonsense', {}],
      ['live_config/get_callback', {}],
    ] as const) {
      texts.push((await client.call(name, body, { usersig })).text)
    }
    texts.push((await client.call('live_config/get_callback', {}, { usersig: `${usersig}x` })).text)
    texts.push((await service.call('GET', '/v1/audit?limit=200')).text, (await service.call('GET', '/v1/apps')).text)
    texts.push((await service.call('GET', `/v1/apps/${app.sdkAppId}`)).text, ...service.logged)
    for (const text of texts) {
      for (const secret of [usersig, app.secretKey, 'planted-token']) expect(text).not.toContain(secret)
    }
  })

  test('leaves an entry in the audit log all the same: who changed what', async () => {
    await client.call('live_config/set_callback', callback())
    await client.call('live_config/set_callback_token', { Token: 'xxxxyyyy', IsTokenEnable: true })
    await client.call('live_config/get_callback_token')
    await client.call('live_config/update_callback', callback([gift]))
    await client.call('live_config/delete_callback')
    const { body } = await service.call('GET', `/v1/audit?sdkAppId=${app.sdkAppId}&limit=5`)
    const entries = body['items'] as { action: string; actor: object; after: object | null }[]
    expect(entries.map(({ action }) => action)).toEqual([
      'webhook.deleted',
      'webhook.changed',
      'token.revealed',
      'token.set',
      'webhook.created',
    ])
    expect(entries[1]).toMatchObject({ actor: { id: 'administrator' }, after: { commands: [gift] } })
  })
})
