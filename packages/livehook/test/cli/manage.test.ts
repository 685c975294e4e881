import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as contract from '../../src/http/contract/contract.ts'
import stringWidth from 'string-width'
import { startCli, startCliInTerminal, startInProcess } from '../support/cli.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

const created = 'Live.CallbackAfterCreateRoom'
const gift = 'Live.CallbackBeforeSendGift'

let folder: string
let service: TestService
let receiver: TestReceiver
let env: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-manage-'))
  receiver = await openReceiver()
  service = await openService()
  env = { TMPDIR: folder, LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey }
})
afterAll(async () => {
  await service.close()
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
})

const run = (...args: string[]) => startInProcess(args, { env }).ended
const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await run(...args, '--json')
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('livehook apps, webhooks and keys', () => {
  test('an app is made with its secret key, listed, changed and shown', async () => {
    const app = await json('apps', 'create', 'shop')
    expect(app).toMatchObject({ name: 'shop', secretKey: expect.any(String) })
    const id = String(app['sdkAppId'])
    expect(await json('apps', 'set', id, '--name', 'the shop', '--set', 'eventsPerSecond=500')).toMatchObject({
      name: 'the shop',
      eventsPerSecond: 500,
    })
    const { stdout } = await run('apps', 'ls')
    expect(stdout).toMatch(new RegExp(`^SDKAPPID +NAME +CREATED\\n${id} +the shop +\\S+Z$`, 'm'))
    expect((await run('apps', 'get', id)).stdout).toMatch(/^name +the shop$/m)
    expect((await run('apps', 'get', id)).stdout).not.toContain(String(app['secretKey']))
    expect((await run('apps', 'set', id)).stderr).toContain('What is to be changed?')
    expect((await run('apps', 'rm', id)).stderr).toContain('add --yes')
    expect((await run('apps', 'rm', id, '--yes')).stdout).toBe(`App ${id} is deleted.\n`)
    expect((await run('apps', 'get', id)).code).toBe(2)
  })

  test('a webhook is registered, changed, paused, tested, signed again and deleted', async () => {
    const { sdkAppId } = await service.createApp('webhooks')
    const app = String(sdkAppId)
    const tokenFile = join(folder, 'token.txt')
    await writeFile(tokenFile, 'the-first-token\n')
    const where = ['--app', app, '--url', receiver.url, '--commands', `Live.*,${gift}`, '--token-file', tokenFile]
    const how = ['--name', 'orders', '--retry', '5,30', '--header', 'X-Own: kept']
    const webhook = await json('webhooks', 'create', ...where, ...how)
    expect(webhook).toMatchObject({
      commands: ['Live.*', gift],
      retry: [5, 30],
      tokenSet: true,
      headers: { 'X-Own': 'kept' },
    })
    const id = String(webhook['webhookId'])
    expect(
      await json('webhooks', 'set', id, '--retry', 'none', '--rate', '50', '--set', 'keepBodies=failed'),
    ).toMatchObject({ retry: 'none', ratePerSecond: 50, keepBodies: 'failed' })
    expect(await json('webhooks', 'pause', id)).toMatchObject({ paused: true })
    expect((await run('webhooks', 'ls', '--app', app)).stdout).toMatch(new RegExp(`${id} +orders +paused +yes +http:`))
    expect(await json('webhooks', 'resume', id)).toMatchObject({ paused: false })
    expect((await run('webhooks', 'get', id)).stdout).toMatch(/^name +orders$/m)

    const tested = await run('webhooks', 'test', id)
    expect(tested.stdout).toMatch(/passed/)
    // The receiver of the test takes everything, which is no manners.
    expect(tested.code).toBe(6)

    const rotated = await run('webhooks', 'token', 'rotate', id)
    expect(rotated.stdout).toMatch(/^\S{16,128}\n$/)
    expect(rotated.stderr).toMatch(/Sign is made with the old one until \S+Z/)
    expect((await run('webhooks', 'token', 'rotate', id)).stderr).toContain('is being replaced until')
    const set = await run('webhooks', 'token', 'set', id, '--token-file', tokenFile)
    expect(set.stdout).toContain('ends in oken')
    expect(set.stdout).not.toContain('the-first-token')
    const atOnce = await run('webhooks', 'token', 'rotate', id, '--overlap', '0')
    expect(atOnce.stderr).toContain('receivers need it now')
    expect(atOnce.stdout).not.toBe(rotated.stdout)

    const asked = await run('webhooks', 'rm', id)
    expect(asked.code).toBe(2)
    expect(asked.stderr).toContain('add --yes')
    expect((await run('webhooks', 'token', 'rm', id, '--yes')).code).toBe(0)
    expect(await json('webhooks', 'rm', id, '--yes')).toEqual({ webhookId: id, deleted: true })
    expect((await run('webhooks', 'get', id)).stderr).toContain(`There is no webhook ${id}`)
  })

  test('in a terminal a deletion asks, and Ctrl-C is a no', async () => {
    const { sdkAppId } = await service.createApp('asks')
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    for (const answer of ['n\r', '\u0003']) {
      const cli = startCliInTerminal(['webhooks', 'rm', webhookId], { env })
      await cli.until(/Delete webhook .*\[y\/N\] /)
      cli.child.stdin.write(answer)
      expect(await cli.ended).toMatchObject({ code: 2, stdout: expect.stringContaining('Nothing was done.') })
    }
    const cli = startCliInTerminal(['webhooks', 'rm', webhookId], { env })
    await cli.until(/\[y\/N\] /)
    cli.child.stdin.write('y\r')
    expect(await cli.ended).toMatchObject({ code: 0, stdout: expect.stringContaining(`${webhookId} is deleted.`) })
  })

  test('a key is printed once, listed without itself, and revoked', async () => {
    const made = await run('keys', 'create', 'checkout', '--role', 'read')
    const key = made.stdout.trim()
    expect(key).toMatch(/^lhk_/)
    const [, keyId = ''] = /This is (key_\w+) \(read, all apps\)/.exec(made.stderr) ?? []
    expect((await startInProcess(['apps', 'ls', '--json'], { env: { ...env, LIVEHOOK_KEY: key } }).ended).code).toBe(0)
    const { stdout } = await run('keys', 'ls')
    expect(stdout).toMatch(new RegExp(`${keyId} +checkout +read +all`))
    expect(stdout).not.toContain(key)
    const denied = await startInProcess(['keys', 'create', 'more', '--role', 'admin'], {
      env: { ...env, LIVEHOOK_KEY: key },
    }).ended
    expect(denied.code).toBe(3)
    expect((await run('keys', 'rm', keyId)).code).toBe(2)
    expect((await run('keys', 'rm', keyId, '--yes')).stdout).toBe(`${keyId} is revoked.\n`)
    expect((await startInProcess(['apps', 'ls'], { env: { ...env, LIVEHOOK_KEY: key } }).ended).code).toBe(3)
    expect((await run('audit', 'ls', '--action', 'key.revoked')).stdout).toMatch(new RegExp(`key\\.revoked +${keyId}`))
  })
})

