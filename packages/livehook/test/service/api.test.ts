import { Agent, get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeliverySummary } from '../../src/store/port/deliveries.ts'
import { openReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
let service: TestService
let sdkAppId: number

beforeAll(async () => {
  service = await openService()
  ;({ sdkAppId } = await service.createApp())
})
afterAll(() => service.close())

describe('errors', () => {
  test('are problem+json with a stable code and a sentence of what to do', async () => {
    const { status, headers, body } = await service.call('GET', '/v1/apps/1400009999')
    expect(status).toBe(404)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({
      type: 'urn:livehook:error:not_found',
      title: 'There is no such thing here.',
      status: 404,
      code: 'not_found',
      detail: 'There is no app 1400009999. GET /v1/apps lists the apps.',
    })
  })

  test.each([
    ['an unknown member', '{"name":"x","colour":"red"}', 400, 'invalid_request', '/colour'],
    ['a missing member', '{}', 400, 'invalid_request', '/name'],
    ['an empty name', '{"name":""}', 400, 'invalid_request', '/name'],
    ['no JSON', '{name}', 400, 'invalid_json', undefined],
    ['an empty body', '', 400, 'invalid_json', undefined],
  ])('name the member that is wrong: %s', async (_what, text, status, code, pointer) => {
    const { status: got, body } = await service.call('POST', '/v1/apps', text)
    expect([got, body['code']]).toEqual([status, code])
    const errors = body['errors'] as { pointer: string }[] | undefined
    expect(errors?.[0]?.pointer).toBe(pointer)
  })

  test.each(['limit=0', 'limit=201', 'limit=abc', 'state=lost', 'cursor=AAAA', 'cursor=%00', 'nonsense=1'])(
    'a list refuses ?%s with 400',
    async (query) => {
      expect((await service.call('GET', `/v1/apps/${sdkAppId}/deliveries?${query}`)).status).toBe(400)
    },
  )
})

describe('events', () => {
  const post = (query: string, body: unknown, headers?: Record<string, string>) =>
    service.call('POST', `/v1/apps/${sdkAppId}/events?${query}`, body, headers)

  test.each([
    ['no command', '', '{}', 400, 'invalid_request'],
    ['an unknown command', 'command=Live.CallbackAfterCreateRooms', '{}', 422, 'unknown_command'],
    ['a command in another letter case', 'command=live.callbackaftercreateroom', '{}', 422, 'unknown_command'],
    ['a prototype name', 'command=__proto__', '{}', 422, 'unknown_command'],
    ['a before command', 'command=Live.CallbackBeforeSendGift', '{}', 409, 'before_command'],
    ['a client address that is a name', `command=${command}&clientIp=localhost`, '{}', 400, 'invalid_request'],
    ['a client address with a leading zero', `command=${command}&clientIp=010.0.0.1`, '{}', 400, 'invalid_request'],
    ['an unknown platform', `command=${command}&optPlatform=Toaster`, '{}', 400, 'invalid_request'],
    ['another command in the body', `command=${command}`, '{"CallbackCommand":"Live.X"}', 400, 'command_mismatch'],
    ['an array', `command=${command}`, '[]', 400, 'not_an_object'],
    ['an empty body', `command=${command}`, '', 400, 'invalid_json'],
    ['the same member twice', `command=${command}`, '{"a":1,"\\u0061":2}', 400, 'duplicate_key'],
    ['a byte too many', `command=${command}`, `{"a":"${'x'.repeat(262_144)}"}`, 413, 'too_large'],
  ])('with %s are refused and not kept', async (_what, query, body, status, code) => {
    const answer = await post(query, body)
    expect([answer.status, answer.body['code']]).toEqual([status, code])
    expect(answer.body['detail']).toMatch(/[.?)]$/)
  })

  test('suggest the command that was probably meant', async () => {
    const { body } = await post('command=live.callbackaftercreateroom', '{}')
    expect(body['detail']).toContain('Did you mean Live.CallbackAfterCreateRoom')
  })

  test.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/json; charset=gbk'],
    ['application/json, application/json'],
  ])('of type %s are refused with 415', async (type) => {
    expect((await post(`command=${command}`, '{}', { 'content-type': type })).status).toBe(415)
  })

  test('that are compressed are refused with 415, and UTF-8 may be named in any letter case', async () => {
    expect((await post(`command=${command}`, '{}', { 'content-encoding': 'gzip' })).status).toBe(415)
    const type = { 'content-type': 'APPLICATION/JSON; charset=UTF-8' }
    expect((await post(`command=${command}`, '{}', type)).status).toBe(202)
  })

  test('for an app that does not exist are refused with 404', async () => {
    expect((await service.call('POST', `/v1/apps/1400009999/events?command=${command}`, '{}')).status).toBe(404)
  })
})

