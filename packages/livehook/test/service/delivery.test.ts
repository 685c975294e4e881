import { Webhook as StandardWebhook } from 'standardwebhooks'
import { makeSign } from '@livehook/protocol/node'
import { afterEach, describe, expect, test } from 'vitest'
import { answerOk, openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
const token = 'xxxxyyyy'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

async function world(answer = answerOk): Promise<{ service: TestService; receiver: TestReceiver }> {
  const receiver = await openReceiver(answer)
  const service = await openService()
  open.push(receiver, service)
  return { service, receiver }
}

describe('an event', () => {
  test('arrives as the bytes that came in, with the parameters in the order of the wire, signed (I8, I5)', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    expect(sdkAppId).toBe(1_400_000_001)
    await service.createWebhook(sdkAppId, { url: `${receiver.url}?shard=3&a=%41`, commands: ['Live.*'] }, token)

    const body = `{ "CallbackCommand" : "${command}","EventTime":1,"n":1.50,"s":"\\u00e9é" }`
    const before = Math.floor(Date.now() / 1000)
    const path = `/v1/apps/${sdkAppId}/events?command=${command}&clientIp=203.0.113.9&optPlatform=iOS`
    const posted = await service.call('POST', path, body)
    expect(posted.status).toBe(202)
    const [deliveryId] = posted.body['deliveries'] as string[]

    const [request] = await receiver.arrived(1)
    expect(request?.body.toString()).toBe(body)
    expect([...(request?.query.keys() ?? [])]).toEqual(
      'shard a SdkAppId WebhookCommand contenttype ClientIP OptPlatform Sign RequestTime'.split(' '),
    )
    expect(request?.target).toContain(
      `/hook?shard=3&a=%41&SdkAppId=1400000001&WebhookCommand=${command}&contenttype=json&ClientIP=203.0.113.9&OptPlatform=iOS&Sign=`,
    )
    const requestTime = request?.query.get('RequestTime') ?? ''
    expect(Number(requestTime)).toBeGreaterThanOrEqual(before)
    expect(request?.query.get('Sign')).toBe(makeSign(token, requestTime))
    const verified = new StandardWebhook(Buffer.from(token).toString('base64')).verify(
      request?.body ?? '',
      request?.headers as Record<string, string>,
    )
    expect(verified).toMatchObject({ n: 1.5 })
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'livehook/0.0.0-test',
      'webhook-id': posted.body['eventId'],
      'livehook-attempt': '1',
    })

    const detail = await service.untilState(deliveryId ?? '', 'succeeded')
    expect(detail).toMatchObject({
      attemptCount: 1,
      lastAttempt: { number: 1, symptom: 'none', detail: 'ok', status: 200 },
    })
    expect(detail.attempts).toHaveLength(1)
    const { body: seen } = await service.call('GET', `/v1/apps/${sdkAppId}/webhooks`)
    expect(seen['items']).toMatchObject([{ health: { lastSuccessAt: expect.any(String), lastFailureAt: null } }])
    expect(detail.event).toMatchObject({ body, clientIp: '203.0.113.9', optPlatform: 'iOS' })
  })

  test('keeps the digits of an account id beyond 2^53', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    await service.postEvent(sdkAppId, command, '{"Member_Account":144115233406643804}')
    const [request] = await receiver.arrived(1)
    expect(request?.body.toString()).toMatch(
      /^\{"CallbackCommand":"Live\.CallbackAfterCreateRoom","EventTime":\d{13},"Member_Account":144115233406643804\}$/,
    )
  })

  test('goes without Sign, RequestTime and signature if the webhook has no token, in the other spelling if asked', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    const webhook = { url: receiver.url, commands: ['*'], spelling: 'callback' as const, contentType: false }
    await service.createWebhook(sdkAppId, webhook)
    await service.postEvent(sdkAppId, command, '{}')
    const [request] = await receiver.arrived(1)
    expect([...(request?.query.keys() ?? [])]).toEqual(['SdkAppid', 'CallbackCommand', 'ClientIP', 'OptPlatform'])
    expect(request?.query.get('ClientIP')).toBe('127.0.0.1')
    expect(request?.query.get('OptPlatform')).toBe('RESTAPI')
    expect(request?.headers['webhook-signature']).toBeUndefined()
  })

  test('carries the headers of the app’s own, whatever letter case they were registered in', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    const headers = { 'X-Api-Key': 'one', 'x-lower': 'two' }
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: [command], headers })
    await service.postEvent(sdkAppId, command, '{}')
    const [request] = await receiver.arrived(1)
    expect(request?.headers).toMatchObject({ 'x-api-key': 'one', 'x-lower': 'two' })
  })

  test('goes to each subscribed webhook once, and is kept if none is', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: `${receiver.url}/1`, commands: [command] })
    await service.createWebhook(sdkAppId, { url: `${receiver.url}/2`, commands: ['Live.*', command] })
    await service.createWebhook(sdkAppId, { url: `${receiver.url}/3`, commands: ['Group.*'] })
    await service.createWebhook(sdkAppId, { url: `${receiver.url}/4`, commands: ['*'], enabled: false })
    expect((await service.postEvent(sdkAppId, command, '{}')).deliveries).toHaveLength(2)
    const requests = await receiver.arrived(2)
    expect(requests.map(({ target }) => target.slice(0, 7)).sort()).toEqual(['/hook/1', '/hook/2'])
    expect(await service.postEvent(sdkAppId, 'Push.OfflinePush', '{}')).toMatchObject({
      status: 'not_subscribed',
      deliveries: [],
    })
  })

  test('is posted in batches as NDJSON, all or nothing, each body untouched', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const path = `/v1/apps/${sdkAppId}/events`
    const ndjson = { 'content-type': 'application/x-ndjson' }
    const lines = [1, 2, 3].map(
      (n) => `{"command":"${command}","clientIp":"203.0.113.${n}","body":{"EventTime" : ${n}}}`,
    )

    const bad = await service.call('POST', path, [...lines, '{"command":"Live.Nope","body":{}}'].join('\n'), ndjson)
    expect(bad).toMatchObject({ status: 422, body: { code: 'unknown_command' } })
    expect(bad.text).toContain('line 4')

    const good = await service.call('POST', path, `${lines.join('\n')}\n`, ndjson)
    expect(good).toMatchObject({ status: 202, body: { accepted: 3 } })
    const requests = await receiver.arrived(3)
    const bodies = requests.map(({ body, query }) => `${query.get('ClientIP')} ${body.toString()}`).sort()
    expect(bodies).toEqual([1, 2, 3].map((n) => `203.0.113.${n} {"CallbackCommand":"${command}","EventTime" : ${n}}`))
  })

  test('with an Idempotency-Key is kept once, and another body under the same key is refused', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const path = `/v1/apps/${sdkAppId}/events?command=${command}`
    const key = { 'idempotency-key': 'order-17' }
    const first = await service.call('POST', path, '{"a":1}', key)
    const second = await service.call('POST', path, '{"a":1}', key)
    expect(second.body).toMatchObject({ eventId: first.body['eventId'], status: 'duplicate' })
    expect(await service.call('POST', path, '{"a":2}', key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
    // What is accepted later goes out later: a second delivery of the first would be here before it.
    const other = await service.call('POST', path, '{"a":1}', { 'idempotency-key': 'order-18' })
    const requests = await receiver.arrived(2)
    expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual([first.body['eventId'], other.body['eventId']])
  })
})

