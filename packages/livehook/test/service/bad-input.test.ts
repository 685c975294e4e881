// Bad and borderline input, each case of bad-input.json by its id, against the real service over sockets of its own.

import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseSettings } from '../../src/config/settings.ts'
import type { CreatedKey, Webhook } from '../../src/http/contract/contract.ts'
import { rights } from '../../src/http/gates/rights.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'
import {
  anyCommand,
  badInputCases,
  bodyOf,
  codesByError,
  eventMembers,
  heldElsewhere,
  memberText,
  pathOf,
  webhookMembers,
} from './bad-input-table.ts'
import type { BadInputCase } from './bad-input-table.ts'
import { bytesOf, exchange, open } from './raw-exchange.ts'
import type { RawAnswer } from './raw-exchange.ts'

let service: TestService
let receiver: TestReceiver
let sdkAppId: number
let webhook: Webhook
beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
  sdkAppId = (await service.createApp()).sdkAppId
  webhook = await service.createWebhook(
    sdkAppId,
    { url: receiver.url, commands: ['*'] },
    'a token that was there before',
  )
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

const bearer = { authorization: `Bearer ${adminKey}` }
const casesOf = (...areas: string[]): BadInputCase[] =>
  badInputCases.filter(({ area, id }) => areas.includes(area) && heldElsewhere[id] === undefined)
const caseOf = (id: string): BadInputCase => badInputCases.find((each) => each.id === id)!
const named = (cases: readonly BadInputCase[]) => cases.map((each) => [each.id, each.title, each] as const)
const eventsPath = (): string => `/v1/apps/${sdkAppId}/events?command=${anyCommand}`

/** What is wrong with the service itself after a case: it must go on, and nothing in it may have gone wrong. */
async function troubles(): Promise<readonly string[]> {
  const { status } = await service.call('GET', '/livez')
  return [
    ...(status === 200 ? [] : [`/livez answers ${status}`]),
    ...service.logged.filter((entry) => entry.startsWith('error')),
  ]
}

/** How an answer differs from what was expected. */
function differences(
  { expected }: BadInputCase,
  { status, text }: Pick<RawAnswer, 'status' | 'text'>,
): readonly string[] {
  if (expected.status?.includes(status) === false) return [`${status}, not ${expected.status.join(' or ')}: ${text}`]
  const name = expected.error?.split(/[: ]/, 1)[0]
  if (name === undefined || typeof status !== 'number' || status < 400) return []
  const { code } = JSON.parse(text) as { code: string }
  return codesByError[name]?.includes(code) === true ? [] : [`${code}, not ${name}: ${text}`]
}

async function newestDelivery(): Promise<string | undefined> {
  const { body } = await service.call('GET', `/v1/apps/${sdkAppId}/deliveries?limit=1`)
  return (body['items'] as { deliveryId: string }[])[0]?.deliveryId
}

/** Posts an event, and says how what came of it differs from what was expected, on the wire and in the store. */
async function post(each: BadInputCase, send: () => Promise<RawAnswer>, sent?: Buffer): Promise<readonly string[]> {
  const before = await newestDelivery()
  const found = differences(each, await send())
  const after = await newestDelivery()
  const { accepted } = each.expected
  const isNew = after !== before
  const stored =
    typeof accepted === 'boolean' && accepted !== isNew ? [isNew ? 'it was stored' : 'it was not stored'] : []
  const delivered = accepted === true && after !== undefined ? await deliveredOtherwise(each, after, sent) : []
  return [...found, ...stored, ...delivered, ...(await troubles())]
}

/** The service puts what is missing in front of the other members; those stay as they came, byte for byte. */
async function deliveredOtherwise(each: BadInputCase, deliveryId: string, sent?: Buffer): Promise<readonly string[]> {
  await service.untilState(deliveryId, 'succeeded')
  if (each.expected.delivered_bytes === undefined) return []
  const body = receiver.requests.at(-1)?.body.toString('latin1') ?? ''
  const isOurs = body.startsWith(`{"CallbackCommand":"${anyCommand}","EventTime":`)
  const isKept = body.endsWith(`,${sent?.toString('latin1').slice(1)}`)
  return isOurs && isKept ? [] : [`other bytes were delivered: ${body.slice(0, 200)}`]
}

