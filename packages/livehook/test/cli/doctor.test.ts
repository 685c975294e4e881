// `livehook doctor` against receivers with one thing wrong each.

import { checkSign } from '@livehook/protocol/node'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsServer } from '../../src/cli/demo/dns-server.ts'
import { nameOfProxy } from '../../src/domain/egress/proxy.ts'
import type { Probe } from '../../src/http/contract/contract.ts'
import { openProxy } from '../egress/scripted-proxy.ts'
import { TlsWorld, tlsName } from '../egress/tls-receiver.ts'
import type { TlsReceiver } from '../egress/tls-receiver.ts'
import { startInProcess } from '../support/cli.ts'
import type { Answer, TestReceiver } from '../support/receiver.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'

const token = 'xxxxyyyy-0123'
const world = new TlsWorld()
const open: { close(): Promise<void> }[] = []
let folder: string
let dns: DnsServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-doctor-'))
  setDefaultCACertificates([...getCACertificates('default'), world.root.certificatePem])
  dns = await startDnsServer({ [tlsName]: ['127.0.0.1'], 'private.test': ['10.0.0.1'] })
})

afterAll(async () => {
  for (const each of open) await each.close()
  await dns.close()
  await rm(folder, { recursive: true, force: true })
})

async function keep<Closable extends { close(): Promise<void> }>(opening: Promise<Closable>): Promise<Closable> {
  const opened = await opening
  open.push(opened)
  return opened
}

const receiverThat = (answer: Answer): Promise<TestReceiver> => keep(openReceiver(answer))
const tlsReceiver = (fault: string): Promise<TlsReceiver> => keep(world.open(fault))

/** Checks Sign and SdkAppId as it should. */
const wellMannered: Answer = (request, response, count) => {
  const check = checkSign({ tokens: [token], query: request.target.split('?')[1] ?? '', now: Date.now() })
  if (check.kind === 'verified' && request.query.get('SdkAppId') === '1400000001') {
    return answerOk(request, response, count)
  }
  return void response.writeHead(401).end()
}

function doctor(args: readonly string[], env: Record<string, string> = { LIVEHOOK_TOKEN: token }) {
  const own = ['--egress-allow', '127.0.0.0/8', '--dns', dns.address]
  return startInProcess(['doctor', ...args, ...own], {
    env: { TMPDIR: folder, ...env },
  })
}

const run = (args: readonly string[], env?: Record<string, string>) => doctor(args, env).ended

