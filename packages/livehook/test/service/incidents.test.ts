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
