// Replacing a token while events flow: no request is refused by an app that learns the new token before the overlap ends.

import { checkSignature, makeSign } from '@livehook/protocol/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RotatedToken, Webhook } from '../../src/http/contract/contract.ts'
import { openReceiver } from '../support/receiver.ts'
import type { ReceivedRequest, TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const oldToken = 'old-token-0001'
let service: TestService
let receiver: TestReceiver

beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
})

afterAll(async () => {
  await service.close()
  await receiver.close()
})

async function register(token?: string): Promise<Webhook> {
  const { sdkAppId } = await service.createApp()
  return service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] }, token)
}

const pathOf = ({ sdkAppId, webhookId }: Webhook): string => `/v1/apps/${sdkAppId}/webhooks/${webhookId}`

async function rotate(webhook: Webhook, body?: object): Promise<RotatedToken> {
  const { status, body: answer, text } = await service.call('POST', `${pathOf(webhook)}/token/rotate`, body)
  if (status !== 200) throw new Error(text)
  return answer as unknown as RotatedToken
}

/** The request of the next event. */
async function nextRequest({ sdkAppId }: Webhook): Promise<ReceivedRequest> {
  const count = receiver.requests.length + 1
  await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
  const request = (await receiver.arrived(count)).at(-1)
  if (request === undefined) throw new Error('nothing arrived')
  return request
}

const signedWith = ({ query }: ReceivedRequest, token: string): boolean =>
  query.get('Sign') === makeSign(token, query.get('RequestTime') ?? '')

const bodySignedWith = ({ headers, body }: ReceivedRequest, token: string): boolean =>
  checkSignature({ tokens: [token], headers, body, now: Date.now() }).kind === 'verified'

describe('POST …/token/rotate', () => {
  test('signs with the old token until the overlap ends, and then with the new one; the standard signature has both', async () => {
    const webhook = await register(oldToken)
    const { token, webhook: shown } = await rotate(webhook, { overlapSeconds: 2 })
    expect(token).toMatch(/^[\w-]{32}$/)
    expect(Date.parse(shown.tokenRotationEndsAt ?? '')).toBeGreaterThan(Date.now())

    const during = await nextRequest(webhook)
    expect(signedWith(during, oldToken)).toBe(true)
    expect(bodySignedWith(during, oldToken)).toBe(true)
    expect(bodySignedWith(during, token)).toBe(true)

    let after = await nextRequest(webhook)
    for (let tried = 0; tried < 200 && signedWith(after, oldToken); tried += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      after = await nextRequest(webhook)
    }
    expect(signedWith(after, token)).toBe(true)
    expect(bodySignedWith(after, oldToken)).toBe(false)
    const { body } = await service.call('GET', pathOf(webhook))
    expect(body['tokenRotationEndsAt']).toBeNull()
  })

  test('changes the token at once if no overlap is wanted, or where there was none', async () => {
    const webhook = await register(oldToken)
    const { token } = await rotate(webhook, { overlapSeconds: 0 })
    expect(signedWith(await nextRequest(webhook), token)).toBe(true)
    const first = await rotate(await register())
    expect(first.webhook).toMatchObject({ tokenSet: true, tokenRotationEndsAt: null })
  })

  test('a second one waits for the first, and a token that is put ends it', async () => {
    const webhook = await register(oldToken)
    await rotate(webhook)
    const refused = await service.call('POST', `${pathOf(webhook)}/token/rotate`)
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({
      code: 'rotation_under_way',
      detail: expect.stringContaining('/token/rotation'),
    })
    await service.call('PUT', `${pathOf(webhook)}/token`, { token: 'third-token-0003' })
    expect(signedWith(await nextRequest(webhook), 'third-token-0003')).toBe(true)
    expect((await rotate(webhook)).webhook.tokenRotationEndsAt).not.toBeNull()
  })

  test('of two at once is one: anyone who was shown a token has the one that will count', async () => {
    const webhook = await register(oldToken)
    const call = () => service.call('POST', `${pathOf(webhook)}/token/rotate`)
    const both = await Promise.all([call(), call()])
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409])
    const shown = both.find(({ status }) => status === 200)?.body
    expect(service.service.webhooks.get(webhook.webhookId)?.tokens).toEqual([oldToken, shown?.['token']])
  })

  test('goes on after a restart', async () => {
    const webhook = await register(oldToken)
    const { token } = await rotate(webhook, { overlapSeconds: 1 })
    service = await service.restart()
    let request = await nextRequest(webhook)
    for (let tried = 0; tried < 200 && !signedWith(request, token); tried += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      request = await nextRequest(webhook)
    }
    expect(signedWith(request, token)).toBe(true)
  })
})

