import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsServer } from '../../src/cli/demo/dns-server.ts'
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts'
import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'
import { createEgress } from '../../src/egress/egress.ts'
import type { GuardedEgress } from '../../src/egress/egress.ts'
import { openFullBacklog } from './full-backlog.ts'
import { runInNamespace } from './namespace.ts'
import { startScriptedReceiver } from './scripted-receiver.ts'
import type { Script } from './scripted-receiver.ts'
import { TlsWorld, tlsName } from './tls-receiver.ts'

interface ResponseCase {
  readonly id: string
  readonly title: string
  readonly category: string
  readonly input: {
    readonly server: Script & { readonly listen: string; readonly tls?: string; readonly scenario?: unknown }
    readonly total_deadline_ms?: number
  }
  readonly expected: {
    readonly symptom: string
    readonly detail: string
    readonly or?: readonly string[]
    readonly bytes_read_max?: number
  }
}

const cases = readCases()
const scripted = cases.filter(({ input }) => input.server.listen === 'tcp' && input.server.scenario === undefined)
const behindTls = cases.filter(({ input }) => input.server.listen === 'tls')
const routes = cases.filter(({ input }) => input.server.listen.startsWith('route_'))

let dns: DnsServer
let egress: GuardedEgress
let world: TlsWorld

beforeAll(async () => {
  world = new TlsWorld()
  dns = await startDnsServer({ [tlsName]: ['127.0.0.1'] })
  egress = createEgress({
    policy: parseEgressPolicy({ allow: ['127.0.0.0/8'] }),
    dnsServers: [dns.address],
    now: Date.now,
    extraCertificates: [world.root.certificatePem],
  })
})

afterAll(async () => {
  await egress.close()
  await dns.close()
})

function post(url: string, timeoutMs = 1200): Promise<Outcome> {
  return egress.exchange({
    url,
    pool: url,
    body: Buffer.from('{"CallbackCommand":"Test.Case"}'),
    timeoutMs,
    prepare: () => ({
      target: '/hook?Sign=0123',
      maskedTarget: '/hook?Sign=***',
      headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
    }),
  })
}

/** What was concluded, as the cases write it. */
function verdictOf(outcome: Outcome): string {
  const { symptom, detail } = diagnose(outcome, 'after')
  return `${symptom}/${detail}`
}

/** What a case takes for right. */
function verdictsOf({ expected }: ResponseCase): readonly string[] {
  return [`${expected.symptom}/${expected.detail}`, ...(expected.or ?? [])]
}

describe.concurrent('what a receiver answers', () => {
  test.each(scripted)('$id $title', async (each) => {
    const receiver = await startScriptedReceiver(each.input.server)
    const outcome = await post(`http://127.0.0.1:${receiver.port}/hook`, each.input.total_deadline_ms)
    expect(verdictOf(outcome)).toBeOneOf([...verdictsOf(each)])
    // Redirects are never followed, and nothing is retried behind the caller's back.
    expect(receiver.connections()).toBe(1)
    expect(outcome.evidence.bodyBytes ?? 0).toBeLessThanOrEqual(each.expected.bytes_read_max ?? 65_536)
    await receiver.close()
  })
})

describe('no connection', () => {
  test('RESP-001 port closed', async () => {
    const outcome = await post(`http://127.0.0.1:${await closedPort()}/hook`)
    expect(verdictOf(outcome)).toBeOneOf([...verdictsOf(caseOf('RESP-001'))])
    expect(outcome.evidence).toMatchObject({ phase: 'connect', errorCode: 'ECONNREFUSED' })
  })

  test('RESP-002 SYN dropped (full accept queue)', async () => {
    const full = await openFullBacklog()
    const outcome = await post(`http://127.0.0.1:${full.port}/hook`)
    expect(verdictOf(outcome)).toBeOneOf([...verdictsOf(caseOf('RESP-002'))])
    await full.close()
  })

  test('routes that drop, refuse or prohibit are told apart', async () => {
    const outcomes = await runInNamespace<Record<string, Outcome>>('route-world.ts')
    expect(routes.length).toBeGreaterThan(0)
    for (const each of routes) {
      const outcome = outcomes[each.input.server.listen]
      if (outcome === undefined) throw new TypeError(`${each.id} was not run`)
      expect(verdictOf(outcome)).toBeOneOf([...verdictsOf(each)])
    }
    const told = Object.entries(outcomes).map(([route, outcome]) => [route, diagnose(outcome, 'after').detail])
    expect(Object.fromEntries(told)).toEqual({
      route_drop: 'connect_timeout',
      route_unreachable: 'host_unreachable',
      route_prohibit: 'administratively_prohibited',
      route_blackhole: 'local_route_error',
    })
  })
})

describe('TLS', () => {
  test.each(behindTls)('$id $title', async (each) => {
    const receiver = await world.open(each.input.server.tls ?? '')
    const url = `https://${tlsName}:${receiver.port}/hook`
    expect(verdictOf(await post(url))).toBeOneOf([...verdictsOf(each)])
    egress.closePool(url)
    await receiver.close()
  })

  test.each([
    ['none', 'ok'],
    ['whole_chain', 'ok'],
    ['tls_expired', 'tls_expired'],
    ['tls_not_yet_valid', 'tls_not_yet_valid'],
    ['tls_name_mismatch', 'tls_name_mismatch'],
    ['unknown_authority', 'tls_untrusted'],
    ['tls_client_cert_1_2', 'tls_client_cert'],
    ['tls_reset', 'tls_reset'],
  ])('a receiver with %s is diagnosed as %s', async (fault, detail) => {
    const receiver = await world.open(fault)
    const url = `https://${tlsName}:${receiver.port}/hook`
    expect(diagnose(await post(url), 'after').detail).toBe(detail)
    egress.closePool(url)
    await receiver.close()
  })
})

function closedPort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function caseOf(id: string): ResponseCase {
  const found = cases.find((each) => each.id === id)
  if (found === undefined) throw new TypeError(`There is no case ${id}.`)
  return found
}

function readCases(): readonly ResponseCase[] {
  const file: unknown = JSON.parse(readFileSync(new URL('../cases/bad-response.json', import.meta.url), 'utf8'))
  const list = typeof file === 'object' && file !== null && 'cases' in file ? file.cases : undefined
  if (!Array.isArray(list) || !list.every(isCase)) throw new TypeError('bad-response.json holds no list of cases')
  return list
}

function isCase(value: unknown): value is ResponseCase {
  return typeof value === 'object' && value !== null && 'id' in value && 'input' in value && 'expected' in value
}
