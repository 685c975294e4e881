// What the checker must say: the signature cases, and cases for everything around them.

import { createHash } from 'node:crypto'
import crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { checkSign, checkSignature } from '@livehook/protocol'
import { secretOfToken } from '@livehook/protocol'
import { makeSignature } from '@livehook/protocol/node'
import type { checkRequest, CheckRequestOptions } from '../../src/index.ts'
import type { checkRequestNow } from '../../src/adapters/node.ts'
import { checkAlone } from './signature-rows.ts'
import type { SignatureRow } from './signature-rows.ts'

type Equal = (left: string, right: string) => boolean

/** The checker under test, bundled. */
export interface Checker {
  readonly checkRequest: typeof checkRequest
  readonly checkRequestNow: typeof checkRequestNow
  readonly checkSign: typeof checkSign
  readonly checkSignature: typeof checkSignature
  concludeSignCheck(plan: object, digests: readonly string[], equal: Equal): unknown
  concludeSignatureCheck(plan: object, macs: readonly string[], equal: Equal): unknown
  equalText(left: string, right: string): boolean
}

const sdkAppId = 1_400_000_001
const token = 'xxxxyyyy'
const at = 1_669_872_112
const body = new TextEncoder().encode('{}')
const rows = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../cases/signature.json'), 'utf8')) as SignatureRow[]
).filter(({ kind }) => kind === 'verify')

/** @returns what the checker says otherwise than it should */
export async function differences(checker: Checker): Promise<string[]> {
  const said: string[] = []
  for (const row of rows) {
    const alone = await checkAlone(row, checker)
    if (alone !== '') said.push(`${row.id}: ${alone}`)
    const { tokens, query, now_ms: now } = row.input
    const { kind, reason } = { reason: null, ...(await checker.checkSign({ tokens, query, now })) } as {
      kind: string
      reason?: string | null
    }
    const expected = row.expected.reason ?? null
    if (kind === 'refused' ? reason !== expected : row.expected.result === 'reject') said.push(`${row.id}: checkSign`)
  }
  for (const [title, expected, run] of cases) {
    const got = await run(checker)
    if (got !== expected) said.push(`${title}: ${String(got)}`)
  }
  return said
}

interface Change {
  readonly method?: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly options?: Partial<CheckRequestOptions>
  readonly signedWith?: string
  readonly extra?: string
}

function sign(time: string, by = token): string {
  return createHash('sha256')
    .update(by + time)
    .digest('hex')
}

/** What both faces of the check say of a request that is right but for the change. */
async function say({ checkRequest: check, checkRequestNow: checkNow }: Checker, change: Change): Promise<string> {
  const time = change.query?.['RequestTime'] ?? String(at)
  const fields: Record<string, string | undefined> = {
    SdkAppId: String(sdkAppId),
    WebhookCommand: 'Live.CallbackAfterCreateRoom',
    Sign: sign(time, change.signedWith),
    RequestTime: time,
    ...change.query,
  }
  const query =
    Object.entries(fields)
      .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
      .join('&') + (change.extra ?? '')
  const options = { sdkAppId, tokens: [token], now: () => at * 1000, ...change.options }
  const { method = 'POST', headers = {} } = change
  const request = new Request(`http://receiver.test/?${query}`, { method, headers, ...(method === 'POST' && { body }) })
  const [first, second] = [await check(request, options), checkNow({ method, query, headers, body }, options)].map(
    (checked) => (checked.kind === 'refused' ? `${checked.check} ${checked.reason}` : `token ${checked.tokenIndex}`),
  )
  return first === second ? first! : `${first} and ${second}`
}

/** Headers of the signature over the body, made by `by` at `seconds`. */
function signed(by = token, seconds = at, list?: string): Record<string, string> {
  const signature = makeSignature({ tokens: [by], id: 'evt_1', timestampSeconds: seconds, body })
  return { 'webhook-id': 'evt_1', 'webhook-timestamp': String(seconds), 'webhook-signature': list ?? signature }
}

const without = (name: string): Record<string, string> => ({ ...signed(), [name]: '' })
const many = (count: number): string =>
  [...Array.from({ length: count - 1 }, () => 'v1,AAAA'), signed()['webhook-signature']].join(' ')
