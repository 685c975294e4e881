// Asks from end to end: a real service, real receivers. Order and causes are asserted, never times.

import { createHash } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Decision as DecisionJson, DecisionDetail } from '../../src/http/contract/contract.ts'
import type { ServiceEvent } from '../../src/observe/events.ts'
import { openReceiver } from '../support/receiver.ts'
import { adminKey } from '../support/service.ts'
import type { AskWorld } from './ask-world.ts'
import { askOf, bodyOf, hang, openAskWorld, packet, reset } from './ask-world.ts'

const gift = 'Live.CallbackBeforeSendGift'
const message = 'Group.CallbackBeforeSendMsg'
const afterMessage = 'Group.CallbackAfterSendMsg'

let world: AskWorld

beforeEach(async () => {
  world = await openAskWorld()
})

afterEach(() => world.close())

const decisionsOf = async (sdkAppId: number, query = ''): Promise<readonly DecisionJson[]> => {
  const { body } = await world.call('GET', `/v1/apps/${sdkAppId}/decisions?${query}`)
  return body['items'] as DecisionJson[]
}

/** Waits until so many decisions are kept. */
async function kept(sdkAppId: number, count: number): Promise<readonly DecisionJson[]> {
  const items = (): Promise<readonly DecisionJson[]> => decisionsOf(sdkAppId, 'limit=200')
  await expect.poll(async () => (await items()).length, { interval: 10 }).toBeGreaterThanOrEqual(count)
  return items()
}

async function detail(decisionId: string): Promise<DecisionDetail> {
  const { status, body } = await world.call('GET', `/v1/decisions/${decisionId}`)
  expect(status).toBe(200)
  return body as unknown as DecisionDetail
}

