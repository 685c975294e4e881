import { createServer } from 'node:http'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCli, startInProcess } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const store = (name: string): string => `sqlite:${join(folder, name)}`

describe('livehook', () => {
  test('--help begins with examples and lists every verb', async () => {
    const { code, stdout, stderr } = await startInProcess(['--help']).ended
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^Examples:\n {2}\$ livehook dev --demo/)
    for (const verb of ['serve', 'dev', 'ask', 'trigger', 'send', 'commands', 'doctor', 'sign', 'verify'])
      expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, 'm'))
  })

  test('--version prints the version and nothing else', async () => {
    const { code, stdout } = await startCli(['--version']).ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test.each([
    [['triger'], 2, 'Did you mean trigger?'],
    [['serve', '--prot', '1'], 2, "unknown option '--prot'"],
    [['trigger'], 2, "missing required argument 'command'"],
    [['trigger', 'Live.CallbackAfterCreateRooms'], 2, 'Did you mean Live.CallbackAfterCreateRoom'],
    [['trigger', 'Live.CallbackBeforeCallBackNotBlock'], 2, 'is a switch; no event of it exists'],
    [['serve', '--port', '99999'], 3, '--port (LIVEHOOK_PORT) is "99999"; it must be a port'],
    [['serve', '--egress-allow', '10.1.0.0/invalid'], 3, 'LIVEHOOK_EGRESS_ALLOW'],
    [['send', 'Live.CallbackAfterCreateRoom', '--body', '/nowhere/x.json'], 2, 'cannot be read from /nowhere/x.json'],
  ])('%j ends with code %i and says what to do', async (args, code, sentence) => {
    const ended = await startInProcess(args, { env: { TMPDIR: folder } }).ended
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(sentence)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
  })

  test('ends the process with the code of its verb, and says why on stderr alone', async () => {
    expect(await startCli(['triger']).ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Did'),
    })
    const ended = await startCli(['send', 'Own.Word', '--body', '-', '--direct', 'not a url'], { input: '{}' }).ended
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^livehook: .*cannot be called/) })
  })

  test('refuses an unknown LIVEHOOK_ variable with a suggestion', async () => {
    const ended = await startInProcess(['serve'], { env: { LIVEHOOK_PROT: '1' } }).ended
    expect(ended.code).toBe(3)
    expect(ended.stderr).toContain('Did you mean LIVEHOOK_PORT?')
  })

  test('names a port that is taken, and the next free one', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { code, stderr } = await startInProcess(['serve', '--port', String(port), '--store', store('taken.db')]).ended
    server.close()
    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken.*use --port \\d+\\.`))
  })

  test('says that there is no service, and how to start one', async () => {
    const receiver = await openReceiver()
    await receiver.close()
    const url = `http://127.0.0.1:${receiver.port}`
    const env = { LIVEHOOK_URL: url, LIVEHOOK_KEY: 'whatever-key-it-is', TMPDIR: folder }
    const { code, stderr } = await startInProcess(['trigger', 'Live.CallbackAfterCreateRoom', '--app', '1'], { env })
      .ended
    expect(code).toBe(5)
    expect(stderr).toContain(`There is no service at ${url} (ECONNREFUSED)`)
  })
})

