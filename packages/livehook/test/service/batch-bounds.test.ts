// What a batch may cost: told by what was refused before it was read and by turns of the event loop, never by time.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchange, bytesOf } from './raw-exchange.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

const after = 'Live.CallbackAfterCreateRoom'
const before = 'Live.CallbackBeforeSendGift'
const ndjson = { 'content-type': 'application/x-ndjson' }
const line = `{"command":"${after}","body":{}}`

let service: TestService
let sdkAppId: number

beforeAll(async () => {
  service = await openService()
  ;({ sdkAppId } = await service.createApp())
})
afterAll(() => service.close())

const post = (text: string, headers: Record<string, string> = {}, app = sdkAppId) =>
  service.call('POST', `/v1/apps/${app}/events`, text, { ...ndjson, ...headers })

describe('a batch', () => {
  test('has at most 1 000 lines, blank ones counted, whatever is in them', async () => {
    const turns = service.service.intake.turns.waited
    for (const text of ['\n'.repeat(16 * 1_048_576 - 1), `\n${'not read\n'.repeat(1000)}`]) {
      const refused = await post(text)
      expect(refused).toMatchObject({ status: 413, body: { code: 'too_large' } })
      expect(refused.text).toContain('at most 1000 lines')
    }
    expect(service.service.intake.turns.waited).toBe(turns)
    expect((await post(`${'\r\n'.repeat(999)}${line}`)).status).toBe(202)
  })

  test('has lines with a body of 256 KiB and little beside it: a longer one is not read', async () => {
    const refused = await post(`${line}\n{"command":"${after}","body":{}${' '.repeat(300_000)}`)
    expect(refused).toMatchObject({ status: 413, body: { code: 'too_large' } })
    expect(refused.text).toContain('Line 2 has 30')
  })

  test('has lines with six members, none of them twice: reading stops at the seventh', async () => {
    const members = Array.from({ length: 20_000 }, (_, at) => `"m${at}":1`).join(',')
    const many = await post(`${line}\n{${members}}`)
    expect(many).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(many.text).toContain('Line 2 has more than 6 members')
    const twice = await post(`${line}\n{"command":"${after}","body":{"a":1},"\\u0062ody":{"a":2}}`)
    expect(twice).toMatchObject({ status: 400, body: { code: 'duplicate_key' } })
    expect(twice.text).toContain('Line 2 has body twice')
    expect((await post(`{"command":"${after}","command":"${before}","body":{}}`)).body['code']).toBe('duplicate_key')
  })

  test('has bodies of at most 50 000 values each', async () => {
    const refused = await post(`{"command":"${after}","body":{"a":[${'0,'.repeat(60_000)}0]}}`)
    expect(refused).toMatchObject({ status: 413, body: { code: 'too_many_values' } })
  })

  test('is read and checked in slices: asks are answered between them', async () => {
    const { turns } = service.service.intake
    const large = `{"command":"${after}","body":{"a":[${'0,'.repeat(49_000)}0],"t":"${'x'.repeat(150_000)}"}}\n`
    const begun = turns.waited
    const batch = post(large.repeat(60))
    const over = batch.then(() => 'over' as const)
    let answered = 0
    for (;;) {
      const ask = service.call('POST', `/v1/apps/${sdkAppId}/asks?command=${before}`, '{}')
      if ((await Promise.race([ask, over])) === 'over') break
      expect((await ask).status).toBe(200)
      answered += 1
    }
    expect((await batch).status).toBe(202)
    // Sixty lines of nearly a slice each, read once for the line and once for the body; a turn ends with what it has begun.
    expect(turns.waited - begun).toBeGreaterThanOrEqual(50)
    expect(answered).toBeGreaterThan(2)
  })

  test('makes at most 20 000 deliveries, and nothing of a larger one is kept', async () => {
    const { sdkAppId: wide } = await service.createApp()
    for (let at = 0; at < 21; at += 1) {
      await service.createWebhook(wide, { url: `http://127.0.0.1:8099/${at}`, commands: ['*'], paused: true })
    }
    const refused = await post(`${line}\n`.repeat(1000), {}, wide)
    expect(refused).toMatchObject({ status: 422, body: { code: 'too_many_deliveries' } })
    expect(refused.text).toContain('21000 deliveries')
    const { body } = await service.call('GET', `/v1/apps/${wide}/deliveries?limit=1`)
    expect(body['items']).toEqual([])
    expect((await post(`${line}\n`.repeat(100), {}, wide)).status).toBe(202)
  })
})

test('the deliveries of one large commit are begun in slices, with turns for others between them', async () => {
  const { sdkAppId: wide } = await service.createApp()
  for (let at = 0; at < 10; at += 1) {
    await service.createWebhook(wide, { url: `http://127.0.0.1:8099/${at}`, commands: ['*'], paused: true })
  }
  let turn = 0
  let isOver = false
  const count = (): void => {
    turn += 1
    if (!isOver) setImmediate(count)
  }
  count()
  const begunInTurn = new Map<number, number>()
  const stop = service.service.events.listen((event) => {
    if (event.kind === 'accepted') begunInTurn.set(turn, (begunInTurn.get(turn) ?? 0) + 1)
  })
  const accepted = await post(`${line}\n`.repeat(500), {}, wide)
  isOver = true
  stop()
  expect(accepted.status).toBe(202)
  const begun = [...begunInTurn.values()]
  expect(begun.reduce((sum, each) => sum + each, 0)).toBe(5000)
  // Two slices may meet in one turn of this counter.
  expect(Math.max(...begun)).toBeLessThanOrEqual(1000)
})