describe('POST …/asks', () => {
  it('asks the webhook with a signed request, and answers its verdict (I5, I7, I8)', async () => {
    const { sdkAppId, webhookId } = await world.openApp({ commands: [gift] })
    await world.call('PUT', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/token`, { token: 'xxxxyyyy' })
    world.script('deny', packet(102_150))
    const sent = bodyOf(gift, { case: 'deny' })
    const path = `/v1/apps/${sdkAppId}/asks?command=${gift}&clientIp=203.0.113.9&optPlatform=iOS`
    const { status, body } = await world.call('POST', path, sent)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      decisionId: expect.stringMatching(/^dec_[0-9a-z]{16}$/) as string,
      verdict: 'deny',
      errorCode: 102_150,
      errorInfo: 'as told',
      replace: {},
      decidedBy: 'app',
      rule: null,
      deadlineMs: 2000,
      attempt: { symptom: 'none', detail: 'ok' },
    })
    const [got] = world.receiver.requests
    const requestTime = got!.query.get('RequestTime')!
    expect([...got!.query.keys()].slice(0, 5)).toEqual([
      'SdkAppId',
      'WebhookCommand',
      'contenttype',
      'ClientIP',
      'OptPlatform',
    ])
    expect(got!.query.get('Sign')).toBe(createHash('sha256').update(`xxxxyyyy${requestTime}`).digest('hex'))
    expect(got!.headers['webhook-id']).toBe(body['decisionId'])
    expect(got!.headers['webhook-signature']).toMatch(/^v1,/)
    // The sample has no time at its top: it is put in front, and every other byte is as it was sent.
    expect(got!.body.toString().endsWith(new TextDecoder().decode(sent).slice(1))).toBe(true)
  })

  it('hands a replacement on as the bytes that the app wrote, digits beyond 2^53 too (I8)', async () => {
    const { sdkAppId } = await world.openApp({ commands: [message] })
    const json = '[{"MsgType":"TIMCustomElem","MsgContent":{"Data" : 12345678901234567890}}]'
    world.script('replace', `{"ErrorCode":0,"MsgBody":${json}}`)
    const { text } = await world.call(
      'POST',
      `/v1/apps/${sdkAppId}/asks?command=${message}`,
      bodyOf(message, { case: 'replace' }),
    )
    expect(text.endsWith(`"replace":{"MsgBody":${json}}}`)).toBe(true)
  })

  it('allows what no webhook names, and says so', async () => {
    const { sdkAppId } = await world.openApp({ commands: ['*', 'Live.*', 'Live.CallbackBeforeCallBackNotBlock'] })
    expect(await askOf(world, sdkAppId, gift)).toMatchObject({
      verdict: 'allow',
      decidedBy: 'policy',
      rule: 'not_subscribed',
      webhookId: null,
      attempt: null,
    })
    expect(world.receiver.requests).toEqual([])
  })

  it('does not take a webhook that someone switched off for one that decides', async () => {
    const { ask } = await world.openApp({ commands: [gift], enabled: false })
    expect(await ask(gift)).toMatchObject({ verdict: 'allow', rule: 'not_subscribed' })
  })

  it.each([
    { why: 'an unknown command', query: 'command=Live.CallbackBeforeSendGifts', status: 422, code: 'unknown_command' },
    { why: 'an after command', query: `command=${afterMessage}`, status: 409, code: 'not_asked' },
    { why: 'a switch', query: 'command=Live.CallbackBeforeCallBackNotBlock', status: 409, code: 'not_asked' },
    { why: 'no command', query: 'clientIp=203.0.113.9', status: 400, code: 'invalid_request' },
    { why: 'no address', query: `command=${gift}&clientIp=here`, status: 400, code: 'invalid_request' },
    { why: 'no platform', query: `command=${gift}&optPlatform=Amiga`, status: 400, code: 'invalid_request' },
    { why: 'a deadline of nothing', query: `command=${gift}&deadlineMs=0`, status: 400, code: 'invalid_request' },
  ])('refuses $why', async ({ query, status, code }) => {
    const { sdkAppId } = await world.openApp({ commands: [gift] })
    const refused = await world.call('POST', `/v1/apps/${sdkAppId}/asks?${query}`, '{}')
    expect(refused).toMatchObject({ status, body: { code } })
  })

  it('refuses a body that is no event’s, and an app that does not exist', async () => {
    const { sdkAppId } = await world.openApp({ commands: [gift] })
    const ask = (app: number, body: string) => world.call('POST', `/v1/apps/${app}/asks?command=${gift}`, body)
    expect(await ask(sdkAppId, '{"a":')).toMatchObject({ status: 400, body: { code: 'invalid_json' } })
    expect(await ask(sdkAppId, '[]')).toMatchObject({ status: 400, body: { code: 'not_an_object' } })
    expect(await ask(1_499_999_999, '{}')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(world.receiver.requests).toEqual([])
  })

  it('cuts the exchange off when the caller hangs up, and charges it to no one', async () => {
    const { sdkAppId, webhookId } = await world.openApp({ commands: [gift], askDeadlineMs: 10_000 })
    const cut = new Promise<void>((resolve) =>
      world.script('hang', (response) => void response.on('close', () => resolve())),
    )
    const call = httpRequest(`${world.url}/v1/apps/${sdkAppId}/asks?command=${gift}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    })
    call.on('error', () => undefined).end(bodyOf(gift, { case: 'hang' }))
    await world.receiver.arrived(1)
    call.destroy()
    await cut
    const [decision] = await kept(sdkAppId, 1)
    expect(decision).toMatchObject({ verdict: 'deny', failureClass: 'ours', attempt: { symptom: 'ours' } })
    const { body } = await world.call('GET', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`)
    expect(body).toMatchObject({ health: { askBreaker: 'closed', lastFailureAt: null } })
  })

  it('takes a shorter deadline from the caller, and none that is longer', async () => {
    const { ask } = await world.openApp({ commands: [gift], askDeadlineMs: 300 })
    world.script('hang', hang)
    expect(await ask(gift, { case: 'hang', deadlineMs: 50 })).toMatchObject({ deadlineMs: 50, failureClass: 'timeout' })
    expect(await ask(gift, { case: 'hang', deadlineMs: 9000 })).toMatchObject({
      deadlineMs: 300,
      failureClass: 'timeout',
    })
  })
})

describe('who decides a before command', () => {
  it('is one webhook of the app; a second one is refused by name, also where both come at once', async () => {
    const { sdkAppId } = await world.createApp()
    const register = (commands: string[]) =>
      world.call('POST', `/v1/apps/${sdkAppId}/webhooks`, { url: world.receiver.url, commands })
    const both = await Promise.all([register([gift]), register(['*', gift])])
    expect(both.map(({ status }) => status)).toEqual([201, 409])
    expect(both[1].body).toMatchObject({ code: 'command_taken', errors: [{ pointer: '/commands/1' }] })
    const other = await register(['*', message])
    expect(other.status).toBe(201)
    const path = `/v1/apps/${sdkAppId}/webhooks/${String(other.body['webhookId'])}`
    expect(await world.call('PATCH', path, { commands: [message, gift] })).toMatchObject({
      status: 409,
      body: { code: 'command_taken' },
    })
    expect(await world.call('PATCH', path, { commands: [message] })).toMatchObject({ status: 200 })
    await world.call('DELETE', `/v1/apps/${sdkAppId}/webhooks/${String(both[0].body['webhookId'])}`)
    expect(await world.call('PATCH', path, { commands: [message, gift] })).toMatchObject({ status: 200 })
  })

  it('may be another webhook in another app', async () => {
    await world.openApp({ commands: [gift] })
    await expect(world.openApp({ commands: [gift] })).resolves.toBeDefined()
  })

  it.each([
    { failurePolicy: { 'Live.CallbackAfterCreateRoom': { '*': 'deny' } }, status: 422 },
    { failurePolicy: { '*': { sometimes: 'deny' } }, status: 400 },
    { failurePolicy: { '*': { timeout: 'maybe' } }, status: 400 },
    { askDeadlineMs: 99, status: 400 },
    { askDeadlineMs: 10_001, status: 400 },
    { trial: { kind: 'shadow', url: 'http://169.254.169.254/latest' }, status: 422 },
    { trial: { kind: 'share', url: 'http://127.0.0.1:1/hook' }, status: 400 },
  ])(
    'is registered with settings that make sense: not $failurePolicy $askDeadlineMs $trial',
    async ({ status, ...more }) => {
      const { sdkAppId } = await world.createApp()
      const webhook = { url: world.receiver.url, commands: [gift], ...more }
      expect(await world.call('POST', `/v1/apps/${sdkAppId}/webhooks`, webhook)).toMatchObject({ status })
    },
  )
})

describe('the breaker of asks', () => {
  it('opens after ten failures in a row, answers at once, and closes when one ask finds out', async () => {
    const { ask, sdkAppId, webhookId } = await world.openApp({ commands: [message] })
    world.script('reset', reset)
    for (let count = 0; count < 9; count += 1) await ask(message, { case: 'reset' })
    await ask(message)
    for (let count = 0; count < 10; count += 1) await ask(message, { case: 'reset' })
    const asked = world.receiver.requests.length
    expect(await ask(message)).toMatchObject({ verdict: 'allow', failureClass: 'breaker_open', attempt: null })
    expect(world.receiver.requests).toHaveLength(asked)
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}`
    const health = async () => (await world.call('GET', path)).body['health'] as Record<string, unknown>
    // Deliveries have a breaker of their own.
    expect(await health()).toMatchObject({ askBreaker: 'open', breaker: 'closed' })
    await world.call('PATCH', path, { url: `${world.receiver.url}?moved=1` })
    const { askBreaker, askNextTryAt } = await health()
    expect(askBreaker).toBe('open')
    expect(Date.parse(String(askNextTryAt))).toBeLessThanOrEqual(Date.now())
    expect(await ask(message)).toMatchObject({ verdict: 'allow', decidedBy: 'app' })
    expect(await health()).toMatchObject({ askBreaker: 'closed', askNextTryAt: null })
  })

  it('is not moved by a caller that was in a hurry', async () => {
    const { ask } = await world.openApp({ commands: [message], askDeadlineMs: 10_000 })
    world.script('hang', hang)
    await Promise.all(Array.from({ length: 30 }, () => ask(message, { case: 'hang', deadlineMs: 20 })))
    expect(await ask(message)).toMatchObject({ decidedBy: 'app' })
  })
})

