import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSign } from '@livehook/protocol/node'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import type { SampleRequest } from '../../src/http/contract/contract.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let receiver: TestReceiver
let sdkAppId: number
beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
  sdkAppId = (await service.createApp()).sdkAppId
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

const sampleOf = async (webhookId: string, query = '') =>
  service.call('GET', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/sample-request${query}`)

/** What a shell makes of a line that calls curl: its arguments, from a curl that only prints them. */
async function argumentsOf(line: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-curl-'))
  try {
    await writeFile(join(folder, 'curl'), '#!/bin/sh\nprintf \'%s\\0\' "$@"\n')
    await chmod(join(folder, 'curl'), 0o755)
    const { stdout } = spawnSync('sh', ['-c', line], { env: { PATH: `${folder}:/usr/bin:/bin` }, encoding: 'utf8' })
    return stdout.split('\0').slice(0, -1)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('a request to try', () => {
  test('is one that a receiver takes: signed now, by the function that signs deliveries (I5)', async () => {
    const token = "it's a token"
    const url = `${receiver.url}?own=1`
    const { webhookId } = await service.createWebhook(
      sdkAppId,
      { url, commands: ['*'], headers: { 'x-own': "a'b" } },
      token,
    )
    const { body, headers } = await sampleOf(webhookId, '?command=Live.CallbackBeforeSendGift')
    const sample = body as SampleRequest
    expect(headers.get('cache-control')).toBe('no-store')
    expect(sample).toMatchObject({ command: 'Live.CallbackBeforeSendGift', method: 'POST' })
    expect(sample.url.startsWith(`${url}&SdkAppId=${sdkAppId}&WebhookCommand=Live.CallbackBeforeSendGift&`)).toBe(true)
    expect(sample.headers).toMatchObject({
      'x-own': "a'b",
      'livehook-attempt': '1',
      'content-type': 'application/json',
    })
    const { searchParams } = new URL(sample.url)
    expect(searchParams.get('Sign')).toBe(makeSign(token, searchParams.get('RequestTime') ?? ''))
    // The public verifier, which knows nothing of us, and refuses what is older than five minutes.
    const verifier = new StandardWebhook(Buffer.from(token).toString('base64'))
    expect(verifier.verify(sample.body, sample.headers)).toMatchObject({ CallbackCommand: sample.command })
    expect(Date.parse(sample.signedUntil ?? '') - Date.now()).toBeGreaterThan(0)
  })

  test('comes as a line that a shell reads as it is meant', async () => {
    await service.call('POST', `/v1/apps/${sdkAppId}/commands`, {
      command: 'Shop.AfterPayment',
      phase: 'after',
      sample: { Text: `it's $(id) \`id\` "quoted" \\ \u202E\u0007 !!`, Wide: '直播' },
    })
    const { webhookId } = await service.createWebhook(
      sdkAppId,
      { url: `${receiver.url}/[a]/../%7e`, commands: ['Shop.*'] },
      'geheim',
    )
    const sample = (await sampleOf(webhookId)).body as SampleRequest
    expect(sample.command).toBe('Shop.AfterPayment')
    expect(sample.body).toContain(String.raw`\u202e\u0007`)
    const given = await argumentsOf(sample.curl)
    expect(given.slice(0, 6)).toEqual(['-sS', '-i', '--globoff', '--path-as-is', '-X', 'POST'])
    expect(given.at(-1)).toBe(sample.url)
    expect(given[given.indexOf('--data-binary') + 1]).toBe(sample.body)
    for (const [name, value] of Object.entries(sample.headers)) expect(given).toContain(`${name}: ${value}`)
  })

  test('is unsigned if there is no token, and nothing is sent or kept', async () => {
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const { body } = await sampleOf(webhookId)
    const sample = body as SampleRequest
    expect(sample.signedUntil).toBeNull()
    expect(sample.url).not.toContain('Sign=')
    expect(sample.headers).not.toHaveProperty('webhook-signature')
    expect(receiver.requests).toHaveLength(0)
  })

  test.each([
    ['?command=Live.Nothing', 422],
    ['?command=', 400],
    ['?other=1', 400],
  ])('%s is %i', async (query, status) => {
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    expect((await sampleOf(webhookId, query)).status).toBe(status)
    expect((await sampleOf('wh_nothing', query)).status).toBe(status === 422 ? 404 : 400)
  })
})
