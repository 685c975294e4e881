import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  RegisteredUrlError,
  checkRegisteredUrl,
  isReservedParameter,
  joinUrl,
  makeSign,
  maskSign,
  optPlatforms,
  parseRequest,
  prepareUrl,
  readQuery,
  requestTarget,
  reservedParameterNames,
} from '../../src/node.ts'

const settings = { sdkAppId: 1_400_000_001, spelling: 'webhook', contentType: true } as const
const event = { command: 'Live.CallbackAfterCreateRoom', clientIp: '203.0.113.9', optPlatform: 'RESTAPI' } as const
const signed = { sign: '17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061', requestTime: '1669872112' }

describe('the request line', () => {
  it('carries the parameters in the order of the wire', () => {
    expect(joinUrl('https://app.test/hook', { ...settings, ...event, ...signed })).toBe(
      'https://app.test/hook?SdkAppId=1400000001&WebhookCommand=Live.CallbackAfterCreateRoom&contenttype=json' +
        '&ClientIP=203.0.113.9&OptPlatform=RESTAPI' +
        '&Sign=17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061&RequestTime=1669872112',
    )
  })

  it('ends as the published vector says: Token xxxxyyyy at 1669872112', () => {
    const sign = makeSign('xxxxyyyy', '1669872112')
    const url = joinUrl('https://app.test/hook?a=1', { ...settings, ...event, sign, requestTime: '1669872112' })
    expect(url.startsWith('https://app.test/hook?a=1&SdkAppId=')).toBe(true)
    expect(url.endsWith(`&Sign=${signed.sign}&RequestTime=1669872112`)).toBe(true)
  })

  it('uses the other names in the spelling `callback`, and leaves contenttype out when it is switched off', () => {
    const prepared = prepareUrl('http://app.test', { ...settings, spelling: 'callback', contentType: false })
    expect(requestTarget(prepared, event)).toBe(
      '/?SdkAppid=1400000001&CallbackCommand=Live.CallbackAfterCreateRoom&ClientIP=203.0.113.9&OptPlatform=RESTAPI',
    )
  })

  it('never goes out half signed', () => {
    const prepared = prepareUrl('http://app.test', settings)
    expect(() => requestTarget(prepared, { ...event, sign: signed.sign })).toThrow(TypeError)
    expect(() => requestTarget(prepared, { ...event, requestTime: signed.requestTime })).toThrow(TypeError)
  })

  it('encodes values as encodeURIComponent does', () => {
    const odd = { ...event, command: 'a&Sign=x#\r\n 命', clientIp: '2001:db8::1' }
    const target = requestTarget(prepareUrl('http://app.test/', settings), odd)
    expect(target).toContain('WebhookCommand=a%26Sign%3Dx%23%0D%0A%20%E5%91%BD&')
    expect(target).toContain('ClientIP=2001%3Adb8%3A%3A1&')
  })

  it.each([
    ['http://app.test/h?', '/h?SdkAppId'],
    ['http://app.test/h?a=1&', '/h?a=1&SdkAppId'],
    ['http://app.test/h?b=2&a=1&b', '/h?b=2&a=1&b&SdkAppId'],
    ["http://app.test/h?q='%7e+%2b'&x[]=^|`{}\\\"<>", "/h?q='%7e+%2b'&x[]=^|`{}\\\"<>&SdkAppId"],
    ['http://app.test/h?q=é 名\n', '/h?q=%C3%A9%20%E5%90%8D&SdkAppId'],
    ['http://app.test/é/名 x/../y', '/%C3%A9/y?SdkAppId'],
    ['http://app.test/h?u=http://a.test/?b', '/h?u=http://a.test/?b&SdkAppId'],
    [' \thttp://app.test?a ', '/?a&SdkAppId'],
  ])("keeps the app's own query as it was written: %j", (url, start) => {
    expect(requestTarget(prepareUrl(url, settings), event).startsWith(`${start}=1400000001&`)).toBe(true)
  })

  it.each([
    [{ clientIp: true, optPlatform: true }, ['ClientIP', 'OptPlatform']],
    [{ clientIp: false, optPlatform: true }, ['OptPlatform']],
    [{ clientIp: true, optPlatform: false }, ['ClientIP']],
    [{ clientIp: false, optPlatform: false }, []],
  ])('leaves out what a command does not carry, and keeps the order of the others: %j', (carries, carried) => {
    for (const contentType of [true, false]) {
      const prepared = prepareUrl('https://app.test/h?own=1', { ...settings, contentType })
      const query = new URLSearchParams(requestTarget(prepared, { ...event, ...signed, carries }).slice('/h?'.length))
      const type = contentType ? ['contenttype'] : []
      const names = ['own', 'SdkAppId', 'WebhookCommand', ...type, ...carried, 'Sign', 'RequestTime']
      expect([...query.keys()]).toEqual(names)
    }
  })

  it('is printable ASCII without white space, and the app reads its own parameters and ours once each', () => {
    const own = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('#', ''))
    fc.assert(
      fc.property(own, fc.constantFrom(...optPlatforms), (query, optPlatform) => {
        const url = `https://app.test/hook?${query}`
        fc.pre(checkRegisteredUrl(url).kind === 'ok')
        const joined = joinUrl(url, { ...settings, ...event, optPlatform, ...signed })
        expect(joined).toMatch(/^[!-~]+$/)
        const before = [...new URL(url).searchParams]
        const after = [...new URL(joined).searchParams]
        expect(after.slice(0, before.length)).toEqual(before)
        expect(after.slice(before.length).map(([name]) => name)).toEqual([
          'SdkAppId',
          'WebhookCommand',
          'contenttype',
          'ClientIP',
          'OptPlatform',
          'Sign',
          'RequestTime',
        ])
      }),
      { numRuns: 500 },
    )
  })
})

