// `livehook sign` and `livehook verify`, what one makes the other accepts, and every known mistake has
// its sentence.

import { makeSign, makeSignature } from '@livehook/protocol/node'
import { createHash, createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInProcess } from '../support/cli.ts'

const token = 'xxxxyyyy'
const at = '1669872112'
const goodSign = '17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061'
const body = '{"CallbackCommand":"Live.CallbackAfterCreateRoom","EventTime":1669872112000}'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-verify-'))
  await writeFile(join(folder, 'token.txt'), `${token}\n`)
  await writeFile(join(folder, 'old-token.txt'), 'the-old-token\n')
  await writeFile(join(folder, 'body.json'), body)
  await writeFile(join(folder, 'body-with-line-end.json'), `${body}\n`)
  await writeFile(join(folder, 'other-body.json'), body.replace('Create', 'Destroy'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const env = { LIVEHOOK_TOKEN: token }
const run = (args: readonly string[], options: { env?: Record<string, string>; input?: string } = { env }) =>
  startInProcess(args, options).ended

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('livehook sign', () => {
  test('prints Sign and RequestTime of the wire’s own example', async () => {
    const { code, stdout } = await run(['sign', '--at', at])
    expect([code, stdout]).toEqual([0, `Sign         ${goodSign}\nRequestTime  ${at}\n`])
  })

  test('completes a registered URL with all parameters in their order', async () => {
    const { stdout } = await run(['sign', '--at', at, '--url', 'https://app.test/hook?a=1', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      sign: goodSign,
      requestTime: at,
      url: `https://app.test/hook?a=1&SdkAppId=1400000001&WebhookCommand=Live.CallbackAfterCreateRoom&contenttype=json&ClientIP=127.0.0.1&OptPlatform=RESTAPI&Sign=${goodSign}&RequestTime=${at}`,
    })
  })

  test('writes the command, app, client and spelling that were asked for', async () => {
    const asked = [
      '--command',
      'Group.CallbackBeforeSendMsg',
      '--sdk-app-id',
      '1400000007',
      '--client-ip',
      '203.0.113.9',
    ]
    const args = [
      'sign',
      '--at',
      at,
      '--url',
      'https://app.test/',
      ...asked,
      '--platform',
      'iOS',
      '--spelling',
      'callback',
    ]
    const { stdout } = await run(args)
    expect(stdout).toContain(
      'SdkAppid=1400000007&CallbackCommand=Group.CallbackBeforeSendMsg&contenttype=json&ClientIP=203.0.113.9&OptPlatform=iOS&Sign=',
    )
  })

  test('signs a URL again that carries all parameters, and touches nothing else in it', async () => {
    const old = `https://app.test/hook?b=%2F&SdkAppId=1&Sign=${'0'.repeat(64)}&RequestTime=1600000000&c=3`
    const { stdout } = await run(['sign', '--at', at, '--url', old])
    expect(stdout).toContain(
      `URL          https://app.test/hook?b=%2F&SdkAppId=1&c=3&Sign=${goodSign}&RequestTime=${at}\n`,
    )
  })

  test('signs now if no time is given, and `verify` accepts it', async () => {
    const { stdout } = await run(['sign', '--url', 'http://127.0.0.1:3000/hook', '--json'])
    const { url } = JSON.parse(stdout) as { url: string }
    expect((await run(['verify', url])).code).toBe(0)
  })

  test.each([
    [['sign'], {}, 'Which token?'],
    [['sign', '--at', '1669872112000'], env, 'milliseconds'],
    [['sign', '--at', 'now'], env, '--at takes Unix seconds'],
    [['sign', '--url', 'app.test/hook'], env, '--url takes a whole URL'],
    [['sign', '--url', 'https://app.test/#x'], env, 'never reaches a server'],
    [['sign', '--url', 'https://app.test/', '--command', 'create'], env, '--command takes a command word'],
    [['sign', '--url', 'https://app.test/', '--platform', 'Amiga'], env, '--platform must be one of'],
    [['sign', '--token-file', '/nowhere/token'], {}, 'cannot be read from /nowhere/token'],
  ])('%j ends with code 2 and says what to do', async (args, environment, sentence) => {
    const { code, stdout, stderr } = await run(args, { env: environment })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)])
  })
})

const query = (sign: string, requestTime = at): string =>
  `https://app.test/hook?SdkAppId=1400000001&WebhookCommand=Live.CallbackAfterCreateRoom&Sign=${sign}&RequestTime=${requestTime}`

