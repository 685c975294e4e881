// The staged test of a webhook, asked of a real service about scripted receivers.

import { checkSign, parseRequest } from '@livehook/protocol/node'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsServer } from '../../src/cli/demo/dns-server.ts'
import type { Probe, ProbeStage, Webhook } from '../../src/http/contract/contract.ts'
import { nameOfProxy } from '../../src/domain/egress/proxy.ts'
import { openProxy } from '../egress/scripted-proxy.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import type { Answer, ReceivedRequest, TestReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const token = 'xxxxyyyy-0123'
let dns: DnsServer
let service: TestService
let sdkAppId: number
const receivers: TestReceiver[] = []

beforeAll(async () => {
  dns = await startDnsServer({ 'private.test': ['10.0.0.1'], 'hook.test': ['127.0.0.1'] })
  service = await openService({ flags: { dns: dns.address } })
  sdkAppId = (await service.createApp()).sdkAppId
})

afterAll(async () => {
  await service.close()
  await dns.close()
  for (const receiver of receivers) await receiver.close()
})

async function receiverThat(answer: Answer): Promise<TestReceiver> {
  const receiver = await openReceiver(answer)
  receivers.push(receiver)
  return receiver
}

async function register(url: string, withToken = true): Promise<Webhook> {
  return service.createWebhook(sdkAppId, { url, commands: ['*'], timeoutMs: 1000 }, withToken ? token : undefined)
}

async function probe(url: string, options: { token?: boolean; command?: string } = {}): Promise<Probe> {
  const { webhookId } = await register(url, options.token)
  const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}/probe`
  const { status, body, text } = await service.call(
    'POST',
    path,
    options.command === undefined ? undefined : { command: options.command },
  )
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return body as unknown as Probe
}

/** What came of each stage, in one line. */
const outline = ({ stages }: Probe): string[] =>
  stages.map(({ stage, check, result, detail }) => `${check ?? stage} ${result} ${detail}`)

const ended = (stage: string, { stages }: Probe): ProbeStage => {
  const found = stages.find((each) => each.stage === stage || each.check === stage)
  if (found === undefined) throw new Error(`no stage ${stage}`)
  return found
}

/** A receiver with manners; each test leaves one of them out. */
function wellMannered(forgets: readonly ('sign' | 'time' | 'app' | 'retry')[] = []): Answer {
  const seen = new Set<string>()
  return (request, response, count) => {
    const refuse = () => response.writeHead(401, { 'content-type': 'application/json' }).end('{}')
    const query = request.target.split('?')[1] ?? ''
    const check = checkSign({ tokens: [token], query, now: Date.now() })
    const isStale = check.kind === 'refused' && (check.reason === 'stale' || check.reason === 'future')
    if (check.kind !== 'verified' && !forgets.includes(isStale ? 'time' : 'sign')) return void refuse()
    const parameters = parseRequest(query)
    if (parameters.kind === 'refused') return void refuse()
    if (parameters.sdkAppId !== sdkAppId && !forgets.includes('app')) return void refuse()
    const id = String(request.headers['webhook-id'])
    if (forgets.includes('retry') && seen.has(id)) return void response.writeHead(409).end()
    seen.add(id)
    return answerOk(request, response, count)
  }
}

const allPassed = [
  'text passed ok',
  'dns skipped not_needed',
  'address passed ok',
  'tcp passed ok',
  'tls skipped not_needed',
  'request passed ok',
  'status passed ok',
  'json passed ok',
  'reply passed ok',
  'wrong_sign passed ok',
  'stale_time passed ok',
  'foreign_app passed ok',
  'retry passed ok',
]

describe('a receiver with manners', () => {
  test('passes every stage, each with what it showed', async () => {
    const receiver = await receiverThat(wellMannered())
    const found = await probe(receiver.url)
    expect(outline(found)).toEqual(allPassed)
    expect(found.ok).toBe(true)
    expect(ended('tcp', found).evidence?.dialled).toBe(`127.0.0.1:${receiver.port}`)
    expect(ended('request', found).evidence?.target).toMatch(/^\/hook\?SdkAppId=.*&Sign=\*\*\*&RequestTime=\d{10}$/)
    expect(ended('status', found).evidence?.status).toBe(200)
    expect(ended('reply', found).evidence?.bodyStart).toContain('"ActionStatus":"OK"')
  })

  test('behind a name is resolved, judged and called by its name', async () => {
    const receiver = await receiverThat(wellMannered())
    const found = await probe(`http://hook.test:${receiver.port}/hook`)
    expect(outline(found)).toEqual(allPassed.with(1, 'dns passed ok'))
    expect(ended('dns', found).evidence).toMatchObject({ addresses: ['127.0.0.1'], resolver: dns.address })
    expect(receiver.requests[0]?.headers.host).toBe(`hook.test:${receiver.port}`)
  })

  test('gets a sample event as a delivery would bring it, then the three it must refuse, then the first again', async () => {
    const receiver = await receiverThat(wellMannered())
    await probe(receiver.url)
    const [good, wrong, stale, foreign, retry] = receiver.requests as ReceivedRequest[]
    expect(receiver.requests).toHaveLength(5)
    expect(good?.query.get('WebhookCommand')).toBe('Live.CallbackAfterCreateRoom')
    expect(JSON.parse(String(good?.body))).toMatchObject({
      CallbackCommand: 'Live.CallbackAfterCreateRoom',
      EventTime: expect.closeTo(Date.now(), -5) as number,
    })
    expect(checkSign({ tokens: [token], query: good!.target.split('?')[1]!, now: good!.at }).kind).toBe('verified')
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id'])
    expect(ids[4]).toBe(ids[0])
    expect(new Set(ids).size).toBe(4)
    expect(receiver.requests.map(({ headers }) => headers['livehook-attempt'])).toEqual(['1', '1', '1', '1', '2'])
    const verdict = ({ target, at }: ReceivedRequest) =>
      checkSign({ tokens: [token], query: target.split('?')[1]!, now: at })
    expect(verdict(wrong!)).toMatchObject({ kind: 'refused', reason: 'bad_sign' })
    expect(verdict(stale!)).toMatchObject({ kind: 'refused', reason: 'stale', skewSeconds: 600 })
    expect(verdict(foreign!).kind).toBe('verified')
    expect(foreign?.query.get('SdkAppId')).not.toBe(String(sdkAppId))
    expect(verdict(retry!).kind).toBe('verified')
  })

  test('is sent the sample of the command that was asked for', async () => {
    const receiver = await receiverThat(wellMannered())
    const found = await probe(receiver.url, { command: 'Group.CallbackBeforeSendMsg' })
    expect(found.ok).toBe(true)
    expect(receiver.requests[0]?.query.get('WebhookCommand')).toBe('Group.CallbackBeforeSendMsg')
  })
})