describe('every case has its place', () => {
  test('in here, or where its whole world is built', () => {
    const here = casesOf(...Object.keys(areas).map((area) => area))
    expect(here.length + Object.keys(heldElsewhere).length).toBe(badInputCases.length)
    for (const [id, file] of Object.entries(heldElsewhere)) {
      expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(id)
    }
  })
})

/** Which areas there are, and what holds them. */
const areas: Readonly<Record<string, 'by row' | 'by hand'>> = {
  json: 'by row',
  size: 'by row',
  http: 'by row',
  'http-raw': 'by row',
  field: 'by row',
  config: 'by row',
  query: 'by row',
  auth: 'by row',
  csrf: 'by row',
  idempotency: 'by hand',
  login: 'by hand',
  audit: 'by hand',
  pressure: 'by hand',
}

describe('bodies of events', () => {
  const endless = new Set(['IN-060', 'IN-061'])
  const rows = [...casesOf('json'), ...casesOf('size')].filter(({ id }) => !endless.has(id))
  test.each(named(rows))('%s %s', async (_id, _title, each) => {
    const body = bodyOf(each) ?? Buffer.alloc(0)
    const headers = { ...bearer, 'content-type': each.input.content_type ?? 'application/json', ...each.input.headers }
    const send = () => exchange(service.url, bytesOf({ method: 'POST', path: eventsPath(), headers, body }))
    expect(await post(each, send, body)).toEqual([])
    expect(({} as Record<string, unknown>)['isAdmin'] ?? ({} as Record<string, unknown>)['y']).toBeUndefined()
  })

  test('IN-060 a body of 10 GiB that is only announced is refused at once', async () => {
    const each = caseOf('IN-060')
    const headers = { ...bearer, 'content-type': 'application/json' }
    const request = bytesOf({ method: 'POST', path: eventsPath(), headers, contentLength: each.input.body_bytes ?? 0 })
    expect(await post(each, () => exchange(service.url, request))).toEqual([])
  })

  test('IN-061 a body that never ends is refused when it is too large, and the connection is let go', async () => {
    const each = caseOf('IN-061')
    let written = 0
    const found = await post(each, async () => {
      const { socket, answer } = open(service.url)
      const head = { ...bearer, 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
      socket.write(bytesOf({ method: 'POST', path: eventsPath(), headers: head }))
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
      const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, ' '), Buffer.from('\r\n')])
      const feed = (): void => {
        if (socket.destroyed || !socket.writable) return
        written += chunk.length
        socket.write(chunk, () => setImmediate(feed))
      }
      feed()
      const result = await answer
      await closed
      return result
    })
    expect(found).toEqual([])
    expect(written).toBeLessThan(4 * 1_048_576)
  })
})

describe('methods, types and paths', () => {
  test.each(named(casesOf('http')))('%s %s', async (_id, _title, each) => {
    const { input } = each
    const { method = 'POST' } = input
    const long = input.path_bytes === undefined ? '' : '&x='.padEnd(input.path_bytes, 'x')
    const path = input.path === undefined ? `${eventsPath()}${long}` : pathOf(input.path, sdkAppId)
    const headers = { ...bearer, 'content-type': input.content_type ?? 'application/json' }
    const body = bodyOf(each) ?? Buffer.from('{}')
    const target = method === 'CONNECT' ? 'example.test:443' : path
    expect(await post(each, () => exchange(service.url, bytesOf({ method, path: target, headers, body })))).toEqual([])
  })
})

