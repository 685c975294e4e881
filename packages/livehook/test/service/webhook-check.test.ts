import type { WebhookCheck } from '../../src/http/contract/contract.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let sdkAppId: number

beforeAll(async () => {
  service = await openService()
  ;({ sdkAppId } = await service.createApp())
})
afterAll(() => service.close())

async function check(body: object): Promise<WebhookCheck> {
  const called = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks/check`, body)
  expect(called.status).toBe(200)
  const { ok, problems, requestUrl }: Partial<WebhookCheck> = called.body
  if (ok === undefined || problems === undefined || requestUrl === undefined) throw new Error(called.text)
  return { ok, problems, requestUrl }
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