describe('livehook doctor', () => {
  test('shows every stage of a webhook that works, without colour where no one looks, and exits 0', async () => {
    const receiver = await receiverThat(wellMannered)
    const { code, stdout, stderr } = await run([receiver.url])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).not.toContain('\u001b')
    expect(stdout.split('\n')[0]).toBe(receiver.url)
    expect(stdout).toMatch(/^ {2}passed {3}TCP .* 127\.0\.0\.1:\d+$/m)
    expect(stdout).toMatch(/^ {2}passed {3}refuses a wrong Sign .* answered 401$/m)
    expect(stdout).toMatch(/^11 passed, 0 failed, 2 skipped$/m)
    expect(stdout).not.toContain(token)
  })

  test('tells how the connection is secured', async () => {
    const receiver = await tlsReceiver('whole_chain')
    const { stdout } = await run([`https://${tlsName}:${receiver.port}/hook`])
    expect(stdout).toMatch(/^ {2}passed {3}DNS .* 127\.0\.0\.1 \(asked 127\.0\.0\.1:\d+\)$/m)
    expect(stdout).toMatch(
      /^ {2}passed {3}TLS .* TLSv1\.3, CN=receiver\.test, by CN=Test Intermediate, chain of 3, \d+ days left$/m,
    )
  })

  test('says a receiver that ignores Sign is open to forgery, and exits 6', async () => {
    const { code, stdout, stderr } = await run([(await receiverThat(answerOk)).url])
    expect(code).toBe(6)
    expect(stdout).toMatch(/^ {2}failed {3}refuses a wrong Sign .* open_to_forgery/m)
    expect(stdout).toContain('Open to forgery: ')
    expect(stderr).toContain('lacks manners: refuses a wrong Sign (open_to_forgery)')
  })

  test('says what it cannot ask without a token', async () => {
    const { code, stdout } = await run([(await receiverThat(answerOk)).url], {})
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}skipped {2}refuses a wrong Sign .* no_token$/m)
  })

  test.each<[string, () => Promise<string>, number, string, string]>([
    ['a name that does not exist', async () => 'http://notexist.test/hook', 5, 'dns_not_found', 'DNS failed'],
    ['a private address', async () => 'http://private.test/hook', 5, 'address_not_public', '--egress-allow 10.0.0.1'],
    ['a closed port', async () => `http://127.0.0.1:${await closedPort()}/`, 5, 'connection_refused', 'TCP failed'],
    [
      'an expired certificate',
      async () => `https://${tlsName}:${(await tlsReceiver('tls_expired')).port}/`,
      5,
      'tls_expired',
      'TLS failed',
    ],
    [
      'a client certificate that is wanted',
      async () => `https://${tlsName}:${(await tlsReceiver('tls_client_cert')).port}/`,
      5,
      'tls_client_cert',
      'TLS failed',
    ],
    [
      'a web page',
      async () => (await receiverThat((_, response) => void response.end('<!DOCTYPE html><title>Login</title>'))).url,
      6,
      'html',
      'JSON (html)',
    ],
    [
      'a path that is not there',
      async () => (await receiverThat((_, response) => void response.writeHead(404).end())).url,
      6,
      'status_404',
      'status (status_404)',
    ],
  ])('names %s', async (_, openUrl, exit, detail, sentence) => {
    const { code, stdout, stderr } = await run([await openUrl()])
    expect(code).toBe(exit)
    expect(stdout).toMatch(new RegExp(`^ {2}failed {3}.* ${detail}`, 'm'))
    expect(stdout).toMatch(/^ {2}skipped {2}.*manners: not reached$/m)
    expect(stderr).toContain(sentence)
  })

  test('shows each stage when it ends, not at the end of all', async () => {
    const receiver = await receiverThat(() => undefined)
    const running = doctor([receiver.url, '--timeout-ms', '30000'])
    await running.until(/passed {3}TCP/)
    expect(await Promise.race([running.ended, Promise.resolve('is still running')])).toBe('is still running')
    running.stop()
    expect((await running.ended).code).not.toBe(0)
  })

  test('asks through the proxy of the service, and shows it without its credentials', async () => {
    const receiver = await receiverThat(wellMannered)
    const proxy = await keep(openProxy(() => ({ kind: 'open', port: receiver.port })))
    const LIVEHOOK_EGRESS_PROXY = `http://hooks:s3cret@${nameOfProxy(proxy.proxy)}`
    const args = ['doctor', 'http://203.0.113.7/hook', '--egress-allow', '203.0.113.0/24']
    const env = { TMPDIR: folder, LIVEHOOK_TOKEN: token, LIVEHOOK_EGRESS_PROXY }
    const { code, stdout, stderr } = await startInProcess(args, { env }).ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}passed {3}TCP .* 203\.0\.113\.7:80 through 127\.0\.0\.1:\d+$/m)
    expect(stdout + stderr).not.toMatch(/s3cret|hooks/)
  })

  test('--json prints the probe and nothing else', async () => {
    const { code, stdout } = await run([(await receiverThat(answerOk)).url, '--json'])
    const probe = JSON.parse(stdout) as Probe
    expect([code, probe.ok, probe.stages.length]).toEqual([6, false, 13])
    expect(probe.stages.find(({ check }) => check === 'wrong_sign')?.detail).toBe('open_to_forgery')
  })

  test('--lang zh gives the advice in Chinese', async () => {
    const { stdout } = await run(['http://notexist.test/hook', '--lang', 'zh'])
    expect(stdout).toContain('访问回调 URL 超时。')
  })

  test('reads the token from a file or standard input, and sends the command that was asked for', async () => {
    const receiver = await receiverThat(wellMannered)
    const env = { TMPDIR: folder }
    const args = ['doctor', receiver.url, '--egress-allow', '127.0.0.1', '--command', 'Room.CallbackAfterCreateRoom']
    const { code } = await startInProcess([...args, '--token-file', '-'], { env, input: `${token}\n` }).ended
    expect(code).toBe(0)
    expect(receiver.requests[0]?.query.get('WebhookCommand')).toBe('Room.CallbackAfterCreateRoom')
  })

  test.each([
    [[], 2, 'Which URL?'],
    [['http://a.test/', '--webhook', 'wh_1'], 2, 'not both'],
    [['http://a.test/', '--command', 'Live.CallbackAfterCreateRooms'], 2, 'Did you mean Live.CallbackAfterCreateRoom'],
    [['http://a.test/', '--timeout-ms', '1'], 2, '--timeout-ms takes a whole number from 100 to 30000'],
    [['http://a.test/', '--spelling', 'x'], 2, 'webhook, callback'],
  ])('%j ends with code %i and says what to do', async (args, code, sentence) => {
    const ended = await startInProcess(['doctor', ...args], { env: { TMPDIR: folder } }).ended
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(sentence)])
  })

  test('an empty token is no token, and said so before anything is sent', async () => {
    const { code, stderr } = await run(['http://a.test/'], { LIVEHOOK_TOKEN: '' })
    expect([code, stderr]).toEqual([2, expect.stringContaining('LIVEHOOK_TOKEN is empty')])
  })

  test.each([
    [['--egress-allow', '10.0.0.0/99'], '--egress-allow'],
    [['--dns', 'nowhere'], '--dns'],
  ])('a setting that cannot be read, %j, ends with code 3', async (args, sentence) => {
    const ended = await startInProcess(['doctor', 'http://a.test/', ...args], { env: { TMPDIR: folder } }).ended
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining(sentence)])
  })
})

test('livehook doctor --webhook lets the running service ask', async () => {
  const receiver = await receiverThat(answerOk)
  const service = await keep(openService())
  const { sdkAppId } = await service.createApp()
  const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] }, token)
  const env = { TMPDIR: folder, LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey }
  const asked = await startInProcess(['doctor', '--webhook', webhookId], { env }).ended
  expect(asked.code).toBe(6)
  expect(asked.stdout).toMatch(/failed {3}refuses a wrong Sign .* open_to_forgery/)
  const unknown = await startInProcess(['doctor', '--webhook', 'wh_none'], { env }).ended
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('has no webhook "wh_none"')])
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
