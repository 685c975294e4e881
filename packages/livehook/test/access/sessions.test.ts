import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import type { Settings } from '../../src/config/settings.ts'
import { isOwnName } from '../../src/http/gates/own-page.ts'
import { createWrongTries, placeOf } from '../../src/http/gates/wrong-tries.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'
import { makeKey } from './world.ts'

let service: TestService | undefined

afterEach(async () => {
  await service?.close()
  service = undefined
})

async function open(flags: Partial<Record<keyof Settings, string>> = {}): Promise<TestService> {
  service = await openService({ flags })
  return service
}

interface Sent {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Record<string, unknown>
}

/** A request with whatever `Host` it likes, which `fetch` does not let one choose. */
async function send(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: object } = {},
): Promise<Sent> {
  const answered = Promise.withResolvers<Sent>()
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const request = httpRequest(url, { method, headers: { ...json, ...headers } }, (response) => {
    void text(response).then((answer) => {
      const isJson = /json/.test(response.headers['content-type'] ?? '')
      answered.resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: isJson ? (JSON.parse(answer) as Record<string, unknown>) : {},
      })
    }, answered.reject)
  })
  request.on('error', answered.reject)
  request.end(body === undefined ? undefined : JSON.stringify(body))
  return answered.promise
}

function signIn(url: string, credential: object, headers: Record<string, string> = {}): Promise<Sent> {
  const { host, origin } = new URL(url)
  return send(`${url}/v1/session`, { method: 'POST', headers: { host, origin, ...headers }, body: credential })
}

function cookieOf({ headers }: Sent): string {
  const [cookie = ''] = [headers['set-cookie'] ?? ''].flat()
  return cookie.split(';', 1)[0] ?? ''
}

describe('a session', () => {
  test('says whose it is: role, key and app', async () => {
    const { url, ...rest } = await open()
    const { sdkAppId } = await rest.createApp()
    const { key, keyId, name } = await makeKey({ url, ...rest }, 'operator', sdkAppId)
    const signedIn = await signIn(url, { key })
    expect(signedIn.body).toMatchObject({ role: 'operator', keyId, keyName: name, sdkAppId })
    const shown = await send(`${url}/v1/session`, { headers: { cookie: cookieOf(signedIn) } })
    expect(shown.body).toEqual(signedIn.body)
  })

  test('may do what its key may do, and no more', async () => {
    const { url, ...rest } = await open()
    const { sdkAppId } = await rest.createApp()
    const { key } = await makeKey({ url, ...rest }, 'read', sdkAppId)
    const headers = { cookie: cookieOf(await signIn(url, { key })), origin: url }
    expect((await send(`${url}/v1/apps/${sdkAppId}/deliveries`, { headers })).status).toBe(200)
    expect((await send(`${url}/v1/keys`, { headers })).body['code']).toBe('wrong_role')
    const refused = await send(`${url}/v1/apps`, { method: 'POST', headers, body: { name: 'x' } })
    expect(refused.body['code']).toBe('wrong_role')
  })

  test('is not opened for a sender’s key', async () => {
    const current = await open()
    const { sdkAppId } = await current.createApp()
    const { key } = await makeKey(current, 'ingest', sdkAppId)
    const { status, body, headers } = await signIn(current.url, { key })
    expect([status, body['code'], headers['set-cookie']]).toEqual([403, 'wrong_role', undefined])
  })

  test('changes nothing for a page that is none of ours, whatever it does', async () => {
    const { url } = await open()
    const cookie = cookieOf(await signIn(url, { key: adminKey }))
    const make = (headers: Record<string, string>) =>
      send(`${url}/v1/apps`, { method: 'POST', headers: { cookie, ...headers }, body: { name: 'forged' } })
    for (const headers of [
      {},
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: url.replace('127.0.0.1', 'localhost') },
      { origin: url.replace(/:\d+$/, ':1') },
      { origin: url, 'sec-fetch-site': 'cross-site' },
      { origin: url, 'sec-fetch-site': 'same-site' },
      { origin: url, 'sec-fetch-site': 'none' },
    ]) {
      expect((await make(headers as Record<string, string>)).body['code']).toBe('forbidden')
    }
    expect((await make({ origin: url, 'sec-fetch-site': 'same-origin' })).status).toBe(201)
  })

  test('is worth nothing under a name that someone else can own (DNS rebinding), for reading neither', async () => {
    const { url } = await open()
    const { port } = new URL(url)
    const cookie = cookieOf(await signIn(url, { key: adminKey }))
    for (const name of ['evil.test', `evil.test:${port}`, '127.0.0.1.evil.test', 'localhost.evil.test', '[::1].test']) {
      const headers = { cookie: cookie.replace('__Host-', ''), host: name }
      const answers = [
        await send(`${url}/v1/session`, { headers }),
        await signIn(url, { key: adminKey }, { host: name, origin: `http://${name}` }),
      ]
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
        answers.map(() => [403, 'unknown_host']),
      )
    }
    // The prefix binds the secret to the page that it was made for; under another name it is not even read.
    expect((await send(`${url}/v1/apps`, { headers: { cookie, host: 'evil.test' } })).status).toBe(401)
  })

  test('works under the name of LIVEHOOK_PUBLIC_URL, behind a proxy that is trusted, with a cookie for https', async () => {
    const { url, service: running } = await open({
      publicUrl: 'https://hooks.example.com',
      trustProxy: '127.0.0.0/8',
    })
    expect(running.signInUrl()).toMatch(/^https:\/\/hooks\.example\.com\/sign-in#code=/)
    const proxied = { host: 'hooks.example.com', origin: 'https://hooks.example.com', 'x-forwarded-proto': 'https' }
    const signedIn = await signIn(url, { key: adminKey }, proxied)
    expect(signedIn.status).toBe(200)
    expect(signedIn.headers['set-cookie']?.[0]).toMatch(/^__Host-livehook=.*; Secure$/)
    const cookie = cookieOf(signedIn)
    const made = await send(`${url}/v1/apps`, { method: 'POST', headers: { ...proxied, cookie }, body: { name: 'x' } })
    expect(made.status).toBe(201)
  })
})

