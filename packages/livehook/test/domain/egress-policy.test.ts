import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress, isInside, parseAddress, parseAddressRange } from '../../src/domain/egress/address.ts'
import {
  EgressPolicyError,
  judgeAddress,
  judgeAnswers,
  localhostAddresses,
  parseEgressPolicy,
} from '../../src/domain/egress/policy.ts'
import type { EgressReason } from '../../src/domain/egress/policy.ts'
import { explainRefusal } from '../../src/domain/egress/reasons.ts'
import { judgeUrlText } from '../../src/domain/egress/url.ts'
import { policyOf, readSsrfCases } from '../egress/ssrf-cases.ts'

const cases = readSsrfCases()
const byText = cases.filter((each) => each.expected.stage === 'registration' && each.expected.reason !== 'config_error')
const byAddress = cases.filter((each) => each.expected.stage !== 'registration')

const publicOnly = parseEgressPolicy({ allow: [] })
const loopback = parseEgressPolicy({ allow: ['127.0.0.0/8', '::1'] })

describe('the text of a URL', () => {
  test.each(byText)('$id is refused when it is registered: $expected.reason', ({ input, expected }) => {
    expect(judgeUrlText(input.url, policyOf(input.policy))).toEqual({ kind: 'denied', reason: expected.reason })
  })

  test.each(byAddress.filter((each) => each.category !== 'self'))('$id may be registered', ({ input }) => {
    expect(judgeUrlText(input.url, policyOf(input.policy)).kind).toBe('allowed')
  })

  test('Host keeps the port of the URL, and leaves out the scheme’s own', () => {
    const authority = (url: string) => {
      const verdict = judgeUrlText(url, publicOnly)
      return verdict.kind === 'allowed' ? verdict.target.authority : verdict.reason
    }
    expect(authority('http://Example.com:8080/hook')).toBe('example.com:8080')
    expect(authority('http://example.com:80/hook')).toBe('example.com')
    expect(authority('https://[2606:4700:4700::1111]:8443/')).toBe('[2606:4700:4700::1111]:8443')
  })

  test('a URL of 2048 characters passes, one more does not', () => {
    const url = `http://example.com/${'a'.repeat(2048 - 'http://example.com/'.length)}`
    expect(judgeUrlText(url, publicOnly).kind).toBe('allowed')
    expect(judgeUrlText(`${url}a`, publicOnly)).toEqual({ kind: 'denied', reason: 'too_long' })
  })

  test('.test and .invalid go to DNS, whose answer is what their users want to see', () => {
    expect(judgeUrlText('http://hook.test/', publicOnly).kind).toBe('allowed')
    expect(judgeUrlText('http://hook.invalid/', publicOnly).kind).toBe('allowed')
  })

  test('no text makes the judge throw, and what it allows has one host for everyone', () => {
    const pieces = fc.constantFrom(
      'http://',
      'https:',
      '//',
      '@',
      '[',
      ']',
      '::1',
      '127.1',
      '%2e',
      '。',
      ':80',
      '#',
      '?',
      '\\',
    )
    const texts = fc
      .array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 8 })
      .map((parts) => parts.join(''))
    const hasOneHost = fc.property(texts, (text) => {
      const verdict = judgeUrlText(text, publicOnly)
      return verdict.kind === 'denied' || new URL(text).hostname.replace(/^\[|\]$/g, '') === verdict.target.host
    })
    expect(() => fc.assert(hasOneHost, { numRuns: 2000 })).not.toThrow()
  })
})

describe('localhost', () => {
  test('is refused unless an allow rule names loopback', () => {
    expect(judgeUrlText('http://localhost:3000/hook', publicOnly)).toEqual({ kind: 'denied', reason: 'special_name' })
    expect(judgeUrlText('http://localhost:3000/hook', loopback).kind).toBe('allowed')
    expect(judgeUrlText('http://LOCALHOST:3000/hook', loopback).kind).toBe('allowed')
    expect(judgeUrlText('http://foo.localhost/hook', loopback)).toEqual({ kind: 'denied', reason: 'special_name' })
  })

  test('means the loopback addresses that are open, and no others', () => {
    expect(localhostAddresses(loopback)).toEqual(['127.0.0.1', '::1'])
    expect(localhostAddresses(parseEgressPolicy({ allow: ['::1'] }))).toEqual(['::1'])
    expect(localhostAddresses(publicOnly)).toEqual([])
  })

  test('keeps the other rules: ports and https only', () => {
    expect(judgeUrlText('http://localhost:22/', loopback)).toEqual({ kind: 'denied', reason: 'bad_port' })
    const httpsOnly = parseEgressPolicy({ allow: ['127.0.0.0/8'], httpsOnly: true })
    expect(judgeUrlText('http://localhost/', httpsOnly)).toEqual({ kind: 'denied', reason: 'https_required' })
  })
})

describe('the answers of DNS', () => {
  const answered = byAddress.filter(
    (each) => Array.isArray(each.input.dns?.answers) && each.input.dns.answers.length > 0,
  )
  const judged = answered.filter((each) => !['pool', 'redirect'].some((word) => each.expected.reason.includes(word)))

  test.each(judged.filter((each) => !each.input.policy.includes('removed')))('$id: $expected.reason', (each) => {
    const verdict = judgeAnswers(each.input.dns?.answers ?? [], policyOf(each.input.policy))
    expect(verdict.kind === 'denied' ? verdict.reason : 'public').toBe(each.expected.reason)
  })

  test('one closed address closes the name, in whatever order they come', () => {
    const open = '93.184.215.14'
    for (const answers of [
      [open, '10.0.0.1'],
      ['10.0.0.1', open],
      [open, open, 'fe80::1'],
    ]) {
      expect(judgeAnswers(answers, publicOnly)).toMatchObject({ kind: 'denied', reason: 'mixed_answers' })
    }
  })

  test('what is no address at all is closed', () => {
    expect(judgeAddress('93.184.215.014', publicOnly)).toEqual({ kind: 'denied', reason: 'invalid_address' })
    expect(judgeAddress('fe80::1%eth0', publicOnly)).toEqual({ kind: 'denied', reason: 'invalid_address' })
  })

  test('an IPv4 address in IPv6 clothes is dialled as IPv4', () => {
    expect(judgeAddress('::ffff:8.8.8.8', publicOnly)).toEqual({ kind: 'allowed', dial: '8.8.8.8' })
  })
})

