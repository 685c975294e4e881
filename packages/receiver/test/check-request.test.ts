import { joinUrl, makeSign, makeSignature } from '@livehook/protocol'
import { describe, expect, test } from 'vitest'
import type { CheckRequestOptions } from '../src/index.ts'
import { checkRequest } from '../src/index.ts'

const token = 'xxxxyyyy'
const at = 1_669_872_112
const options: CheckRequestOptions = { sdkAppId: 1_400_000_001, tokens: [token], now: () => at * 1000 }
const body = new TextEncoder().encode('{"CallbackCommand":"Live.CallbackAfterCreateRoom"}')

async function signedRequest(change: { sdkAppId?: number; headers?: Record<string, string>; body?: Uint8Array } = {}) {
  const requestTime = String(at)
  const url = joinUrl('http://app.test/hook?shard=3', {
    sdkAppId: change.sdkAppId ?? 1_400_000_001,
    spelling: 'callback',
    contentType: true,
    command: 'Live.CallbackAfterCreateRoom',
    clientIp: '203.0.113.9',
    optPlatform: 'iOS',
    sign: await makeSign(token, requestTime),
    requestTime,
  })
  const headers = change.headers ?? {
    'webhook-id': 'evt_1',
    'webhook-timestamp': requestTime,
    'webhook-signature': await makeSignature({ tokens: [token], id: 'evt_1', timestampSeconds: at, body }),
  }
  return new Request(url, { method: 'POST', headers, body: (change.body ?? body) as Uint8Array<ArrayBuffer> })
}

describe('checkRequest', () => {
  test('gives parameters and bytes of a request that was signed with the token', async () => {
    const checked = await checkRequest(await signedRequest(), options)
    expect(checked).toMatchObject({
      kind: 'verified',
      body,
      parameters: { spelling: 'callback', sdkAppId: 1_400_000_001, command: 'Live.CallbackAfterCreateRoom' },
    })
  })

  test('refuses a body that was changed on the way', async () => {
    const changed = new TextEncoder().encode('{"CallbackCommand":"Live.CallbackAfterCreateRoom" }')
    expect(await checkRequest(await signedRequest({ body: changed }), options)).toEqual({
      kind: 'refused',
      check: 'body_signature',
      reason: 'bad_sign',
    })
  })

  test('refuses a request for another app although its Sign is right', async () => {
    expect(await checkRequest(await signedRequest({ sdkAppId: 1_400_000_002 }), options)).toEqual({
      kind: 'refused',
      check: 'app',
      found: '1400000002',
      reason: 'foreign_app',
    })
  })

  test('takes a request without a body signature unless one is required', async () => {
    expect(await checkRequest(await signedRequest({ headers: {} }), options)).toMatchObject({ kind: 'verified' })
    const strict = { ...options, requireBodySignature: true }
    expect(await checkRequest(await signedRequest({ headers: {} }), strict)).toEqual({
      kind: 'refused',
      check: 'body_signature',
      reason: 'missing_header',
    })
  })

  test('refuses everything if no token is configured, and every method but POST', async () => {
    const open = { ...options, tokens: [] }
    expect(await checkRequest(await signedRequest(), open)).toEqual({
      kind: 'refused',
      check: 'sign',
      reason: 'unverified',
    })
    expect(await checkRequest(new Request('http://app.test/hook'), options)).toEqual({
      kind: 'refused',
      check: 'method',
      found: 'GET',
      reason: 'method',
    })
  })
})