describe('livehook verify', () => {
  test('shows each check of a good request, and exits 0', async () => {
    const { code, stdout, stderr } = await run(['verify', query(goodSign), '--at', at])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      [
        '  passed   parameters         one Sign, one RequestTime',
        '  passed   RequestTime        1669872112 is 2022-12-01T05:21:52Z',
        '  passed   form of Sign       64 lower-case hex digits',
        '  passed   Sign               sha256(Token + RequestTime)',
        '  passed   time window        signed 0 s before this clock; 60 are allowed',
        '  skipped  SdkAppId           no --sdk-app-id was given',
        '  skipped  webhook-signature  no webhook-… headers were given (--header)',
        '',
      ].join('\n'),
    )
  })

  test('takes a whole URL, a path with its query, or the query alone', async () => {
    const whole = query(goodSign)
    const path = whole.slice('https://app.test'.length)
    for (const url of [whole, path, path.slice('/hook?'.length)]) {
      expect((await run(['verify', url, '--at', at])).code).toBe(0)
    }
  })

  test('takes several tokens during a change, and says which one fits', async () => {
    const files = ['--token-file', join(folder, 'old-token.txt'), '--token-file', join(folder, 'token.txt')]
    const { code, stdout } = await run(['verify', query(goodSign), '--at', at, ...files], {})
    expect(code).toBe(0)
    expect(stdout).toContain('sha256(Token + RequestTime) of token 2')
  })

  test('passes at the edge of the window and not one second further, either way', async () => {
    for (const [seconds, code] of [
      [60, 0],
      [61, 4],
      [-60, 0],
      [-61, 4],
    ] as const) {
      expect((await run(['verify', query(goodSign), '--at', String(Number(at) + seconds)])).code).toBe(code)
    }
  })

  const key = (how: string): string => hash(how)
  test.each<[string, string, string, string]>([
    [
      'the URL was cut by a shell',
      'https://app.test/hook?SdkAppId=1400000001',
      'missing_sign',
      'Put it in single quotes',
    ],
    ['the webhook has no token', 'https://app.test/hook?SdkAppId=1&WebhookCommand=x', 'missing_sign', 'has no token'],
    [
      'a name is in lower case',
      query(goodSign).replace('Sign=', 'sign='),
      'missing_sign',
      'written `sign`; it must be `Sign`',
    ],
    [
      'RequestTime is in lower case',
      query(goodSign).replace('RequestTime', 'requesttime'),
      'missing_time',
      'written `requesttime`',
    ],
    ['the URL was escaped for HTML', query(goodSign).replaceAll('&', '&amp;'), 'missing_sign', 'escaped for HTML'],
    ['Sign stands twice', `${query(goodSign)}&Sign=${goodSign}`, 'duplicate_param', '`Sign` stands 2 times'],
    [
      'RequestTime stands twice',
      `${query(goodSign)}&RequestTime=${at}`,
      'duplicate_param',
      '`RequestTime` stands 2 times',
    ],
    ['the time is in milliseconds', query(goodSign, `${at}000`), 'malformed_time', '13 digits: these are milliseconds'],
    ['the time is a date', query(goodSign, '2022-12-01'), 'malformed_time', 'RequestTime is “2022-12-01”'],
    ['a plus stands for a space', query(goodSign, `+${at}`), 'malformed_time', 'a `+` in a URL is a space'],
    ['Sign was cut to 40 digits', query(goodSign.slice(0, 40)), 'malformed_sign', 'the beginning of the right one'],
    [
      'Sign is a SHA-1',
      query('a'.repeat(40)),
      'malformed_sign',
      '40 hex digits instead of 64: that is the length of SHA-1',
    ],
    ['Sign is an MD5', query('a'.repeat(32)), 'malformed_sign', 'that is the length of MD5'],
    ['Sign is in upper case', query(goodSign.toUpperCase()), 'malformed_sign', 'upper-case letters'],
    [
      'Sign is base64 whose + became a space',
      query('ab+d/fghijklmnopqrstuvwxyz0123456789ABCDEFG='),
      'malformed_sign',
      '`%2B`',
    ],
    ['Sign is base64', query('abcd/fghijklmnopqrstuvwxyz0123456789ABCDEFG='), 'malformed_sign', 'looks like base64'],
    ['the two were joined the wrong way round', query(key(at + token)), 'bad_sign', 'the wrong way round'],
    ['the token file’s line end was signed', query(key(`${token}\n${at}`)), 'bad_sign', 'a line end behind the token'],
    ['something stands between the two', query(key(`${token}+${at}`)), 'bad_sign', 'with “+” between'],
    ['the token was empty', query(key(at)), 'bad_sign', 'with an empty token'],
    ['it is an HMAC', query(createHmac('sha256', token).update(at).digest('hex')), 'bad_sign', 'as an HMAC'],
    [
      'the two come from different requests',
      query(makeSign(token, '1669872100')),
      'bad_sign',
      'belongs to RequestTime 1669872100',
    ],
    ['the token is an old one', query(makeSign('the-old-token', at)), 'bad_sign', 'another token (an old one'],
  ])('names the cause where %s', async (_, url, reason, sentence) => {
    const { code, stdout, stderr } = await run(['verify', url, '--at', at])
    expect(code).toBe(4)
    expect(stderr).toContain(`(${reason})`)
    expect(stdout).toContain(sentence)
    expect(stdout + stderr).not.toContain(token)
  })

  test('says by how much clocks differ, and how to check an old request', async () => {
    const { code, stdout } = await run(['verify', query(goodSign), '--at', String(Number(at) + 3600)])
    expect(code).toBe(4)
    expect(stdout).toContain('RequestTime differs from this clock by 3600 s (it is before it); 60 s are allowed')
    expect(stdout).toContain('--at')
  })

  test('compares the app if one is named', async () => {
    const args = ['verify', query(goodSign), '--at', at, '--sdk-app-id']
    expect((await run([...args, '1400000001'])).code).toBe(0)
    const foreign = await run([...args, '1400000002'])
    expect([foreign.code, foreign.stderr]).toEqual([4, expect.stringContaining('(foreign_app)')])
  })

  test('--json prints the checks and nothing else', async () => {
    const { code, stdout } = await run(['verify', query(goodSign.slice(0, 40)), '--at', at, '--json'])
    const verification = JSON.parse(stdout) as {
      ok: boolean
      steps: { check: string; result: string; reason?: string }[]
    }
    expect([code, verification.ok]).toEqual([4, false])
    expect(verification.steps.map(({ check, result, reason }) => [check, result, reason ?? null]).slice(0, 4)).toEqual([
      ['parameters', 'passed', null],
      ['time', 'passed', null],
      ['form', 'failed', 'malformed_sign'],
      ['sign', 'skipped', null],
    ])
  })

  test.each([
    [['verify'], "missing required argument 'url'"],
    [['verify', 'x=1', '--header', 'no colon'], "--header takes 'name: value'"],
    [['verify', 'x=1', '--body', '{}'], '--body takes @file'],
    [['verify', 'x=1', '--body', '@/nowhere/b'], 'cannot be read from /nowhere/b'],
    [['verify', 'x=1', '--body', '-', '--token-file', '-'], 'one thing only'],
  ])('%j ends with code 2 and says what to do', async (args, sentence) => {
    const { code, stderr } = await run(args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)])
  })
})

