import { randomBytes } from 'node:crypto'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/domain/access/role.ts'
import { guard } from '../../src/http/gates/auth.ts'
import { createKeys } from '../../src/http/gates/keys.ts'
import { rights } from '../../src/http/gates/rights.ts'
import { createSessions } from '../../src/http/gates/sessions.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'
import type { AppThings } from './world.ts'
import { fillApp, makeKey } from './world.ts'

let service: TestService

beforeAll(async () => {
  service = await openService()
})
afterAll(() => service.close())

type Who = 'nobody' | 'admin' | 'operator' | 'ingest' | 'read' | 'read of all'

/** What was promised, in words of its own: the service's table must come to the same. */
function shouldPass(who: Who, route: string): boolean {
  if (who === 'admin') return true
  if (who === 'nobody') return false
  const ofSenders = ['POST /v1/apps/:sdkAppId/events', 'POST /v1/apps/:sdkAppId/asks']
  if (who === 'ingest') return ofSenders.includes(route)
  const ofAdmins = [
    'POST /v1/apps',
    'DELETE /v1/apps/:sdkAppId',
    'GET /v1/keys',
    'POST /v1/keys',
    'DELETE /v1/keys/:keyId',
  ]
  if (ofAdmins.includes(route)) return false
  if (who === 'operator') return true
  const showsMore = ['GET /v1/audit', 'GET /v1/apps/:sdkAppId/webhooks/:webhookId/token']
  // It looks at a body and changes nothing.
  if (route === 'POST /v1/apps/:sdkAppId/commands/:command/check') return true
  return route.startsWith('GET ') && !showsMore.includes(route) && !route.endsWith('/sample-request')
}

/** Routes that need no key, and those that check for themselves (sessions.test.ts, and the tests of the calls under /v4). */
const guarded = Object.entries(rights)
  .filter(([, right]) => right !== 'public' && right !== 'own')
  .map(([route]) => route)
  // What removes things comes last, and what holds others last of all.
  .toSorted((left, right) => placeOf(left) - placeOf(right))

function placeOf(route: string): number {
  return route.startsWith('DELETE') ? 1000 - route.length : 0
}

/** Bodies of routes that look at the body before they look at the thing. */
const bodies: Readonly<Record<string, (things: AppThings) => object>> = {
  'POST /v1/events/:eventId/deliveries': ({ webhookId }) => ({ webhookId }),
}

interface Answer {
  readonly status: number
  readonly code: unknown
}

/** Asks a route about the things of an app; with a body that changes nothing where the gate lets it pass. */
async function ask(route: string, things: AppThings, key: string | undefined): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ')
  const command = pattern.startsWith('/v1/commands') ? 'Live.CallbackAfterCreateRoom' : things.command
  const ids: Readonly<Record<string, string | number>> = { ...things, command, keyId: 'key_of_nobody' }
  const path = pattern.replaceAll(/:(\w+)/g, (_match, name: string) => String(ids[name] ?? `no-${name}`))
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const stop = new AbortController()
  const response = await fetch(service.url + path, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { body: JSON.stringify(bodies[route]?.(things) ?? { no: 'such member' }) } : {}),
    signal: stop.signal,
  })
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  const code = isProblem ? ((await response.json()) as { code: unknown }).code : undefined
  // A stream would never end.
  stop.abort()
  return { status: response.status, code }
}

describe.each<Who>(['nobody', 'read', 'read of all', 'ingest', 'operator', 'admin'])('a key of %s', (who) => {
  let own: AppThings
  let foreign: AppThings
  let key: string | undefined

  beforeAll(async () => {
    own = await fillApp(service)
    foreign = await fillApp(service)
    const role: Role | undefined = who === 'nobody' ? undefined : who === 'read of all' ? 'read' : who
    const app = who === 'admin' || who === 'read of all' ? undefined : own.sdkAppId
    key = role === undefined ? undefined : (await makeKey(service, role, app)).key
  })

  test.each(guarded)('%s', async (route) => {
    const isOfOneApp = who === 'operator' || who === 'ingest' || who === 'read'
    const namesForeign = isOfOneApp && /:(sdkAppId|eventId|deliveryId|decisionId)/.test(route)
    const refused = who === 'nobody' ? '401 unauthorized' : '403 wrong_role'
    const inOwn = shouldPass(who, route) ? 'let in' : refused
    const inForeign = inOwn === 'let in' && namesForeign ? '404 not_found' : inOwn
    expect({
      own: outcomeOf(route, await ask(route, own, key)),
      foreign: outcomeOf(route, await ask(route, foreign, key)),
    }).toEqual({ own: inOwn, foreign: inForeign })
  })
})

