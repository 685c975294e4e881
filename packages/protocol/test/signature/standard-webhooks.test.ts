import * as fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { bothEntries, textOf, utf8 } from '../both-entries.ts'

const token = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => text.isWellFormed())
const id = fc.stringMatching(/^evt_[0-9A-Za-z]{1,26}$/)
const jsonBody = fc.json().map(utf8)

describe.each(bothEntries)('webhook-signature, $entry entry', ({ protocol }) => {
  const { checkSignature, makeSignature, secretOfToken } = protocol

  it('is accepted by the public library with the secret made of the token', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(token, { minLength: 1, maxLength: 4 }), id, jsonBody, async (tokens, eventId, body) => {
        // The library reads the clock itself.
        const timestampSeconds = Math.floor(Date.now() / 1000)
        const signature = await makeSignature({ tokens, id: eventId, timestampSeconds, body })
        const headers = headersOf(eventId, timestampSeconds, signature)
        for (const one of tokens) {
          expect(() => new Webhook(secretOfToken(one)).verify(textOf(body), headers)).not.toThrow()
        }
      }),
      { numRuns: 50 },
    )
  })

  it('accepts what the public library signed, with the token as with the secret', async () => {
    await fc.assert(
      fc.asyncProperty(token, id, jsonBody, async (one, eventId, body) => {
        const timestampSeconds = 1_700_000_000
        const now = timestampSeconds * 1000
        const signature = new Webhook(secretOfToken(one)).sign(eventId, new Date(now), textOf(body))
        const headers = headersOf(eventId, timestampSeconds, signature)
        const verified = { kind: 'verified', tokenIndex: 0, id: eventId, timestamp: timestampSeconds }
        expect(await checkSignature({ tokens: [one], headers, body, now })).toEqual(verified)
        expect(await checkSignature({ secrets: [secretOfToken(one)], headers, body, now })).toEqual(verified)
      }),
      { numRuns: 50 },
    )
  })

  it('carries one signature per token, newest first, and either token verifies during a change', async () => {
    const body = utf8('{}')
    const signature = await makeSignature({
      tokens: ['new', 'old'],
      id: 'evt_1',
      timestampSeconds: 1_700_000_000,
      body,
    })
    expect(signature).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/)
    const headers = headersOf('evt_1', 1_700_000_000, signature)
    const check = async (tokens: string[]) => checkSignature({ tokens, headers, body, now: 1_700_000_300_999 })
    expect(await check(['new'])).toMatchObject({ kind: 'verified', tokenIndex: 0 })
    expect(await check(['other', 'old'])).toMatchObject({ kind: 'verified', tokenIndex: 1 })
    expect(await check(['other'])).toEqual({ kind: 'refused', reason: 'bad_sign' })
  })

  it('reads headers from a Headers object and from records in any letter case, and refuses a header that stands twice', async () => {
    const body = utf8('{}')
    const [tokens, now] = [['t'], 1_700_000_000_000]
    const signature = await makeSignature({ tokens, id: 'evt_1', timestampSeconds: 1_700_000_000, body })
    const headers = headersOf('evt_1', 1_700_000_000, signature)
    const loud = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]))
    expect(await checkSignature({ tokens, headers: new Headers(headers), body, now })).toMatchObject({
      kind: 'verified',
    })
    expect(await checkSignature({ tokens, headers: loud, body, now })).toMatchObject({ kind: 'verified' })
    const twice = { ...headers, 'Webhook-Id': 'evt_2' }
    expect(await checkSignature({ tokens, headers: twice, body, now })).toEqual({
      kind: 'refused',
      reason: 'duplicate_header',
    })
  })

  it('takes eight signatures and refuses nine', async () => {
    const body = utf8('{}')
    const [tokens, now] = [['t'], 1_700_000_000_000]
    const good = await makeSignature({ tokens, id: 'evt_1', timestampSeconds: 1_700_000_000, body })
    const list = (count: number) => [...Array.from({ length: count - 1 }, () => 'v1,AAAA'), good].join(' ')
    const check = async (count: number) =>
      checkSignature({ tokens, headers: headersOf('evt_1', 1_700_000_000, list(count)), body, now })
    expect(await check(8)).toMatchObject({ kind: 'verified' })
    expect(await check(9)).toEqual({ kind: 'refused', reason: 'too_many_signatures' })
  })

  it.each([
    ['no secret', { secrets: [] }],
    ['a secret that is no base64', { secrets: ['whsec_not base64!'] }],
    ['a secret that is cut off', { secrets: ['whsec_AAAAA'] }],
    ['a secret without a byte', { secrets: ['whsec_'] }],
    ['an empty token', { tokens: [''] }],
    ['five tokens', { tokens: ['1', '2', '3', '4', '5'] }],
  ])('takes %s for a mistake in the configuration', async (_title, keys) => {
    const headers = headersOf('evt_1', 1_700_000_000, 'v1,AAAA')
    const check = await checkSignature({ ...keys, headers, body: utf8('{}'), now: 1_700_000_000_000 })
    expect(check).toEqual({ kind: 'refused', reason: 'config_error' })
  })

  it.each([{ tokens: [] }, { tokens: [''] }, { id: '' }, { id: 'a.b' }])('does not sign %j', async (change) => {
    const input = { tokens: ['t'], id: 'evt_1', timestampSeconds: 1_700_000_000, body: utf8('{}'), ...change }
    await expect((async () => makeSignature(input))()).rejects.toThrow(TypeError)
  })
})

it('both entries make the same signatures', async () => {
  await fc.assert(
    fc.asyncProperty(token, id, fc.uint8Array({ maxLength: 200 }), async (one, eventId, body) => {
      const input = { tokens: [one], id: eventId, timestampSeconds: 1_700_000_000, body }
      const [portable, node] = bothEntries
      expect(await portable!.protocol.makeSignature(input)).toBe(await node!.protocol.makeSignature(input))
    }),
  )
})

function headersOf(eventId: string, timestampSeconds: number, signature: string): Record<string, string> {
  return {
    'webhook-id': eventId,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signature,
  }
}