describe('the listener', () => {
  const byHand = new Set(['IN-099', 'IN-100', 'IN-102', 'IN-104', 'IN-105'])
  const rows = casesOf('http-raw').filter(({ id }) => !byHand.has(id))
  test.each(named(rows))('%s %s', async (_id, _title, each) => {
    const raw = pathOf(each.input.raw ?? '', sdkAppId)
    const found = await post(each, async () => {
      const { socket, answer } = open(service.url)
      socket.write(Buffer.from(raw, 'latin1'))
      // What is no request yet is waited for; who has nothing more to say says so.
      if (!raw.includes('\n')) socket.end()
      const result = await answer
      socket.destroy()
      return result
    })
    expect(found).toEqual([])
  })

  test('IN-102 a client that goes away in the middle of its body leaves nothing behind', async () => {
    const before = await newestDelivery()
    const { socket } = open(service.url)
    const headers = { ...bearer, 'content-type': 'application/json' }
    const request = bytesOf({
      method: 'POST',
      path: eventsPath(),
      headers,
      body: Buffer.from('{"a":'),
      contentLength: 100,
    })
    await new Promise<void>((resolve) => socket.write(request, () => resolve()))
    socket.resetAndDestroy()
    expect(await troubles()).toEqual([])
    expect(await newestDelivery()).toBe(before)
  })

  test('IN-104 who asks before it sends too much is refused and never told to go on', async () => {
    const each = caseOf('IN-104')
    const headers = { ...bearer, 'content-type': 'application/json', ...each.input.headers }
    let toldToGoOn = true
    const found = await post(each, async () => {
      const answer = await exchange(service.url, bytesOf({ method: 'POST', path: eventsPath(), headers }))
      ;({ toldToGoOn } = answer)
      return answer
    })
    expect(found).toEqual([])
    expect(toldToGoOn).toBe(false)
  })

  test('who asks before it sends what may come is told to go on', async () => {
    const { socket, answer } = open(service.url)
    const headers = { ...bearer, 'content-type': 'application/json', expect: '100-continue' }
    socket.write(bytesOf({ method: 'POST', path: eventsPath(), headers, contentLength: 2 }))
    await new Promise<void>((resolve) => socket.once('data', () => resolve()))
    socket.write('{}')
    expect(await answer).toMatchObject({ status: 202, toldToGoOn: true })
    socket.destroy()
  })

  test('IN-105 an expectation that no one knows is 417', async () => {
    const each = caseOf('IN-105')
    const headers = { ...bearer, 'content-type': 'application/json', ...each.input.headers }
    const body = Buffer.from('{}')
    expect(
      await post(each, () => exchange(service.url, bytesOf({ method: 'POST', path: eventsPath(), headers, body }))),
    ).toEqual([])
  })
})

describe('clients that take their time', () => {
  const many = 200
  // The bounds of a service in use are ten times as long.
  let impatient: TestService
  let path: string
  beforeAll(async () => {
    impatient = await openService({ requestBounds: { headMs: 1000, wholeMs: 3000, checkEveryMs: 200 } })
    const { sdkAppId: app } = await impatient.createApp()
    path = `/v1/apps/${app}/events?command=${anyCommand}`
  })
  afterAll(() => impatient.close())

  /** Opens connections that send a byte every fifth of a second once they have said their beginning, and waits until all are let go. */
  async function drip(beginning: Uint8Array): Promise<readonly RawAnswer[]> {
    const connections = Array.from({ length: many }, () => open(impatient.url))
    for (const { socket } of connections) socket.write(beginning)
    const feed = setInterval(() => {
      for (const { socket } of connections) if (socket.writable) socket.write('x')
    }, 200)
    const closed = connections.map(({ socket }) => new Promise<void>((resolve) => socket.on('close', () => resolve())))
    try {
      const answers = await Promise.all(connections.map(({ answer }) => answer))
      await Promise.all(closed)
      return answers
    } finally {
      clearInterval(feed)
    }
  }

  test.concurrent('IN-099 heads that drip in are let go of, and everyone else is served meanwhile', async () => {
    const dripping = drip(Buffer.from('POST /v1/apps/1/events HTTP/1.1\r\nhost: x\r\nx-long: '))
    expect((await impatient.call('POST', path, '{}')).status).toBe(202)
    for (const { status, headers } of await dripping) {
      expect([status, headers.get('content-type')]).toEqual([408, 'application/problem+json'])
    }
    expect((await impatient.call('POST', path, '{}')).status).toBe(202)
  })

  test.concurrent('IN-100 so are bodies that drip in', async () => {
    const headers = { ...bearer, 'content-type': 'application/json' }
    const dripping = drip(bytesOf({ method: 'POST', path, headers, contentLength: 10_000 }))
    expect((await impatient.call('POST', path, '{}')).status).toBe(202)
    for (const { status } of await dripping) expect([408, 'closed']).toContain(status)
    expect((await impatient.call('POST', path, '{}')).status).toBe(202)
  })
})

