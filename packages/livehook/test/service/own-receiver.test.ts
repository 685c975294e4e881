import type { Probe } from '../../src/http/contract/contract.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownReceiverUrl } from '../../src/egress/own-receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
const body = '{"RoomInfo":{"RoomId":"room-1"}}'
const token = 'xxxxyyyy1234'
let service: TestService
let sdkAppId: number

beforeAll(async () => {
  // As in production: nothing of this machine may be called.
  service = await openService({ flags: { egressAllow: '' } })
  ;({ sdkAppId } = await service.createApp())
})
afterAll(() => service.close())

async function deliverOnce(to: TestService, app: number): Promise<string> {
  const { deliveries } = await to.postEvent(app, command, body)
  const detail = await to.untilState(deliveries[0] ?? '', 'succeeded', 'dead', 'pending')
  return detail.state
}

describe('the built-in receiver', () => {
  test('takes events without any allow rule, checks their Sign, and shows good manners to the staged test', async () => {
    const { webhookId } = await service.createWebhook(sdkAppId, { url: ownReceiverUrl, commands: ['*'] }, token)
    expect(await deliverOnce(service, sdkAppId)).toBe('succeeded')
    const stages = await probe(sdkAppId, webhookId)
    expect(stages.map(({ stage, check, result }) => [check ?? stage, result])).toEqual([
      ['text', 'passed'],
      ['dns', 'skipped'],
      ['address', 'passed'],
      ['tcp', 'passed'],
      ['tls', 'skipped'],
      ['request', 'passed'],
      ['status', 'passed'],
      ['json', 'passed'],
      ['reply', 'passed'],
      ['wrong_sign', 'passed'],
      ['stale_time', 'passed'],
      ['foreign_app', 'passed'],
      ['retry', 'passed'],
    ])
  })

  test('answers asks with a verdict', async () => {
    const app = await service.createApp('asks')
    const commands = ['Group.CallbackBeforeSendMsg']
    await service.createWebhook(app.sdkAppId, { url: ownReceiverUrl, commands }, token)
    const path = `/v1/apps/${app.sdkAppId}/asks?command=${commands[0]}`
    expect((await service.call('POST', path, {})).body).toMatchObject({ verdict: 'allow', decidedBy: 'app' })
  })

  test('is reached by that URL alone: every other way to this machine stays closed (I4)', async () => {
    const port = new URL(service.url).port
    for (const url of [`http://127.0.0.1:${port}/hook`, `http://localhost:${port}/hook`]) {
      const { status, body: problem } = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, {
        url,
        commands: ['Room.*'],
      })
      expect([url, status, problem['code']]).toEqual([url, 422, 'webhook_url_refused'])
    }
    const app = await service.createApp('others')
    for (const url of [
      `${ownReceiverUrl}?tenant=1`,
      `${ownReceiverUrl}/`,
      ownReceiverUrl.replace('/hook', '/v1/apps'),
      ownReceiverUrl.replace('.invalid', `.invalid:${port}`),
      ownReceiverUrl.replace('http:', 'https:'),
      ownReceiverUrl.toUpperCase(),
    ]) {
      const { webhookId } = await service.createWebhook(app.sdkAppId, { url, commands: ['Room.*'] }, token)
      const stages = await probe(app.sdkAppId, webhookId)
      expect([url, stages.find(({ result }) => result === 'failed')?.detail]).toEqual([url, 'dns_not_found'])
      expect([url, stages.some(({ evidence }) => evidence?.dialled !== undefined)]).toEqual([url, false])
    }
  })

  test('takes nothing that no webhook of the app has signed, also from this machine', async () => {
    const { dialled } = await lastEvidence()
    const ask = (query: string) => fetch(`http://${dialled}/hook?${query}`, { method: 'POST', body })
    const now = Math.floor(Date.now() / 1000)
    for (const query of [
      '',
      `SdkAppId=${sdkAppId}`,
      `SdkAppId=${sdkAppId}&Sign=${'0'.repeat(64)}&RequestTime=${now}`,
      'SdkAppId=1',
    ]) {
      expect([query, (await ask(query)).status]).toEqual([query, 401])
    }
  })

  test('is there again after a restart, on whatever port', async () => {
    service = await service.restart()
    expect(await deliverOnce(service, sdkAppId)).toBe('succeeded')
  })
})

async function probe(app: number, webhookId: string): Promise<Probe['stages']> {
  const probed = await service.call('POST', `/v1/apps/${app}/webhooks/${webhookId}/probe`)
  const { stages }: Partial<Probe> = probed.body
  if (stages === undefined) throw new Error(probed.text)
  return stages
}

/** Where the receiver listens; only a probe tells, since successes keep little. */
async function lastEvidence(): Promise<{ dialled: string }> {
  const webhooks = (await service.call('GET', `/v1/apps/${sdkAppId}/webhooks`)).body['items'] as { webhookId: string }[]
  const stages = await probe(sdkAppId, webhooks[0]?.webhookId ?? '')
  const dialled = stages.map(({ evidence }) => evidence?.dialled).find((place) => place !== undefined)
  if (dialled === undefined) throw new Error('The receiver was not reached.')
  return { dialled }
}