describe('where to connect', () => {
  it.each([
    ['http://App.Test/x', 'http://app.test', 'http', 'app.test', 'app.test', 80],
    ['https://app.test:443/x', 'https://app.test', 'https', 'app.test', 'app.test', 443],
    ['https://app.test:8443', 'https://app.test:8443', 'https', 'app.test:8443', 'app.test', 8443],
    ['http://[2001:DB8::1]:8080/', 'http://[2001:db8::1]:8080', 'http', '[2001:db8::1]:8080', '2001:db8::1', 8080],
  ])('%s', (url, origin, scheme, host, hostname, port) => {
    expect(prepareUrl(url, settings)).toMatchObject({ origin, scheme, host, hostname, port })
  })
})

describe('a URL that is registered', () => {
  it.each(reservedParameterNames.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]))(
    'may not carry %s, encoded or not',
    (name) => {
      const encoded = Array.from(name, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
      for (const spelt of [name, encoded]) {
        const url = `https://app.test/hook?a=1&${spelt}=x`
        expect(checkRegisteredUrl(url)).toEqual({ kind: 'refused', reason: 'reserved_query', parameter: name })
        expect(() => prepareUrl(url, settings)).toThrow(RegisteredUrlError)
      }
    },
  )

  it.each(['https://app.test/#x', 'https://app.test/?a=1#', 'http://app.test#@127.0.0.1/'])(
    'has no fragment: %s',
    (url) => {
      expect(checkRegisteredUrl(url)).toEqual({ kind: 'refused', reason: 'fragment' })
    },
  )

  it.each(['', 'app.test/hook', '/hook', 'ftp://app.test/', 'https://'])(
    'is an absolute http or https URL: %j',
    (url) => {
      expect(checkRegisteredUrl(url)).toEqual({ kind: 'refused', reason: 'invalid_url' })
    },
  )

  it('sees a name through line ends, which a URL parser drops', () => {
    expect(checkRegisteredUrl('https://app.test/?Si\ngn=x')).toMatchObject({ reason: 'reserved_query' })
  })

  it.each([
    'https://app.test/?Signature=1&a=Sign',
    'https://app.test/Sign/?x=RequestTime',
    'https://app.test/?@127.0.0.1/',
  ])('may carry anything else: %s', (url) => {
    expect(checkRegisteredUrl(url)).toEqual({ kind: 'ok' })
  })
})