describe('members of an event', () => {
  test.each(named(casesOf('field')))('%s %s', async (_id, _title, each) => {
    const json = each.input.body ?? ''
    // The app stands in the path, as its text stood in the case; the other members stand in a line of a batch.
    const app = memberText(json, 'SdkAppId')
    const path = app === '1400000000' ? String(sdkAppId) : app === undefined ? '' : encodeURIComponent(app)
    const members = [...json.matchAll(/"(\w+)":/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'SdkAppId' && memberText(json, name) !== undefined && !name.startsWith('$'))
    const line = members.map((name) => {
      const text = memberText(json, name)
      return `"${eventMembers[name] ?? name}":${name === 'WebhookCommand' && text === '"C"' ? `"${anyCommand}"` : text}`
    })
    const headers = { ...bearer, 'content-type': 'application/x-ndjson' }
    const body = Buffer.from(`{${line.join(',')}}`)
    const send = () =>
      exchange(service.url, bytesOf({ method: 'POST', path: `/v1/apps/${path}/events`, headers, body }))
    expect(await post(each, send, body)).toEqual([])
  })
})

describe('settings of a webhook', () => {
  const byHand = new Set(['IN-201', 'IN-202'])
  const path = (): string => `/v1/apps/${sdkAppId}/webhooks/${webhook.webhookId}`
  const read = async (): Promise<unknown> => {
    const { updatedAt: _, ...rest } = (await service.call('GET', path())).body
    return rest
  }
  test.each(named(casesOf('config').filter(({ id }) => !byHand.has(id))))('%s %s', async (_id, _title, each) => {
    const before = await read()
    const given = JSON.parse(bodyOf(each)?.toString() ?? '{}') as Record<string, unknown>
    const { Token: token, ...settings } = given
    const changed = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [webhookMembers[name] ?? name, value]),
    )
    const called = await (token === undefined
      ? service.call('PATCH', path(), changed)
      : service.call('PUT', `${path()}/token`, { token }))
    expect(differences(each, called)).toEqual([])
    const isKept = each.expected.config_unchanged === true
    const hint = token === undefined ? changed : { tokenHint: JSON.stringify(token).slice(-5, -1) }
    expect(await read()).toEqual(isKept ? before : { ...(before as object), ...hint })
    await service.call('PATCH', path(), { ratePerSecond: null, name: 'default' })
    expect(await troubles()).toEqual([])
  })

  test('IN-201 of two who save at the same time what they have read, one is told', async () => {
    const etag = (await service.call('GET', path())).headers.get('etag') ?? ''
    const save = (name: string) => service.call('PATCH', path(), { name }, { 'if-match': etag })
    const saved = await Promise.all([save('one'), save('other')])
    expect(saved.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, 412])
    const won = saved.find(({ status }) => status === 200)
    expect((await read()) as object).toMatchObject({ name: won?.body['name'] })
    expect(
      (await service.call('PATCH', path(), { name: 'default' }, { 'if-match': won?.headers.get('etag') ?? '' })).status,
    ).toBe(200)
  })

  test('IN-202 a webhook that is deleted under a thousand deliveries takes them back, and nothing is sent after the answer', async () => {
    const { sdkAppId: app } = await service.createApp()
    const { webhookId } = await service.createWebhook(app, { url: receiver.url, commands: ['*'], paused: true })
    const line = JSON.stringify({ command: anyCommand, body: { gone: true } })
    const lines = Array.from({ length: 1000 }, () => line).join('\n')
    const accepted = await service.call('POST', `/v1/apps/${app}/events`, lines, {
      'content-type': 'application/x-ndjson',
    })
    expect(accepted.status).toBe(202)
    const requests = receiver.requests.length
    const removed = await service.call('DELETE', `/v1/apps/${app}/webhooks/${webhookId}`)
    expect([200, 204]).toContain(removed.status)
    const results = accepted.body['results'] as { deliveries: string[] }[]
    for (const { deliveries } of [results[0]!, results[499]!, results[999]!]) {
      expect(await service.untilState(deliveries[0]!, 'cancelled')).toMatchObject({ reason: 'webhook_deleted' })
    }
    expect(receiver.requests.length).toBe(requests)
    const left = await service.call('GET', `/v1/apps/${app}/stats`)
    expect(left.body['backlog']).toEqual([])
  })
})

describe('lists', () => {
  test.each(named(casesOf('query')))('%s %s', async (_id, _title, each) => {
    const query = (each.input.query ?? '').replace(/^search=/, 'q=')
    const called = await service.call('GET', `/v1/apps/${sdkAppId}/deliveries?${query}`)
    expect(differences(each, called)).toEqual([])
    const items = (called.body['items'] ?? []) as { sdkAppId: number }[]
    expect(items.length).toBeLessThanOrEqual(each.expected.rows_max ?? 0)
    expect(items.filter((item) => item.sdkAppId !== sdkAppId)).toEqual([])
    expect(await troubles()).toEqual([])
  })
})

