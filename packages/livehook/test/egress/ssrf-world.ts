// Runs in a network namespace in which every address that a case names is an address of ours, with a listener behind it:
// whatever is dialled arrives and is counted, allowed or not.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsAnswer } from '../../src/cli/demo/dns-server.ts'
import { parseAddress } from '../../src/domain/egress/address.ts'
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts'
import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import { createEgress } from '../../src/egress/egress.ts'
import type { GuardedEgress } from '../../src/egress/egress.ts'
import { ownPublicAddresses } from '../../src/egress/dial/own-addresses.ts'
import { startCountingListeners } from './counting-listeners.ts'
import { attemptDeadlineMs, policyOf, readSsrfCases } from './ssrf-cases.ts'
import type { SsrfCase, SsrfResult, SsrfWorld } from './ssrf-cases.ts'

const cases = readSsrfCases().filter((each) => each.expected.reason !== 'config_error')
const everywhere = parseEgressPolicy({ allow: ['0.0.0.0/0', '::/0'] })

adopt(['10.0.0.1', ...cases.flatMap(addressesOf)])
const listeners = await startCountingListeners([80, 443, 5000, 8000, 8080])

const results: Record<string, readonly SsrfResult[]> = {}
for (const each of cases) results[each.id] = await run(each)
results['guard off'] = await runWithoutGuard()
listeners.close()
const world: SsrfWorld = { results, ownAddresses: ownPublicAddresses() }
process.stdout.write(JSON.stringify(world))

async function run(each: SsrfCase): Promise<readonly SsrfResult[]> {
  const host = hostOf(each.input.url)
  const dns = await startDnsServer(host === undefined ? {} : { [host]: answerOf(each) })
  const egress = createEgress({ policy: policyOf(each.input.policy), dnsServers: [dns.address], now: Date.now })
  const isPolicyChange = each.input.policy.endsWith('then removed')
  listeners.answerWith({ http: each.input.http, keepAlive: isPolicyChange })
  const list: SsrfResult[] = []
  for (let turn = 0; turn < (each.input.dns?.sequence?.length ?? 1); turn += 1) {
    list.push(await measure(egress, each.input.url, dns.questions))
  }
  if (isPolicyChange) {
    egress.setPolicy(parseEgressPolicy({ allow: [] }))
    list.push(await measure(egress, each.input.url, dns.questions))
  }
  await egress.close()
  await dns.close()
  return list
}

/** The same addresses with everything opened: if nothing arrived now, the counters above would prove nothing. */
async function runWithoutGuard(): Promise<readonly SsrfResult[]> {
  const egress = createEgress({ policy: everywhere, dnsServers: ['127.0.0.1:9'], now: Date.now })
  listeners.answerWith({ http: undefined, keepAlive: false })
  const list: SsrfResult[] = []
  for (const url of ['http://10.0.0.1/hook', 'http://127.0.0.2/hook', 'http://[::1]/hook', 'http://localhost/']) {
    list.push(await measure(egress, url, []))
  }
  await egress.close()
  return list
}

async function measure(egress: GuardedEgress, url: string, questions: readonly string[]): Promise<SsrfResult> {
  const dialsBefore = activeOpens()
  const arrivalsBefore = listeners.arrivals.length
  const questionsBefore = questions.length
  const outcome = await egress.exchange({
    url,
    pool: 'wh',
    body: Buffer.from('{}'),
    timeoutMs: attemptDeadlineMs,
    prepare: () => ({ target: '/hook', maskedTarget: '/hook', headers: {} }),
  })
  return {
    outcome,
    diagnosis: diagnose(outcome, 'after'),
    dials: activeOpens() - dialsBefore,
    arrivals: listeners.arrivals.slice(arrivalsBefore),
    questions: questions.slice(questionsBefore),
  }
}

/** How many connections this namespace's kernel has begun: one per SYN that was sent for the first time. */
function activeOpens(): number {
  const [names, values] = readFileSync('/proc/self/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '))
  return Number(values?.[names?.indexOf('ActiveOpens') ?? -1])
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

function answerOf({ input }: SsrfCase): DnsAnswer {
  const { dns } = input
  if (dns?.error === 'TIMEOUT') return { kind: 'silence' }
  if (dns?.error === 'NXDOMAIN' || dns?.error === 'SERVFAIL') return { kind: 'error', code: dns.error }
  if (dns?.sequence !== undefined) return { kind: 'sequence', answers: dns.sequence }
  // Names that must be refused before any query lead to an open address, so that a query would be seen to succeed.
  return dns?.answers ?? ['93.184.215.14']
}

function addressesOf({ input }: SsrfCase): readonly string[] {
  const literal = hostOf(input.url)?.replace(/^\[|\]$/g, '')
  const answers = [...(input.dns?.answers ?? []), ...(input.dns?.sequence?.flat() ?? [])]
  return [...answers, ...(literal === undefined || parseAddress(literal) === undefined ? [] : [literal])]
}

/** Makes addresses ours. The kernel takes most of them; the ones that it refuses (multicast, `0.0.0.0`) lead nowhere anyway. */
function adopt(addresses: readonly string[]): void {
  const lines = [...new Set(['93.184.215.14', '8.8.8.8', ...addresses])].map((address) => {
    return `addr add ${address}/${address.includes(':') ? 128 : 32} dev lo`
  })
  spawnSync('ip', ['-force', '-batch', '-'], { input: `link set lo up\n${lines.join('\n')}\n` })
}
