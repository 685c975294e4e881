import { request, tamper } from '@livehook/receiver/testing'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningVerb, VerbOptions } from '../support/cli.ts'
import { startCli, startInProcess } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-listen-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const token = 'a-token-of-the-test'
const created = 'Live.CallbackAfterCreateRoom'
const gift = 'Live.CallbackBeforeSendGift'
const message = 'Group.CallbackBeforeSendMsg'

/** Further ahead than the test kit's, which a busy machine's pauses bring back into the window. */
const fromAhead: typeof tamper.future = (command, options = {}) =>
  request(command, { ...options, at: Date.now() + 120_000 })

interface Listening {
  readonly cli: RunningVerb
  readonly url: string
  post(sent: Request | Promise<Request>): Promise<{ readonly status: number; readonly body: string }>
  /** Ctrl-C, and everything that was printed. */
  stop(): RunningVerb['ended']
}

async function startListening(args: readonly string[], env: Record<string, string> = {}): Promise<Listening> {
  const options: VerbOptions = { env: { TMPDIR: folder, LIVEHOOK_TOKEN: token, ...env } }
  const cli = startInProcess(['listen', '--port', '0', ...args], options)
  const [, url = ''] = await cli.until(/(http:\/\/[\d.:]+)/)
  return {
    cli,
    url,
    async post(sent) {
      const { url: at, headers, ...rest } = await sent
      const { search } = new URL(at)
      const body = Buffer.from(await (await sent).arrayBuffer())
      const response = await fetch(`${url}/hook${search}`, { ...rest, method: 'POST', headers, body })
      return { status: response.status, body: await response.text() }
    },
    stop() {
      cli.stop()
      return cli.ended
    },
  }
}

const objects = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>)

