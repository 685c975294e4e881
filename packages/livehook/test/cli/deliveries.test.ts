// `livehook deliveries` and `livehook redeliver` as people run them: the real program against a real service.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess, startInProcess } from '../support/cli.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
let folder: string
let service: TestService
let receiver: TestReceiver
let sdkAppId: number
let webhookId: string
let isBroken = true

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-deliveries-'))
  receiver = await openReceiver((request, response, count) => {
    if (isBroken) response.writeHead(503).end()
    else answerOk(request, response, count)
  })
  service = await openService()
  ;({ sdkAppId } = await service.createApp())
  const webhook = { url: receiver.url, commands: ['*'], retry: 'none' as const, name: 'orders' }
  ;({ webhookId } = await service.createWebhook(sdkAppId, webhook))
})
afterAll(async () => {
  await service.close()
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
})

const start = (...args: string[]) =>
  startInProcess(args, { env: { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey, TMPDIR: folder } })
const run = (...args: string[]) => start(...args).ended

async function deadOne(): Promise<string> {
  isBroken = true
  const [deliveryId = ''] = (await service.postEvent(sdkAppId, command, '{}')).deliveries
  await service.untilState(deliveryId, 'dead')
  return deliveryId
}

describe('livehook deliveries', () => {
  test('ls lists, get explains, both as JSON too', async () => {
    const deliveryId = await deadOne()
    const listed = await run('deliveries', 'ls', '--state', 'dead', '--detail', 'status_503', '--since', '1h')
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toMatch(
      new RegExp(`^\\S+Z +${deliveryId} +dead +1 +${webhookId} +${command} +http_code_not_200 · status_503$`, 'm'),
    )
    const json = await run('deliveries', 'ls', '--id', deliveryId, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject([{ deliveryId, state: 'dead' }])

    const shown = await run('deliveries', 'get', deliveryId)
    expect(shown.code).toBe(0)
    expect(shown.stdout).toContain(`${command} → orders (${receiver.url})`)
    expect(shown.stdout).toMatch(/attempt 1 .* http_code_not_200 · status_503, status 503\n {2}\S/)
    expect(JSON.parse((await run('deliveries', 'get', deliveryId, '--json')).stdout)).toMatchObject({ attemptCount: 1 })
  })

  test.each([80, 120])(
    'in a terminal of %i columns has ids and reason whole, and no line is too long',
    async (terminal) => {
      const deliveryId = await deadOne()
      const env = { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey, TMPDIR: folder, NO_COLOR: '1' }
      const outputs: string[] = []
      for (const args of [
        ['ls', '--id', deliveryId],
        ['get', deliveryId],
      ]) {
        const { stdout } = await runInProcess(['deliveries', ...args], { env, terminal })
        outputs.push(stdout)
        for (const text of stdout.split('\n')) expect(stringWidth(text)).toBeLessThanOrEqual(terminal)
        for (const whole of [deliveryId, command, 'http_code_not_200 · status_503']) expect(stdout).toContain(whole)
      }
      expect(outputs[0]).toContain(webhookId)
      expect(outputs[0]).toMatch(/^\d\d:\d\d:\d\d {2}dlv_/m)
    },
  )

  test('ls says where nothing passes, and what is wrong with an option', async () => {
    const none = await run('deliveries', 'ls', '--until', '2020-01-01T00:00:00Z')
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'No delivery passes this filter.\n' })
    for (const args of [
      ['--since', 'yesterday'],
      ['--state', 'lost'],
      ['--limit', '0'],
      ['--symptom', 'bad'],
    ]) {
      const { code, stderr } = await run('deliveries', 'ls', ...args)
      expect(code).toBe(2)
      expect(stderr).toContain(args[1])
    }
    expect(await run('deliveries', 'get', 'dlv_nothing')).toMatchObject({ code: 2, stdout: '' })
  })

  test('tail shows what happens while it happens, and ends with Ctrl-C', async () => {
    const tail = start('deliveries', 'tail', '--state', 'dead', '--json')
    let deliveryId = ''
    // The stream has begun once something of it arrives.
    while (tail.stdout() === '') {
      deliveryId = await deadOne()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await tail.until(new RegExp(deliveryId))
    tail.stop()
    const { code, stdout } = await tail.ended
    expect(code).toBe(0)
    for (const text of stdout.trim().split('\n')) {
      expect(JSON.parse(text)).toMatchObject({ kind: 'settled', delivery: { state: 'dead' } })
    }
  })
})

describe('livehook redeliver', () => {
  test('sends named deliveries again, every one that may be, and says which may not', async () => {
    const deliveryId = await deadOne()
    isBroken = false
    const { code, stdout, stderr } = await run('redeliver', 'dlv_nothing', deliveryId)
    expect(code).toBe(2)
    expect(stdout).toBe(`${deliveryId} is sent again.\n`)
    expect(stderr).toContain('dlv_nothing: There is no delivery "dlv_nothing". (not_found)')
    await service.untilState(deliveryId, 'succeeded')
  })

  test('over a filter counts first and does nothing, and with --yes sends all of it again', async () => {
    const ids = [await deadOne(), await deadOne()]
    isBroken = false
    const filter = ['--state', 'dead', '--since', '1h', '--command', command]
    const preview = await run('redeliver', ...filter)
    expect(preview.code).toBe(0)
    expect(preview.stdout).toMatch(/^\d+ deliveries would be sent again\.\n$/)
    expect(preview.stderr).toBe('Nothing was done yet: add --yes.\n')
    expect((await service.untilState(ids[0]!, 'dead', 'succeeded')).state).toBe('dead')

    const { code, stdout } = await run('redeliver', ...filter, '--yes', '--rate', '1000', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ state: 'done', skipped: 0 })
    for (const id of ids) await service.untilState(id, 'succeeded')
    expect((await run('redeliver', ...filter)).stdout).toBe('0 deliveries would be sent again.\n')
  })

  test.each([
    [[], 'Which ones?'],
    [['dlv_1', '--state', 'dead'], 'Name deliveries or a filter, not both.'],
    [['--since', '1h', '--rate', '0', '--yes'], '--rate takes a whole number'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stdout, stderr } = await run('redeliver', ...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
  })
})
