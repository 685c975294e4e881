// Who listens to an exchange hears of every phase while it runs, and gets the whole story at its end.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsServer } from '../../src/cli/demo/dns-server.ts'
import type { Evidence } from '../../src/domain/diagnosis/outcome.ts'
import type { GuardedEgress } from '../../src/egress/egress.ts'
import { startScriptedReceiver } from './scripted-receiver.ts'
import { httpAnswer, openTestEgress, requestTo } from './test-egress.ts'
import { TlsWorld, tlsName } from './tls-receiver.ts'

const world = new TlsWorld()
let dns: DnsServer
let egress: GuardedEgress

beforeEach(async () => {
  dns = await startDnsServer({ [tlsName]: ['127.0.0.1'] })
  egress = openTestEgress({ dnsServers: [dns.address], extraCertificates: [world.root.certificatePem] })
})

afterEach(async () => {
  await egress.close()
  await dns.close()
})

test('every phase is told in its order, with what is known by then', async () => {
  const receiver = await world.open('none')
  const heard: Evidence[] = []
  const url = `https://${tlsName}:${receiver.port}/hook`
  const outcome = await egress.exchange(
    requestTo(receiver.port, { url, onPhase: (evidence) => void heard.push(evidence) }),
  )
  expect(heard.map(({ phase }) => phase)).toEqual(['resolve', 'connect', 'tls', 'write', 'first_byte', 'body'])
  expect(heard[0]?.addresses).toBeUndefined()
  expect(heard[1]).toMatchObject({ addresses: ['127.0.0.1'], resolver: dns.address })
  expect(Object.keys(heard[1]?.phaseMs ?? {})).toEqual(['resolve'])
  expect(heard[2]?.dialled).toBe(`127.0.0.1:${receiver.port}`)
  expect(heard[3]?.certificate?.names).toEqual([tlsName])
  expect(outcome.evidence).toMatchObject({
    phase: 'done',
    status: 200,
    addresses: ['127.0.0.1'],
    tlsProtocol: 'TLSv1.3',
  })
  expect(outcome.evidence.responseHeaders).toEqual([['content-length', '15']])
  egress.closePool('wh_1')
  await receiver.close()
})

test('a success that no one listens to keeps its short evidence', async () => {
  const receiver = await startScriptedReceiver({ steps: [{ op: 'write', text: httpAnswer('{"ErrorCode":0}') }] })
  const { evidence } = await egress.exchange(requestTo(receiver.port))
  expect(evidence.status).toBe(200)
  expect(evidence.responseHeaders).toBeUndefined()
  await receiver.close()
})