test('behind a proxy that is not trusted the public name still has a cookie for https', async () => {
  const { url } = await open({ publicUrl: 'https://hooks.example.com' })
  const proxied = { host: 'hooks.example.com', origin: 'https://hooks.example.com' }
  const signedIn = await signIn(url, { key: adminKey }, proxied)
  expect(signedIn.headers['set-cookie']?.[0]).toMatch(/^__Host-livehook=.*; Secure$/)
  const headers = { ...proxied, cookie: cookieOf(signedIn) }
  expect((await send(`${url}/v1/apps`, { method: 'POST', headers, body: { name: 'x' } })).status).toBe(201)
})

describe('guessing', () => {
  test('ends after five wrong tries from one address, for right keys too, and for no one else', async () => {
    const { url } = await open({ trustProxy: '127.0.0.1' })
    const from = (address: string, key: string) => signIn(url, { key }, { 'x-forwarded-for': address })
    for (let tried = 0; tried < 5; tried += 1) {
      expect((await from('203.0.113.9', `a-wrong-key-of-the-test-${tried}`)).status).toBe(401)
    }
    const refused = await from('203.0.113.9', adminKey)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect((await from('203.0.113.10', adminKey)).status).toBe(200)
  })

  test('is counted for the proxy itself if it is not trusted', async () => {
    const { url } = await open()
    for (let tried = 0; tried < 5; tried += 1) {
      await signIn(url, { key: `a-wrong-key-of-the-test-${tried}` }, { 'x-forwarded-for': `203.0.113.${tried}` })
    }
    expect((await signIn(url, { key: adminKey }, { 'x-forwarded-for': '198.51.100.1' })).status).toBe(429)
  })

  test('may go on a minute after the first of five, and a /64 of IPv6 is one place', () => {
    let now = 1_000_000
    const tries = createWrongTries({ now: () => now }, 5)
    for (const address of [
      '2001:db8::1',
      '2001:db8::ffff:2',
      '2001:db8:0:0:a:b:c:d',
      '2001:0db8::5',
      '2001:db8:0::6',
    ]) {
      expect(tries.waitSeconds(placeOf(address))).toBe(0)
      tries.count(placeOf(address))
      now += 1000
    }
    expect(tries.waitSeconds(placeOf('2001:db8::9999'))).toBe(55)
    expect(tries.waitSeconds(placeOf('2001:db8:0:1::1'))).toBe(0)
    now += 55_000
    expect(tries.waitSeconds(placeOf('2001:db8::9999'))).toBe(0)
  })

  test('keeps no one waiting for an hour if the clock is set back by one', () => {
    let now = 10_000_000
    const tries = createWrongTries({ now: () => now }, 5)
    for (let n = 0; n < 5; n += 1) tries.count('somewhere')
    expect(tries.waitSeconds('somewhere')).toBe(60)
    now -= 3_600_000
    expect(tries.waitSeconds('somewhere')).toBe(0)
    for (let n = 0; n < 5; n += 1) tries.count('somewhere')
    expect(tries.waitSeconds('somewhere')).toBe(60)
  })
})