describe('a receiver without manners', () => {
  test.each([
    [
      'that ignores Sign is open to forgery',
      'sign',
      'wrong_sign',
      'open_to_forgery',
      /anyone who knows the URL can make up events/,
    ],
    ['that ignores time accepts what was signed ten minutes ago', 'time', 'stale_time', 'accepts_stale', /60 seconds/],
    ['that ignores SdkAppId accepts another app', 'app', 'foreign_app', 'accepts_foreign_app', /SdkAppId/],
    ['that refuses what it knows refuses a retry', 'retry', 'retry', 'refuses_retry', /webhook-id/],
  ] as const)('%s', async (_, forgotten, check, detail, sentence) => {
    const receiver = await receiverThat(wellMannered([forgotten]))
    const found = await probe(receiver.url)
    const failed = found.stages.filter(({ result }) => result === 'failed')
    expect(failed.map((stage) => [stage.check, stage.detail])).toEqual([[check, detail]])
    expect(found.ok).toBe(false)
    expect(failed[0]?.advice.en.join(' ')).toMatch(sentence)
    expect(failed[0]?.advice.zh.join('')).toMatch(/[\u4e00-\u9fff]/)
  })

  test('that crashes over a wrong Sign has refused it, and is told that 401 is better', async () => {
    const good = wellMannered()
    const receiver = await receiverThat((request, response, count) =>
      count === 2 ? void response.writeHead(500).end() : good(request, response, count),
    )
    const stage = ended('wrong_sign', await probe(receiver.url))
    expect(stage).toMatchObject({ result: 'passed', detail: 'ok' })
    expect(stage.advice.en[0]).toContain('looks like a crash')
  })

  test('that is throttled in between is not called well-mannered for it', async () => {
    const good = wellMannered(['sign'])
    const receiver = await receiverThat((request, response, count) =>
      count === 2 ? void response.writeHead(429).end() : good(request, response, count),
    )
    expect(ended('wrong_sign', await probe(receiver.url))).toMatchObject({ result: 'skipped', detail: 'says_nothing' })
  })
})

describe('without a token', () => {
  test('manners of signing are not asked, with a sentence why; the retry is', async () => {
    const receiver = await receiverThat(answerOk)
    const found = await probe(receiver.url, { token: false })
    expect(outline(found).slice(9)).toEqual([
      'wrong_sign skipped no_token',
      'stale_time skipped no_token',
      'foreign_app skipped no_token',
      'retry passed ok',
    ])
    expect(ended('wrong_sign', found).advice.en.join(' ')).toContain('without a token requests carry no Sign')
    expect(receiver.requests).toHaveLength(2)
    expect(found.ok).toBe(true)
  })
})