describe('the operator’s rules', () => {
  test.each([
    '10.1.0.0/invalid',
    '10.1.0.0/33',
    '10.1.2.3/16',
    '10.1',
    'example.com',
    '::1/129',
    '',
    '10.0.0.0/-1',
    '10.0.0.0/08',
  ])('SSRF-376: %j cannot be read, so the service does not start', (rule) => {
    expect(() => parseEgressPolicy({ allow: [rule] })).toThrow(EgressPolicyError)
    expect(() => parseEgressPolicy({ allow: [rule] })).toThrow(expect.objectContaining({ code: 'config_error' }))
  })

  test('nothing opens metadata addresses, plain, mapped or behind a translator', () => {
    const everything = parseEgressPolicy({ allow: ['0.0.0.0/0', '::/0'], nat64Decode: true })
    const closed = [
      '169.254.169.254',
      '100.100.100.200',
      '168.63.129.16',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
    ]
    const all = [...closed, 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', '169.254.170.23']
    expect(all.filter((address) => judgeAddress(address, everything).kind === 'allowed')).toEqual([])
    expect(judgeAddress('10.0.0.1', everything).kind).toBe('allowed')
  })

  test('the service’s own addresses stay closed under any rule', () => {
    const policy = parseEgressPolicy({ allow: ['0.0.0.0/0'], selfAddresses: ['10.0.0.7', '198.41.0.4'] })
    for (const address of ['10.0.0.7', '198.41.0.4', '::ffff:10.0.0.7']) {
      expect(judgeAddress(address, policy)).toEqual({ kind: 'denied', reason: 'self_address' })
    }
  })

  test('every refusal is explained in both languages', () => {
    const reasons = new Set(
      cases.filter((each) => each.expected.verdict === 'deny').map((each) => each.expected.reason),
    )
    for (const reason of ['config_error', 'redirect_not_followed']) reasons.delete(reason)
    for (const reason of reasons) {
      if (reason.startsWith('dns_')) continue
      const { en, zh } = explainRefusal(reason as EgressReason, '10.0.0.1')
      expect(en).toMatch(/^[A-Z0-9].{30,}/)
      expect(zh).toMatch(/[\u4e00-\u9fff]{4}/)
    }
  })
})

describe('addresses', () => {
  const anyIpv4 = fc.ipV4()
  const anyIpv6 = fc.ipV6()

  test('are the same after writing and reading', () => {
    fc.assert(
      fc.property(fc.oneof(anyIpv4, anyIpv6), (text) => {
        const address = parseAddress(text)
        if (address === undefined) throw new Error(`${text} was not read`)
        expect(parseAddress(formatAddress(address))).toEqual(address)
      }),
    )
  })

  test('of IPv6 are written as the URL parser writes them', () => {
    fc.assert(
      fc.property(anyIpv6, (text) => {
        const address = parseAddress(text)
        if (address === undefined) throw new Error(`${text} was not read`)
        expect(`[${formatAddress(address)}]`).toBe(new URL(`http://[${text}]/`).hostname)
      }),
    )
  })

  test('of one family are never inside a range of the other', () => {
    fc.assert(
      fc.property(anyIpv6, fc.integer({ min: 0, max: 32 }), (text, bits) => {
        const range = parseAddressRange(`0.0.0.0/${bits}`)
        const address = parseAddress(text)
        expect(address !== undefined && range !== undefined && isInside(address, range)).toBe(false)
      }),
    )
  })
})

describe('an allow rule for all of IPv6', () => {
  const everything = parseEgressPolicy({ allow: ['::/0', '0.0.0.0/0'], selfAddresses: ['203.0.113.77'] })

  test.each([
    ['mapped', '::ffff:169.254.169.254'],
    ['compatible', '::169.254.169.254'],
    ['translated without state', '::ffff:0:169.254.169.254'],
    ['NAT64', '64:ff9b::169.254.169.254'],
    ['NAT64 of a network, prefix of 96 bits', '64:ff9b:1::169.254.169.254'],
    ['NAT64 of a network, prefix of 48 bits', '64:ff9b:1:a9fe:a9:fe00::'],
    ['6to4', '2002:a9fe:a9fe::1'],
    ['Teredo, by its client', '2001:0:4136:e378:8000:63bf:5601:5601'],
    ['ISATAP', 'fe80::5efe:169.254.169.254'],
    ['a private prefix', 'fd00:64::169.254.169.254'],
    ['Alibaba in 6to4', '2002:6464:64c8::'],
    ['Tencent, translated', '64:ff9b:1::169.254.0.23'],
    ['the service itself, in 6to4', '2002:cb00:714d::'],
  ])('opens no metadata address in any form that carries it: %s', (_form, address) => {
    expect(judgeAddress(address, everything).kind).toBe('denied')
  })

  test('opens what carries nothing of the kind', () => {
    for (const address of ['fd00::1', 'fe80::1', '2002:a00:1::', '64:ff9b:1::10.0.0.1', '::1']) {
      expect(judgeAddress(address, everything).kind).toBe('allowed')
    }
  })
})
