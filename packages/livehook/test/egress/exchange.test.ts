// What an exchange promises: what goes out, when it is made, when it ends.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts'
import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import type { GuardedEgress } from '../../src/egress/egress.ts'
import { startReceiver, startScriptedReceiver } from './scripted-receiver.ts'
import { httpAnswer, openTestEgress, requestTo } from './test-egress.ts'
import { TlsWorld, tlsName } from './tls-receiver.ts'

let egress: GuardedEgress

beforeEach(() => {
  egress = openTestEgress()
})

afterEach(() => egress.close())

const ok = [{ op: 'write', text: httpAnswer('{"ErrorCode":0}') }] as const

describe('the request', () => {
  test('I8: leaves with the bytes of the body as they came in, and their number', async () => {
    const receiver = await startScriptedReceiver({ steps: ok })
    const body = Buffer.from('{"a":12345678901234567890, "b":"\\u00e9 é 🙂"\n}')
    await egress.exchange(requestTo(receiver.port, { body }))
    const [request = ''] = receiver.requests
    const [head = '', sent] = request.split('\r\n\r\n')
    expect(sent).toBe(body.toString())
    expect(head.split('\r\n')).toEqual([
      'POST /hook?SdkAppId=1&Sign=0123&RequestTime=1669872112 HTTP/1.1',
      `host: 127.0.0.1:${receiver.port}`,
      'content-type: application/json',
      'webhook-id: evt_1',
      `content-length: ${body.length}`,
    ])
    await receiver.close()
  })

  test('I5: is made after the connection stands, and once per request on the wire', async () => {
    const dns = await startDnsServer({ 'slow.test': ['127.0.0.1'] })
    const receiver = await startScriptedReceiver({ steps: ok })
    const own = openTestEgress({ dnsServers: [dns.address] })
    const questionsWhenMade: number[] = []
    const { prepare } = requestTo(receiver.port)
    await own.exchange(
      requestTo(receiver.port, {
        url: `http://slow.test:${receiver.port}/hook`,
        prepare: () => {
          questionsWhenMade.push(dns.questions.length)
          return prepare()
        },
      }),
    )
    expect(questionsWhenMade).toEqual([2])
    await Promise.all([own.close(), dns.close(), receiver.close()])
  })

  test('I5: is not made at all when nothing can be sent', async () => {
    let made = 0
    const { prepare } = requestTo(1)
    const count = () => {
      made += 1
      return prepare()
    }
    await egress.exchange(requestTo(1, { url: 'http://10.0.0.1/', prepare: count }))
    await egress.exchange(requestTo(9, { url: 'http://127.0.0.1:65000/', prepare: count }))
    expect(made).toBe(0)
  })

  test.each([
    ['target', { target: '/hook HTTP/1.1\r\nx: y', headers: {} }],
    ['value of a header', { target: '/hook', headers: { 'x-app': 'a\r\nsign: b' } }],
    ['name of a header', { target: '/hook', headers: { 'x-app: a\r\ny': 'b' } }],
  ])('that would not stay one request because of its %s is our own mistake, and is not sent', async (_, prepared) => {
    const receiver = await startScriptedReceiver({ steps: ok })
    const prepare = () => ({ ...prepared, maskedTarget: '/hook' })
    const outcome = await egress.exchange(requestTo(receiver.port, { prepare }))
    expect(outcome).toMatchObject({ kind: 'ours', code: 'internal' })
    expect(receiver.requests).toEqual([])
    await receiver.close()
  })

  test('cannot be given another length, host or encoding by a header of the app', async () => {
    const receiver = await startScriptedReceiver({ steps: ok })
    const headers = { host: 'evil.test', 'content-length': '0', 'transfer-encoding': 'chunked', connection: 'close' }
    await egress.exchange(requestTo(receiver.port, { prepare: () => ({ target: '/', maskedTarget: '/', headers }) }))
    const head = receiver.requests[0]?.split('\r\n\r\n')[0]?.split('\r\n') ?? []
    expect(head).toEqual(['POST / HTTP/1.1', `host: 127.0.0.1:${receiver.port}`, 'content-length: 31'])
    await receiver.close()
  })

  test('whose making fails is our own trouble and takes no one with it', async () => {
    const receiver = await startScriptedReceiver({ steps: ok })
    const prepare = () => {
      throw new Error('token=secret')
    }
    const outcome = await egress.exchange(requestTo(receiver.port, { prepare }))
    expect(outcome).toMatchObject({ kind: 'ours', code: 'internal' })
    // I9: another's error text may quote what must not be seen.
    expect(JSON.stringify(outcome)).not.toContain('secret')
    // Nothing is left open: the receiver's side of the connection ends.
    expect(await receiver.ended()).toBe(1)
    await receiver.close()
  })
})

