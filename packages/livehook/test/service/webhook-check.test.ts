import type { WebhookCheck } from '../../src/http/contract/contract.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let sdkAppId: number
const onClose: (() => Promise<void>)[] = []

beforeAll(async () => {
  const dns = await startDnsServer({
    'public.test': ['192.0.2.7'],
    'private.test': ['10.0.0.1'],
    'hook.test': ['127.0.0.1'],
  })
  onClose.push(() => dns.close())
  service = await openService({ flags: { dns: dns.address } })
  ;({ sdkAppId } = await service.createApp())
})
afterAll(async () => {
  await service.close()
  for (const close of onClose) await close()
})

async function check(body: object): Promise<WebhookCheck> {
  const called = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks/check`, body)
  expect(called.status).toBe(200)
  const { ok, problems, destination, requestUrl }: Partial<WebhookCheck> = called.body
  if (ok === undefined || problems === undefined || destination === undefined || requestUrl === undefined) {
    throw new Error(called.text)
  }
  return { ok, problems, destination, requestUrl }
}

describe('a check of a webhook', () => {
  test('tells what stands against each member by itself, as registering would, and registers nothing', async () => {
    const wrong = {
      url: 'http://10.0.0.1/hook',
      commands: ['Live.*', 'Live.CallbackAfterCreateRom'],
      headers: { Host: 'x' },
      failurePolicy: { 'Live.CallbackAfterCreateRoom': { '*': 'deny' } },
      trial: { kind: 'shadow', url: 'http://a.test/#x' },
    }
    const { ok, problems, requestUrl } = await check(wrong)
    expect(ok).toBe(false)
    expect(requestUrl).toBeNull()
    expect(problems.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/url', 'webhook_url_refused'],
      ['/trial/url', 'webhook_url_refused'],
      ['/failurePolicy/Live.CallbackAfterCreateRoom', 'unknown_command'],
      ['/commands/1', 'unknown_command'],
      ['/headers/Host', 'invalid_header'],
    ])
    const [first] = problems
    expect(first?.reason).toBe('private')
    expect(first?.advice.en.join(' ')).toContain('10.0.0.1 is a private address')
    expect(first?.advice.zh.join(' ')).toContain('10.0.0.1 是内网地址')

    const registered = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, {
      url: wrong.url,
      commands: ['Live.*'],
    })
    expect(registered.body).toMatchObject({ code: first?.code, reason: first?.reason, detail: first?.detail })
    expect((await service.call('GET', `/v1/apps/${sdkAppId}/webhooks`)).body['items']).toEqual([])
  })

  test('shows the URL that would be called, in the spelling that was chosen and with its own query first', async () => {
    const { ok, requestUrl } = await check({
      url: 'https://hook.test/in?tenant=1',
      spelling: 'callback',
      commands: ['Group.CallbackBeforeSendMsg'],
    })
    expect(ok).toBe(true)
    expect(requestUrl).toBe(
      `https://hook.test/in?tenant=1&SdkAppid=${sdkAppId}&CallbackCommand=Group.CallbackBeforeSendMsg&contenttype=json&ClientIP=203.0.113.9&OptPlatform=RESTAPI`,
    )
  })

  test('of a change takes what is left out from the webhook, whose own commands are not taken from it', async () => {
    const webhook = await service.createWebhook(
      sdkAppId,
      { url: 'http://127.0.0.1:8080/hook', commands: ['Live.CallbackBeforeSendGift'] },
      'xxxxyyyy1234',
    )
    const mine = await check({ webhookId: webhook.webhookId, commands: ['Live.CallbackBeforeSendGift'] })
    expect(mine.problems).toEqual([])
    // Sign is a secret for a while; what is shown has none (I9).
    expect(mine.requestUrl).toMatch(
      /^http:\/\/127\.0\.0\.1:8080\/hook\?SdkAppId=.*WebhookCommand=Live\.CallbackBeforeSendGift.*&Sign=\*\*\*&RequestTime=\d{10}$/,
    )
    const { problems } = await check({ commands: ['Live.CallbackBeforeSendGift'] })
    expect(problems.map(({ pointer, code }) => [pointer, code])).toEqual([['/commands/0', 'command_taken']])
  })

  test('refuses what does not fit the contract at all, and a webhook of another app', async () => {
    expect((await service.call('POST', `/v1/apps/${sdkAppId}/webhooks/check`, { colour: 'red' })).status).toBe(400)
    const body = { webhookId: 'wh_unknown' }
    expect((await service.call('POST', `/v1/apps/${sdkAppId}/webhooks/check`, body)).status).toBe(404)
    expect((await service.call('POST', `/v1/apps/1400009999/webhooks/check`, {})).status).toBe(404)
  })
})

describe('where the URL leads to', () => {
  test.each([
    ['http://notexist.invalid/hook', 'dns_not_found'],
    ['http://private.test/hook', 'address_not_public'],
  ])('%s is said in the words of the attempt that would fail there', async (url, detail) => {
    const { ok, problems, destination, requestUrl } = await check({ url, commands: ['Live.*'] })
    // Names come and go: it may be registered.
    expect([ok, problems, requestUrl === null]).toEqual([true, [], false])
    expect(destination).toMatchObject({ ok: false, detail })
    const app = await service.createApp()
    await service.createWebhook(app.sdkAppId, { url, commands: ['Live.*'], retry: 'none' })
    const { deliveries } = await service.postEvent(app.sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
    const { attempts } = await service.untilState(deliveries[0] ?? '', 'dead')
    const withoutTimes = (sentences: readonly string[] = []) =>
      sentences.map((each) => each.replace(/\d+(\.\d+)? (ms|毫秒)/, '? ms'))
    expect(attempts[0]).toMatchObject({ symptom: destination?.symptom, detail })
    expect(withoutTimes(destination?.advice.en)).toEqual(withoutTimes(attempts[0]?.advice.en))
    expect(withoutTimes(destination?.advice.zh)).toEqual(withoutTimes(attempts[0]?.advice.zh))
  })

  test('is good if an attempt would go on to dial, and unknown without a good URL', async () => {
    const good = await check({ url: 'http://hook.test/in' })
    expect(good.destination).toEqual({ ok: true, symptom: 'none', detail: 'ok', advice: { en: [], zh: [] } })
    expect((await check({ url: 'http://10.0.0.1/hook' })).destination).toBeNull()
    expect((await check({ commands: ['Live.*'] })).destination).toBeNull()
  })
})