describe('a trial', () => {
  it('as a shadow is asked with the same event, has no say, and its difference is kept', async () => {
    const shadow = await openReceiver((_request, response) => void response.writeHead(200).end(packet(10_100)))
    const { ask, sdkAppId } = await world.openApp({ commands: [message], trial: { kind: 'shadow', url: shadow.url } })
    const decision = await ask(message)
    expect(decision).toMatchObject({ verdict: 'allow', decidedBy: 'app', asked: 'url' })
    const [own, other] = [(await world.receiver.arrived(1))[0], (await shadow.arrived(1))[0]]
    expect(other!.body).toEqual(own!.body)
    expect(other!.headers['webhook-id']).toBe(own!.headers['webhook-id'])
    await kept(sdkAppId, 1)
    expect(await detail(decision.decisionId)).toMatchObject({
      verdict: 'allow',
      shadowDiffers: true,
      shadow: { verdict: 'deny', errorCode: 10_100, errorInfo: 'as told', differs: true },
    })
    await shadow.close()
    const without = await ask(message)
    await kept(sdkAppId, 2)
    // No one is there: by policy the client would have seen the same.
    expect(await detail(without.decisionId)).toMatchObject({
      shadowDiffers: false,
      shadow: { verdict: 'allow', failureClass: 'unreachable' },
    })
  })

  it('as a shadow that never answers holds no one up, and a denial is known before it has', async () => {
    const shadow = await openReceiver(() => undefined)
    const { ask, sdkAppId } = await world.openApp({
      commands: [message],
      askDeadlineMs: 10_000,
      trial: { kind: 'shadow', url: shadow.url },
    })
    world.script('deny', packet(1))
    const { decisionId } = await ask(message, { case: 'deny' })
    await shadow.arrived(1)
    expect(await detail(decisionId)).toMatchObject({ verdict: 'deny', shadow: null })
    await expect(
      world.service.accept([
        {
          sdkAppId,
          command: afterMessage,
          body: bodyOf(message, { body: { CallbackCommand: afterMessage } }),
          clientIp: '203.0.113.9',
          optPlatform: 'iOS',
          decisionId,
        },
      ]),
    ).rejects.toMatchObject({ code: 'before_denied' })
    await shadow.close()
  })

  it('with a share decides for whole conversations', async () => {
    const trial = await openReceiver((_request, response) => void response.writeHead(200).end(packet(1)))
    const { ask } = await world.openApp({
      commands: [message],
      trial: { kind: 'share', url: trial.url, percent: 30 },
    })
    const verdicts = new Map<string, Set<string>>()
    for (let turn = 0; turn < 3; turn += 1) {
      for (let room = 0; room < 60; room += 1) {
        const groupId = `room-${room}`
        const { verdict, asked } = await ask(message, { body: { GroupId: groupId, Random: turn } })
        expect(verdict).toBe(asked === 'trial' ? 'deny' : 'allow')
        verdicts.set(groupId, (verdicts.get(groupId) ?? new Set()).add(verdict))
      }
    }
    const deciders = [...verdicts.values()].map((seen) => [...seen])
    expect(deciders.every((seen) => seen.length === 1)).toBe(true)
    expect(new Set(deciders.flat())).toEqual(new Set(['allow', 'deny']))
    await trial.close()
  })
})