describe('keys', () => {
  const byHand = new Set(['IN-213', 'IN-214', 'IN-215', 'IN-216', 'IN-217', 'IN-219'])
  const makeKey = async (role: string, app?: number): Promise<CreatedKey> =>
    (await service.call('POST', '/v1/keys', { name: role, role, ...(app === undefined ? {} : { sdkAppId: app }) }))
      .body as CreatedKey

  test.each(named(casesOf('auth').filter(({ id }) => !byHand.has(id))))('%s %s', async (_id, _title, each) => {
    const { key } = await makeKey('admin')
    const revoked = await makeKey('admin')
    await service.call('DELETE', `/v1/keys/${revoked.keyId}`)
    const { query = '', Authorization: header = '' } = each.input.headers ?? {}
    const meant: Record<string, string> = {
      'Bearer key': `Bearer ${key.toLowerCase()}`,
      'Bearer KE': `Bearer ${key.slice(0, 8)}`,
      'Bearer REVOKED': `Bearer ${revoked.key}`,
    }
    const called = await service.call('GET', `/v1/apps${query.replace('KEY', key)}`, undefined, {
      authorization: meant[header] ?? header,
    })
    expect(differences(each, called)).toEqual([])
    const nothing = await service.call('GET', '/v1/apps', undefined, { authorization: '' })
    expect(called.text).toBe(nothing.text)
    expect((await service.call('GET', '/v1/apps', undefined, { authorization: `Bearer ${key}` })).status).toBe(200)
  })

  test('IN-213 a key of one app finds nothing of another', async () => {
    const other = await service.createApp()
    const { key } = await makeKey('operator', other.sdkAppId)
    const called = await service.call('GET', `/v1/apps/${sdkAppId}/webhooks/${webhook.webhookId}`, undefined, {
      authorization: `Bearer ${key}`,
    })
    expect(differences(caseOf('IN-213'), called)).toEqual([])
  })

  test('IN-214 a key that hands events in does nothing else', async () => {
    const { key } = await makeKey('ingest', sdkAppId)
    const called = await service.call('GET', '/v1/keys', undefined, { authorization: `Bearer ${key}` })
    expect(differences(caseOf('IN-214'), called)).toEqual([])
  })

  test('IN-215 without a key no route does anything', async () => {
    const fresh = await openService()
    try {
      const guarded = Object.entries(rights).filter(([, right]) => right !== 'public' && right !== 'own')
      expect(guarded.length).toBeGreaterThan(40)
      for (const [route] of guarded) {
        const [method = '', url = ''] = route.split(' ')
        const called = await fresh.call(method, url.replaceAll(/:\w+/g, '1'), undefined, { authorization: '' })
        expect(differences(caseOf('IN-215'), called)).toEqual([])
      }
    } finally {
      await fresh.close()
    }
  })

  const signIn = (body: object) => service.call('POST', '/v1/session', body, { origin: service.url, authorization: '' })

  test('IN-216 a code that no one was given signs no one in', async () => {
    expect(differences(caseOf('IN-216'), await signIn({ code: 'x' }))).toEqual([])
  })

  test('IN-217 a one-time link signs in once; the second time it is refused and says why', async () => {
    const code = service.service.signInUrl().split('#code=')[1]
    const [first, second] = [await signIn({ code }), await signIn({ code })]
    expect([first.status, second.status]).toEqual(caseOf('IN-217').expected.status)
    expect(second.body['code']).toBe('link_used')
  })

  test('IN-219 a cookie that was made elsewhere is no one’s, and a key that can be guessed does not start', async () => {
    for (const cookie of ['livehook=secret', '__Host-livehook=eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', 'session=1']) {
      const called = await service.call('GET', '/v1/apps', undefined, { authorization: '', cookie })
      expect(called.status).toBe(401)
    }
    for (const key of ['changeme', 'secret', 'admin', 'xxxxyyyy']) {
      const start = () => parseSettings({ flags: { adminKey: key }, environment: {}, readFile: () => '' })
      expect(start).toThrow(/admin-key/)
    }
  })
})