/** A bad body, or a key that does not exist, is as far as anybody gets who was let in; the rest is an answer of the route. */
function outcomeOf(route: string, { status, code }: Answer): string {
  const isRefusal = [401, 403, 404].includes(status) && !(status === 404 && route.includes(':keyId'))
  return isRefusal || status >= 500 ? `${status} ${String(code)}` : 'let in'
}

describe('a key of one app', () => {
  let own: AppThings
  let foreign: AppThings
  const keys = new Map<Role, string>()

  beforeAll(async () => {
    own = await fillApp(service)
    foreign = await fillApp(service)
    for (const role of ['operator', 'ingest', 'read'] as const) {
      keys.set(role, (await makeKey(service, role, own.sdkAppId)).key)
    }
  })

  const call = (role: Role, method: string, path: string, body?: unknown) =>
    service.call(method, path, body, { authorization: `Bearer ${keys.get(role)}` })

  test('learns the same of a foreign thing as of one that does not exist', async () => {
    for (const [path, id] of [
      ['/v1/deliveries/', foreign.deliveryId],
      ['/v1/events/', foreign.eventId],
      ['/v1/decisions/', foreign.decisionId],
    ] as const) {
      const { status, text } = await call('read', 'GET', path + id)
      // The last digit of another number: an id that this store has not given out.
      const missing = `${id.slice(0, -4)}zzzz`
      const none = await call('read', 'GET', path + missing)
      expect([status, text.replaceAll(id, missing)]).toEqual([none.status, none.text])
    }
    const app = await call('read', 'GET', `/v1/apps/${foreign.sdkAppId}`)
    const none = await call('read', 'GET', '/v1/apps/1499999999')
    expect(app.text.replaceAll(String(foreign.sdkAppId), '1499999999')).toBe(none.text)
  })

  test('reaches its app by one spelling of its number only, and no other app by any', async () => {
    const hex = `0x${foreign.sdkAppId.toString(16)}`
    for (const other of [hex, `0${foreign.sdkAppId}`, `${foreign.sdkAppId}.0`, `+${foreign.sdkAppId}`, '%31']) {
      expect((await call('read', 'GET', `/v1/apps/${other}`)).status).toBe(404)
    }
    expect((await call('read', 'GET', `/v1/apps/${own.sdkAppId}`)).status).toBe(200)
  })

  test('finds its own app alone in the list of apps', async () => {
    const { body } = await call('read', 'GET', '/v1/apps')
    expect(body['items']).toMatchObject([{ sdkAppId: own.sdkAppId }])
  })

  test('finds nothing by naming a foreign webhook in a filter', async () => {
    for (const what of ['deliveries', 'decisions']) {
      const { body } = await call('read', 'GET', `/v1/apps/${own.sdkAppId}/${what}?webhookId=${foreign.webhookId}`)
      expect(body['items']).toEqual([])
    }
    for (const id of [foreign.eventId, foreign.deliveryId, foreign.webhookId]) {
      const { body } = await call('read', 'GET', `/v1/apps/${own.sdkAppId}/deliveries?q=${id}`)
      expect(body['items']).toEqual([])
    }
    const { body } = await call('read', 'GET', `/v1/apps/${own.sdkAppId}/stats?webhookId=${foreign.webhookId}`)
    expect(body).toMatchObject({ total: { attempts: 0 }, backlog: [] })
  })

  test('does not bring its events to a foreign webhook, nor redeliver through one', async () => {
    const add = { webhookId: foreign.webhookId }
    expect((await call('operator', 'POST', `/v1/events/${own.eventId}/deliveries`, add)).status).toBe(404)
    const filter = { state: 'dead', webhookId: foreign.webhookId }
    const job = { filter, dryRun: true }
    const { body } = await call('operator', 'POST', `/v1/apps/${own.sdkAppId}/redeliveries`, job)
    expect(body).toMatchObject({ count: 0 })
    const check = { webhookId: foreign.webhookId, url: 'https://example.com/' }
    expect((await call('operator', 'POST', `/v1/apps/${own.sdkAppId}/webhooks/check`, check)).status).toBe(404)
  })

  test('reads its app’s part of the audit log alone', async () => {
    const { body } = await call('operator', 'GET', '/v1/audit?limit=200')
    const items = body['items'] as { sdkAppId: number }[]
    expect(items.length).toBeGreaterThan(3)
    expect(new Set(items.map(({ sdkAppId }) => sdkAppId))).toEqual(new Set([own.sdkAppId]))
    expect((await call('operator', 'GET', `/v1/audit?sdkAppId=${foreign.sdkAppId}`)).status).toBe(404)
  })

  test('watches its own app alone, also where it names none', async () => {
    const seen = await watch(keys.get('read') ?? '', '/v1/stream')
    await service.postEvent(foreign.sdkAppId, 'Live.CallbackAfterCreateRoom', '{"marker":1}')
    await service.postEvent(own.sdkAppId, 'Live.CallbackAfterCreateRoom', '{}')
    const text = await seen.until(/"sdkAppId":\d+/)
    seen.close()
    expect(text).toContain(`"sdkAppId":${own.sdkAppId}`)
    expect(text).not.toContain(String(foreign.sdkAppId))
    expect((await call('read', 'GET', `/v1/stream?sdkAppId=${foreign.sdkAppId}`)).status).toBe(404)
  })

  test('sees no credentials of its app where it may only read', async () => {
    const path = `/v1/apps/${own.sdkAppId}/webhooks`
    const headers = { 'X-Api-Key': 'a-credential', 'User-Agent-Of-Us': 'x' }
    await call('operator', 'PATCH', `${path}/${own.webhookId}`, { headers })
    const masked = { headers: { 'X-Api-Key': '***', 'User-Agent-Of-Us': '***' }, tokenSet: true, tokenHint: null }
    expect((await call('read', 'GET', `${path}/${own.webhookId}`)).body).toMatchObject(masked)
    expect((await call('read', 'GET', path)).body['items']).toMatchObject([masked])
    expect((await call('operator', 'GET', `${path}/${own.webhookId}`)).body).toMatchObject({ headers })
  })

  test('is not kept waiting for the headers of a stream alone', async () => {
    const headers = { authorization: `Bearer ${keys.get('read')}` }
    expect((await fetch(`${service.url}/v1/stream`, { method: 'HEAD', headers })).status).toBe(405)
  })

  test('may not change quotas, as an operator neither', async () => {
    const quota = { eventsPerSecond: 1_000_000 }
    expect((await call('operator', 'PATCH', `/v1/apps/${own.sdkAppId}`, quota)).body['code']).toBe('wrong_role')
  })
})