describe('decisions', () => {
  it('are kept with evidence and advice, and listed by every filter', async () => {
    const { ask, sdkAppId, webhookId } = await world.openApp({ commands: [gift, message] })
    world.script('deny', packet(1))
    world.script('500', (response) => void response.writeHead(500).end('broken'))
    const allowed = await ask(message)
    const denied = await ask(message, { case: 'deny' })
    const failed = await ask(gift, { case: '500' })
    const items = await kept(sdkAppId, 3)
    const ids = [failed, denied, allowed].map(({ decisionId }) => decisionId)
    expect(items.map(({ decisionId }) => decisionId)).toEqual(ids)
    const idsOf = async (query: string) => (await decisionsOf(sdkAppId, query)).map(({ decisionId }) => decisionId)
    expect(await idsOf('verdict=deny')).toEqual([failed.decisionId, denied.decisionId])
    expect(await idsOf('decidedBy=policy')).toEqual([failed.decisionId])
    expect(await idsOf(`command=${message}`)).toEqual([denied.decisionId, allowed.decisionId])
    expect(await idsOf('symptom=http_code_not_200')).toEqual([failed.decisionId])
    expect(await idsOf(`webhookId=${webhookId}&verdict=allow`)).toEqual([allowed.decisionId])
    expect(await detail(failed.decisionId)).toMatchObject({
      verdict: 'deny',
      errorCode: 80_003,
      rule: 'default',
      attempt: { symptom: 'http_code_not_200', detail: 'status_500', status: 500 },
      evidence: { status: 500, bodyStart: 'broken' },
    })
    expect((await detail(failed.decisionId)).advice.en[0]).toBe(
      'The HTTP return code of the webhook service is not 200.',
    )
    expect((await world.call('GET', '/v1/decisions/dec_0000000000000000')).status).toBe(404)
  })

  it('say what a replacement changed, and without its words if bodies are not kept', async () => {
    const text = (words: string) => [{ MsgType: 'TIMTextElem', MsgContent: { Text: words } }]
    world.script('mask', packet(0, { MsgBody: text('***'), CloudCustomData: 'x' }))
    const { ask, sdkAppId } = await world.openApp({ commands: [message] })
    const decision = await ask(message, {
      case: 'mask',
      body: { MsgBody: text('a rude word'), CloudCustomData: undefined },
    })
    await kept(sdkAppId, 1)
    expect((await detail(decision.decisionId)).replaced).toEqual([
      { pointer: '/MsgBody/0/MsgContent/Text', from: '"a rude word"', to: '"***"' },
      { pointer: '/CloudCustomData', to: '"x"' },
    ])
    const secret = await world.openApp({ commands: [message], keepBodies: 'never' })
    const { decisionId } = await secret.ask(message, { case: 'mask', body: { MsgBody: text('a rude word') } })
    await kept(secret.sdkAppId, 1)
    expect(JSON.stringify(await detail(decisionId))).not.toContain('rude')
  })

  it('of a flood of allowances are a part; denials and policies are kept all, and everything is counted', async () => {
    const { ask, sdkAppId } = await world.openApp({ commands: [message], askDeadlineMs: 10_000 })
    world.script('deny', packet(1))
    const startedAt = Date.now()
    const asks = Array.from({ length: 600 }, (_, index) => ask(message, index % 3 === 0 ? { case: 'deny' } : {}))
    await Promise.all(asks)
    // Of the clock: a busy machine takes several of them for what another does in one.
    const seconds = Math.floor(Date.now() / 1000) - Math.floor(startedAt / 1000) + 1
    const { body } = await world.call('GET', `/v1/apps/${sdkAppId}/asks`)
    expect(body).toMatchObject({
      lost: 0,
      counts: [
        { verdict: 'allow', decidedBy: 'app', count: 400 },
        { verdict: 'deny', decidedBy: 'app', count: 200 },
      ],
    })
    world = await world.reopen()
    const listed: DecisionJson[] = []
    for (let cursor = ''; ;) {
      const page = await world.call('GET', `/v1/apps/${sdkAppId}/decisions?limit=200${cursor}`)
      listed.push(...(page.body['items'] as DecisionJson[]))
      if (page.body['nextCursor'] === null) break
      cursor = `&cursor=${page.body['nextCursor'] as string}`
    }
    const allows = listed.filter(({ verdict }) => verdict === 'allow')
    expect(listed.length - allows.length).toBe(200)
    expect(allows.length).toBeGreaterThanOrEqual(100)
    // A hundred of each second, and of those beyond one in twenty.
    expect(allows.length).toBeLessThanOrEqual(Math.min(400, 115 * seconds))
  })

  it('are told to who watches', async () => {
    const seen: ServiceEvent[] = []
    const end = world.service.events.listen((event) => seen.push(event))
    const { ask } = await world.openApp({ commands: [gift] })
    const { decisionId } = await ask(gift)
    end()
    expect(seen).toContainEqual(
      expect.objectContaining({
        kind: 'decided',
        decision: expect.objectContaining({ decisionId, verdict: 'allow' }) as object,
      }),
    )
  })
})