describe('a stage that fails', () => {
  const failing = async (url: string): Promise<ProbeStage> => {
    const found = await probe(url)
    expect(found.ok).toBe(false)
    const index = found.stages.findIndex(({ result }) => result === 'failed')
    expect(
      found.stages.slice(0, index).every(({ result, detail }) => result === 'passed' || detail === 'not_needed'),
    ).toBe(true)
    expect(found.stages.slice(index + 1).every(({ detail }) => detail === 'not_reached')).toBe(true)
    expect(found.stages).toHaveLength(13)
    return found.stages[index]!
  }

  test('a name that does not exist', async () => {
    const stage = await failing('http://notexist.test/hook')
    expect(stage).toMatchObject({ stage: 'dns', detail: 'dns_not_found' })
    expect(stage.advice.en[0]).toBe('Access to the webhook URL times out.')
  })

  test('a private address behind a name', async () => {
    const stage = await failing('http://private.test/hook')
    expect(stage).toMatchObject({ stage: 'address', detail: 'address_not_public' })
    expect(stage.evidence).toMatchObject({ reason: 'private', refusedAddress: '10.0.0.1', addresses: ['10.0.0.1'] })
  })

  test('a closed port', async () => {
    const stage = await failing(`http://127.0.0.1:${await closedPort()}/hook`)
    expect(stage).toMatchObject({ stage: 'tcp', detail: 'connection_refused' })
  })

  test('a port that does not speak TLS', async () => {
    const receiver = await receiverThat(answerOk)
    const stage = await failing(receiver.url.replace('http:', 'https:'))
    expect(stage).toMatchObject({ stage: 'tls', detail: 'tls_not_tls' })
  })

  test('a receiver that never answers', async () => {
    const receiver = await receiverThat(() => undefined)
    expect(await failing(receiver.url)).toMatchObject({ stage: 'request', detail: 'response_timeout' })
  })

  test('a redirect', async () => {
    const receiver = await receiverThat((_, response) => {
      response.writeHead(302, { location: 'https://login.test/' }).end()
    })
    const stage = await failing(receiver.url)
    expect(stage).toMatchObject({ stage: 'status', detail: 'status_302' })
    expect(stage.advice.en.join(' ')).toContain('“https://login.test/”')
  })

  test('SIG-126: a 401 from a receiver whose clock is 90 s ahead', async () => {
    const receiver = await receiverThat((_, response) => {
      response.writeHead(401, { date: new Date(Date.now() + 90_000).toUTCString() }).end()
    })
    const stage = await failing(receiver.url)
    expect(stage).toMatchObject({ stage: 'status', detail: 'clock_skew' })
    expect(stage.evidence?.clockOffsetSeconds).toBeOneOf([89, 90, 91])
    expect(stage.advice.en.join(' ')).toMatch(/clock is (89|90|91) s ahead of/)
  })

  test('a web page', async () => {
    const receiver = await receiverThat((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Login</title>')
    })
    expect(await failing(receiver.url)).toMatchObject({ stage: 'json', detail: 'html' })
  })

  test('JSON without a code is enough for an after command, and no reply packet for a before command', async () => {
    const receiver = await receiverThat((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
    const after = ended('reply', await probe(receiver.url))
    expect(after).toMatchObject({ result: 'passed', detail: 'ok' })
    expect(after.advice.en[0]).toContain('no integer ErrorCode')
    const before = ended('reply', await probe(receiver.url, { command: 'Group.CallbackBeforeSendMsg' }))
    expect(before).toMatchObject({ result: 'failed', detail: 'no_error_code' })
  })
})

describe('the route', () => {
  test('sends each stage as an event of its own if an event stream is asked for', async () => {
    const receiver = await receiverThat(wellMannered())
    const { webhookId } = await register(receiver.url)
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}/probe`
    const { status, headers, text } = await service.call('POST', path, {}, { accept: 'text/event-stream' })
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    const events = text.trim().split('\n\n')
    expect(events).toHaveLength(14)
    expect(events.slice(0, 13).every((event) => event.startsWith('event: stage\ndata: {"stage":'))).toBe(true)
    expect(events[13]).toBe('event: end\ndata: {"ok":true}')
  })

  test('lets one probe of a webhook run at a time, and says when to come again', async () => {
    const receiver = await receiverThat(() => undefined)
    const { webhookId } = await register(receiver.url)
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}/probe`
    const first = service.call('POST', path)
    await receiver.arrived(1)
    const second = await service.call('POST', path, {}, { accept: 'text/event-stream' })
    expect([second.status, second.body['code']]).toEqual([429, 'too_many_requests'])
    expect(second.headers.get('retry-after')).toBe('5')
    expect((await first).status).toBe(200)
    expect((await service.call('POST', path)).status).toBe(200)
  })

  test('ends a probe when anyone who asked for it goes away', async () => {
    const cut = Promise.withResolvers<void>()
    const receiver = await receiverThat((_, response) => void response.on('close', () => cut.resolve()))
    const { webhookId } = await service.createWebhook(sdkAppId, {
      url: receiver.url,
      commands: ['*'],
      timeoutMs: 30_000,
    })
    const leave = new AbortController()
    const asked = fetch(`${service.url}/v1/apps/${sdkAppId}/webhooks/${webhookId}/probe`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}` },
      signal: leave.signal,
    }).catch(() => 'gone')
    await receiver.arrived(1)
    leave.abort()
    expect(await asked).toBe('gone')
    await cut.promise
  })

  test('refuses unknown commands, members and webhooks before anything is sent', async () => {
    const receiver = await receiverThat(answerOk)
    const { webhookId } = await register(receiver.url)
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}/probe`
    const refusals = [
      await service.call('POST', path, { command: 'Live.CallbackAfterCreateRooms' }),
      await service.call('POST', path, { command: 'Live.CallbackBeforeCallBackNotBlock' }),
      await service.call('POST', path, { comand: 'x' }),
      await service.call('POST', `/v1/apps/${sdkAppId}/webhooks/wh_none/probe`),
      await service.call('POST', `/v1/apps/${sdkAppId + 1}/webhooks/${webhookId}/probe`),
    ]
    expect(refusals.map(({ status, body }) => [status, body['code']])).toEqual([
      [422, 'unknown_command'],
      [422, 'unknown_command'],
      [400, 'invalid_request'],
      [404, 'not_found'],
      [404, 'not_found'],
    ])
    expect(refusals[0]?.body['detail']).toContain('Did you mean Live.CallbackAfterCreateRoom')
    expect(receiver.requests).toHaveLength(0)
  })

  test('counts a probe nowhere: no delivery, no health, no breaker', async () => {
    const receiver = await receiverThat((_, response) => void response.writeHead(500).end())
    const { webhookId } = await register(receiver.url)
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}`
    for (let count = 0; count < 12; count += 1) await service.call('POST', `${path}/probe`)
    const { body } = await service.call('GET', path)
    expect(body['health']).toMatchObject({ breaker: 'closed', lastFailureAt: null, lastSuccessAt: null })
    const deliveries = await service.call('GET', `/v1/apps/${sdkAppId}/deliveries?webhookId=${webhookId}`)
    expect(deliveries.body['items']).toEqual([])
  })

  test('I9: shows neither token nor Sign, not even of the requests that must be refused', async () => {
    const receiver = await receiverThat(wellMannered(['sign', 'time', 'app']))
    const text = JSON.stringify(await probe(receiver.url))
    expect(text).not.toContain(token)
    for (const { query, headers } of receiver.requests) {
      expect(text).not.toContain(query.get('Sign'))
      expect(text).not.toContain(headers['webhook-signature'])
    }
  })
})

test('goes through the egress proxy as deliveries do, and shows it', async () => {
  const receiver = await receiverThat(answerOk)
  const proxy = await openProxy(() => ({ kind: 'open', port: receiver.port }))
  const own = await openService({
    flags: { egressProxy: `http://${nameOfProxy(proxy.proxy)}`, egressAllow: '203.0.113.0/24' },
  })
  const { sdkAppId: app } = await own.createApp()
  const { webhookId } = await own.createWebhook(app, { url: 'http://203.0.113.7/hook', commands: ['*'] })
  const { body } = await own.call('POST', `/v1/apps/${app}/webhooks/${webhookId}/probe`)
  expect(ended('tcp', body as unknown as Probe).evidence).toMatchObject({
    dialled: '203.0.113.7:80',
    proxy: nameOfProxy(proxy.proxy),
  })
  const { deliveries } = await own.postEvent(app, 'Live.CallbackAfterCreateRoom', '{}')
  await own.untilState(deliveries[0]!, 'succeeded')
  expect(new Set(proxy.requests.map((request) => request.split(' ')[1]))).toEqual(new Set(['203.0.113.7:80']))
  await own.close()
  await proxy.close()
})

test('I10: a stop ends the probes that are under way', async () => {
  const own = await openService()
  const receiver = await receiverThat(() => undefined)
  const { sdkAppId: app } = await own.createApp()
  const { webhookId } = await own.createWebhook(app, { url: receiver.url, commands: ['*'], timeoutMs: 30_000 })
  const probing = own.call('POST', `/v1/apps/${app}/webhooks/${webhookId}/probe`)
  await receiver.arrived(1)
  await Promise.all([own.close(), probing])
  expect(ended('request', (await probing).body as unknown as Probe).detail).toBe('shutting_down')
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
