// Name resolution against a scripted DNS server: what each answer, and each silence, is called.

import { afterEach, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsAnswer, DnsServer } from '../../src/cli/demo/dns-server.ts'
import { HaltRegistry } from '../../src/egress/exchange/halt.ts'
import { createResolver, maxAddresses } from '../../src/egress/dial/resolver.ts'
import type { Resolution } from '../../src/egress/dial/resolver.ts'

const open: DnsServer[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function serverWith(answer: DnsAnswer): Promise<DnsServer> {
  const server = await startDnsServer({ 'hook.test': answer })
  open.push(server)
  return server
}

async function resolve(servers: readonly string[], timeoutMs = 4000): Promise<Resolution> {
  const halt = new HaltRegistry().begin(timeoutMs, undefined)
  const resolution = await createResolver(servers).resolve('hook.test', halt)
  halt.release()
  return resolution
}

const manyAddresses = (count: number) =>
  Array.from({ length: count }, (_, index) => `203.0.${index >> 8}.${index & 255}`)

describe('one server', () => {
  test.each<[string, DnsAnswer, Partial<Resolution & { code: string }>]>([
    ['addresses of both families', ['198.41.0.4', '2001:4860:4860::8888'], { kind: 'resolved' }],
    ['the last number of addresses that is taken', manyAddresses(maxAddresses), { kind: 'resolved' }],
    ['one address too many', manyAddresses(maxAddresses + 1), { kind: 'failed', code: 'dns_too_many' }],
    ['no addresses', [], { kind: 'failed', code: 'dns_no_address' }],
    [
      'NXDOMAIN',
      { kind: 'error', code: 'NXDOMAIN' },
      { kind: 'failed', code: 'dns_not_found', errorCode: 'ENOTFOUND' },
    ],
    ['SERVFAIL', { kind: 'error', code: 'SERVFAIL' }, { kind: 'failed', code: 'dns_failure', errorCode: 'ESERVFAIL' }],
    ['REFUSED', { kind: 'error', code: 'REFUSED' }, { kind: 'failed', code: 'dns_failure', errorCode: 'EREFUSED' }],
    ['FORMERR', { kind: 'error', code: 'FORMERR' }, { kind: 'failed', code: 'dns_failure', errorCode: 'EFORMERR' }],
  ])('that answers %s', async (_, answer, expected) => {
    const server = await serverWith(answer)
    expect(await resolve([server.address])).toMatchObject({ ...expected, resolver: server.address })
  })

  test('is asked once for each family, and again the next time: nothing is remembered', async () => {
    const server = await serverWith(['198.41.0.4'])
    await resolve([server.address])
    await resolve([server.address])
    expect([...server.questions].sort()).toEqual(['A hook.test', 'A hook.test', 'AAAA hook.test', 'AAAA hook.test'])
  })

  test('that is silent is given up when the attempt is', async () => {
    const server = await serverWith({ kind: 'silence' })
    expect(await resolve([server.address], 100)).toEqual({ kind: 'halted', resolver: server.address })
  })

  test('that no one runs is a failure of DNS', async () => {
    const gone = await startDnsServer({})
    await gone.close()
    expect(await resolve([gone.address])).toMatchObject({ kind: 'failed', code: 'dns_failure', resolver: gone.address })
  })
})

describe('several servers', () => {
  test('the next one is asked if one fails, and the one that answered is named', async () => {
    const broken = await serverWith({ kind: 'error', code: 'SERVFAIL' })
    const good = await serverWith(['198.41.0.4'])
    expect(await resolve([broken.address, good.address])).toEqual({
      kind: 'resolved',
      addresses: ['198.41.0.4'],
      resolver: good.address,
    })
  })

  test('the next one is asked if one is silent', async () => {
    const silent = await serverWith({ kind: 'silence' })
    const good = await serverWith(['198.41.0.4'])
    expect(await resolve([silent.address, good.address])).toMatchObject({ kind: 'resolved', resolver: good.address })
  })

  test('one that is silent costs a wait once, not every time', async () => {
    const silent = await serverWith({ kind: 'silence' })
    const good = await serverWith(['198.41.0.4'])
    const resolver = createResolver([silent.address, good.address])
    for (let turn = 0; turn < 3; turn += 1) {
      const halt = new HaltRegistry().begin(4000, undefined)
      expect(await resolver.resolve('hook.test', halt)).toMatchObject({ kind: 'resolved', resolver: good.address })
      halt.release()
    }
    expect(new Set(silent.questions).size).toBe(silent.questions.length)
  })

  test('"does not exist" is an answer: no one else is asked', async () => {
    const first = await serverWith({ kind: 'error', code: 'NXDOMAIN' })
    const second = await serverWith(['198.41.0.4'])
    expect(await resolve([first.address, second.address])).toMatchObject({
      code: 'dns_not_found',
      resolver: first.address,
    })
    expect(second.questions).toEqual([])
  })
})

test('a server whose address cannot be read is refused at the start', () => {
  expect(() => createResolver(['dns.example.com'])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_IP_ADDRESS' }))
})
