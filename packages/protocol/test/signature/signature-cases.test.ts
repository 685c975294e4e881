import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bothEntries, utf8 } from '../both-entries.ts'

/** The members that rows have, according to their kind; cases/signature.json explains them. */
interface Row {
  readonly id: string
  readonly kind: 'sign' | 'verify' | 'service' | 'attack' | 'standard_webhooks'
  readonly title: string
  readonly input: {
    readonly token: string
    readonly tokens: string[]
    readonly request_time: string
    readonly now_ms: number
    readonly now_s: number
    readonly query: string
    readonly body: string
    readonly original_body: string
    readonly known_request_time: string
    readonly glue_hex: string
    readonly secret: string
    readonly headers: Record<string, string | null | { repeat: string; times: number; join: string }>
  }
  readonly expected: {
    readonly sign: string
    readonly result: 'accept' | 'reject'
    readonly reason?: string
    readonly matched_token_index?: number
    readonly params_absent: string[]
    readonly forged_sign: string
    readonly holds_for_raw_bytes_percent_encoded: string
  }
}

const { cases }: { cases: Row[] } = JSON.parse(
  readFileSync(new URL('../cases/signature.json', import.meta.url), 'utf8'),
)

const rowsOf = (kind: Row['kind']) => cases.filter((row) => row.kind === kind)
const row = (id: string): Row => cases.find((candidate) => candidate.id === id)!

/** Rows of the kind `service` that are promises of other packages and tested there. */
const elsewhere: Record<string, string> = {
  'SIG-120': 'receiver: a replay guard that takes equal Signs of one second for what they are',
  'SIG-121': 'receiver: de-duplication without webhook-id',
  'SIG-123': 'receiver: the same event id twice',
  'SIG-126': 'livehook: clock_skew in the diagnosis',
  'SIG-127': 'livehook: responses show a token only to a key that may see it',
}

describe.each(bothEntries)('signature cases, $entry entry', ({ protocol }) => {
  it.each(rowsOf('sign'))('$id makes the expected Sign: $title', async ({ input, expected }) => {
    expect(await protocol.makeSign(input.token, input.request_time)).toBe(expected.sign)
  })

  it.each(rowsOf('verify'))('$id is $expected.result: $title', async ({ input, expected }) => {
    const check = await protocol.checkSign({ tokens: input.tokens, query: input.query, now: input.now_ms })
    expect(check).toMatchObject(signResult(expected))
  })

  it('SIG-108 the extended hash is a right digest of its bytes and is refused by the ten-digit rule (SIG-107)', async () => {
    const { input, expected } = row('SIG-108')
    const glue = Buffer.from(input.glue_hex, 'hex')
    const bytes = Buffer.concat([utf8('xxxxyyyy'), utf8(input.known_request_time), glue, utf8('9999999999')])
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected.forged_sign)
    const query = `RequestTime=${expected.holds_for_raw_bytes_percent_encoded}&Sign=${expected.forged_sign}`
    expect(await protocol.checkSign({ tokens: ['xxxxyyyy'], query, now: 9_999_999_999_000 })).toEqual({
      kind: 'refused',
      reason: 'malformed_time',
    })
  })

  it('SIG-102 a changed body, which Sign does not cover, is caught by the signature beside it', async () => {
    const { body, original_body: original } = row('SIG-102').input
    const [tokens, timestampSeconds] = [['xxxxyyyy'], 1_669_872_112]
    const signature = await protocol.makeSignature({ tokens, id: 'evt_1', timestampSeconds, body: utf8(original) })
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signature,
    }
    const now = timestampSeconds * 1000
    const check = async (text: string) => protocol.checkSignature({ tokens, headers, body: utf8(text), now })
    expect(await check(original)).toMatchObject({ kind: 'verified' })
    expect(await check(body)).toEqual({ kind: 'refused', reason: 'bad_sign' })
  })

  it('SIG-115 without a token neither Sign nor RequestTime is among the parameters', () => {
    const settings = { sdkAppId: 1_400_000_001, spelling: 'webhook', contentType: true } as const
    const values = { command: 'Live.CallbackAfterCreateRoom', clientIp: '203.0.113.9', optPlatform: 'iOS' } as const
    const target = protocol.requestTarget(protocol.prepareUrl('https://app.test/hook', settings), values)
    const names = protocol.readQuery(target.slice(target.indexOf('?'))).map(({ name }) => name)
    for (const absent of row('SIG-115').expected.params_absent) expect(names).not.toContain(absent)
  })

  it('SIG-116 an empty token is refused: it is not the same as none', () => {
    expect(protocol.checkToken(row('SIG-116').input.token)).toEqual({ kind: 'refused', reason: 'empty' })
  })

  it('SIG-122 a token of 129 characters is refused', () => {
    expect(protocol.checkToken(row('SIG-122').input.token)).toEqual({ kind: 'refused', reason: 'too_long' })
  })

  it.each(rowsOf('standard_webhooks'))('$id is $expected.result: $title', async ({ input, expected }) => {
    const headers = Object.fromEntries(Object.entries(input.headers).map(([name, value]) => [name, headerValue(value)]))
    const body = bodyOf(input.body)
    const check = await protocol.checkSignature({ secrets: [input.secret], headers, body, now: input.now_s * 1000 })
    expect(check).toMatchObject(
      expected.result === 'accept' ? { kind: 'verified', tokenIndex: 0 } : { kind: 'refused', reason: expected.reason },
    )
  })
})

it('every signature case is tested here or named as a promise of another package', () => {
  const here = ['SIG-108', 'SIG-115', 'SIG-116', 'SIG-122']
  const byKind = cases.filter(({ kind }) => kind === 'sign' || kind === 'verify' || kind === 'standard_webhooks')
  const known = new Set([...byKind.map(({ id }) => id), ...here, ...Object.keys(elsewhere)])
  expect(cases.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([])
  expect(cases).toHaveLength(known.size)
})

function signResult({ result, reason, matched_token_index: tokenIndex = 0 }: Row['expected']): object {
  if (result === 'reject') return { kind: 'refused', reason }
  return reason === 'unverified' ? { kind: 'unverified', reason } : { kind: 'verified', tokenIndex }
}

function headerValue(value: Row['input']['headers'][string]): string | null {
  if (typeof value === 'string' || value === null) return value
  return Array.from({ length: value.times }, () => value.repeat).join(value.join)
}

function bodyOf(text: string): Uint8Array {
  return text.startsWith('base64:') ? Buffer.from(text.slice('base64:'.length), 'base64') : utf8(text)
}