test.each([
  ['127.0.0.1:8484', true],
  ['203.0.113.4', true],
  ['[::1]:8484', true],
  ['[2001:db8::1]', true],
  ['localhost:8484', true],
  ['LOCALHOST', true],
  ['app.localhost', true],
  ['hooks.example.com', true],
  ['hooks.example.com:8443', false],
  ['our-machine:8484', true],
  ['Our-Machine', true],
  ['our-machine.evil.test', false],
  ['example.com', false],
  ['evil.test', false],
  ['127.0.0.1.evil.test', false],
  ['notlocalhost', false],
  ['2130706433', false],
  ['0x7f.1', false],
  ['127.1', false],
  ['[::1', false],
  ['[evil]', false],
  ['localhost:8484:1', false],
  ['', false],
])('the name %j is ours: %j', (host, expected) => {
  expect(isOwnName(host, { publicHost: 'hooks.example.com', listenHost: 'our-machine' })).toBe(expected)
})

describe('the address of a caller', () => {
  const clientIpOf = async (current: TestService, forwarded: string): Promise<unknown> => {
    const { sdkAppId } = await current.createApp()
    const path = `/v1/apps/${sdkAppId}/events?command=Live.CallbackAfterCreateRoom`
    const posted = await current.call('POST', path, '{}', { 'x-forwarded-for': forwarded })
    const { body } = await current.call('GET', `/v1/events/${String(posted.body['eventId'])}`)
    return body['clientIp']
  }

  test('is the connection’s if no proxy is trusted, whatever a header claims', async () => {
    expect(await clientIpOf(await open(), '203.0.113.7')).toBe('127.0.0.1')
  })

  test('is the last one that no trusted proxy wrote down', async () => {
    const current = await open({ trustProxy: '127.0.0.0/8,10.0.0.0/8' })
    expect(await clientIpOf(current, '203.0.113.7')).toBe('203.0.113.7')
    expect(await clientIpOf(current, '198.51.100.1, 203.0.113.7, 10.1.2.3')).toBe('203.0.113.7')
    expect(await clientIpOf(current, '2001:db8::7')).toBe('2001:db8::7')
  })

  test('is the proxy’s own where it forwards something that is no address', async () => {
    expect(await clientIpOf(await open({ trustProxy: '127.0.0.1' }), 'unknown')).toBe('127.0.0.1')
  })

  test('stands in the audit log', async () => {
    const current = await open({ trustProxy: '127.0.0.1' })
    await current.call('POST', '/v1/apps', { name: 'x' }, { 'x-forwarded-for': '203.0.113.77' })
    const { body } = await current.call('GET', '/v1/audit?action=app.created')
    expect(body['items']).toMatchObject([{ address: '203.0.113.77' }])
  })
})
