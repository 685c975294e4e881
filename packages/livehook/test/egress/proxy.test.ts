// Requests that leave through the operator's proxy: what it is asked for, and whose failure is whose.

import { afterEach, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsTable } from '../../src/cli/demo/dns-server.ts'
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts'
import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'
import type { GuardedEgress } from '../../src/egress/egress.ts'
import { openProxy } from './scripted-proxy.ts'
import type { ProxyAnswer, ScriptedProxy } from './scripted-proxy.ts'
import { startReceiver, startScriptedReceiver } from './scripted-receiver.ts'
import type { ScriptedReceiver } from './scripted-receiver.ts'
import { httpAnswer, openTestEgress, requestTo } from './test-egress.ts'
import { TlsWorld, tlsName } from './tls-receiver.ts'

// Addresses that exist for documentation only, opened by a rule: nothing but the scripted proxy can be meant by them.
const policy = parseEgressPolicy({ allow: ['203.0.113.0/24', '2001:db8::/32', '127.0.0.0/8'] })
const names: DnsTable = {
  'hook.test': ['203.0.113.7'],
  'two.test': ['203.0.113.7', '2001:db8::7'],
  'private.test': ['10.0.0.1'],
  'mixed.test': ['203.0.113.7', '10.0.0.1'],
  [tlsName]: ['203.0.113.8'],
}

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const world = new TlsWorld()

async function openWay(
  answer: (request: string) => ProxyAnswer,
  credentials?: string,
): Promise<{ proxy: ScriptedProxy; egress: GuardedEgress }> {
  const proxy = await openProxy(answer, credentials)
  const dns = await startDnsServer(names)
  const extraCertificates = [world.root.certificatePem]
  const egress = openTestEgress({ policy, dnsServers: [dns.address], proxy: proxy.proxy, extraCertificates })
  closers.push(
    () => proxy.close(),
    () => dns.close(),
    () => egress.close(),
  )
  return { proxy, egress }
}

async function okReceiver(): Promise<ScriptedReceiver> {
  const receiver = await startScriptedReceiver({ steps: [{ op: 'write', text: httpAnswer('{"ErrorCode":0}') }] })
  closers.push(() => receiver.close())
  return receiver
}

const post = (egress: GuardedEgress, url: string, timeoutMs = 1200): Promise<Outcome> =>
  egress.exchange(requestTo(0, { url, timeoutMs }))

const verdict = (outcome: Outcome): string => {
  const { symptom, detail } = diagnose(outcome, 'after')
  return `${symptom}/${detail}`
}

describe('the proxy', () => {
  test('I4: is asked for the judged address, never for the name, for http too', async () => {
    const receiver = await okReceiver()
    const { proxy, egress } = await openWay(() => ({ kind: 'open', port: receiver.port }))
    const outcome = await post(egress, 'http://hook.test:8080/hook')
    expect(verdict(outcome)).toBe('none/ok')
    expect(proxy.requests).toEqual(['CONNECT 203.0.113.7:8080 HTTP/1.1\r\nhost: 203.0.113.7:8080\r\n\r\n'])
    expect(receiver.requests[0]).toContain('\r\nhost: hook.test:8080\r\n')
    expect(receiver.requests[0]).toMatch(/^POST \/hook/)
  })

  test('carries TLS to the name of the URL: its SNI, its certificate', async () => {
    const receiver = await world.open('none')
    const { proxy, egress } = await openWay(() => ({ kind: 'open', port: receiver.port }))
    expect(verdict(await post(egress, `https://${tlsName}/hook`))).toBe('none/ok')
    expect(proxy.requests[0]).toContain('CONNECT 203.0.113.8:443 ')
    expect(receiver.serverNames).toEqual([tlsName])
    closers.unshift(() => receiver.close())
  })

  test('is asked for IPv6 addresses in brackets, and for the next address if one is not reached', async () => {
    const receiver = await okReceiver()
    const { proxy, egress } = await openWay((request) =>
      request.includes('203.0.113.7')
        ? { kind: 'say', text: 'HTTP/1.1 502 Bad Gateway\r\n\r\n' }
        : { kind: 'open', port: receiver.port },
    )
    expect(verdict(await post(egress, 'http://two.test/hook'))).toBe('none/ok')
    expect(proxy.requests.map((request) => request.split(' ')[1])).toEqual(['203.0.113.7:80', '[2001:db8::7]:80'])
  })

  test('gets its credentials, which no one else ever sees (I9)', async () => {
    const receiver = await okReceiver()
    const { proxy, egress } = await openWay(() => ({ kind: 'open', port: receiver.port }), 'hooks:s3cret')
    const basic = Buffer.from('hooks:s3cret').toString('base64')
    const outcome = await post(egress, 'http://hook.test/hook')
    expect(proxy.requests[0]).toContain(`\r\nproxy-authorization: Basic ${basic}\r\n`)
    expect(receiver.requests[0]).not.toContain(basic)
    expect(JSON.stringify(outcome)).not.toMatch(new RegExp(`s3cret|${basic}`))
  })

  test('is not asked at all for what the rules close', async () => {
    const { proxy, egress } = await openWay(() => ({ kind: 'silence' }))
    for (const [url, reason] of [
      ['http://private.test/', 'private'],
      ['http://mixed.test/', 'mixed_answers'],
      ['http://169.254.169.254/', 'metadata'],
      ['http://10.0.0.1/', 'private'],
      ['http://internal/', 'special_name'],
    ]) {
      expect(await post(egress, url!)).toMatchObject({ kind: 'refused', reason })
    }
    expect(proxy.requests).toEqual([])
  })

  test('I4: is not asked for loopback, which would be its own', async () => {
    const receiver = await okReceiver()
    const { proxy, egress } = await openWay(() => ({ kind: 'silence' }))
    expect(verdict(await post(egress, `http://127.0.0.1:${receiver.port}/hook`))).toBe('none/ok')
    expect(verdict(await post(egress, `http://localhost:${receiver.port}/hook`))).toBe('none/ok')
    expect(proxy.requests).toEqual([])
  })

  test('keeps a connection open for the next request, until a rule closes the address behind it', async () => {
    const receiver = await startReceiver(async (socket, requests) => {
      for await (const _ of requests) socket.write(httpAnswer('{"ErrorCode":0}'))
    })
    closers.push(() => receiver.close())
    const { proxy, egress } = await openWay(() => ({ kind: 'open', port: receiver.port }))
    await post(egress, 'http://hook.test/hook')
    expect((await post(egress, 'http://hook.test/hook')).evidence).toMatchObject({ reused: true, status: 200 })
    expect(proxy.requests).toHaveLength(1)
    egress.setPolicy(parseEgressPolicy({ allow: ['127.0.0.0/8'] }))
    expect(await post(egress, 'http://hook.test/hook')).toMatchObject({ kind: 'refused', reason: 'pool_policy' })
    expect(proxy.requests).toHaveLength(1)
  })
})

