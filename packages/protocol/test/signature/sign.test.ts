import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalText } from '../../src/signature/equal-text.ts'
import { bothEntries } from '../both-entries.ts'

const token = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => text.isWellFormed())
const tokens = fc.array(token, { minLength: 1, maxLength: 4 })
const seconds = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 })

describe.each(bothEntries)('Sign, $entry entry', ({ protocol }) => {
  const { checkSign, makeSign } = protocol

  it('accepts what it signed with any accepted token, within 60 seconds either way, and names the token', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, fc.nat(), seconds, fc.integer({ min: -60, max: 60 }), async (all, pick, time, skew) => {
        const used = all[pick % all.length]!
        const query = `Sign=${await makeSign(used, String(time))}&RequestTime=${time}`
        const check = await checkSign({ tokens: all, query, now: (time + skew) * 1000 + 999 })
        expect(check).toEqual({ kind: 'verified', tokenIndex: all.indexOf(used), requestTime: time })
      }),
    )
  })

  it('refuses every Sign that differs in one digit', async () => {
    const sign = await makeSign('xxxxyyyy', '1669872112')
    for (let at = 0; at < sign.length; at++) {
      const digit = sign[at] === '0' ? '1' : '0'
      const query = `Sign=${sign.slice(0, at)}${digit}${sign.slice(at + 1)}&RequestTime=1669872112`
      expect(await checkSign({ tokens: ['xxxxyyyy'], query, now: 1_669_872_112_000 })).toEqual({
        kind: 'refused',
        reason: 'bad_sign',
      })
    }
  })

  it('names the first of equal tokens', async () => {
    const query = `Sign=${await makeSign('t', '1669872112')}&RequestTime=1669872112`
    expect(await checkSign({ tokens: ['s', 't', 't'], query, now: 1_669_872_112_000 })).toMatchObject({ tokenIndex: 1 })
  })

  it('says by how many seconds the clocks differ', async () => {
    const query = `?Sign=${await makeSign('t', '1669872112')}&RequestTime=1669872112`
    const at = async (now: number) => checkSign({ tokens: ['t'], query, now })
    expect(await at(1_669_872_412_000)).toEqual({ kind: 'refused', reason: 'stale', skewSeconds: 300 })
    expect(await at(1_669_871_812_000)).toEqual({ kind: 'refused', reason: 'future', skewSeconds: -300 })
  })

  it('checks in the order of the wire: a wrong Sign is wrong before it is stale', async () => {
    const query = `Sign=${'0'.repeat(64)}&RequestTime=1669872112`
    expect(await checkSign({ tokens: ['t'], query, now: 0 })).toEqual({ kind: 'refused', reason: 'bad_sign' })
  })

  it.each([
    ['an unset variable', [undefined]],
    ['a text instead of a list', 'xxxxyyyy'],
    ['nothing', undefined],
    ['a null', null],
    ['an empty token beside a good one', ['xxxxyyyy', '']],
  ])('takes %s for a mistake in the configuration, never for "no token"', async (_title, garbled) => {
    // What plain JavaScript may hand in, past the types.
    const input: Parameters<typeof checkSign>[0] = JSON.parse('{"query":"","now":0}')
    const check = await checkSign(Object.assign(input, { tokens: garbled }))
    expect(check).toEqual({ kind: 'refused', reason: 'config_error' })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('a clock that says %s verifies nothing', async (now) => {
    const query = `Sign=${await makeSign('t', '1669872112')}&RequestTime=1669872112`
    expect(await checkSign({ tokens: ['t'], query, now })).toEqual({ kind: 'refused', reason: 'config_error' })
  })
})

it('comparing texts in constant time knows a beginning from the whole', () => {
  expect(equalText('abc', 'abc')).toBe(true)
  for (const other of ['abd', 'Abc', 'ab', 'abcd', '']) {
    expect(equalText('abc', other)).toBe(false)
    expect(equalText(other, 'abc')).toBe(false)
  }
})

describe.each(bothEntries)('tokens, $entry entry', ({ protocol: { checkToken } }) => {
  it('counts characters, not code units or bytes, up to 128', () => {
    expect(checkToken('x')).toEqual({ kind: 'ok' })
    expect(checkToken('😀'.repeat(128))).toEqual({ kind: 'ok' })
    expect(checkToken('😀'.repeat(129))).toEqual({ kind: 'refused', reason: 'too_long' })
  })

  it.each(['abc\n', 'a\0b', 'a\u007Fb', '\u0085'])('refuses control characters: %j', (text) => {
    expect(checkToken(text)).toEqual({ kind: 'refused', reason: 'control_character' })
  })

  it('refuses half a surrogate pair, which has no UTF-8 bytes', () => {
    expect(checkToken('a\uD800')).toEqual({ kind: 'refused', reason: 'ill_formed' })
  })

  it('warns of white space at the ends, which was most likely pasted', () => {
    expect(checkToken(' abc')).toEqual({ kind: 'ok', warning: 'outer_white_space' })
    expect(checkToken('a b c')).toEqual({ kind: 'ok' })
  })
})