describe('the name in the URL', () => {
  test('is what Host and SNI carry, whatever address was dialled', async () => {
    const world = new TlsWorld()
    const secure = await world.open('none')
    const plain = await startScriptedReceiver({ steps: ok })
    const dns = await startDnsServer({ [tlsName]: ['127.0.0.1'] })
    const own = openTestEgress({ dnsServers: [dns.address], extraCertificates: [world.root.certificatePem] })
    await own.exchange(requestTo(0, { url: `http://${tlsName}:${plain.port}/` }))
    await own.exchange(requestTo(0, { url: `https://${tlsName}:${secure.port}/` }))
    expect(plain.requests[0]).toContain(`host: ${tlsName}:${plain.port}\r\n`)
    expect(secure.serverNames).toEqual([tlsName])
    await own.close()
    await Promise.all([dns.close(), secure.close(), plain.close()])
  })

  test('localhost means loopback without asking DNS', async () => {
    const dns = await startDnsServer({ localhost: ['93.184.215.14'] })
    const own = openTestEgress({ dnsServers: [dns.address] })
    const receiver = await startScriptedReceiver({ steps: ok })
    const outcome = await own.exchange(requestTo(receiver.port, { url: `http://localhost:${receiver.port}/hook` }))
    expect(diagnose(outcome, 'after').detail).toBe('ok')
    expect(dns.questions).toEqual([])
    expect(receiver.requests[0]).toContain(`host: localhost:${receiver.port}\r\n`)
    await Promise.all([own.close(), dns.close(), receiver.close()])
  })

  test('proxies of the environment are not asked', async () => {
    const receiver = await startScriptedReceiver({ steps: ok })
    const proxy = await startScriptedReceiver({ steps: ok })
    const before = process.env['http_proxy']
    process.env['http_proxy'] = `http://127.0.0.1:${proxy.port}`
    const own = openTestEgress()
    expect(diagnose(await own.exchange(requestTo(receiver.port)), 'after').detail).toBe('ok')
    expect(proxy.connections()).toBe(0)
    if (before === undefined) delete process.env['http_proxy']
    else process.env['http_proxy'] = before
    await Promise.all([own.close(), receiver.close(), proxy.close()])
  })
})

describe('the end of an attempt', () => {
  test('one deadline covers everything, and the phase in which it ran out names the detail', async () => {
    const dns = await startDnsServer({ 'silent.test': { kind: 'silence' } })
    const own = openTestEgress({ dnsServers: [dns.address] })
    const silent = await startScriptedReceiver({ when: 'on_connect', steps: [{ op: 'hold' }] })
    const wish = { timeoutMs: 150 }
    const byName = await own.exchange(requestTo(80, { ...wish, url: 'http://silent.test/' }))
    const byTls = await own.exchange(requestTo(80, { ...wish, url: `https://127.0.0.1:${silent.port}/` }))
    const byAnswer = await own.exchange(requestTo(silent.port, wish))
    expect([byName, byTls, byAnswer].map((outcome) => diagnose(outcome, 'after').detail)).toEqual([
      'dns_timeout',
      'tls_timeout',
      'response_timeout',
    ])
    expect([byName, byTls, byAnswer].map((outcome) => outcome.evidence.phase)).toEqual(['resolve', 'tls', 'first_byte'])
    await Promise.all([own.close(), dns.close(), silent.close()])
  })

  test('a receiver that does not read is a request that cannot be written', async () => {
    const hold = Promise.withResolvers<void>()
    const deaf = await startReceiver(async (socket) => {
      socket.pause()
      await hold.promise
    })
    // More than the kernel's buffers on both sides take.
    const outcome = await egress.exchange(
      requestTo(deaf.port, { body: Buffer.alloc(32 * 1024 * 1024, 'x'), timeoutMs: 500 }),
    )
    expect(diagnose(outcome, 'after')).toMatchObject({ symptom: 'times_out', detail: 'request_write_timeout' })
    hold.resolve()
    await deaf.close()
  })

  test('a stopping service ends it as its own trouble, at once', async () => {
    const receiver = await startScriptedReceiver({ steps: [{ op: 'hold' }] })
    const stop = new AbortController()
    const running = egress.exchange(requestTo(receiver.port, { signal: stop.signal, timeoutMs: 20_000 }))
    const untouched = egress.exchange(requestTo(receiver.port, { timeoutMs: 300 }))
    await expect.poll(() => receiver.connections()).toBe(2)
    stop.abort()
    expect(await running).toMatchObject({ kind: 'ours', code: 'shutting_down' })
    expect(await egress.exchange(requestTo(receiver.port, { signal: stop.signal }))).toMatchObject({ kind: 'ours' })
    expect(await untouched).toMatchObject({ kind: 'broken', code: 'response_timeout' })
    await receiver.close()
  })

  test('closing the egress ends what is under way, and lets nothing begin', async () => {
    const receiver = await startScriptedReceiver({ steps: [{ op: 'hold' }] })
    const running = egress.exchange(requestTo(receiver.port, { timeoutMs: 20_000 }))
    await expect.poll(() => receiver.connections()).toBe(1)
    await egress.close()
    expect(await running).toMatchObject({ kind: 'ours', code: 'shutting_down' })
    expect(await egress.exchange(requestTo(receiver.port))).toMatchObject({ kind: 'ours', code: 'shutting_down' })
    expect(receiver.connections()).toBe(1)
    await receiver.close()
  })

  test('a status that is not 200 counts, whatever breaks in the body behind it', async () => {
    const steps = [{ op: 'write', text: 'HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\nhalf' }, { op: 'end' }] as const
    const receiver = await startScriptedReceiver({ steps })
    const outcome = await egress.exchange(requestTo(receiver.port))
    expect(diagnose(outcome, 'after')).toMatchObject({ symptom: 'http_code_not_200', detail: 'status_500' })
    expect(outcome.evidence.bodyStart).toBe('half')
    await receiver.close()
  })
})