describe('livehook verify with headers', () => {
  const id = 'evt_7k2m9qxd00000abc'
  const signed = (tokens: readonly string[] = [token]): string =>
    makeSignature({ tokens, id, timestampSeconds: Number(at), body: Buffer.from(body) })
  const headers = (signature = signed(), more: readonly string[] = []): string[] =>
    [`Webhook-Id: ${id}`, `webhook-timestamp: ${at}`, `webhook-signature: ${signature}`, ...more].flatMap((header) => [
      '--header',
      header,
    ])
  const check = (file: string, given: readonly string[]) =>
    run(['verify', query(goodSign), '--at', at, '--body', `@${join(folder, file)}`, ...given])

  test('checks the standard signature over the body too', async () => {
    const { code, stdout } = await check('body.json', headers())
    expect(code).toBe(0)
    expect(stdout).toContain(`  passed   webhook-signature  covers ${id} and ${body.length} bytes of body\n`)
  })

  test('takes the body from standard input', async () => {
    const args = ['verify', query(goodSign), '--at', at, '--body', '-', ...headers()]
    expect((await run(args, { env, input: body })).code).toBe(0)
  })

  test('leaves the signature out where the body is not at hand, and says so', async () => {
    const { code, stdout } = await run(['verify', query(goodSign), '--at', at, ...headers()])
    expect(code).toBe(0)
    expect(stdout).toContain('it covers the body, which was not given (--body @file)')
  })

  test.each<[string, string, () => readonly string[], string, string]>([
    ['the body is another', 'other-body.json', () => headers(), 'bad_sign', 'not byte for byte what was sent'],
    ['an editor added a line end', 'body-with-line-end.json', () => headers(), 'bad_sign', 'it fits without it'],
    [
      'a plus became a space',
      'body.json',
      () => headers('v1,abc def='),
      'bad_sign',
      '`+` of the base64 was turned into a space',
    ],
    ['a header is missing', 'body.json', () => headers().slice(2), 'missing_header', 'webhook-id is missing'],
    [
      'a header stands twice',
      'body.json',
      () => headers(signed(), ['webhook-id: evt_2']),
      'duplicate_header',
      'stands twice',
    ],
    [
      'the timestamp is a date',
      'body.json',
      () => headers().map((text) => text.replace(at, '2022-12-01')),
      'malformed_time',
      'ten digits',
    ],
  ])('names the cause where %s', async (_, file, given, reason, sentence) => {
    const { code, stdout, stderr } = await check(file, given())
    expect([code, stderr]).toEqual([4, expect.stringContaining(`webhook-signature (${reason})`)])
    expect(stdout).toContain(sentence)
  })

  test('says that the token is another if neither fits', async () => {
    const args = ['verify', query(makeSign('old', at)), '--at', at, '--body', `@${join(folder, 'body.json')}`]
    const { stdout } = await run([...args, ...headers(signed(['old']))])
    expect(stdout).toContain('webhook-signature was made with another token')
  })
})
