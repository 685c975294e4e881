import { afterEach, describe, expect, test } from 'vitest'
import type { Webhook } from '../../src/http/contract/contract.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import type { Answer } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

async function start(): Promise<{ service: TestService; sdkAppId: number }> {
  const service = await openService({ flags: { graceMs: '200' } })
  open.push(service)
  return { service, sdkAppId: (await service.createApp()).sdkAppId }
}

async function receive(answer?: Answer) {
  const receiver = await openReceiver(answer)
  open.push(receiver)
  return receiver
}

function post(service: TestService, sdkAppId: number, count: number): Promise<{ deliveries: string[] }[]> {
  return Promise.all(Array.from({ length: count }, () => service.postEvent(sdkAppId, command, '{}')))
}

describe('a webhook that hangs', () => {
  test('holds as many connections as it may and no more, and delays no one else (I6)', async () => {
    const { service, sdkAppId } = await start()
    const hanging = await receive(() => undefined)
    const others = await Promise.all([receive(), receive()])
    const slow = { timeoutMs: 30_000, maxInFlight: 3 }
    await service.createWebhook(sdkAppId, { url: hanging.url, commands: ['*'], ...slow })
    for (const { url } of others) await service.createWebhook(sdkAppId, { url, commands: ['*'] })
    await post(service, sdkAppId, 60)
    for (const other of others) await other.arrived(60)
    expect(hanging.requests).toHaveLength(3)
  })
})

describe('a webhook with a rate', () => {
  test('starts no more attempts in any second than it says, and all of them in the end', async () => {
    const { service, sdkAppId } = await start()
    const receiver = await receive()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], ratePerSecond: 20 })
    const accepted = await post(service, sdkAppId, 50)
    await receiver.arrived(50)
    const starts: number[] = []
    for (const { deliveries } of accepted) {
      const { attempts } = await service.untilState(deliveries[0] ?? '', 'succeeded')
      starts.push(Date.parse(attempts[0]?.at ?? ''))
    }
    starts.sort((left, right) => left - right)
    for (const at of starts) {
      const within = starts.filter((each) => each >= at && each < at + 1000)
      // A second's worth, and the two that fit into the bucket beforehand.
      expect(within.length).toBeLessThanOrEqual(22)
    }
  })

  test('of nothing keeps everything waiting, and a later rate lets it go', async () => {
    const { service, sdkAppId } = await start()
    const receiver = await receive()
    const webhook = { url: receiver.url, commands: ['*'], ratePerSecond: 0 }
    const { webhookId } = await service.createWebhook(sdkAppId, webhook)
    const witness = await receive()
    await service.createWebhook(sdkAppId, { url: witness.url, commands: ['*'] })
    const [accepted] = await post(service, sdkAppId, 1)
    await post(service, sdkAppId, 10)
    // The same events went to another webhook meanwhile.
    await witness.arrived(11)
    expect(receiver.requests).toHaveLength(0)
    await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { ratePerSecond: null })
    await service.untilState(accepted?.deliveries[0] ?? '', 'succeeded')
  })
})

describe('a receiver that is down', () => {
  test('is left alone by the breaker, and gets what waited when it is back', { timeout: 40_000 }, async () => {
    const { service, sdkAppId } = await start()
    let down = true
    const receiver = await receive((request, response, count) => {
      if (down) response.writeHead(503).end()
      else answerOk(request, response, count)
    })
    const limits = { maxInFlight: 2, retry: 'none' as const }
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], ...limits })
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}`
    const accepted = await post(service, sdkAppId, 40)
    let breaker = 'closed'
    for (let tried = 0; breaker === 'closed' && tried < 400; tried += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      const { body } = await service.call('GET', path)
      ;({ breaker } = (body as unknown as Webhook).health)
    }
    expect(breaker).toBe('open')
    // Ten failures open it; one more attempt may have been on the wire.
    const tried = receiver.requests.length
    expect(tried).toBeGreaterThanOrEqual(10)
    expect(tried).toBeLessThanOrEqual(11)
    await post(service, sdkAppId, 5)
    expect(receiver.requests).toHaveLength(tried)

    down = false
    await receiver.arrived(tried + 30)
    const states = new Map<string, number>()
    for (const { deliveries } of accepted) {
      const { state } = await service.untilState(deliveries[0] ?? '', 'succeeded', 'dead')
      states.set(state, (states.get(state) ?? 0) + 1)
    }
    expect(states).toEqual(
      new Map([
        ['dead', tried],
        ['succeeded', 40 - tried],
      ]),
    )
    const { body } = await service.call('GET', path)
    expect(body['health']).toMatchObject({ breaker: 'closed', failingSince: null })
  })
})