describe('evidence', () => {
  test('of a success is short', async () => {
    const receiver = await startScriptedReceiver({ steps: ok })
    const { evidence } = await egress.exchange(requestTo(receiver.port))
    expect(Object.keys(evidence).sort()).toEqual([
      'bodyBytes',
      'bodyStart',
      'dialled',
      'phase',
      'phaseMs',
      'reused',
      'status',
    ])
    await receiver.close()
  })

  test('I9: of a failure holds what was sent, with secrets masked, and what came back', async () => {
    const steps = [{ op: 'write', text: httpAnswer('x'.repeat(5000), '500 No', 'server: test\r\n') }] as const
    const receiver = await startScriptedReceiver({ steps })
    const { target, maskedTarget, headers } = requestTo(receiver.port).prepare()
    const prepare = () => ({ target, maskedTarget, headers: { ...headers, authorization: 'Bearer secret' } })
    const { evidence } = await egress.exchange(requestTo(receiver.port, { prepare }))
    // I9: what the app added for itself may be a secret.
    expect(receiver.requests[0]).toContain('authorization: Bearer secret')
    expect(evidence).toMatchObject({
      phase: 'done',
      dialled: `127.0.0.1:${receiver.port}`,
      local: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      target: '/hook?SdkAppId=1&Sign=***&RequestTime=1669872112',
      requestHeaders: { 'content-type': 'application/json', 'webhook-id': 'evt_1', authorization: '***' },
      status: 500,
      responseHeaders: [
        ['content-length', '5000'],
        ['server', 'test'],
      ],
      bodyBytes: 5000,
      bodyStart: 'x'.repeat(4096),
    })
    expect(Object.keys(evidence.phaseMs)).toEqual(['connect', 'write', 'first_byte', 'body'])
    await receiver.close()
  })

  test('of a 200 that is no JSON is completed by the diagnosis', async () => {
    const receiver = await startScriptedReceiver({ steps: [{ op: 'write', text: httpAnswer('{"a":True}') }] })
    const { evidence } = diagnose(await egress.exchange(requestTo(receiver.port)), 'after')
    expect(evidence).toMatchObject({
      jsonOffset: 5,
      jsonFound: 'True',
      bodyStart: '{"a":True}',
      target: expect.stringContaining('Sign=***'),
    })
    await receiver.close()
  })

  test('of a certificate names what was shown', async () => {
    const world = new TlsWorld()
    const receiver = await world.open('tls_name_mismatch')
    const dns = await startDnsServer({ [tlsName]: ['127.0.0.1'] })
    const own = openTestEgress({ dnsServers: [dns.address], extraCertificates: [world.root.certificatePem] })
    const { evidence } = await own.exchange(requestTo(443, { url: `https://${tlsName}:${receiver.port}/` }))
    expect(evidence).toMatchObject({
      addresses: ['127.0.0.1'],
      resolver: dns.address,
      errorCode: 'ERR_TLS_CERT_ALTNAME_INVALID',
      certificate: { subject: `CN=${tlsName}`, issuer: 'CN=Test Root', names: ['another.test'], chainLength: 2 },
    })
    await Promise.all([own.close(), dns.close(), receiver.close()])
  })
})

test('several addresses are tried in turn until one lets us in', async () => {
  const dns = await startDnsServer({ 'many.test': ['127.0.0.2', '::1', '127.0.0.1'] })
  const receiver = await startScriptedReceiver({ steps: ok })
  const own = openTestEgress({
    policy: parseEgressPolicy({ allow: ['127.0.0.0/8', '::1'] }),
    dnsServers: [dns.address],
  })
  const outcome = await own.exchange(requestTo(receiver.port, { url: `http://many.test:${receiver.port}/` }))
  expect(diagnose(outcome, 'after').detail).toBe('ok')
  expect(outcome.evidence.dialled).toBe(`127.0.0.1:${receiver.port}`)
  await Promise.all([own.close(), dns.close(), receiver.close()])
})

test('a URL is judged when it is registered, with a sentence of what to do', () => {
  expect(egress.judgeUrl('https://example.com/hook')).toEqual({ kind: 'allowed' })
  expect(egress.judgeUrl('http://10.0.0.1/hook')).toEqual({
    kind: 'denied',
    reason: 'private',
    advice:
      'Access to the webhook URL times out: 10.0.0.1 is a private address, not reachable for webhooks. ' +
      'Register a public address, or let the operator open it (LIVEHOOK_EGRESS_ALLOW).',
  })
  expect(egress.judgeUrl('ftp://example.com/')).toMatchObject({ kind: 'denied', reason: 'scheme' })
})