describe('what is kept of an attempt', () => {
  test('is where it went, also after its webhook has moved, whether it failed or not', async () => {
    const [first, second] = [await openReceiver(answerOk), await openReceiver(answerOk)]
    const service = await openService()
    open.push(first, second, service)
    const { sdkAppId } = await service.createApp()
    const { webhookId } = await service.createWebhook(sdkAppId, { url: first.url, commands: ['*'] })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    await service.untilState(deliveries[0] ?? '', 'succeeded')
    await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { url: second.url })
    await service.call('POST', `/v1/deliveries/${deliveries[0] ?? ''}/redeliver`)
    await second.arrived(1)
    const { attempts, webhook } = await service.untilState(deliveries[0] ?? '', 'succeeded')
    expect(attempts.map(({ evidence }) => evidence.url)).toEqual([first.url, second.url])
    expect(webhook?.url).toBe(second.url)
  })

  test('is the beginning of an answer that announces more than is read, and how much it announced', async () => {
    const large = Buffer.alloc(3_145_728, 'x')
    const receiver = await openReceiver((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': large.length }).end(large),
    )
    const service = await openService()
    open.push(receiver, service)
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], retry: 'none' })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    const { attempts } = await service.untilState(deliveries[0] ?? '', 'dead')
    expect(attempts[0]).toMatchObject({ detail: 'response_too_large', status: 200 })
    expect(attempts[0]?.evidence.responseHeaders).toContainEqual(['content-length', '3145728'])
  })
})