describe('livehook events, decisions and stats', () => {
  let app: string
  beforeAll(async () => {
    const { sdkAppId } = await service.createApp('looks')
    app = String(sdkAppId)
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*', gift] })
  })

  test('an event is shown with its body and its deliveries', async () => {
    const accepted = await service.postEvent(Number(app), created, '{"RoomInfo":{"RoomId":"r1"}}')
    await service.untilState(accepted.deliveries[0] ?? '', 'succeeded')
    const { stdout } = await run('events', 'get', accepted.eventId)
    expect(stdout).toMatch(new RegExp(`^${accepted.eventId} {2}${created}\n`))
    expect(stdout).toContain('"RoomId":"r1"')
    expect(stdout).toMatch(/dlv_\w+ {2}succeeded at wh_\w+ after 1 attempt$/m)
    const stats = await run('stats', '--app', app)
    expect(stats.stdout).toMatch(/^attempts +[1-9]/m)
    expect(await json('stats', '--app', app)).toMatchObject({ step: 60, total: { attempts: expect.any(Number) } })
  })

  test('LIVEHOOK_SDK_APP_ID is the app if none is named', async () => {
    await service.createApp('another')
    const inApp = await startInProcess(['apps', 'get', '--json'], { env: { ...env, LIVEHOOK_SDK_APP_ID: app } }).ended
    expect(JSON.parse(inApp.stdout)).toMatchObject({ sdkAppId: Number(app), name: 'looks' })
    const none = await run('apps', 'get')
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('choose one with --app')])
    const wrong = await startInProcess(['stats'], { env: { ...env, LIVEHOOK_SDK_APP_ID: 'mine' } }).ended
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('LIVEHOOK_SDK_APP_ID takes an SdkAppId')])
  })

  test('decisions are listed, shown, and seen while they are made', async () => {
    const tail = startInProcess(['decisions', 'tail', '--app', app, '--json'], { env })
    // The stream has begun once something of it arrives.
    while (tail.stdout() === '') {
      await run('ask', gift, '--app', app)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    tail.stop()
    const { code, stdout } = await tail.ended
    expect(code).toBe(0)
    const { decision } = JSON.parse(stdout.split('\n')[0] ?? '') as { decision: { decisionId: string } }
    // It is written down a moment after it was told.
    await expect
      .poll(async () => (await run('decisions', 'ls', '--app', app, '--verdict', 'allow')).stdout)
      .toMatch(new RegExp(`${decision.decisionId} +wh_\\w+ +${gift} +allow \\(app, \\d+ ms\\)`))
    expect((await run('decisions', 'get', decision.decisionId)).stdout).toMatch(/^dec_\w+ {2}allow/)
  })
})

