import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QuotaBucket } from '../../src/domain/delivery/quota.ts'
import { takeQuota } from '../../src/domain/delivery/quota.ts'
import type { TestService } from '../support/service.ts'
import { openService } from '../support/service.ts'

const after = 'Live.CallbackAfterCreateRoom'
const before = 'Live.CallbackBeforeSendGift'

let service: TestService

beforeAll(async () => {
  service = await openService()
})
afterAll(() => service.close())

async function appWith(quota: object): Promise<number> {
  const { sdkAppId } = await service.createApp()
  const { status, body } = await service.call('PATCH', `/v1/apps/${sdkAppId}`, quota)
  expect(status).toBe(200)
  expect(body).toMatchObject(quota)
  return sdkAppId
}

const post = (sdkAppId: number) => service.call('POST', `/v1/apps/${sdkAppId}/events?command=${after}`, '{}')
const ask = (sdkAppId: number) => service.call('POST', `/v1/apps/${sdkAppId}/asks?command=${before}`, '{}')
const postBatch = (sdkAppId: number, lines: number) =>
  service.call('POST', `/v1/apps/${sdkAppId}/events`, `{"command":"${after}","body":{}}\n`.repeat(lines), {
    'content-type': 'application/x-ndjson',
  })

async function keptEvents(sdkAppId: number): Promise<number> {
  const { body } = await service.call('GET', `/v1/apps/${sdkAppId}/not-subscribed-events?limit=200`)
  return (body['items'] as unknown[]).length
}

describe('the quota of an app', () => {
  test('is none at first, and is taken away with null', async () => {
    const { sdkAppId } = await service.createApp()
    const { body } = await service.call('GET', `/v1/apps/${sdkAppId}`)
    expect(body).toMatchObject({ eventsPerSecond: null, asksPerSecond: null })
    await service.call('PATCH', `/v1/apps/${sdkAppId}`, { eventsPerSecond: 0 })
    expect((await post(sdkAppId)).status).toBe(429)
    await service.call('PATCH', `/v1/apps/${sdkAppId}`, { eventsPerSecond: null })
    expect((await post(sdkAppId)).status).toBe(202)
  })

  test('refuses an event too many with Retry-After, and keeps nothing of it', async () => {
    const sdkAppId = await appWith({ eventsPerSecond: 1 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(sdkAppId)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(10)
    for (const { headers, body } of refused) {
      expect(body['code']).toBe('rate_limited')
      expect(headers.get('retry-after')).toBe('1')
    }
    expect(await keptEvents(sdkAppId)).toBe(20 - refused.length)
  })

  test('counts the lines of a batch; one that is larger passes once and is paid back', async () => {
    const sdkAppId = await appWith({ eventsPerSecond: 10 })
    expect((await postBatch(sdkAppId, 100)).status).toBe(202)
    const refused = await postBatch(sdkAppId, 1)
    expect(refused.status).toBe(429)
    // Ninety lines too many, at ten per second.
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(8)
    expect(await keptEvents(sdkAppId)).toBe(100)
  })

  test('counts again once it is changed: what was owed under another one is forgotten', async () => {
    const sdkAppId = await appWith({ eventsPerSecond: 1 })
    expect((await postBatch(sdkAppId, 500)).status).toBe(202)
    expect((await post(sdkAppId)).status).toBe(429)
    await service.call('PATCH', `/v1/apps/${sdkAppId}`, { eventsPerSecond: 2 })
    expect((await post(sdkAppId)).status).toBe(202)
  })

  test('of events and that of asks do not touch each other, nor another app', async () => {
    const [limited, other] = [await appWith({ asksPerSecond: 0 }), await appWith({ eventsPerSecond: 0 })]
    expect((await ask(limited)).body['code']).toBe('rate_limited')
    expect((await post(limited)).status).toBe(202)
    expect((await post(other)).status).toBe(429)
    expect((await ask(other)).status).toBe(200)
  })

  test('is changed member by member, also by two at once', async () => {
    const { sdkAppId } = await service.createApp()
    const path = `/v1/apps/${sdkAppId}`
    await Promise.all([
      service.call('PATCH', path, { eventsPerSecond: 5 }),
      service.call('PATCH', path, { asksPerSecond: 6 }),
    ])
    expect((await service.call('GET', path)).body).toMatchObject({ eventsPerSecond: 5, asksPerSecond: 6 })
  })

  test.each([-1, 1.5, '5', 1_000_001])('cannot be %j', async (eventsPerSecond) => {
    const { sdkAppId } = await service.createApp()
    const { status, body } = await service.call('PATCH', `/v1/apps/${sdkAppId}`, { eventsPerSecond })
    expect([status, body['code']]).toEqual([400, 'invalid_request'])
  })

  test('is there after a restart', async () => {
    const first = await openService()
    const { sdkAppId } = await first.createApp()
    await first.call('PATCH', `/v1/apps/${sdkAppId}`, { eventsPerSecond: 0, asksPerSecond: 7 })
    const again = await first.restart()
    try {
      const { body } = await again.call('GET', `/v1/apps/${sdkAppId}`)
      expect(body).toMatchObject({ eventsPerSecond: 0, asksPerSecond: 7 })
      const refused = await again.call('POST', `/v1/apps/${sdkAppId}/events?command=${after}`, '{}')
      expect(refused.status).toBe(429)
    } finally {
      await again.close()
    }
  })
})

describe('a bucket', () => {
  const steps = fc.array(
    fc.record({ waitMs: fc.integer({ min: -500, max: 3000 }), count: fc.integer({ min: 1, max: 50 }) }),
    {
      maxLength: 60,
    },
  )

  test('never lets more through than its rate, a second’s worth and one batch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), steps, (perSecond, asked) => {
        let bucket: QuotaBucket | undefined
        let [now, passed, largest, forward] = [0, 0, 0, 0]
        for (const { waitMs, count } of asked) {
          now += waitMs
          forward += Math.max(0, waitMs)
          const verdict = takeQuota(bucket, perSecond, { count, now })
          bucket = verdict.bucket
          if (verdict.kind === 'refused') continue
          passed += count
          largest = Math.max(largest, count)
        }
        expect(passed).toBeLessThanOrEqual((forward * perSecond) / 1000 + perSecond + largest)
      }),
    )
  })

  test('lets anyone who comes again after the time that it told pass', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), steps, (perSecond, asked) => {
        let bucket: QuotaBucket | undefined
        let now = 0
        for (const { waitMs, count } of asked) {
          now += Math.max(0, waitMs)
          const verdict = takeQuota(bucket, perSecond, { count, now })
          bucket = verdict.bucket
          if (verdict.kind === 'taken') continue
          now += verdict.retryAfterSeconds * 1000
          const again = takeQuota(bucket, perSecond, { count, now })
          expect(again.kind).toBe('taken')
          bucket = again.bucket
        }
      }),
    )
  })
})