describe('the sign-in', () => {
  /** Tries a wrong key from an address of its own. */
  const tryFrom = (localAddress: string, key: string, headers: Record<string, string> = {}) => {
    const body = Buffer.from(JSON.stringify({ key }))
    const own = { origin: 'http://127.0.0.1', 'content-type': 'application/json', ...headers }
    return exchange(service.url, bytesOf({ method: 'POST', path: '/v1/session', headers: own, body }), localAddress)
  }

  test('IN-220 the sixth wrong try of an address within a minute has to wait', async () => {
    const statuses: unknown[] = []
    for (let number = 1; number <= 20; number += 1) {
      const { status, headers } = await tryFrom('127.0.1.1', `${number}-is-no-key`)
      statuses.push([status, Number(headers.get('retry-after') ?? 0) > 0])
    }
    expect(statuses).toEqual(Array.from({ length: 20 }, (_, index) => (index < 5 ? [401, false] : [429, true])))
  })

  test('IN-221 so has the sixth for keys that begin alike, from however many addresses; other keys go on', async () => {
    const statuses: unknown[] = []
    for (let number = 1; number <= 20; number += 1) {
      statuses.push((await tryFrom(`127.0.2.${number}`, `lhk_same${number}`)).status)
    }
    expect(statuses).toEqual(Array.from({ length: 20 }, (_, index) => (index < 5 ? 401 : 429)))
    expect((await tryFrom('127.0.2.30', adminKey)).status).toBe(200)
  })

  test('IN-222 anyone who forwards for another address is taken for itself', async () => {
    const statuses: unknown[] = []
    for (let number = 1; number <= 7; number += 1) {
      const headers = { 'x-forwarded-for': `203.0.113.${number}` }
      statuses.push((await tryFrom('127.0.3.1', `${number}-forwarded`, headers)).status)
    }
    expect(statuses.slice(5)).toEqual([429, 429])
  })

  test('IN-224 a key of a mebibyte is not read', async () => {
    expect(differences(caseOf('IN-224'), await tryFrom('127.0.4.1', 'k'.repeat(1_048_576)))).toEqual([])
    expect(await troubles()).toEqual([])
  })

  test('IN-225 a hundred sign-ins at once are answered, one way or the other', async () => {
    const tries = Array.from({ length: 100 }, (_, index) => tryFrom('127.0.5.1', `${index}-at-once`))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    expect((await service.call('POST', eventsPath(), '{}')).status).toBe(202)
  })
})

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

describe('requests of another page', () => {
  test.each(named(casesOf('csrf')))('%s %s', async (id, _title, each) => {
    const code = service.service.signInUrl().split('#code=')[1] ?? ''
    const signedIn = await service.call('POST', '/v1/session', { code }, { origin: service.url, authorization: '' })
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? ''
    const { Cookie: _cookie, 'X-CSRF': _token, ...given } = each.input.headers ?? {}
    const changing = `/v1/apps/${sdkAppId}/secret-key/rotate`
    const method = each.input.method ?? 'POST'
    // Whose point is not where it comes from comes from a page of ours.
    const own = id === 'IN-232' || method === 'GET' ? { origin: 'http://127.0.0.1' } : {}
    const before = await service.call('GET', '/v1/audit?limit=1')
    const headers = { cookie, 'content-type': 'application/json', ...own, ...lowerCased(given) }
    const request = { method, path: changing, headers, ...(method === 'GET' ? {} : { body: Buffer.from('{}') }) }
    expect(differences(each, await exchange(service.url, bytesOf(request)))).toEqual([])
    expect((await service.call('GET', '/v1/audit?limit=1')).text).toBe(before.text)
  })
})

/** Keeps everything in this process from running for two seconds. */
function standStill(): void {
  const until = performance.now() + 2000
  while (performance.now() < until);
}