describe('after follows before', () => {
  const post = (sdkAppId: number, decisionId: string, body: object = {}) =>
    world.call(
      'POST',
      `/v1/apps/${sdkAppId}/events?command=${afterMessage}&decisionId=${decisionId}`,
      bodyOf(message, { body: { CallbackCommand: afterMessage, MsgSeq: 1, ...body } }),
    )

  it.each([
    { name: 'denied', code: 1 },
    { name: 'dropped', code: 2 },
  ])('refuses the after event of a message that was $name', async ({ name, code }) => {
    const { ask, sdkAppId } = await world.openApp({ commands: [message] })
    world.script('no', packet(code))
    const { decisionId } = await ask(message, { case: 'no' })
    const refused = await post(sdkAppId, decisionId)
    expect(refused).toMatchObject({ status: 409, body: { code: 'before_denied' } })
    expect(refused.body['detail']).toContain(name)
    // Also when the store alone remembers it.
    await kept(sdkAppId, 1)
    expect((await post(sdkAppId, decisionId)).status).toBe(409)
    const line = JSON.stringify({
      command: afterMessage,
      decisionId,
      body: JSON.parse(
        new TextDecoder().decode(bodyOf(message, { body: { CallbackCommand: afterMessage } })),
      ) as object,
    })
    const batch = await world.call('POST', `/v1/apps/${sdkAppId}/events`, line, {
      'content-type': 'application/x-ndjson',
    })
    expect(batch.status).toBe(409)
  })

  it('accepts it otherwise: another message, another app, an allowance, an id that is unknown', async () => {
    const { ask, sdkAppId } = await world.openApp({ commands: [message] })
    const other = await world.openApp({ commands: [message] })
    world.script('no', packet(1))
    const denied = await ask(message, { case: 'no' })
    const allowed = await ask(message)
    expect((await post(sdkAppId, denied.decisionId, { Random: 999 })).status).toBe(202)
    expect((await post(other.sdkAppId, denied.decisionId)).status).toBe(202)
    expect((await post(sdkAppId, allowed.decisionId)).status).toBe(202)
    expect((await post(sdkAppId, 'dec_0000000000000000')).status).toBe(202)
  })
})