const required = { requireBodySignature: true }

const cases: readonly (readonly [string, unknown, (checker: Checker) => unknown])[] = [
  ['as it should be', 'token 0', (c) => say(c, {})],
  ['GET', 'method method', (c) => say(c, { method: 'GET' })],
  ['a foreign app', 'app foreign_app', (c) => say(c, { query: { SdkAppId: '1400000002' } })],
  ['no SdkAppId', 'parameters missing_param', (c) => say(c, { query: { SdkAppId: undefined } })],
  ['no command', 'parameters missing_param', (c) => say(c, { query: { WebhookCommand: undefined } })],
  ['an SdkAppId in exponents', 'parameters malformed_param', (c) => say(c, { query: { SdkAppId: '1.400000001e9' } })],
  ['a huge SdkAppId', 'parameters malformed_param', (c) => say(c, { query: { SdkAppId: '9999999999' } })],
  ['a command twice', 'parameters duplicate_param', (c) => say(c, { extra: '&CallbackCommand=x' })],
  ['a NaN clock', 'sign config_error', (c) => say(c, { options: { now: () => Number.NaN } })],
  ['a token that is no text', 'sign config_error', (c) => say(c, { options: { tokens: [undefined as never] } })],
  ['a time with a leading zero', 'sign malformed_time', (c) => say(c, { query: { RequestTime: '0669872112' } })],
  ['a time with more digits before', 'sign malformed_time', (c) => say(c, { query: { RequestTime: '11669872112' } })],
  ['a Sign in capitals', 'sign malformed_sign', (c) => say(c, { query: { Sign: sign(String(at)).toUpperCase() } })],
  [
    'RequestTime in small letters',
    'sign missing_time',
    (c) => say(c, { query: { RequestTime: undefined, requesttime: String(at), Sign: sign(String(at)) } }),
  ],
  [
    'RequestTime twice',
    'duplicate_param',
    async (c) => {
      const query = `Sign=${sign(String(at))}&RequestTime=${at}&RequestTime=${at}`
      const checked = await c.checkSign({ tokens: [token], query, now: at * 1000 })
      return checked.kind === 'refused' && checked.reason
    },
  ],
  ['too late', 'window stale', (c) => say(c, { query: { RequestTime: String(at - 61) } })],
  ['too early', 'window future', (c) => say(c, { query: { RequestTime: String(at + 61) } })],
  ['the same token twice', 'token 0', (c) => say(c, { options: { tokens: [token, token] } })],
  ['no token', 'sign unverified', (c) => say(c, { options: { tokens: [] } })],
  ['no token, and that is fine', 'token undefined', (c) => say(c, { options: { tokens: [], unsigned: 'accept' } })],
  [
    'no token, and a signature',
    'token undefined',
    (c) => say(c, { headers: signed(), options: { tokens: [], unsigned: 'accept' } }),
  ],
  [
    'a token, and unsigned is fine',
    'sign missing_sign',
    (c) => say(c, { query: { Sign: undefined }, options: { unsigned: 'accept' } }),
  ],

  ['a signed body', 'token 0', (c) => say(c, { headers: signed(), options: required })],
  ['a body signed with another token', 'body_signature bad_sign', (c) => say(c, { headers: signed('other') })],
  ['no signature if one is required', 'body_signature missing_header', (c) => say(c, { options: required })],
  ['no id', 'body_signature missing_header', (c) => say(c, { headers: without('webhook-id') })],
  ['no time', 'body_signature missing_header', (c) => say(c, { headers: without('webhook-timestamp') })],
  [
    'an odd time',
    'body_signature malformed_time',
    (c) => say(c, { headers: { ...signed(), 'webhook-timestamp': `${at}abc` } }),
  ],
  [
    'another time',
    'body_signature bad_sign',
    (c) => say(c, { headers: { ...signed(), 'webhook-timestamp': String(at + 1) } }),
  ],
  ['another id', 'body_signature bad_sign', (c) => say(c, { headers: { ...signed(), 'webhook-id': 'evt_2' } })],
  ['300 s old', 'token 0', (c) => say(c, { headers: signed(token, at - 300) })],
  ['301 s old', 'body_signature stale', (c) => say(c, { headers: signed(token, at - 301) })],
  ['300 s early', 'token 0', (c) => say(c, { headers: signed(token, at + 300) })],
  ['301 s early', 'body_signature future', (c) => say(c, { headers: signed(token, at + 301) })],
  ['eight signatures', 'token 0', (c) => say(c, { headers: signed(token, at, many(8)) })],
  ['nine signatures', 'body_signature too_many_signatures', (c) => say(c, { headers: signed(token, at, many(9)) })],
  [
    'another version',
    'body_signature bad_sign',
    (c) => say(c, { headers: signed(token, at, signed()['webhook-signature']!.replace('v1', 'v2')) }),
  ],
  ...[
    `v1,AAAA, ${signed()['webhook-signature']}`,
    `${signed()['webhook-signature']}, v1,AAAA`,
    `v1,AAAA,${signed()['webhook-signature']}`,
  ].map((list, index): readonly [string, unknown, (checker: Checker) => unknown] => [
    `signatures of two header lines that were joined, ${index}`,
    'body_signature duplicate_header',
    (c) => say(c, { headers: signed(token, at, list) }),
  ]),
  [
    'a header twice',
    'duplicate_header',
    async (c) => {
      const headers = { ...signed(), 'webhook-id': ['evt_1', 'evt_1'] }
      const checked = await c.checkSignature({ tokens: [token], headers, body, now: at * 1000 })
      return checked.kind === 'refused' && checked.reason
    },
  ],
  ...[
    { secrets: [secretOfToken(token)], now: Number.NaN },
    { tokens: [], now: at * 1000 },
  ].map((input, index): readonly [string, unknown, (checker: Checker) => unknown] => [
    `a configuration that is none, ${index}`,
    'config_error',
    async (c) => {
      const checked = await c.checkSignature({ ...input, headers: signed(), body })
      return checked.kind === 'refused' && checked.reason
    },
  ]),

  [
    'every token is compared by the comparison that was handed in',
    3,
    (c) => {
      let compared = 0
      const equal: Equal = (left, right) => ((compared += 1), left === right)
      c.concludeSignCheck({ sign: 'a', requestTime: at, nowSeconds: at }, ['a', 'b', 'c'], equal)
      return compared
    },
  ],
  [
    'every signature is compared by the comparison that was handed in',
    4,
    (c) => {
      let compared = 0
      const equal: Equal = (left, right) => ((compared += 1), left === right)
      const plan = { signatures: ['v1,a', 'v1,b'], nowSeconds: at, timestamp: at, id: 'e' }
      c.concludeSignatureCheck(plan, ['a', 'b'], equal)
      return compared
    },
  ],
  ['texts that begin differently', false, (c) => c.equalText('xb', 'ab')],
  ['texts that end differently', false, (c) => c.equalText('ax', 'ab')],
  ['a text and its beginning', false, (c) => c.equalText('ab', 'abc')],
  ['equal texts', true, (c) => c.equalText('abc', 'abc')],
  [
    'all characters are looked at, however early two texts differ',
    4,
    (c) => {
      let looked = 0
      const text = (value: string) => ({
        length: value.length,
        charCodeAt: (index: number) => ((looked += 1), value.charCodeAt(index)),
      })
      c.equalText(text('xb') as never, text('ab') as never)
      return looked
    },
  ],
  [
    'Node compares by its own comparison',
    true,
    (c) => {
      const original = crypto.timingSafeEqual
      let compared = 0
      crypto.timingSafeEqual = (left, right) => ((compared += 1), original(left, right))
      try {
        const query = `SdkAppId=${sdkAppId}&WebhookCommand=x&Sign=${sign(String(at))}&RequestTime=${at}`
        c.checkRequestNow(
          { method: 'POST', query, headers: {}, body },
          { sdkAppId, tokens: [token], now: () => at * 1000 },
        )
      } finally {
        crypto.timingSafeEqual = original
      }
      return compared > 0
    },
  ],
]