describe('livehook serve', () => {
  test('makes an admin key at the first start, prints it once, and takes it at the next', async () => {
    const args = ['serve', '--port', '0', '--store', store('key.db'), '--log-level', 'silent']
    const first = startCli(args)
    const [, url = ''] = await first.until(/^livehook ready on (\S+)$/m)
    const key = /shown only this once: (lhk_\S+)/.exec(first.stderr())?.[1] ?? ''
    expect((await fetch(`${url}/v1/apps`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)
    first.child.kill('SIGINT')
    expect(await first.ended).toMatchObject({ code: 0, stdout: `livehook ready on ${url}\n` })

    const second = startCli(args)
    const [, again = ''] = await second.until(/^livehook ready on (\S+)$/m)
    expect((await fetch(`${again}/v1/apps`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)
    second.child.kill('SIGTERM')
    const told = `Console: ${again}/ (sign in with a key; started in a terminal, serve prints a one-time link)\n`
    expect(await second.ended).toMatchObject({ code: 0, stderr: told })
  })

  test('keeps a second process away from its data', async () => {
    const args = ['serve', '--port', '0', '--store', store('locked.db'), '--log-level', 'silent']
    const first = startCli(args)
    await first.until(/^livehook ready on/m)
    const second = await startCli(args).ended
    expect(second.code).toBe(3)
    expect(second.stderr).toContain('livehook: ')
    first.child.kill('SIGTERM')
    await first.ended
  })

  test('does not begin an empty store if one was emptied, unless it is told to', async () => {
    const args = ['serve', '--port', '0', '--store', store('emptied.db'), '--log-level', 'silent']
    const serveOnce = async (...flags: string[]) => {
      const running = startCli([...args, ...flags])
      await running.until(/^livehook ready on/m)
      running.child.kill('SIGTERM')
      await running.ended
    }
    await serveOnce()
    await truncate(join(folder, 'emptied.db'))
    const { code, stderr } = await startCli(args).ended
    expect(code).toBe(3)
    expect(stderr).toMatch(/^livehook: The data file .*emptied\.db is empty \(0 bytes\).*--accept-empty/s)
    await serveOnce('--accept-empty')
    await serveOnce()
  })
})

describe('trigger and send', () => {
  test('post a sample with changes, and exactly the bytes of a file', async () => {
    const receiver = await openReceiver()
    const service = await openService()
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const client = { env: { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey, TMPDIR: folder } }

    const triggered = await startInProcess(
      ['trigger', 'Live.CallbackAfterCreateRoom', '--set', 'RoomInfo.RoomId=r1', '--platform', 'iOS', '--wait'],
      client,
    ).ended
    expect(triggered).toMatchObject({ code: 0, stderr: '' })
    expect(triggered.stdout).toMatch(
      /is kept and goes to 1 webhook: dlv_\w+\n {2}→ .*\n {2}← 200 .*\ndlv_\w+ succeeded at default/,
    )
    const [request] = await receiver.arrived(1)
    expect(JSON.parse(request?.body.toString() ?? '')).toMatchObject({ RoomInfo: { RoomId: 'r1' } })
    expect(request?.query.get('OptPlatform')).toBe('iOS')

    const bytes = '{"CallbackCommand":"Room.CallbackAfterDestroyRoom", "EventTime":1,\n"big":144115233406643804}'
    await writeFile(join(folder, 'body.json'), bytes)
    const sent = await startInProcess(
      ['send', 'Room.CallbackAfterDestroyRoom', '--body', join(folder, 'body.json'), '--json'],
      client,
    ).ended
    expect(JSON.parse(sent.stdout)).toMatchObject({ status: 'accepted' })
    expect((await receiver.arrived(2))[1]?.body.toString()).toBe(bytes)

    const direct = await startInProcess(
      ['send', 'Live.CallbackAfterCreateRoom', '--body', '-', '--direct', receiver.url],
      {
        env: { LIVEHOOK_TOKEN: 'xxxxyyyy' },
        input: '{"a":1}',
      },
    ).ended
    expect(direct).toMatchObject({ code: 0, stderr: '' })
    const third = (await receiver.arrived(3))[2]
    expect(third?.body.toString()).toBe('{"a":1}')
    expect([...(third?.query.keys() ?? [])].slice(-2)).toEqual(['Sign', 'RequestTime'])

    await service.close()
    await receiver.close()
  })
})

describe('livehook dev', () => {
  test('delivers to its own receiver, is found by trigger in another terminal, and leaves nothing behind', async () => {
    const env = { TMPDIR: folder }
    const dev = startInProcess(['dev', '--port', '0'], { env })
    await dev.until(/^livehook ready on/m)
    const triggered = await startInProcess(['trigger', 'Live.CallbackAfterCreateRoom'], { env }).ended
    expect(triggered.code).toBe(0)
    await dev.until(/succeeded {2}Live\.CallbackAfterCreateRoom/)
    // Its receiver is an example of a good one: it passes every stage of a probe.
    const [, webhookId = ''] = /webhook (wh_\w+) to/.exec(dev.stderr()) ?? []
    const probed = await startInProcess(['webhooks', 'test', webhookId], { env }).ended
    expect(probed.stdout).toMatch(/\n11 passed, 0 failed, 2 skipped\n$/)
    expect([...probed.stdout.matchAll(/^ {2}skipped {2}(\w+)/gm)].map(([, stage]) => stage)).toEqual(['DNS', 'TLS'])
    expect(probed.code).toBe(0)
    dev.stop()
    const { code, stdout, stderr } = await dev.ended
    expect(code).toBe(0)
    expect(stdout.match(/livehook ready on/g)).toHaveLength(1)
    expect(stdout).not.toContain('\u001b[')
    expect(stderr).toMatch(/Console {4}http:\/\/127\.0\.0\.1:\d+\/sign-in#code=[\w-]{32} /)
    const gone = await startInProcess(['trigger', 'Live.CallbackAfterCreateRoom'], { env }).ended
    expect(gone.code).toBe(3)
  })

  test('--demo shows a room that is delivered and five webhooks that fail, each for its own reason', async () => {
    const receiver = await openReceiver()
    const demo = startInProcess(['dev', '--port', '0', '--demo', '--to', receiver.url], { env: { TMPDIR: folder } })
    await demo.until(/succeeded {2}Live\.CallbackAfterCreateRoom/)
    for (const detail of ['dns_not_found', 'address_not_public', 'connection_refused', 'status_503', 'html']) {
      await demo.until(new RegExp(`pending {4}Live\\.CallbackAfterCreateRoom .* \\(${detail}\\); next attempt in`))
    }
    await demo.until(/asked {6}Live\.CallbackBeforeSendGift {10}→ receiver: allow \(app, \d+ ms\)$/m)
    await demo.until(/succeeded {2}Live\.CallbackAfterDestroyRoom/)
    demo.stop()
    expect((await demo.ended).code).toBe(0)
    await receiver.close()
  })
})