describe('webhooks', () => {
  const webhook = (members: object) => ({ url: 'http://app.example.com/hook', commands: ['*'], ...members })
  const create = (members: object) => service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, webhook(members))

  test('that are refused by the egress policy say why in the words of the failure table', async () => {
    const { status, body } = await create({ url: 'http://10.0.0.1/hook' })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'webhook_url_refused', reason: 'private', errors: [{ pointer: '/url' }] })
    expect(body['detail']).toContain('private')
  })

  test.each([
    ['a fragment', { url: 'http://app.example.com/hook#x' }, 422, 'webhook_url_refused'],
    ['one of our parameters', { url: 'http://app.example.com/hook?sign=1' }, 422, 'webhook_url_refused'],
    ['an unknown command', { commands: ['Live.Nope'] }, 422, 'unknown_command'],
    ['an unknown family', { commands: ['Nope.*'] }, 422, 'unknown_command'],
    ['no command at all', { commands: [] }, 400, 'invalid_request'],
    ['a deadline that setTimeout cannot keep', { timeoutMs: 2_147_483_648 }, 400, 'invalid_request'],
    ['a negative retry', { retry: [-1] }, 400, 'invalid_request'],
    ['a retry that is text', { retry: ['NaN'] }, 400, 'invalid_request'],
    ['a number in quotation marks', { timeoutMs: '500' }, 400, 'invalid_request'],
    ['a switch that is text', { enabled: 'false' }, 400, 'invalid_request'],
    ['the header Host', { headers: { Host: 'evil.test' } }, 400, 'invalid_header'],
    ['a header with a line break', { headers: { 'X-A': 'a\r\nX-B: c' } }, 400, 'invalid_header'],
    ['a header name with a space', { headers: { 'X Y': 'a' } }, 400, 'invalid_header'],
    ['one of our headers', { headers: { 'Webhook-Id': '1' } }, 400, 'invalid_header'],
  ])('with %s are refused', async (_what, members, status, code) => {
    const answer = await create(members)
    expect([answer.status, answer.body['code']]).toEqual([status, code])
  })

  test('are created with defaults, listed, changed and read back', async () => {
    const created = await create({ name: '<img src=x onerror=alert(1)>', headers: { 'X-Shard': '3' } })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      sdkAppId,
      name: '<img src=x onerror=alert(1)>',
      spelling: 'webhook',
      enabled: true,
      paused: false,
      timeoutMs: 5000,
      retry: [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200],
      headers: { 'X-Shard': '3' },
      tokenSet: false,
      health: { breaker: 'closed', lastSuccessAt: null, lastFailureAt: null },
    })
    const path = `/v1/apps/${sdkAppId}/webhooks/${String(created.body['webhookId'])}`
    expect(created.headers.get('location')).toBe(path)
    expect((await service.call('PATCH', path, { retry: 'none', timeoutMs: 100 })).body).toMatchObject({
      retry: 'none',
      timeoutMs: 100,
    })
    expect((await service.call('GET', path)).body).toMatchObject({ retry: 'none', name: created.body['name'] })
    const { body } = await service.call('GET', `/v1/apps/${sdkAppId}/webhooks`)
    expect(body['items']).toContainEqual(expect.objectContaining({ webhookId: created.body['webhookId'] }))
  })

  test('never show their token again (I9)', async () => {
    const { body } = await create({})
    const path = `/v1/apps/${sdkAppId}/webhooks/${String(body['webhookId'])}`
    for (const token of ['', 'x'.repeat(129), 'abc\n']) {
      expect((await service.call('PUT', `${path}/token`, { token })).status).toBe(400)
    }
    const put = await service.call('PUT', `${path}/token`, { token: 'a-token-no one-may-see' })
    expect(put).toMatchObject({ status: 200, body: { tokenSet: true, tokenHint: '-see' } })
    expect(put.text + (await service.call('GET', path)).text).not.toContain('no one-may')
    expect((await service.call('DELETE', `${path}/token`)).body).toMatchObject({ tokenSet: false, tokenHint: null })
  })
})

