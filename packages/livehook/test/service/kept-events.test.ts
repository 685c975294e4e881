import { afterEach, describe, expect, test } from 'vitest'
import { createRetention } from '../../src/engine/upkeep/retention.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { acceptOne, registerWebhook, sampleEvent, sampleSettle, someTime } from '../store/samples.ts'
import { createSqlitePlace } from '../store/sqlite-place.ts'
import { openReceiver } from '../support/receiver.ts'
import { alone } from '../support/leases.ts'
import { openService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
const dayMs = 86_400_000

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

async function world() {
  const receiver = await openReceiver()
  const service = await openService()
  open.push(receiver, service)
  const { sdkAppId } = await service.createApp()
  return { receiver, service, sdkAppId }
}

describe('an event that no webhook wanted', () => {
  test('is kept and listed, and can be brought to a webhook later, once', async () => {
    const { receiver, service, sdkAppId } = await world()
    const first = await service.postEvent(sdkAppId, command, '{"n":1}')
    const second = await service.postEvent(sdkAppId, command, '{"n":2}')
    expect(first.status).toBe('not_subscribed')
    const list = async () => {
      const { body } = await service.call('GET', `/v1/apps/${sdkAppId}/not-subscribed-events`)
      return (body['items'] as { eventId: string }[]).map(({ eventId }) => eventId)
    }
    expect(await list()).toEqual([second.eventId, first.eventId])

    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const path = `/v1/events/${first.eventId}/deliveries`
    const added = await service.call('POST', path, { webhookId })
    expect(added).toMatchObject({ status: 201, body: { eventId: first.eventId, webhookId, state: 'pending' } })
    const deliveryId = String(added.body['deliveryId'])
    expect(added.headers.get('location')).toBe(`/v1/deliveries/${deliveryId}`)
    await service.untilState(deliveryId, 'succeeded')
    const [request] = await receiver.arrived(1)
    expect(request?.headers['webhook-id']).toBe(first.eventId)
    expect(request?.body.toString()).toContain('"n":1')
    expect(await list()).toEqual([second.eventId])

    const again = await service.call('POST', path, { webhookId })
    expect(again).toMatchObject({ status: 409, body: { code: 'already_delivered' } })
    expect(again.body['detail']).toContain(deliveryId)
    const event = await service.call('GET', `/v1/events/${first.eventId}`)
    expect(event.body).toMatchObject({
      eventId: first.eventId,
      sdkAppId,
      bodyKept: true,
      deliveries: [{ deliveryId, state: 'succeeded' }],
    })
  })

  test('is not brought to a webhook that does not exist or is of another app, and a page has a limit and a cursor of ours', async () => {
    const { receiver, service, sdkAppId } = await world()
    const { eventId } = await service.postEvent(sdkAppId, command, '{}')
    const other = await service.createApp('other')
    const foreign = await service.createWebhook(other.sdkAppId, { url: receiver.url, commands: ['*'] })
    for (const webhookId of ['wh_nothing', foreign.webhookId]) {
      expect((await service.call('POST', `/v1/events/${eventId}/deliveries`, { webhookId })).status).toBe(404)
    }
    const body = { webhookId: foreign.webhookId }
    expect((await service.call('POST', '/v1/events/evt_nothing/deliveries', body)).status).toBe(404)
    expect((await service.call('GET', '/v1/events/evt_nothing')).status).toBe(404)
    for (const query of ['limit=0', 'limit=201', 'cursor=AAAA', 'notSubscribed=true']) {
      expect((await service.call('GET', `/v1/apps/${sdkAppId}/not-subscribed-events?${query}`)).status).toBe(400)
    }
  })
})

describe('a list of deliveries', () => {
  test('shows a span of time, or what one id names, and refuses a span that ends before it begins', async () => {
    const { receiver, service, sdkAppId } = await world()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const { eventId, deliveries } = await service.postEvent(sdkAppId, command, '{}')
    const other = await service.postEvent(sdkAppId, command, '{}')
    const list = async (query: string) => {
      const { status, body } = await service.call('GET', `/v1/apps/${sdkAppId}/deliveries?${query}`)
      return status === 200
        ? (body['items'] as { deliveryId: string }[]).map(({ deliveryId }) => deliveryId)
        : [status, body['code']]
    }
    expect(await list(`q=${eventId}`)).toEqual(deliveries)
    expect(await list(`q=${deliveries[0] ?? ''}`)).toEqual(deliveries)
    expect(await list('q=nothing')).toEqual([])
    const time = (ms: number) => encodeURIComponent(new Date(Date.now() + ms).toISOString())
    expect(await list(`from=${time(-60_000)}`)).toEqual([...other.deliveries, ...deliveries])
    expect(await list(`to=${time(-60_000)}`)).toEqual([])
    expect(await list('from=2026-11-24T10:00:00%2B08:00&to=2026-11-24T02:00:00Z')).toEqual([])
    expect(await list(`from=${time(0)}&to=${time(-1000)}`)).toEqual([400, 'invalid_request'])
    expect(await list('from=monday')).toEqual([400, 'invalid_request'])
  })
})

describe('stats', () => {
  test('show attempts, moves, durations and the backlog, of the last hour in minutes if nothing is asked', async () => {
    const { receiver, service, sdkAppId } = await world()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const waiting = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], paused: true })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    await service.untilState(deliveries[0] ?? '', 'succeeded')
    const { body } = await service.call('GET', `/v1/apps/${sdkAppId}/stats`)
    expect(body).toMatchObject({
      step: 60,
      total: {
        attempts: 1,
        states: { succeeded: 1, pending: 0, dead: 0, cancelled: 0 },
        symptoms: { none: 1 },
        durationMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
      },
      backlog: [{ webhookId: waiting.webhookId, waiting: 1, exact: true, oldestDueAt: expect.any(String) }],
    })
    expect((body['items'] as unknown[]).length).toBeGreaterThanOrEqual(60)
    const ofWaiting = await service.call('GET', `/v1/apps/${sdkAppId}/stats?webhookId=${waiting.webhookId}&step=3600`)
    expect(ofWaiting.body).toMatchObject({ total: { attempts: 0, durationMs: null } })
    for (const query of [
      'step=30',
      'step=90',
      'from=2020-01-01T00:00:00Z',
      'from=2100-01-01T00:00:00Z',
      'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    ]) {
      expect((await service.call('GET', `/v1/apps/${sdkAppId}/stats?${query}`)).status).toBe(400)
    }
  })
})