describe('keys', () => {
  test('are shown once; later only how they begin and when they were used', async () => {
    const { sdkAppId } = await service.createApp()
    const made = await makeKey(service, 'read', sdkAppId)
    expect(made.key).toMatch(/^lhk_[\w-]{32}$/)
    const shownOf = async () => {
      const { body, text } = await service.call('GET', '/v1/keys')
      expect(text).not.toContain(made.key)
      return (body['items'] as { keyId: string }[]).find(({ keyId }) => keyId === made.keyId)
    }
    const { key: _key, ...shown } = made
    expect(await shownOf()).toEqual(shown)
    expect(shown).toMatchObject({ prefix: made.key.slice(0, 8), role: 'read', sdkAppId, lastUsedAt: null })
    await service.call('GET', '/v1/commands', undefined, { authorization: `Bearer ${made.key}` })
    expect(await shownOf()).toMatchObject({ lastUsedAt: expect.stringMatching(/^20/) })
  })

  test.each([
    ['admin', 1_400_000_001],
    ['operator', undefined],
    ['ingest', undefined],
  ])('with the role %s and the app %s are refused with what would be right', async (role, sdkAppId) => {
    const body = { name: 'x', role, ...(sdkAppId === undefined ? {} : { sdkAppId }) }
    const { status, body: problem } = await service.call('POST', '/v1/keys', body)
    expect([status, problem['code']]).toEqual([400, 'invalid_request'])
    expect(problem['detail']).toContain('sdkAppId')
  })

  test('are listed page by page, newest first', async () => {
    const { sdkAppId } = await service.createApp()
    const [first, second] = [await makeKey(service, 'read', sdkAppId), await makeKey(service, 'read', sdkAppId)]
    const page = async (query: string) => (await service.call('GET', `/v1/keys?${query}`)).body
    expect(await page('limit=1')).toMatchObject({ items: [{ keyId: second.keyId }], nextCursor: second.keyId })
    expect(await page(`limit=1&cursor=${second.keyId}`)).toMatchObject({ items: [{ keyId: first.keyId }] })
    expect(await page('cursor=key_of_nobody')).toMatchObject({ code: 'invalid_cursor' })
    const last = await page(
      `cursor=${String(((await page('limit=200'))['items'] as { keyId: string }[]).at(-1)?.keyId)}`,
    )
    expect(last).toEqual({ items: [], nextCursor: null })
  })

  test('keep a name as it will be read back', async () => {
    const name = 'a\u0000b直c<script>'
    const { body } = await service.call('POST', '/v1/keys', { name, role: 'read' })
    expect(body['name']).toBe(name)
    // Half of a character cannot be read back, so it is not taken.
    const half = await service.call('POST', '/v1/keys', String.raw`{"name":"a\ud800","role":"admin"}`)
    expect(half.status).toBe(400)
  })

  test('of an app that does not exist are refused', async () => {
    const body = { name: 'x', role: 'ingest', sdkAppId: 1_499_999_999 }
    expect((await service.call('POST', '/v1/keys', body)).status).toBe(404)
  })

  test('are refused from the answer to their revocation on, and what they opened ends', async () => {
    const { sdkAppId } = await service.createApp()
    const { key, keyId } = await makeKey(service, 'operator', sdkAppId)
    const headers = { authorization: `Bearer ${key}` }
    const cookie = await signIn(key)
    // It began earlier, so its first sign of life comes before any that the other one might be let have.
    const earlier = await watch(adminKey, '/v1/stream')
    const stream = await watch(key, '/v1/stream')
    expect((await service.call('GET', '/v1/apps', undefined, headers)).status).toBe(200)
    expect((await fetch(`${service.url}/v1/apps`, { headers: { cookie } })).status).toBe(200)
    expect((await service.call('DELETE', `/v1/keys/${keyId}`)).status).toBe(204)
    expect((await service.call('GET', '/v1/apps', undefined, headers)).status).toBe(401)
    expect((await fetch(`${service.url}/v1/apps`, { headers: { cookie } })).status).toBe(401)
    const first = await Promise.race([
      stream.ended.then(() => 'the stream ended'),
      earlier.until(/heartbeat/).then(() => 'it went on'),
    ])
    earlier.close()
    expect(first).toBe('the stream ended')
    expect((await service.call('DELETE', `/v1/keys/${keyId}`)).status).toBe(404)
  })

  test('from the settings cannot be removed over the API', async () => {
    const { status, body } = await service.call('DELETE', '/v1/keys/key_environment')
    expect([status, body['code']]).toEqual([409, 'key_of_settings'])
    expect((await service.call('GET', '/v1/keys')).text).not.toContain(adminKey)
  })
})