describe('access', () => {
  test.each([
    ['no key', {}],
    ['another scheme', { authorization: 'Basic eDp5' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['a wrong key', { authorization: 'Bearer test-admin-key-9999999999' }],
    ['the key in lower case of another', { authorization: 'Bearer TEST-ADMIN-KEY-0123456789' }],
    ['the beginning of the key', { authorization: 'Bearer test-admin' }],
    ['an unknown session', { cookie: '__Host-livehook=abc' }],
  ])('with %s is refused, and every refusal looks the same', async (_what, headers) => {
    const response = await fetch(`${service.url}/v1/apps`, { headers: headers as Record<string, string> })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'unauthorized', detail: expect.stringContaining('Bearer') })
  })

  test('by a key in the URL is refused', async () => {
    expect((await fetch(`${service.url}/v1/apps?key=test-admin-key-0123456789`)).status).toBe(401)
  })

  test('to how the service is set up needs a key, and tells what is kept for how long', async () => {
    expect((await fetch(`${service.url}/v1/service`)).status).toBe(401)
    const { body } = await service.call('GET', '/v1/service')
    expect(body).toEqual({
      version: '0.0.0-test',
      node: process.versions.node,
      retentionDays: 7,
      auditDays: expect.any(Number),
    })
  })

  test('to health and version needs no key', async () => {
    for (const path of ['/livez', '/readyz', '/version']) expect((await fetch(service.url + path)).status).toBe(200)
  })
})

describe('sessions of the console', () => {
  const signIn = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${service.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: service.url, ...headers },
      body: JSON.stringify(body),
    })

  test('begin with a one-time code that works once', async () => {
    const code = new URL(service.service.signInUrl()).hash.slice('#code='.length)
    const first = await signIn({ code })
    expect(first.status).toBe(200)
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^__Host-livehook=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/)
    expect((await signIn({ code })).status).toBe(403)

    const session = { cookie: cookie.split(';', 1)[0] ?? '' }
    const app = { method: 'POST', body: '{"name":"by cookie"}' }
    const json = { 'content-type': 'application/json' }
    expect((await fetch(`${service.url}/v1/apps`, { headers: session })).status).toBe(200)
    const own = { ...session, ...json, origin: service.url, 'sec-fetch-site': 'same-origin' }
    expect((await fetch(`${service.url}/v1/apps`, { ...app, headers: own })).status).toBe(201)
    for (const foreign of [
      { origin: 'https://evil.test' },
      { origin: 'null' },
      {},
      { origin: service.url, 'sec-fetch-site': 'cross-site' },
    ]) {
      const headers = { ...session, ...json, ...foreign } as Record<string, string>
      expect((await fetch(`${service.url}/v1/apps`, { ...app, headers })).status).toBe(403)
    }

    const out = await fetch(`${service.url}/v1/session`, {
      method: 'DELETE',
      headers: { ...session, origin: service.url },
    })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
    expect((await fetch(`${service.url}/v1/apps`, { headers: session })).status).toBe(401)
  })

  test('end the guessing after five wrong tries a minute, whatever address they claim', async () => {
    const statuses: number[] = []
    for (let tried = 0; tried < 8; tried += 1) {
      const response = await signIn({ key: `wrong-key-${tried}` }, { 'x-forwarded-for': `203.0.113.${tried}` })
      statuses.push(response.status)
    }
    expect(statuses.slice(-3)).toEqual([429, 429, 429])
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5)
  })
})

describe('a stop', () => {
  test('is not held up by a watcher that asks for the stream again and again (I10)', async () => {
    const stopped = await openService()
    const agent = new Agent({ keepAlive: true })
    let asked = 0
    let over = false
    let watching = 0
    const watch = (): void => {
      if (over) return
      asked += 1
      const headers = { authorization: 'Bearer test-admin-key-0123456789' }
      get(`${stopped.url}/v1/stream`, { agent, headers }, (response) => {
        watching += 1
        response.resume().on('end', watch)
      }).on('error', () => undefined)
    }
    for (let count = 0; count < 20; count += 1) watch()
    await expect.poll(() => watching).toBeGreaterThanOrEqual(20)
    await stopped.close()
    over = true
    agent.destroy()
    expect(asked).toBeGreaterThanOrEqual(20)
  })
})