describe('a rotation under way', () => {
  const tokensOf = ({ webhookId }: Webhook): readonly string[] | undefined =>
    service.service.webhooks.get(webhookId)?.tokens
  const move = (webhook: Webhook, method: string, path: string, body?: object) =>
    service.call(method, `${pathOf(webhook)}/token/rotation${path}`, body)

  test('shows both tokens to who may see them, and tells them apart by their ends everywhere else', async () => {
    const webhook = await register(oldToken)
    const { token, webhook: shown } = await rotate(webhook)
    expect(shown).toMatchObject({ tokenHint: oldToken.slice(-4), nextTokenHint: token.slice(-4) })
    const revealed = await service.call('GET', `${pathOf(webhook)}/token?reveal=true`)
    expect(revealed.body).toMatchObject({ token: oldToken, nextToken: token })
    const unasked = await service.call('GET', `${pathOf(webhook)}/token`)
    expect(unasked.body).toMatchObject({ token: null, nextToken: null })
  })

  test('is finished at once: the new token signs, and the old one counts no more', async () => {
    const webhook = await register(oldToken)
    const { token } = await rotate(webhook)
    const { status, body } = await move(webhook, 'POST', '/finish')
    expect(status).toBe(200)
    expect(body).toMatchObject({ tokenRotationEndsAt: null, tokenHint: token.slice(-4), nextTokenHint: null })
    const next = await nextRequest(webhook)
    expect([signedWith(next, token), bodySignedWith(next, oldToken)]).toEqual([true, false])
  })

  test('is cancelled: the old token stays, and the new one is forgotten', async () => {
    const webhook = await register(oldToken)
    await rotate(webhook)
    const { body } = await move(webhook, 'DELETE', '')
    expect(body).toMatchObject({ tokenRotationEndsAt: null, tokenHint: oldToken.slice(-4), nextTokenHint: null })
    expect(tokensOf(webhook)).toEqual([oldToken])
    expect(signedWith(await nextRequest(webhook), oldToken)).toBe(true)
    // Another may begin.
    expect((await rotate(webhook)).webhook.tokenRotationEndsAt).not.toBeNull()
  })

  test('is given more time from now on, or none', async () => {
    const webhook = await register(oldToken)
    const { token, webhook: shown } = await rotate(webhook, { overlapSeconds: 60 })
    const longer = await move(webhook, 'PATCH', '', { overlapSeconds: 86_400 })
    const gained = Date.parse(String(longer.body['tokenRotationEndsAt'])) - Date.parse(shown.tokenRotationEndsAt ?? '')
    expect(gained).toBeGreaterThan(86_000_000)
    expect(tokensOf(webhook)).toEqual([oldToken, token])
    expect((await move(webhook, 'PATCH', '', { overlapSeconds: 0 })).body).toMatchObject({ tokenRotationEndsAt: null })
    expect(tokensOf(webhook)).toEqual([token])
  })

  test('is written down, move by move, without a token', async () => {
    const webhook = await register(oldToken)
    const { token } = await rotate(webhook)
    await move(webhook, 'PATCH', '', { overlapSeconds: 7200 })
    await move(webhook, 'DELETE', '')
    const { body, text } = await service.call('GET', `/v1/audit?sdkAppId=${webhook.sdkAppId}&limit=3`)
    expect(body['items']).toMatchObject([
      { action: 'token.rotation_cancelled', target: webhook.webhookId, after: { rotationEndsAt: null } },
      { action: 'token.rotation_changed' },
      { action: 'token.rotated' },
    ])
    expect(text).not.toContain(token.slice(-4))
  })

  test.each([
    ['POST', '/finish', undefined],
    ['DELETE', '', undefined],
    ['PATCH', '', { overlapSeconds: 60 }],
  ])('that is none cannot be moved: %s %s', async (method, path, body) => {
    const webhook = await register(oldToken)
    const { status, body: problem } = await move(webhook, method, path, body)
    expect([status, problem['code']]).toEqual([409, 'no_rotation'])
    expect(tokensOf(webhook)).toEqual([oldToken])
  })

  test('ends one way only: cancelled and finished at once, one of the two is refused', async () => {
    const webhook = await register(oldToken)
    await rotate(webhook)
    const both = await Promise.all([move(webhook, 'POST', '/finish'), move(webhook, 'DELETE', '')])
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409])
    expect(tokensOf(webhook)).toHaveLength(1)
  })
})

test('a token that is put with enabled: false is kept and signs nothing', async () => {
  const webhook = await register()
  const { body } = await service.call('PUT', `${pathOf(webhook)}/token`, { token: oldToken, enabled: false })
  expect(body['tokenSet']).toBe(false)
  expect((await nextRequest(webhook)).query.has('Sign')).toBe(false)
})