test('--json of every reading verb is what the contract of the API says', async () => {
  const own = await service.createApp('contract')
  const app = String(own.sdkAppId)
  await service.createWebhook(own.sdkAppId, { url: receiver.url, commands: ['*', gift] })
  const accepted = await service.postEvent(own.sdkAppId, created, '{"RoomInfo":{"RoomId":"r1"}}')
  await service.untilState(accepted.deliveries[0] ?? '', 'succeeded')
  const asked = await run('ask', gift, '--app', app, '--json')
  const { decisionId } = JSON.parse(asked.stdout) as { decisionId: string }
  const reading: readonly [schema: TSchema, ...args: string[]][] = [
    [Type.Array(contract.App), 'apps', 'ls'],
    [contract.App, 'apps', 'get', app],
    [Type.Array(contract.Webhook, { minItems: 1 }), 'webhooks', 'ls', '--app', app],
    [Type.Array(contract.Key, { minItems: 1 }), 'keys', 'ls'],
    [Type.Array(contract.Delivery, { minItems: 1 }), 'deliveries', 'ls', '--app', app],
    [contract.DeliveryDetail, 'deliveries', 'get', accepted.deliveries[0] ?? ''],
    [contract.EventDetail, 'events', 'get', accepted.eventId],
    [Type.Array(contract.Decision), 'decisions', 'ls', '--app', app],
    [contract.DecisionDetail, 'decisions', 'get', decisionId],
    [contract.Stats, 'stats', '--app', app],
    [Type.Array(contract.AuditEntry, { minItems: 1 }), 'audit', 'ls'],
    [Type.Array(contract.CommandSummary, { minItems: 1 }), 'commands'],
    [contract.AskAnswer, 'ask', gift, '--app', app],
    [contract.EventAccepted, 'trigger', created, '--app', app],
  ]
  const wrong: unknown[] = []
  for (const [schema, ...args] of reading) {
    const { stdout } = await run(...args, '--json')
    const shown: unknown = JSON.parse(stdout)
    if (!Value.Check(schema, shown)) wrong.push([args, Value.Errors(schema, shown)])
  }
  expect(wrong).toEqual([])
})