describe('a receiver that comes back', () => {
  test('gets what waited by retry, under the same webhook-id, with a fresh Sign (I3, I5)', async () => {
    const receiver = await openReceiver()
    const { port } = receiver
    await receiver.close()
    const service = await openService()
    open.push(service)
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], retry: [1, 1, 1, 1, 1, 1] }, token)
    const { eventId, deliveries } = await service.postEvent(sdkAppId, command, '{}')
    const failed = await service.untilState(deliveries[0] ?? '', 'pending')
    expect(failed.lastAttempt).toMatchObject({ symptom: 'access_denied', detail: 'connection_refused' })
    expect(failed.advice.en[0]).toContain('Access denied by the webhook service')
    expect(failed.attempts[0]?.evidence.url).toBe(receiver.url)
    const signedBefore = Math.floor(Date.now() / 1000)

    const back = await openReceiver(answerOk, port)
    open.push(back)
    const [request] = await back.arrived(1)
    expect(request?.headers['webhook-id']).toBe(eventId)
    expect(Number(request?.headers['livehook-attempt'])).toBeGreaterThan(1)
    const requestTime = request?.query.get('RequestTime') ?? ''
    expect(Number(requestTime)).toBeGreaterThanOrEqual(signedBefore)
    expect(request?.query.get('Sign')).toBe(makeSign(token, requestTime))
    const detail = await service.untilState(deliveries[0] ?? '', 'succeeded')
    expect(detail.attempts.map(({ number }) => number)).toEqual(detail.attempts.map((_, index) => index + 1))
  })

  test('gets more than fits into its lane, each event once, never more at a time than allowed', async () => {
    let onTheWire = 0
    let most = 0
    const { service, receiver } = await world((request, response, count) => {
      onTheWire += 1
      most = Math.max(most, onTheWire)
      setTimeout(() => {
        onTheWire -= 1
        answerOk(request, response, count)
      }, 5)
    })
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], maxInFlight: 3 })
    const events = Array.from({ length: 200 }, (_, n) => service.postEvent(sdkAppId, command, `{"n":${n}}`))
    const accepted = await Promise.all(events)
    await receiver.arrived(200)
    expect(most).toBe(3)
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids)).toEqual(new Set(accepted.map(({ eventId }) => eventId)))
    expect(ids).toHaveLength(200)
  })
})

describe('a stop', () => {
  test('lets attempts in flight finish and be recorded, and what waited goes out after the next start (I10)', async () => {
    let release: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { service, receiver } = await world((request, response, count) => {
      void held.then(() => answerOk(request, response, count))
    })
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], maxInFlight: 1 })
    const first = await service.postEvent(sdkAppId, command, '{"n":1}')
    const second = await service.postEvent(sdkAppId, command, '{"n":2}')
    await receiver.arrived(1)
    const restarted = service.restart()
    await expect.poll(async () => (await service.call('GET', '/readyz')).status).toBe(503)
    expect(await service.call('POST', `/v1/apps/${sdkAppId}/events?command=${command}`, '{}')).toMatchObject({
      status: 503,
      body: { code: 'stopping' },
    })
    release?.()
    const next = await restarted
    open.push(next)
    await next.untilState(first.deliveries[0] ?? '', 'succeeded')
    const late = await next.untilState(second.deliveries[0] ?? '', 'succeeded')
    expect(late.attemptCount).toBe(1)
    expect(receiver.requests).toHaveLength(2)
  })

  test('cuts off a receiver that never answers, and charges it to no one', async () => {
    const receiver = await openReceiver(() => undefined)
    const service = await openService({ flags: { graceMs: '100' } })
    open.push(receiver)
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], timeoutMs: 30_000 })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    await receiver.arrived(1)
    const next = await service.restart()
    open.push(next)
    await receiver.arrived(2)
    const detail = await next.untilState(deliveries[0] ?? '', 'claimed')
    expect(detail.attempts[0]).toMatchObject({ number: 1, symptom: 'ours', detail: 'shutting_down' })
    expect(receiver.requests[1]?.headers['webhook-id']).toBe(receiver.requests[0]?.headers['webhook-id'])
  })
})

describe('a webhook', () => {
  test('that is paused keeps everything waiting until it is resumed', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], paused: true })
    const witness = await openReceiver()
    open.push(witness)
    await service.createWebhook(sdkAppId, { url: witness.url, commands: ['*'] })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    for (let n = 0; n < 10; n += 1) await service.postEvent(sdkAppId, command, '{}')
    // The same events went to another webhook meanwhile.
    await witness.arrived(11)
    expect(receiver.requests).toHaveLength(0)
    await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { paused: false })
    await service.untilState(deliveries[0] ?? '', 'succeeded')
  })

  test('that is deleted gets nothing more, and what waited is cancelled with that reason', async () => {
    const { service, receiver } = await world()
    const { sdkAppId } = await service.createApp()
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], paused: true })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    expect((await service.call('DELETE', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`)).status).toBe(204)
    expect(await service.untilState(deliveries[0] ?? '', 'cancelled')).toMatchObject({
      reason: 'webhook_deleted',
      webhook: null,
    })
    expect(receiver.requests).toHaveLength(0)
  })
})