describe('livehook listen', () => {
  test('shows each request with its checks, and counts them at the end', async () => {
    const listening = await startListening([])
    const sent = await request(created, { token, id: 'evt_1' })
    expect(await listening.post(sent.clone())).toMatchObject({ status: 200, body: expect.stringContaining('"OK"') })
    expect(await listening.post(sent)).toMatchObject({ status: 200 })
    expect(await listening.post(tamper.wrongToken(gift))).toMatchObject({ status: 401 })
    const { code, stdout } = await listening.stop()
    expect(code).toBe(0)
    expect(stdout).toMatch(
      new RegExp(`verified {3}${created} → 200 OK {2}.*evt_1\n +checked method · .*sign · window · .*`),
    )
    expect(stdout).toMatch(/repeated {3}Live/)
    expect(stdout).toMatch(/refused .*→ 401 .*\n +passed {2}method · parameters · app\n +refused at sign \(bad_sign\)/)
    expect(stdout).toMatch(/3 requests: 2 verified, 1 refused, 1 repeated\n/)
    expect(stdout).toMatch(/REFUSED +REQUESTS\nbad_sign +1\n$/)
    expect(stdout).not.toContain('\u001b[')
  })

  test.each([
    ['late', tamper.late, 'stale', 401],
    ['future', fromAhead, 'future', 401],
    ['changed', tamper.changedBody, 'bad_sign', 401],
    ['other command', tamper.otherCommand, 'command_mismatch', 401],
  ])('refuses a request that is tampered with: %s', async (_name, make, reason, status) => {
    const listening = await startListening(['--json'])
    expect(await listening.post(make(created, { token }))).toMatchObject({ status })
    const [, seen, totals] = objects((await listening.stop()).stdout)
    expect(seen).toMatchObject({ kind: 'request', result: 'refused', reason, reply: { status, by: 'refusal' } })
    expect(totals).toMatchObject({ kind: 'totals', requests: 1, refused: 1, refusedBy: { [reason]: 1 } })
  })

  test('refuses other apps if one is named', async () => {
    const listening = await startListening(['--json', '--sdk-app-id', '1400000001'])
    expect(await listening.post(tamper.foreignApp(created, { token }))).toMatchObject({ status: 401 })
    expect(objects((await listening.stop()).stdout)[1]).toMatchObject({ reason: 'foreign_app' })
  })

  test('answers by rules, of which the most specific counts', async () => {
    const reply = join(folder, 'reply.json')
    await writeFile(reply, '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Own":[1]}')
    const rules = {
      '--deny': [`${gift}=10101:no gifts today`],
      '--drop': [message],
      '--reply': [`${created}=@${reply}`],
      '--status': ['Room.*=503', 'Room.CallbackAfterCreateRoom=429'],
      '--garbage': ['State.StateChange'],
    }
    const args = Object.entries(rules).flatMap(([name, values]) => values.flatMap((value) => [name, value]))
    const listening = await startListening([...args, '--json'])
    expect((await listening.post(request(gift, { token }))).body).toContain('"ErrorCode":10101')
    expect((await listening.post(request(created, { token }))).body).toBe(await readFile(reply, 'utf8'))
    expect(await listening.post(request('Room.CallbackAfterCreateRoom', { token }))).toMatchObject({ status: 429 })
    expect(await listening.post(request('Room.CallbackAfterDestroyRoom', { token }))).toMatchObject({ status: 503 })
    expect((await listening.post(request('State.StateChange', { token }))).body).toMatch(/^<!doctype/)
    expect((await listening.post(request(message, { token }))).body).not.toContain('"ErrorCode":0')
    const { stdout } = await listening.stop()
    expect(objects(stdout).at(-1)).toMatchObject({ kind: 'totals', verified: 6, commands: { [gift]: 1, [message]: 1 } })
  })

  test('answers late if it is told to, and at once when it is stopped', async () => {
    const receiver = await openReceiver()
    const listening = await startListening(['--delay', `${created}=600000`, '--forward', receiver.url, '--json'])
    const answer = listening.post(request(created, { token }))
    // Another command is not delayed: once it was passed on, the one before it has arrived.
    await listening.post(request('Live.CallbackAfterDestroyRoom', { token }))
    expect(receiver.requests).toHaveLength(1)
    const { code } = await listening.stop()
    expect(code).toBe(0)
    expect(await answer).toMatchObject({ status: 502 })
    await receiver.close()
  })

  test('passes a request on byte for byte, and brings back the real reply', async () => {
    const bytes = Buffer.from('{"ActionStatus":"OK","ErrorCode":0, "ErrorInfo":"\\u00e9"}\n')
    const receiver = await openReceiver((_request, response) => {
      response.writeHead(201, { 'content-type': 'application/json', 'x-own': 'kept' }).end(bytes)
    })
    const listening = await startListening(['--forward', `${receiver.url}?mine=1`, '--json'])
    const sent = await request(created, { token, set: { 'RoomInfo.RoomName': '音乐 ❤' } })
    const body = Buffer.from(await sent.clone().arrayBuffer())
    const { search } = new URL(sent.url)
    const response = await fetch(`${listening.url}/any${search}`, { method: 'POST', headers: sent.headers, body })
    expect(response.status).toBe(201)
    expect(response.headers.get('x-own')).toBe('kept')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
    const [arrived] = receiver.requests
    expect(arrived?.target).toBe(`/hook?mine=1&${search.slice(1)}`)
    expect(arrived?.body).toEqual(body)
    expect(arrived?.headers['webhook-signature']).toBe(sent.headers.get('webhook-signature'))
    expect(arrived?.headers.host).toBe(`127.0.0.1:${receiver.port}`)
    await receiver.close()
    expect(await listening.post(request(created, { token }))).toMatchObject({ status: 502 })
    const { stdout } = await listening.stop()
    expect(objects(stdout)[1]).toMatchObject({ result: 'verified', reply: { status: 201, by: 'forward' } })
  })

  test('records every request and its reply in a file that only its owner may read', async () => {
    const file = join(folder, 'requests.ndjson')
    const listening = await startListening(['--record', file, '--quiet'])
    const sent = await request(created, { token })
    const body = await sent.clone().text()
    await listening.post(sent)
    const { stdout } = await listening.stop()
    const [record] = objects(await readFile(file, 'utf8'))
    expect(record).toMatchObject({ method: 'POST', body, result: 'verified', reply: { status: 200 } })
    expect(record?.['target']).toContain(`WebhookCommand=${created}`)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(stdout).toMatch(/^livehook listening on \S+\n\n1 request: 1 verified/)
  })

  test('without a token takes what comes, and says that nothing is verified', async () => {
    const listening = await startListening(['--json'], { LIVEHOOK_TOKEN: token })
    await listening.stop()
    const cli = startInProcess(['listen', '--port', '0'], { env: { TMPDIR: folder } })
    const [, url = ''] = await cli.until(/listening on (\S+)/)
    const { search } = new URL((await request(created, { token: null })).url)
    expect((await fetch(`${url}/${search}`, { method: 'POST', body: '{}' })).status).toBe(200)
    await cli.until(/unchecked {2}Live/)
    const signed = await request(created, { token })
    const init = { method: 'POST', headers: signed.headers, body: await signed.text() }
    expect((await fetch(`${url}/${new URL(signed.url).search}`, init)).status).toBe(200)
    expect(cli.stderr()).toContain('Sign is not checked')
    cli.stop()
    expect((await cli.ended).stdout).toContain('2 unchecked')
  })

  test('when nothing arrives and no service is known, says how to start one that sends here', async () => {
    const listening = await startListening(['--hint-after', '1'])
    await listening.cli.untilError(/livehook dev --to http:\S+\/hook --token-file <the same file>/)
    expect((await listening.stop()).code).toBe(0)
  })

  test('when nothing arrives says what to check, and that no webhook points here', async () => {
    const service = await openService()
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: 'http://127.0.0.1:8099/hook', commands: ['*'] })
    const env = { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey }
    const listening = await startListening(['--hint-after', '1'], env)
    await listening.cli.untilError(/livehook webhooks create --url http:\S+\/hook/)
    const stderr = listening.cli.stderr()
    expect(stderr).toContain(`livehook trigger ${created} --to ${listening.url}/hook`)
    expect(stderr).toContain('LIVEHOOK_EGRESS_ALLOW=127.0.0.0/8')
    expect(stderr).toContain(`No webhook at ${service.url} points here (it has 1)`)
    const { webhookId } = await service.createWebhook(sdkAppId, {
      url: `${listening.url}/hook`,
      commands: ['*'],
      paused: true,
    })
    const { port } = new URL(listening.url)
    await listening.stop()
    const again = startInProcess(['listen', '--port', port, '--hint-after', '1'], { env: { TMPDIR: folder, ...env } })
    await again.untilError(new RegExp(`webhook ${webhookId} points here .*but it is paused`))
    again.stop()
    expect((await again.ended).code).toBe(0)
    await service.close()
  })

  test.each([
    [['--deny', gift], 'command=code'],
    [['--deny', `${created}=10101`], 'no one is asked about'],
    [['--deny', 'Group.CallbackBeforeSendMsgs=1'], 'Did you mean Group.CallbackBeforeSendMsg?'],
    [['--drop', gift], 'cannot be dropped'],
    [['--reply', `${gift}=@/nowhere/at/all`], 'cannot be read from /nowhere/at/all'],
    [['--status', '99'], '--status takes a whole number from 200 to 599'],
    [['--forward', 'localhost:3000'], '--forward takes a URL'],
    [['--forward', 'http://127.0.0.1:9/', '--status', '503'], '--status has no meaning'],
    [['--delay', 'soon'], '--delay takes a whole number'],
  ])('%j is refused and says why', async (args, says) => {
    const { code, stderr } = await startInProcess(['listen', ...args], { env: { TMPDIR: folder } }).ended
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })

  test('names a port that is taken', async () => {
    const receiver = await openReceiver()
    const { code, stderr } = await startInProcess(['listen', '--port', String(receiver.port)]).ended
    await receiver.close()
    expect(code).toBe(3)
    expect(stderr).toMatch(/is taken by another program.*use --port \d+/)
  })

  test('in a terminal is coloured, with NO_COLOR it is not', async () => {
    for (const [env, isColoured] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      const cli = startInProcess(['listen', '--port', '0'], {
        env: { TMPDIR: folder, LIVEHOOK_TOKEN: token, ...env },
        terminal: 100,
      })
      const [, url = ''] = await cli.until(/listening on (\S+)/)
      const sent = await request(created, { token })
      await fetch(`${url}/${new URL(sent.url).search}`, {
        method: 'POST',
        headers: sent.headers,
        body: sent.body,
        duplex: 'half',
      })
      await cli.until(/verified/)
      expect(cli.stdout().includes('\u001b[32mverified')).toBe(isColoured)
      cli.stop('SIGTERM')
      await cli.ended
    }
  })

  test('goes on when no one reads what it says beside its output', async () => {
    const cli = startCli(['listen', '--port', '0', '--json'], { env: { TMPDIR: folder } })
    // That nothing is verified without a token is said there, right behind the line that is waited for.
    cli.child.stderr.destroy()
    const [, url = ''] = await cli.until(/(http:\/\/[\d.:]+)/)
    expect((await fetch(url)).status).toBe(405)
    cli.child.kill('SIGINT')
    expect((await cli.ended).code).toBe(0)
  })

  test('ends quietly when anyone who reads its output goes away', async () => {
    const cli = startCli(['listen', '--port', '0', '--json'], { env: { TMPDIR: folder, LIVEHOOK_TOKEN: token } })
    const [, url = ''] = await cli.until(/(http:\/\/[\d.:]+)/)
    cli.child.stdout.destroy()
    const sent = await request(created, { token })
    await fetch(`${url}/`, { method: 'POST', body: await sent.text() }).catch(() => undefined)
    expect(await cli.ended).toMatchObject({ code: 0, stderr: '' })
  })
})