describe('a stop', () => {
  it('lets asks on the wire end, keeps their decisions, and answers by policy from then on (I10)', async () => {
    const { ask, sdkAppId } = await world.openApp({ commands: [message], askDeadlineMs: 10_000 })
    const arrived = new Promise<() => void>((resolve) =>
      world.script('slow', (response) => resolve(() => void response.writeHead(200).end(packet(1)))),
    )
    const underWay = ask(message, { case: 'slow' })
    const answer = await arrived
    const reopened = world.reopen()
    expect(await ask(message)).toMatchObject({ verdict: 'allow', failureClass: 'ours', attempt: null })
    answer()
    expect(await underWay).toMatchObject({ verdict: 'deny', decidedBy: 'app' })
    world = await reopened
    expect(await decisionsOf(sdkAppId)).toHaveLength(2)
  })
})

describe('charts of asks', () => {
  it('count every ask by how it ended, in the minute it was asked, also what was counted right before a stop', async () => {
    const { sdkAppId, webhookId, ask } = await world.openApp({
      commands: [message],
      failurePolicy: { '*': { '*': 'deny' } },
    })
    world.script('denied', '{"ActionStatus":"OK","ErrorCode":10101}')
    world.script('broken', 'no json')
    await ask(message)
    await ask(message)
    await ask(message, { case: 'denied' })
    await ask(message, { case: 'broken' })
    await ask(gift)
    world = await world.reopen()
    const { body } = await world.call('GET', `/v1/apps/${sdkAppId}/stats`)
    const counts = { allowedByApp: 2, deniedByApp: 1, droppedByApp: 0, allowedByPolicy: 1, deniedByPolicy: 1 }
    expect(body).toMatchObject({
      total: { attempts: 0, decisions: { ...counts, durationMs: { p50: expect.any(Number) } } },
    })
    const ofWebhook = await world.call('GET', `/v1/apps/${sdkAppId}/stats?webhookId=${webhookId}`)
    expect(ofWebhook.body).toMatchObject({ total: { decisions: { ...counts, allowedByPolicy: 0 } } })
  })
})