describe('retention', () => {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

  test('removes what is older than its days, and never what waits', async () => {
    const place = await createSqlitePlace()
    const store = await openSqliteStore({ path: place.path })
    const webhook = await registerWebhook(store)
    const delivery = { webhookId: webhook.webhookId, leaseUntil: someTime + 1 }
    const events = await store.accept(
      Array.from({ length: 700 }, () => sampleEvent(webhook, { deliveries: [delivery] })),
    )
    const ids = events.flatMap((one) => (one.kind === 'accepted' ? one.deliveryIds : []))
    await store.settle(
      ids.map((id) => sampleSettle(id)),
      someTime,
    )
    const waits = await acceptOne(store, webhook)
    let now = someTime + 7 * dayMs
    const retention = (retentionDays: number) =>
      createRetention({ leases: alone, store, retentionDays, auditDays: 0, now: () => now, log: quiet })
    expect(await retention(7).sweep()).toBe(0)
    now += 60_000
    expect(await retention(0).sweep()).toBe(0)
    expect(await retention(7).sweep()).toBe(700)
    const { items } = await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 9 })
    expect(items.map(({ deliveryId }) => deliveryId)).toEqual([waits])
    await store.close()
    await place.remove()
  })

  test('stops in the middle when the service stops', async () => {
    const place = await createSqlitePlace()
    const store = await openSqliteStore({ path: place.path })
    const webhook = await registerWebhook(store)
    await store.accept(Array.from({ length: 2000 }, () => sampleEvent(webhook, { deliveries: [] })))
    const now = () => someTime + 9 * dayMs
    let removals = 0
    const retention = createRetention({
      leases: alone,
      store: {
        ...store,
        removeExpired(eventIds, before) {
          removals += 1
          void retention.stop()
          return store.removeExpired(eventIds, before)
        },
      },
      auditDays: 0,
      retentionDays: 7,
      now,
      log: quiet,
    })
    retention.start()
    expect(await retention.sweep()).toBeLessThan(2000)
    expect(removals).toBe(1)
    await store.close()
    await place.remove()
  })
})