describe('lists', () => {
  test('--watch says again what has changed, until Ctrl-C', async () => {
    const watch = startInProcess(['apps', 'ls', '--watch', '--json'], { env })
    await watch.until(/\n/)
    await service.createApp('came later')
    await watch.until(/came later/)
    watch.stop()
    const { code, stdout } = await watch.ended
    expect(code).toBe(0)
    for (const text of stdout.trim().split('\n')) expect(Array.isArray(JSON.parse(text))).toBe(true)
  })

  test('fit a terminal, whatever its width, and are coloured there', async () => {
    const { sdkAppId } = await service.createApp('很长的名字'.repeat(12))
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], name: 'n'.repeat(100) })
    const { stdout } = await startInProcess(['webhooks', 'ls'], { env, terminal: 72 }).ended
    const lines = stdout.trim().split('\n')
    expect(lines.length).toBeGreaterThan(1)
    for (const text of lines) expect(stringWidth(text)).toBeLessThanOrEqual(72)
    expect(stdout).toContain('\u001b[32mon')
    expect(stdout).toContain('…')
    const apps = await startInProcess(['apps', 'ls'], { env: { ...env, NO_COLOR: '1' }, terminal: 40 }).ended
    for (const text of apps.stdout.trim().split('\n')) expect(stringWidth(text)).toBeLessThanOrEqual(40)
    expect(apps.stdout).not.toContain('\u001b[3')
  })

  test('a full pipe that is read late gets everything, one that is closed ends it quietly', async () => {
    const { sdkAppId } = await service.createApp('large')
    // Three times as much as a pipe holds.
    const body = JSON.stringify({ RoomInfo: { RoomId: 'r1' }, Pad: 'x'.repeat(200_000) })
    const { eventId } = await service.postEvent(sdkAppId, created, body)
    const late = startCli(['events', 'get', eventId, '--json'], { env })
    late.child.stdout.pause()
    // Nothing more can happen once the pipe is full; what it has written by then is what it holds.
    while (late.child.stdout.readableLength === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    late.child.stdout.resume()
    const { code, stdout } = await late.ended
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as { body: string }).body).toContain('x'.repeat(200_000))

    const closed = startCli(['events', 'get', eventId, '--json'], { env })
    closed.child.stdout.destroy()
    expect(await closed.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('livehook config show', () => {
  test('says of each setting where it comes from, and shows no secret', async () => {
    const file = join(folder, 'admin-key')
    await writeFile(file, 'a-secret-admin-key-of-the-test\n')
    const settings = { LIVEHOOK_ADMIN_KEY_FILE: file, LIVEHOOK_LOG_LEVEL: 'warn' }
    const show = (...args: string[]) =>
      startInProcess(['config', 'show', '--port', '1234', ...args], { env: settings }).ended
    const { code, stdout } = await show('--origin')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^SETTING +VALUE +FROM$/m)
    expect(stdout).toMatch(/^LIVEHOOK_PORT +1234 +flag$/m)
    expect(stdout).toMatch(/^LIVEHOOK_ADMIN_KEY +\(set\) +file$/m)
    expect(stdout).toMatch(/^LIVEHOOK_LOG_LEVEL +"warn" +environment$/m)
    expect(stdout).toMatch(/^LIVEHOOK_HOST +"127\.0\.0\.1" +default$/m)
    expect(stdout).not.toContain('a-secret')
    expect(JSON.parse((await show('--json')).stdout)).toContainEqual({
      name: 'LIVEHOOK_PORT',
      value: '1234',
      origin: 'flag',
    })
    const wrong = await startInProcess(['config', 'show'], { env: { LIVEHOOK_PRT: '1' } }).ended
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('Did you mean LIVEHOOK_PORT?')])
  })
})