describe('an Idempotency-Key of a batch', () => {
  test('counts for its lines: the same batch sent again is the same events, line by line', async () => {
    const lines = [`{"command":"${after}","body":{"n":1}}`, '', `{"command":"${after}","body":{"n":1}}`].join('\n')
    const key = { 'idempotency-key': 'batch-1' }
    const first = (await post(lines, key)).body['results'] as { eventId: string }[]
    const second = (await post(lines, key)).body['results'] as { eventId: string; status: string }[]
    // Two lines with the same bytes are two events.
    expect(new Set(first.map(({ eventId }) => eventId)).size).toBe(2)
    expect(second).toMatchObject(first.map(({ eventId }) => ({ eventId, status: 'duplicate' })))
    const other = await post(lines.replace('"n":1', '"n":2'), key)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    expect(other.text).toContain('line 1')
    expect(other.text).toContain('nothing of the batch was kept')
  })

  test('that has another body in one line refuses the whole batch, and the sender can mend that line', async () => {
    const { sdkAppId: app } = await service.createApp()
    await service.createWebhook(app, { url: 'http://127.0.0.1:8099/', commands: ['*'], paused: true })
    const keyed = (key: string, n: number) => `{"command":"${after}","idempotencyKey":"${key}","body":{"n":${n}}}`
    const eventIds = async (): Promise<unknown[]> => {
      const { body } = await service.call('GET', `/v1/apps/${app}/deliveries?limit=10`)
      return (body['items'] as { eventId: string }[]).map(({ eventId }) => eventId)
    }
    const [first] = (await post(keyed('a', 1), {}, app)).body['results'] as { eventId: string }[]
    const refused = await post([line, keyed('b', 1), keyed('a', 2)].join('\n'), {}, app)
    expect(refused).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    expect(refused.text).toContain('line 3; nothing of the batch was kept')
    expect(refused.text).toContain(String(first?.eventId))
    expect(await eventIds()).toEqual([first?.eventId])
    const within = await post([keyed('c', 1), keyed('c', 2)].join('\n'), {}, app)
    expect(within).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    expect(within.text).toContain('line 2; nothing of the batch was kept')
    const mended = await post([line, keyed('b', 1), keyed('a', 1)].join('\n'), {}, app)
    expect(mended.body['results']).toMatchObject([
      { status: 'accepted' },
      { status: 'accepted' },
      { status: 'duplicate', eventId: first?.eventId },
    ])
    expect(await eventIds()).toHaveLength(3)
  })

  test('gives way to the key of a line, which is held to the same rule', async () => {
    const own = `{"command":"${after}","idempotencyKey":"mine-1","body":{}}`
    const [first] = (await post(own, { 'idempotency-key': 'batch-2' })).body['results'] as object[]
    const again = (await post(own, { 'idempotency-key': 'batch-3' })).body['results']
    expect(again).toMatchObject([{ ...first, status: 'duplicate' }])
    const bad = await post(`{"command":"${after}","idempotencyKey":"a b","body":{}}`)
    expect(bad).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect((await post(line, { 'idempotency-key': 'a b' })).status).toBe(400)
  })
})

describe('a quota', () => {
  test('of nothing costs nothing: the answer comes before the body has', async () => {
    const { sdkAppId: closed } = await service.createApp()
    await service.call('PATCH', `/v1/apps/${closed}`, { eventsPerSecond: 0, asksPerSecond: 0 })
    for (const path of ['events', `asks?command=${before}`]) {
      const head = {
        authorization: `Bearer ${adminKey}`,
        'content-type': path === 'events' ? 'application/x-ndjson' : 'application/json',
      }
      const answer = await exchange(
        service.url,
        bytesOf({
          method: 'POST',
          path: `/v1/apps/${closed}/${path}`,
          headers: head,
          body: Buffer.from('{'),
          contentLength: 200_000,
        }),
      )
      expect(answer.status).toBe(429)
    }
  })

  test('is charged for bytes as well as lines, before anything is parsed', async () => {
    const { sdkAppId: limited } = await service.createApp()
    await service.call('PATCH', `/v1/apps/${limited}`, { eventsPerSecond: 2 })
    // One line of 10 MiB that is not even JSON.
    expect((await post('x'.repeat(10 * 1_048_576), {}, limited)).status).toBe(413)
    const next = await post(line, {}, limited)
    expect(next.status).toBe(429)
    expect(Number(next.headers.get('retry-after'))).toBeGreaterThan(10)
  })
})

describe('a body that is too large', () => {
  test.each([
    ['an app', '/v1/apps', 70_000, 'application/json', '65536'],
    ['an event', '/v1/apps/APP/events', 300_000, 'application/json', '262144'],
    ['a batch', '/v1/apps/APP/events', 17 * 1_048_576, 'application/x-ndjson', '16777216'],
    ['an ask', '/v1/apps/APP/asks?command=A.B', 300_000, 'application/json', '262144'],
  ])("is refused with its route's own limit: %s", async (_what, path, bytes, type, limit) => {
    const refused = await service.call('POST', path.replace('APP', String(sdkAppId)), 'x'.repeat(bytes), {
      'content-type': type,
    })
    expect(refused).toMatchObject({ status: 413, body: { code: 'too_large' } })
    expect(refused.body['detail']).toContain(limit)
  })
})

test('a body in chunks from a client of HTTP/1.0, which does not know them, is refused', async () => {
  const head = `POST /v1/apps/${sdkAppId}/events?command=${after} HTTP/1.0\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${adminKey}\r\n`
  const type = 'content-type: application/json\r\n'
  const chunked = `${head}${type}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`
  const refused = await exchange(service.url, Buffer.from(chunked))
  expect(refused.status).toBe(400)
  expect(refused.text).toContain('HTTP/1.0 has no transfer-encoding')
  const counted = await exchange(service.url, Buffer.from(`${head}${type}content-length: 2\r\n\r\n{}`))
  expect(counted.status).toBe(202)
})
