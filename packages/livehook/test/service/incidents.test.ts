// What is broken, over all apps: the first thing that a person who was woken asks for.

import { afterEach, describe, expect, test } from 'vitest'
import type { Incidents } from '../../src/http/contract/contract.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

async function start(): Promise<TestService> {
  const service = await openService({ flags: { graceMs: '200' } })
  open.push(service)
  return service
}

async function read(service: TestService, query = '', headers: Record<string, string> = {}): Promise<Incidents> {
  const { status, body } = await service.call('GET', `/v1/incidents${query}`, undefined, headers)
  expect(status).toBe(200)
  return body as Incidents
}

async function until(service: TestService, isSo: (incidents: Incidents) => boolean): Promise<Incidents> {
  for (let tried = 0; tried < 400; tried += 1) {
    const incidents = await read(service)
    if (isSo(incidents)) return incidents
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`It did not come about: ${JSON.stringify(await read(service))}`)
}

async function receive(status: number) {
  const receiver = await openReceiver((request, response, count) =>
    status === 200 ? answerOk(request, response, count) : response.writeHead(status).end('boom'),
  )
  open.push(receiver)
  return receiver
}

describe('incidents', () => {
  test('are none where every webhook answers', async () => {
    const service = await start()
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: (await receive(200)).url, commands: ['*'] })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    await service.untilState(deliveries[0] ?? '', 'succeeded')
    expect(await read(service)).toEqual({ items: [], total: 0, broken: 0, waiting: 0, exact: true })
  })

  test('say of each webhook in trouble why, since when, how much waits since when, and when it is tried next', async () => {
    const service = await start()
    const shop = await service.createApp('Shop')
    const game = await service.createApp('Game')
    const [down, fine] = [await receive(500), await receive(200)]
    const retry = [3600]
    const held = await service.createWebhook(shop.sdkAppId, { url: down.url, commands: ['*'], name: 'orders', retry })
    await service.createWebhook(shop.sdkAppId, { url: fine.url, commands: ['*'], name: 'fine' })
    const lost = { url: 'http://notexist.invalid/hook', commands: ['*'], name: 'lost', retry: 'none' as const }
    const failing = await service.createWebhook(game.sdkAppId, lost)
    const paused = await service.createWebhook(game.sdkAppId, { url: fine.url, commands: ['*'], paused: true })
    await service.createWebhook(game.sdkAppId, { url: fine.url, commands: ['Room.*'], paused: true, name: 'idle' })
    for (let sent = 0; sent < 12; sent += 1) await service.postEvent(shop.sdkAppId, command, '{}')
    await service.postEvent(game.sdkAppId, command, '{}')

    const isAll = ({ items }: Incidents) =>
      items.length === 3 && items[0]?.trouble === 'held' && items[0].waiting === 12 && items[1]?.trouble === 'failing'
    const { items, ...totals } = await until(service, isAll)
    expect(totals).toEqual({ total: 3, broken: 3, waiting: 13, exact: true })
    expect(items).toMatchObject([
      {
        sdkAppId: shop.sdkAppId,
        appName: 'Shop',
        webhookId: held.webhookId,
        name: 'orders',
        lastFailure: { symptom: 'http_code_not_200', detail: 'status_500', status: 500 },
      },
      {
        appName: 'Game',
        webhookId: failing.webhookId,
        waiting: 0,
        oldestWaitingAt: null,
        lastFailure: { symptom: 'times_out', detail: 'dns_not_found' },
        nextTryAt: null,
      },
      { webhookId: paused.webhookId, trouble: 'paused', waiting: 1, lastFailure: null, nextTryAt: null },
    ])
    expect(Date.parse(items[0]?.nextTryAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
    expect(Date.parse(items[0]?.failingSince ?? '')).toBeLessThanOrEqual(Date.now())
    expect(Date.parse(items[0]?.oldestWaitingAt ?? '')).toBeLessThanOrEqual(Date.now())
    expect((await read(service, '?limit=1')).items).toHaveLength(1)

    // A key of one app sees that app alone.
    const made = await service.call('POST', '/v1/keys', { name: 'game', role: 'read', sdkAppId: game.sdkAppId })
    const headers = { authorization: `Bearer ${String(made.body['key'])}` }
    expect((await read(service, '', headers)).items.map((one) => one.sdkAppId)).toEqual([game.sdkAppId, game.sdkAppId])
    const foreign = await service.call('GET', `/v1/incidents?sdkAppId=${shop.sdkAppId}`, undefined, headers)
    expect(foreign.status).toBe(404)
  })
})

describe('a person’s push', () => {
  /** A webhook whose breaker is open, with so many deliveries that wait. */
  async function held(count: number) {
    const service = await start()
    let isBroken = true
    const receiver = await openReceiver((request, response, number) =>
      isBroken ? response.writeHead(500).end('boom') : answerOk(request, response, number),
    )
    open.push(receiver)
    const { sdkAppId } = await service.createApp()
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], retry: [3600] })
    const ids: string[] = []
    for (let sent = 0; sent < count; sent += 1) {
      ids.push(...(await service.postEvent(sdkAppId, command, '{}')).deliveries)
    }
    await until(service, ({ items }) => items[0]?.trouble === 'held' && items[0].waiting === count)
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}`
    return { service, receiver, sdkAppId, path, ids, mend: () => (isBroken = false) }
  }

  test('lets an open breaker through at once, one attempt, and then goes by how it ended', async () => {
    const { service, receiver, path, mend, ids } = await held(15)
    const before = receiver.requests.length
    expect(before).toBeLessThan(15)
    expect(await service.call('POST', `${path}/try-now`)).toMatchObject({ status: 200, body: { waiting: 15 } })
    await receiver.arrived(before + 1)
    await until(service, ({ items }) => items[0]?.trouble === 'held')
    mend()
    expect((await service.call('POST', `${path}/try-now`)).status).toBe(200)
    // What had not been tried at all is no longer held.
    await service.untilState(ids.at(-1) ?? '', 'succeeded')
  })

  test('of one that waits for a retry in an hour sends it now, and so does a job over all that wait', async () => {
    const { service, sdkAppId, mend, ids } = await held(12)
    mend()
    const pushed = await service.call('POST', `/v1/deliveries/${ids[0] ?? ''}/redeliver`)
    expect(pushed).toMatchObject({ status: 200, body: { state: 'pending' } })
    await service.untilState(ids[0] ?? '', 'succeeded')
    const filter = { state: 'pending' }
    const job = await service.call('POST', `/v1/apps/${sdkAppId}/redeliveries`, { filter })
    expect(job).toMatchObject({ status: 201, body: { filter } })
    for (const id of ids) await service.untilState(id, 'succeeded')
    expect(await read(service)).toMatchObject({ total: 0, waiting: 0 })
  })

  test('of a webhook that a person stopped says so', async () => {
    const { service, path, ids } = await held(11)
    await service.call('PATCH', path, { paused: true })
    for (const push of [`${path}/try-now`, `/v1/deliveries/${ids[0] ?? ''}/redeliver`]) {
      const { status, body } = await service.call('POST', push)
      expect([status, body['code']]).toEqual([409, 'webhook_stopped'])
    }
  })
})
