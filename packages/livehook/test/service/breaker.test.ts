// The breaker of a webhook's deliveries, over HTTP: what a person sees of it, and what makes it try at once.

import { afterEach, describe, expect, test } from 'vitest'
import type { Webhook } from '../../src/http/contract/contract.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import type { Answer } from '../support/receiver.ts'
import { openService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
const body = '{"RoomInfo":{"RoomId":"r1"}}'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

/** A webhook whose receiver has failed until the breaker opened; one delivery is due and held. */
async function held() {
  const service = await openService({ flags: { graceMs: '200' } })
  open.push(service)
  let answer: Answer = (_request, response) => response.writeHead(503).end()
  const receiver = await openReceiver((request, response, count) => answer(request, response, count))
  open.push(receiver)
  const { sdkAppId } = await service.createApp()
  const made = await service.createWebhook(
    sdkAppId,
    { url: receiver.url, commands: ['*'], retry: [86_400] },
    'abcdefgh',
  )
  const path = `/v1/apps/${sdkAppId}/webhooks/${made.webhookId}`
  const read = async (): Promise<Webhook> => (await service.call('GET', path)).body as Webhook
  const post = async (): Promise<string> => (await service.postEvent(sdkAppId, command, body)).deliveries[0] ?? ''
  let last = ''
  while ((await read()).health.breaker === 'closed') {
    last = await post()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await service.untilState(last, 'pending')
  const waits = await post()
  const recover = (): void => void (answer = answerOk)
  const fail = (status: number): void => void (answer = (_request, response) => response.writeHead(status).end())
  return { service, receiver, path, read, waits, last, recover, fail }
}

/** Not later than now, by the clock of this very machine. */
const isNow = (at: string | null): boolean => at === null || Date.parse(at) <= Date.now()

test('its webhook says that it is open, since when, when it tries next, and what due deliveries wait for', async () => {
  const { read, service, waits, last } = await held()
  const { health } = await read()
  expect(health).toMatchObject({ breaker: 'open', breakerSince: expect.any(String), nextTryAt: expect.any(String) })
  const finding = { symptom: 'http_code_not_200', detail: 'status_503' }
  expect(health.waiting).toMatchObject({ kind: 'breaker_open', finding })
  const detail = await service.call('GET', `/v1/deliveries/${waits}`)
  expect(detail.body['waiting']).toMatchObject({ kind: 'breaker_open', finding, nextTryAt: expect.any(String) })
  const retried = await service.call('GET', `/v1/deliveries/${last}`)
  expect(retried.body['waiting']).toEqual({ kind: 'scheduled', until: retried.body['dueAt'] })
})

describe('it tries at once', () => {
  test('when the URL is corrected', async () => {
    const { service, path, waits } = await held()
    const good = await openReceiver()
    open.push(good)
    const patched = await service.call('PATCH', path, { url: good.url })
    expect(isNow((patched.body as Webhook).health.nextTryAt)).toBe(true)
    await service.untilState(waits, 'succeeded')
  })

  test('when the token is another, and not when a name is', async () => {
    const { service, path, waits, read, recover } = await held()
    const before = (await read()).health.nextTryAt
    const renamed = await service.call('PATCH', path, { name: 'another' })
    expect(before).not.toBeNull()
    expect((renamed.body as Webhook).health.nextTryAt).toBe(before)
    recover()
    await service.call('PUT', `${path}/token`, { token: 'ijklmnop' })
    expect(isNow((await read()).health.nextTryAt)).toBe(true)
    await service.untilState(waits, 'succeeded')
  })

  test('after a probe that was answered well', async () => {
    const { service, path, waits, read, recover } = await held()
    recover()
    // Without a token nothing is signed, so there is no forgery that the receiver would have to refuse.
    await service.call('DELETE', `${path}/token`)
    const probe = await service.call('POST', `${path}/probe`, {})
    expect(probe.body['ok']).toBe(true)
    expect(isNow((await read()).health.nextTryAt)).toBe(true)
    await service.untilState(waits, 'succeeded')
  })

  test('when a person says so: one attempt, named, and then the breaker again', async () => {
    const { service, path, read, receiver, fail, recover } = await held()
    fail(401)
    const before = receiver.requests.length
    const tried = await service.call('POST', `${path}/try-now`)
    expect(tried).toMatchObject({ status: 200, body: { why: null, deliveryId: expect.stringMatching(/^dlv_/) } })
    await receiver.arrived(before + 1)
    await expect
      .poll(async () => (await read()).health)
      .toMatchObject({ breaker: 'open', nextTryAt: expect.any(String) })
    recover()
    const again = await service.call('POST', `${path}/try-now`)
    await service.untilState(String(again.body['deliveryId']), 'succeeded')
    expect((await read()).health.breaker).toBe('closed')
  })
})