describe('masking Sign', () => {
  it('hides the value in a target, a URL or a bare query, and nothing else', () => {
    const target = requestTarget(prepareUrl('https://app.test/h?a=Sign', settings), { ...event, ...signed })
    expect(maskSign(target)).toBe(target.replace(signed.sign, '***'))
    expect(maskSign('Sign=abc&RequestTime=1')).toBe('Sign=***&RequestTime=1')
    expect(maskSign('https://app.test/?sign=abc#f')).toBe('https://app.test/?sign=***#f')
    expect(maskSign('/?%53ig%6E=abc&Signs=abd')).toBe('/?%53ig%6E=***&Signs=abd')
  })

  it('never lets a Sign through, wherever it stands (I9)', () => {
    const piece = fc.constantFrom('a=1', 'Sign=SECRET', 'SIGN=SECRET', '', '=', 'x=?', '%53ign=SECRET', 'b')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (list) => {
        expect(maskSign(`/h?${list.join('&')}`)).not.toContain('SECRET')
      }),
    )
  })
})

describe('reading a request', () => {
  it('reads a query as URLSearchParams does, order and doubles kept', () => {
    const query = fc.array(fc.constantFrom('a', '=', '&', '%', '41', '%C3%A9', '%ff', '+', '?', '#', 'é', ';'), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(query, (list) => {
        const text = list.join('')
        expect(readQuery(text).map(({ name, value }) => [name, value])).toEqual([...new URLSearchParams(text)])
      }),
      { numRuns: 2000 },
    )
  })

  it('reads back what was sent, in either spelling', () => {
    for (const spelling of ['webhook', 'callback'] as const) {
      const target = requestTarget(prepareUrl('https://app.test/?own=1', { ...settings, spelling }), {
        ...event,
        ...signed,
      })
      expect(parseRequest(target.slice(target.indexOf('?')))).toEqual({
        kind: 'request',
        spelling,
        sdkAppId: settings.sdkAppId,
        contentType: 'json',
        ...event,
        ...signed,
      })
    }
  })

  it('takes the names in any letter case, but Sign and RequestTime only as they are written', () => {
    expect(parseRequest('SDKAPPID=1&callbackcommand=A.B&CLIENTIP=::1&sign=x&requesttime=1')).toEqual({
      kind: 'request',
      spelling: 'callback',
      sdkAppId: 1,
      command: 'A.B',
      clientIp: '::1',
    })
  })

  it.each([
    ['WebhookCommand=A.B', 'missing_param', 'SdkAppId'],
    ['CallbackCommand=A.B', 'missing_param', 'SdkAppid'],
    ['SdkAppId=1', 'missing_param', 'WebhookCommand'],
    ['SdkAppId=1&WebhookCommand=A.B&webhookcommand=A.B', 'duplicate_param', 'WebhookCommand'],
    ['SdkAppId=1&WebhookCommand=A.B&CallbackCommand=A.B', 'duplicate_param', 'WebhookCommand'],
    ['SdkAppId=1&SdkAppid=1&WebhookCommand=A.B', 'duplicate_param', 'SdkAppId'],
    ['SdkAppId=1&WebhookCommand=A.B&Sign=a&Sign=a', 'duplicate_param', 'Sign'],
    ['SdkAppId=0&WebhookCommand=A.B', 'malformed_param', 'SdkAppId'],
    ['SdkAppId=1e9&WebhookCommand=A.B', 'malformed_param', 'SdkAppId'],
    ['SdkAppId=4294967296&WebhookCommand=A.B', 'malformed_param', 'SdkAppId'],
    ['SdkAppId=&WebhookCommand=A.B', 'malformed_param', 'SdkAppId'],
  ])('refuses %s: %s %s', (query, reason, parameter) => {
    expect(parseRequest(query)).toEqual({ kind: 'refused', reason, parameter })
  })

  it('knows its own names in any letter case and no others', () => {
    expect(isReservedParameter('REQUESTTIME')).toBe(true)
    expect(isReservedParameter('RequestTimes')).toBe(false)
    expect(isReservedParameter('')).toBe(false)
  })
})