/** In a thread of its own: says its port, and then that a request came, which it answers 300 ms later. */
const slowReceiver = `
const { createServer } = require('node:http')
const { parentPort } = require('node:worker_threads')
const server = createServer((request, response) => {
  parentPort.postMessage('arrived')
  setTimeout(() => response.end('{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}'), 300)
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

describe('idempotency, audit, pressure', () => {
  const postWith = (app: number, body: string) =>
    service.call('POST', `/v1/apps/${app}/events?command=${anyCommand}`, body, { 'idempotency-key': 'e1' })

  test('IN-171 a key that comes again with another body is refused; one event stands', async () => {
    const { sdkAppId: app } = await service.createApp()
    const first = await postWith(app, '{"body":"A"}')
    expect(differences(caseOf('IN-171'), await postWith(app, '{"body":"B"}'))).toEqual([])
    expect((await postWith(app, '{"body":"A"}')).body).toMatchObject({
      status: 'duplicate',
      eventId: first.body['eventId'],
    })
    const kept = await service.call('GET', `/v1/apps/${app}/not-subscribed-events`)
    expect((kept.body['items'] as unknown[]).length).toBe(1)
  })

  test('IN-173 the same key of two apps is two events', async () => {
    const [one, other] = [await service.createApp(), await service.createApp()]
    const ids = [await postWith(one.sdkAppId, '{}'), await postWith(other.sdkAppId, '{}')].map(
      ({ body }) => body['eventId'],
    )
    expect(new Set(ids).size).toBe(2)
  })

  test('IN-245 every change is a line of the audit log, which no one can take away', async () => {
    await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhook.webhookId}`, {
      url: `${receiver.url}/moved`,
      paused: false,
    })
    const { body } = await service.call('GET', '/v1/audit?limit=1')
    const [entry] = body['items'] as Record<string, unknown>[]
    expect(entry).toMatchObject({
      at: expect.stringMatching(/^\d{4}-/),
      actor: { id: expect.any(String), name: expect.any(String) },
      address: '127.0.0.1',
      action: 'webhook.changed',
      target: webhook.webhookId,
      before: { url: receiver.url },
      after: { url: `${receiver.url}/moved` },
    })
    expect(JSON.stringify(entry)).not.toContain('a token that was there before')
    for (const method of ['DELETE', 'PATCH', 'PUT', 'POST'])
      expect((await service.call(method, '/v1/audit', {})).status).toBe(405)
  })

  const awake = () => vi.waitFor(async () => expect((await service.call('POST', eventsPath(), '{}')).status).toBe(202))

  test('IN-268 an event that waited through a standstill of ours is turned away, and comes in when it is sent again', async () => {
    const headers = { ...bearer, 'content-type': 'application/json' }
    const { socket, answer } = open(service.url)
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
    const late = await post(caseOf('IN-268'), () => {
      socket.write(bytesOf({ method: 'POST', path: eventsPath(), headers, body: Buffer.from('{"late":1}') }))
      standStill()
      return answer
    })
    expect(late).toEqual([])
    expect(Number((await answer).headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.parse((await answer).text)).toMatchObject({ code: 'overloaded' })
    socket.destroy()
    expect(service.logged.filter((entry) => entry.includes('stood still'))).toHaveLength(1)
    await awake()
  })

  test('IN-268 after a stall of our own what has arrived meanwhile counts: the app is not blamed for our clock', async () => {
    const worker = new Worker(slowReceiver, { eval: true })
    try {
      const port = await new Promise<number>((resolve) => worker.once('message', resolve))
      const { sdkAppId: app } = await service.createApp()
      const url = `http://127.0.0.1:${port}/`
      await service.createWebhook(app, { url, commands: ['*'], timeoutMs: 1000, retry: 'none' })
      const arrived = new Promise<void>((resolve) => worker.once('message', () => resolve()))
      const { deliveries } = await service.postEvent(app, anyCommand, '{}')
      await arrived
      // The answer comes while nothing here can read it, and the deadline passes.
      standStill()
      const delivery = await service.untilState(deliveries[0]!, 'succeeded', 'dead')
      expect(delivery).toMatchObject({ state: 'succeeded', attemptCount: 1 })
      await awake()
    } finally {
      await worker.terminate()
    }
  })

  test('IN-264 an app over its quota waits, and no other', async () => {
    const [one, other] = [await service.createApp(), await service.createApp()]
    await service.call('PATCH', `/v1/apps/${one.sdkAppId}`, { eventsPerSecond: 0 })
    const refused = await service.call('POST', `/v1/apps/${one.sdkAppId}/events?command=${anyCommand}`, '{}')
    expect(differences(caseOf('IN-264'), refused)).toEqual([])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await service.call('POST', `/v1/apps/${other.sdkAppId}/events?command=${anyCommand}`, '{}')).status).toBe(
      202,
    )
  })
})