describe('the stream', () => {
  test('says what the store says of a delivery whose webhook is deleted while its attempt is in flight', async () => {
    const app = await service.createApp('deleted in flight')
    const fail = Promise.withResolvers<() => void>()
    const receiver = await openReceiver((_, response) => fail.resolve(() => response.writeHead(500).end()))
    const { webhookId } = await service.createWebhook(app.sdkAppId, { url: receiver.url, commands: ['*'] })
    const settled = Promise.withResolvers<DeliverySummary>()
    const stop = service.service.events.listen((event) => {
      if (event.kind === 'settled' && event.delivery.webhookId === webhookId) settled.resolve(event.delivery)
    })
    const { deliveries } = await service.postEvent(app.sdkAppId, command, '{}')
    const failNow = await fail.promise
    expect((await service.call('DELETE', `/v1/apps/${app.sdkAppId}/webhooks/${webhookId}`)).status).toBe(204)
    failNow()
    const told = await settled.promise
    stop()
    await receiver.close()
    expect(told).toMatchObject({ state: 'cancelled', reason: 'webhook_deleted', dueAt: null })
    expect((await service.call('GET', `/v1/deliveries/${deliveries[0]}`)).body).toMatchObject({ state: told.state })
  })

  test('tells of an event that is accepted and of how its delivery ends', async () => {
    const app = await service.createApp('streamed')
    await service.createWebhook(app.sdkAppId, { url: 'http://notexist.invalid/hook', commands: ['*'], retry: 'none' })
    const abort = new AbortController()
    const response = await fetch(`${service.url}/v1/stream?sdkAppId=${app.sdkAppId}`, {
      headers: { authorization: 'Bearer test-admin-key-0123456789' },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const { deliveries } = await service.postEvent(app.sdkAppId, command, '{}')
    await service.postEvent(sdkAppId, command, '{}')
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (text.includes('event: settled')) break
    }
    abort.abort()
    const events = [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, kind, data]) => [
      kind,
      JSON.parse(data ?? '') as { delivery: { deliveryId: string; state: string } },
    ])
    expect(events).toMatchObject([
      ['accepted', { kind: 'accepted', delivery: { deliveryId: deliveries[0], state: 'claimed' } }],
      ['settled', { kind: 'settled', delivery: { deliveryId: deliveries[0], state: 'dead', reason: 'no_retry' } }],
    ])
  })
})

describe('bodies of everything but events', () => {
  const post = (body: string | Uint8Array) => service.call('POST', '/v1/apps', body)

  test.each([
    ['bytes that are no UTF-8', Buffer.from('{"name":"\u00FF"}', 'latin1'), 'invalid_utf8', undefined],
    ['a name twice', '{"name":"a","name":"b"}', 'duplicate_key', '/name'],
    ['a name twice, once through an escape', String.raw`{"name":"a","\u006eame":"b"}`, 'duplicate_key', '/name'],
    ['a name twice further in', '{"name":"a","x/y":{"z":1,"z":2}}', 'duplicate_key', '/x~1y/z'],
    ['half of a character', String.raw`{"name":"\ud800"}`, 'invalid_request', '/name'],
    ['half of a character in a name', String.raw`{"\udc00":1}`, 'invalid_request', '/\uFFFD'],
    ['101 levels', `{"name":${'['.repeat(100)}${']'.repeat(100)}}`, 'too_deep', undefined],
    ['a byte order mark', '\uFEFF{"name":"a"}', 'invalid_json', undefined],
    ['a prototype', '{"name":"a","__proto__":{"x":1}}', 'invalid_json', undefined],
  ])('are as strict as theirs: %s', async (_what, body, code, pointer) => {
    const refused = await post(body)
    expect(refused).toMatchObject({ status: 400, body: { code } })
    expect((refused.body['errors'] as { pointer: string }[] | undefined)?.[0]?.pointer).toBe(pointer)
  })

  test('come back as they went in, whatever text it is', async () => {
    const name = 'a\u0000b 直播 😀 \u202E"\\/\u2028'
    const made = await post(JSON.stringify({ name }))
    expect(made.body['name']).toBe(name)
    expect((await service.call('GET', `/v1/apps/${String(made.body['sdkAppId'])}`)).body['name']).toBe(name)
  })
})

describe('how much an address of events takes', () => {
  const type = { 'content-type': 'application/x-ndjson' }
  const line = `${JSON.stringify({ command, body: { text: 'x'.repeat(200_000) } })}\n`

  test('depends on its type: a batch may have 16 MiB, an event 256 KiB', async () => {
    const events = `/v1/apps/${sdkAppId}/events`
    expect((await service.call('POST', events, line.repeat(10), type)).status).toBe(202)
    expect((await service.call('POST', events, line.repeat(90), type)).status).toBe(413)
    const one = JSON.stringify({ text: 'x'.repeat(262_144) })
    expect((await service.call('POST', `${events}?command=${command}`, one)).status).toBe(413)
  })
})