describe('a failure', () => {
  test.each<[string, ProxyAnswer, string]>([
    ['that asks for credentials', { kind: 'say', text: 'HTTP/1.1 407 Nope\r\n\r\n' }, 'proxy_status_407'],
    ['that forbids the address', { kind: 'say', text: 'HTTP/1.1 403 Forbidden\r\n\r\n' }, 'proxy_status_403'],
    ['that fails', { kind: 'say', text: 'HTTP/1.1 500 Oops\r\n\r\n' }, 'proxy_status_500'],
    ['that sends us elsewhere', { kind: 'say', text: 'HTTP/1.1 302 x\r\nlocation: /\r\n\r\n' }, 'proxy_status_302'],
    ['that does not speak HTTP', { kind: 'say', text: 'SSH-2.0-x\r\n\r\n' }, 'proxy_malformed'],
    ['that talks without end', { kind: 'say', text: 'x'.repeat(20_000) }, 'proxy_malformed'],
    ['that cuts the connection', { kind: 'cut' }, 'proxy_closed'],
    ['that resets it', { kind: 'reset' }, 'ECONNRESET'],
    ['that hangs', { kind: 'silence' }, 'proxy_timeout'],
  ])('of a proxy %s is ours, and never charged to the webhook', async (_, answer, errorCode) => {
    const { proxy, egress } = await openWay(() => answer)
    const outcome = await post(egress, 'http://hook.test/hook', 500)
    expect(verdict(outcome)).toBe('ours/proxy_failed')
    expect(outcome.evidence).toMatchObject({ phase: 'connect', errorCode, dialled: '203.0.113.7:80' })
    expect(outcome.evidence.proxy).toBe(`127.0.0.1:${proxy.proxy.port}`)
  })

  test('of a proxy that is not there is ours', async () => {
    const { proxy, egress } = await openWay(() => ({ kind: 'silence' }))
    await proxy.close()
    closers.shift()
    const outcome = await post(egress, 'http://hook.test/hook')
    expect(verdict(outcome)).toBe('ours/proxy_failed')
    expect(outcome.evidence.errorCode).toBe('ECONNREFUSED')
  })

  test.each([
    ['502 Bad Gateway', 'times_out/host_unreachable'],
    ['503 Service Unavailable', 'times_out/host_unreachable'],
    ['504 Gateway Timeout', 'times_out/connect_timeout'],
  ])('of the receiver is what a proxy says with %s', async (status, expected) => {
    const { egress } = await openWay(() => ({ kind: 'say', text: `HTTP/1.1 ${status}\r\n\r\n` }))
    const outcome = await post(egress, 'http://hook.test/hook')
    expect(verdict(outcome)).toBe(expected)
    expect(outcome.evidence.errorCode).toBe(`proxy_status_${status.slice(0, 3)}`)
  })

  test('behind an open tunnel is the receiver’s as ever', async () => {
    const receiver = await startScriptedReceiver({ steps: [{ op: 'reset' }] })
    const expired = await world.open('tls_expired')
    closers.push(
      () => receiver.close(),
      () => expired.close(),
    )
    const { egress } = await openWay((request) => ({
      kind: 'open',
      port: request.includes(':443 ') ? expired.port : receiver.port,
    }))
    expect(verdict(await post(egress, 'http://hook.test/hook'))).toMatch(/^access_denied\/.*_before_response$/)
    expect(verdict(await post(egress, `https://${tlsName}/hook`))).toBe('https_certificate_error/tls_expired')
  })

  test('of a stop is the stop’s', async () => {
    const { proxy, egress } = await openWay(() => ({ kind: 'silence' }))
    const stop = new AbortController()
    const pending = egress.exchange(requestTo(0, { url: 'http://hook.test/', timeoutMs: 5000, signal: stop.signal }))
    while (proxy.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    stop.abort()
    expect(verdict(await pending)).toBe('ours/shutting_down')
  })
})

test('what stands behind the proxy’s own head is the receiver’s word', async () => {
  const receiver = await okReceiver()
  const head = 'HTTP/1.1 200 OK\r\nvia: proxy\r\n\r\nSSH-2.0-OpenSSH\r\n'
  const { egress } = await openWay(() => ({ kind: 'open', port: receiver.port, head }))
  expect(verdict(await post(egress, 'http://hook.test/hook', 500))).toBe('http_code_not_200/malformed_http')
})