test('the last admin key stays, also where two are removed at once; the others survive a restart', async () => {
  const random = randomBytes(8).toString('hex')
  const first = await openService({ flags: { adminKey: '' } })
  const asAdmin = async (current: TestService, key: string, method: string, path: string, body?: unknown) =>
    current.call(method, path, body, { authorization: `Bearer ${key}` })
  const made = first.service.createdKey ?? ''
  expect(made).toMatch(/^lhk_/)
  const second = (await asAdmin(first, made, 'POST', '/v1/keys', { name: random, role: 'admin' })).body
  const { body: list } = await asAdmin(first, made, 'GET', '/v1/keys')
  const ids = (list['items'] as { keyId: string }[]).map(({ keyId }) => keyId)
  expect(ids).toHaveLength(2)
  const removals = await Promise.all(ids.map((keyId) => asAdmin(first, made, 'DELETE', `/v1/keys/${keyId}`)))
  expect(removals.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([204, 409])
  const again = await first.restart()
  try {
    expect(again.service.createdKey).toBeUndefined()
    const statuses = [made, String(second['key'])].map(
      async (key) => (await asAdmin(again, key, 'GET', '/v1/keys')).status,
    )
    expect((await Promise.all(statuses)).toSorted((left, right) => left - right)).toEqual([200, 401])
  } finally {
    await again.close()
  }
})

test('a route that nobody gave a right does not start', () => {
  const app = fastify()
  guard(app, {
    keys: createKeys({ store: nobodysStore, adminKey, now: Date.now, log: quiet }),
    sessions: createSessions({ now: Date.now }),
    publicUrl: undefined,
    listenHost: '127.0.0.1',
    now: Date.now,
    log: quiet,
  })
  expect(() => app.get('/v1/forgotten', () => 'x')).toThrow(/GET \/v1\/forgotten has no right/)
})

const nobodysStore = {
  listKeys: async () => [],
  touchKeys: async () => undefined,
  putKey: () => Promise.reject(new Error('nothing is kept here')),
  putFirstAdminKey: () => Promise.reject(new Error('nothing is kept here')),
  removeKey: () => Promise.reject(new Error('nothing is kept here')),
} as const
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

async function signIn(key: string): Promise<string> {
  const response = await fetch(`${service.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: service.url },
    body: JSON.stringify({ key }),
  })
  expect(response.status).toBe(200)
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
}

interface Watched {
  /** Resolves with everything so far once it has the pattern. */
  until(pattern: RegExp): Promise<string>
  /** Resolves when the service ends the stream. */
  readonly ended: Promise<void>
  close(): void
}

async function watch(key: string, path: string): Promise<Watched> {
  const stop = new AbortController()
  const response = await fetch(service.url + path, {
    headers: { authorization: `Bearer ${key}` },
    signal: stop.signal,
  })
  expect(response.status).toBe(200)
  let text = ''
  let wake = (): void => undefined
  const read = async (): Promise<void> => {
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk)
      wake()
    }
  }
  const ended = read().catch(() => undefined)
  return {
    async until(pattern) {
      while (!pattern.test(text)) await new Promise<void>((resolve) => (wake = resolve))
      return text
    },
    ended,
    close: () => stop.abort(),
  }
}
