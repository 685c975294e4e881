import { createReceiver } from '@livehook/receiver/node'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/cli.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

const created = 'Live.CallbackAfterCreateRoom'
const gift = 'Live.CallbackBeforeSendGift'
const token = 'the-token-of-the-test'

let folder: string
let careful: { readonly url: string; readonly server: Server }
let careless: TestReceiver

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-trigger-'))
  const receiver = createReceiver({ apps: { 1_400_000_001: { tokens: [token] } }, log: false })
  receiver.before(gift, (event) => ({ kind: 'deny', code: 102101, text: `no ${event.body.GiftWater.GiftId}` }) as const)
  const server = createServer(receiver.node())
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  careful = { url: `http://127.0.0.1:${port}/hook`, server }
  careless = await openReceiver()
})
afterAll(async () => {
  careful.server.close()
  await careless.close()
  await rm(folder, { recursive: true, force: true })
})

const run = (args: readonly string[], input = '', env: Record<string, string> = {}) =>
  runInProcess(['trigger', ...args], { env: { TMPDIR: folder, LIVEHOOK_TOKEN: token, ...env }, input })

describe('livehook trigger --to', () => {
  test('shows request and reply without Sign and signature, and ends with 0', async () => {
    const { code, stdout } = await run([created, '--to', careful.url, '--set', 'RoomInfo.RoomId=r7'])
    expect(code).toBe(0)
    expect(stdout).toContain(`POST ${careful.url}?SdkAppId=1400000001&WebhookCommand=${created}`)
    expect(stdout).toContain('Sign=***')
    expect(stdout).toContain('webhook-signature: v1,***')
    expect(stdout).toContain('"RoomId":"r7"')
    expect(stdout).toMatch(/^200 in \d+ ms$/m)
    expect(stdout).toMatch(/\ndelivered\n$/)
  })

  test('tells the verdict on a before command: 7 if it is denied', async () => {
    const { code, stdout, stderr } = await run([gift, '--to', careful.url, '--json'])
    expect(code).toBe(7)
    expect(stderr).toBe('livehook: The event was denied.\n')
    const printed = JSON.parse(stdout) as Record<string, unknown>
    expect(printed).toMatchObject({ outcome: 'deny', errorCode: 102101, reply: { status: 200 }, why: null })
    expect(stdout).not.toMatch(/Sign=[0-9a-f]/)
  })

  test('takes a member out, or sends exactly the bytes of a file', async () => {
    const before = careless.requests.length
    await run([created, '--to', careless.url, '--unset', 'RoomInfo.RoomName'])
    const file = join(folder, 'body.json')
    await writeFile(file, '{"CallbackCommand":"Own.Word", "EventTime":1,  "a":[]}')
    await run(['Own.Word', '--to', careless.url, '--body', `@${file}`])
    const [unset, exact] = careless.requests.slice(before)
    expect(JSON.parse(unset?.body.toString() ?? '')).not.toHaveProperty('RoomInfo.RoomName')
    expect(exact?.body.toString()).toBe('{"CallbackCommand":"Own.Word", "EventTime":1,  "a":[]}')
    expect(exact?.query.get('WebhookCommand')).toBe('Own.Word')
  })

  test('--at signs at that time', async () => {
    const before = careless.requests.length
    await run([created, '--to', careless.url, '--at', '1669872112'])
    expect(careless.requests[before]?.query.get('RequestTime')).toBe('1669872112')
    expect((await run([created, '--to', careful.url, '--at', '1669872112'])).code).toBe(6)
  })

  test.each(['late', 'future', 'badtoken', 'foreign', 'cut'])(
    '--tamper %s: 0 where the receiver refuses it, 6 if it takes it',
    async (how) => {
      const good = await run([created, '--to', careful.url, '--tamper', how])
      expect(good.stderr).toMatch(/\nThe receiver took the good request and, as it must, refused one that /)
      expect(good.code).toBe(0)
      const bad = await run([created, '--to', careless.url, '--tamper', how])
      expect(bad.stderr).toMatch(/The receiver took a request that .*401/)
      expect(bad.code).toBe(6)
    },
  )

  test.each([404, 401, 500])(
    '--tamper cannot tell anything of a URL that answers %i to everything: 4',
    async (status) => {
      const strange = await openReceiver((_request, response) => response.writeHead(status).end('{}'))
      const why = `a platform counts every status but 200 as a failure, and this is ${status}.`
      for (const [how, what] of [
        ['late', 'the good request'],
        ['badtoken', 'the good request'],
        ['twice', 'the event at the first time'],
      ] as const) {
        const { code, stderr } = await run([created, '--to', strange.url, '--tamper', how])
        expect(stderr).toContain(`Cannot tell whether the receiver does what it must: it did not take ${what}: ${why}`)
        expect(code).toBe(4)
      }
      await strange.close()
    },
  )

  test.each([400, 404, 500, 302])(
    '--tamper cannot tell when the tampered request alone is answered with %i: 4',
    async (status) => {
      const odd = await openReceiver((_request, response, count) => {
        response.writeHead(count === 1 ? 200 : status).end('{}')
      })
      const { code, stderr } = await run([created, '--to', odd.url, '--tamper', 'late'])
      await odd.close()
      expect(stderr).toContain(`it answered ${status} to a request that was signed 62 seconds ago, and only 401 or 403`)
      expect(code).toBe(4)
    },
  )

  test('--tamper takes 403 for a refusal too', async () => {
    const forbids = await openReceiver((_request, response, count) => {
      response.writeHead(count === 1 ? 200 : 403).end('{}')
    })
    const { code } = await run([created, '--to', forbids.url, '--tamper', 'foreign'])
    await forbids.close()
    expect(code).toBe(0)
  })

  test('--tamper twice: the same event comes again, and is to be answered alike', async () => {
    const before = careless.requests.length
    expect((await run([created, '--to', careless.url, '--tamper', 'twice'])).code).toBe(0)
    const [first, again] = careless.requests.slice(before)
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect([first, again].map((request) => request?.headers['livehook-attempt'])).toEqual(['1', '2'])
    const strict = await openReceiver((_request, response, count) => {
      response.writeHead(count === 1 ? 200 : 409).end('{}')
    })
    const { code, stderr } = await run([created, '--to', strict.url, '--tamper', 'twice'])
    await strict.close()
    expect(code).toBe(6)
    expect(stderr).toContain('not answered alike')
  })

  test('--times sends so many, each an event of its own, and sums up', async () => {
    const before = careless.requests.length
    const { stdout } = await run([created, '--to', careless.url, '--times', '12', '--rate', '1000'])
    expect(stdout).toMatch(/^12 sent: 12 delivered\n/)
    const sent = careless.requests.slice(before)
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(12)
  })

  test('says that no one listens: 5', async () => {
    const gone = await openReceiver()
    await gone.close()
    const { code, stderr } = await run([created, '--to', gone.url])
    expect(code).toBe(5)
    expect(stderr).toContain('cannot be reached (ECONNREFUSED)')
  })

  test.each([
    [['--tamper', 'late'], 'needs --to'],
    [['--to', 'http://127.0.0.1:9/', '--wait'], '--wait and --app have no meaning'],
    [['--to', 'not a url'], 'cannot be called'],
    [['--to', 'http://127.0.0.1:9/', '--tamper', 'slow'], 'Allowed choices are late, future'],
    [['--unset', 'No.Such.Member', '--to', 'http://127.0.0.1:9/'], 'has no member No.Such.Member'],
    [['--times', '0'], '--times takes a whole number'],
  ])('%j is refused and says why', async (args, says) => {
    const { code, stderr } = await run([created, ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })
})

describe('livehook trigger through the service', () => {
  let service: TestService
  let env: Record<string, string>
  let sdkAppId: number
  beforeAll(async () => {
    service = await openService()
    ;({ sdkAppId } = await service.createApp())
    await service.createWebhook(sdkAppId, { url: careful.url, commands: ['*', gift] }, token)
    env = { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey }
  })
  afterAll(() => service.close())

  test('--wait shows request, reply and how it ended', async () => {
    const { code, stdout } = await run([created, '--wait'], '', env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/is kept and goes to 1 webhook/)
    expect(stdout).toMatch(/→ \{.*"CallbackCommand":"Live\.CallbackAfterCreateRoom"/)
    expect(stdout).toMatch(/← 200/)
    expect(stdout).toMatch(/succeeded at default/)
    expect(stdout).not.toMatch(/Sign=[0-9a-f]/)
  })

  test('asks about a before command, and ends with 7 if it was denied', async () => {
    const { code, stdout } = await run([gift], '', env)
    expect(code).toBe(7)
    expect(stdout).toMatch(/^deny 102101 "no /)
  })

  test('knows the samples of an app’s own commands from the service, and whether they are asked', async () => {
    const own = await service.createApp('own')
    const app = String(own.sdkAppId)
    const receiver = await openReceiver()
    const words = [
      { command: 'Shop.CallbackAfterOrder', phase: 'after', sample: { OrderId: 'o1', Total: 3 } },
      { command: 'Shop.CallbackBeforeOrder', phase: 'before', sample: { OrderId: 'o2', Total: 4 } },
    ]
    for (const { command, phase, sample } of words) {
      const schema = { type: 'object' }
      const made = await service.call('POST', `/v1/apps/${app}/commands`, { command, phase, sample, schema })
      expect([made.status, made.text]).toEqual([201, expect.anything()])
    }
    await service.createWebhook(own.sdkAppId, { url: receiver.url, commands: ['*', 'Shop.CallbackBeforeOrder'] })
    const told = await run(['Shop.CallbackAfterOrder', '--app', app, '--set', 'Total=5', '--wait'], '', env)
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('"Total":5') })
    const asked = await run(['Shop.CallbackBeforeOrder', '--app', app], '', env)
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^allow/) })
    const wrong = await run(['Shop.CallbackAfterOrders', '--app', app], '', env)
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Shop.CallbackAfterOrder') })
    await receiver.close()
  })

  test('--times posts so many events', async () => {
    const { stdout } = await run([created, '--times', '5', '--json', '--app', String(sdkAppId)], '', env)
    const ids = stdout
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as { eventId: string }).eventId)
    expect(new Set(ids).size).toBe(5)
  })
})
