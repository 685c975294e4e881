import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { assert, constantFrom, integer, property, string, tuple } from 'fast-check'
import TlsSigApi from 'tls-sig-api-v2'
import { describe, expect, test } from 'vitest'
import type { UserSig } from '../../src/domain/access/user-sig.ts'
import { judgeUserSig, readUserSig, textToSign } from '../../src/domain/access/user-sig.ts'
import { parseUserSig, sigFits } from '../../src/http/v4/user-sig-text.ts'

const sdkAppId = 1_400_000_001
const secretKey = '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e'
const maker = new TlsSigApi.Api(sdkAppId, secretKey)

/** A UserSig as the platform's maker writes it, of whatever text. */
function write(text: string, compress: (bytes: Buffer) => Buffer = deflateSync): string {
  const base64 = compress(Buffer.from(text)).toString('base64')
  return base64.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_')
}

/** Whether a UserSig is what it says, made with our key. */
function isGood(text: string): boolean {
  const read = parseUserSig(text)
  return read !== undefined && sigFits(read, secretKey)
}

const facts = {
  'TLS.ver': '2.0',
  'TLS.identifier': 'administrator',
  'TLS.sdkappid': 1_400_000_000,
  'TLS.time': 1_760_000_000,
  'TLS.expire': 86_400,
  'TLS.sig': 'RbaDwgMQXu/enKyLEWWb9NBRNozomzosTOxq13JKNEU=',
}

describe('a UserSig of the platform’s own maker', () => {
  test('is read and fits its key, for every account and time', () => {
    const account = string({ unit: constantFrom(...Array.from('abcXYZ019_-')), minLength: 1, maxLength: 32 })
    assert(
      property(account, integer({ min: -1000, max: 2_000_000_000 }), (identifier, expire) => {
        const read = parseUserSig(maker.genUserSig(identifier, expire))
        expect(read).toMatchObject({ identifier, sdkAppId, expire, userbuf: undefined })
        expect(read && sigFits(read, secretKey)).toBe(true)
        expect(read && sigFits(read, secretKey.toUpperCase())).toBe(false)
      }),
    )
  })

  test('is read with rights for a room too', () => {
    expect(isGood(maker.genPrivateMapKey('administrator', 300, 10_000, 255))).toBe(true)
    expect(isGood(maker.genPrivateMapKeyWithStringRoomID('administrator', 300, 'room-1', 255))).toBe(true)
  })

  test('counts whichever compression level wrote it', () => {
    for (const level of [0, 1, 6, 9]) {
      const text = write(JSON.stringify(facts), (bytes) => deflateSync(bytes, { level }))
      const read = parseUserSig(text)
      expect(read && sigFits(read, 'test-key')).toBe(true)
    }
  })

  test('is known by a vector that was made long ago', () => {
    const userSig = readUserSig(JSON.stringify(facts))
    expect(userSig && textToSign(userSig)).toBe(
      'TLS.identifier:administrator\nTLS.sdkappid:1400000000\nTLS.time:1760000000\nTLS.expire:86400\n',
    )
    expect(userSig && sigFits(userSig, 'test-key')).toBe(true)
  })
})

describe('a UserSig that was changed', () => {
  const good = maker.genUserSig('administrator', 86_400)

  test('in one character is none, or says the very same: some bits of what is compressed mean nothing', () => {
    const said = parseUserSig(good)
    const accepted = new Set<UserSig | undefined>()
    for (let at = 0; at < good.length; at += 1) {
      for (const character of Array.from('ABab01*-_+/= %\n\u0000é密')) {
        const read = parseUserSig(`${good.slice(0, at)}${character}${good.slice(at + 1)}`)
        if (read !== undefined && sigFits(read, secretKey)) accepted.add(read)
      }
    }
    for (const read of accepted) expect(read).toEqual(said)
  })

  test('in length is none: cut anywhere, or with something in front or behind', () => {
    for (let length = 0; length < good.length; length += 1) expect(isGood(good.slice(0, length))).toBe(false)
    for (const more of ['A', '_', 'AAAA', ' ', '\n', good]) {
      expect([isGood(good + more), isGood(more + good)]).toEqual([false, false])
    }
    const inner = Buffer.from(good.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '='), 'base64')
    for (const tail of ['', 'x', '{}']) {
      expect(isGood(write('', () => Buffer.concat([inner, Buffer.from(tail)])))).toBe(tail === '')
    }
  })

  test('in what it says does not fit, whatever that is', () => {
    const read = parseUserSig(good)
    expect(read && sigFits(read, secretKey)).toBe(true)
    const changes: readonly Partial<UserSig>[] = [
      { identifier: 'administratos' },
      { sdkAppId: sdkAppId + 1 },
      { time: Number(read?.time) + 1 },
      { expire: 86_401 },
      { userbuf: 'AAAA' },
      { sig: `A${read?.sig.slice(1)}` },
      { sig: `${read?.sig}A` },
      { sig: 'AAAA' },
    ]
    for (const change of changes) expect(read && sigFits({ ...read, ...change }, secretKey)).toBe(false)
  })

  test('in its compression is none', () => {
    const text = JSON.stringify(facts)
    for (const compress of [gzipSync, deflateRawSync, brotliCompressSync, (bytes: Buffer) => bytes]) {
      expect(parseUserSig(write(text, compress))).toBeUndefined()
    }
  })

  test('into something huge is not unpacked beyond a few kilobytes', () => {
    const spaces = ' '.repeat(8 * 1_048_576)
    const bomb = write(JSON.stringify(facts) + spaces, (bytes) => deflateSync(bytes, { level: 9 }))
    expect(parseUserSig(bomb.slice(0, 2048))).toBeUndefined()
    const small = write(JSON.stringify(facts) + ' '.repeat(200_000), (bytes) => deflateSync(bytes, { level: 9 }))
    expect(small.length).toBeLessThan(2048)
    expect(parseUserSig(small)).toBeUndefined()
    expect(parseUserSig(write(`${JSON.stringify(facts)}   `))).toBeDefined()
  })

  test('into something that is no UserSig of version 2.0 is none', () => {
    const wrong: readonly object[] = [
      { 'TLS.ver': '1.0' },
      { 'TLS.ver': 2 },
      { 'TLS.identifier': 5 },
      { 'TLS.identifier': '' },
      { 'TLS.identifier': 'administrator\nTLS.sdkappid:1' },
      { 'TLS.identifier': 'x'.repeat(33) },
      { 'TLS.sdkappid': '1400000000' },
      { 'TLS.sdkappid': 1.5 },
      { 'TLS.time': null },
      { 'TLS.time': 1e300 },
      { 'TLS.expire': '86400' },
      { 'TLS.sig': 5 },
      { 'TLS.sig': 'not base64!' },
      { 'TLS.sig': undefined },
      { 'TLS.userbuf': 5 },
      { 'TLS.userbuf': 'a\nb' },
    ]
    for (const change of wrong) expect(parseUserSig(write(JSON.stringify({ ...facts, ...change })))).toBeUndefined()
    for (const text of ['', 'null', '[]', '5', '"x"', '{', `${JSON.stringify(facts)}x`]) {
      expect(parseUserSig(write(text))).toBeUndefined()
    }
    const notUtf8 = write('', () => deflateSync(Buffer.from([0x7b, 0xff, 0x7d])))
    expect(parseUserSig(notUtf8)).toBeUndefined()
  })

  test('never throws, whatever it is', () => {
    assert(
      property(tuple(string({ unit: 'binary', maxLength: 200 }), string({ maxLength: 300 })), ([text, json]) => {
        expect(isGood(text)).toBe(false)
        expect(isGood(write(json))).toBe(false)
      }),
    )
  })
})

describe('what speaks against a UserSig', () => {
  const userSig: UserSig = { identifier: 'a', sdkAppId, time: 1000, expire: 60, userbuf: undefined, sig: 'AAAA' }
  const expected = { sdkAppId, identifier: 'a', sigFits: true }

  test('is told in one order: the app, the account, the key, the time', () => {
    const late = 5000
    expect(judgeUserSig(userSig, { sdkAppId: 1, identifier: 'b', sigFits: false }, late)).toBe('other_app')
    expect(judgeUserSig(userSig, { ...expected, identifier: 'b', sigFits: false }, late)).toBe('other_identifier')
    expect(judgeUserSig(userSig, { ...expected, sigFits: false }, late)).toBe('wrong_sig')
    expect(judgeUserSig(userSig, expected, late)).toBe('expired')
  })

  test('is nothing until its last second has passed, on a clock that is behind too', () => {
    for (const now of [0, 999, 1000, 1059]) expect(judgeUserSig(userSig, expected, now)).toBeUndefined()
    for (const now of [1060, 1061]) expect(judgeUserSig(userSig, expected, now)).toBe('expired')
    expect(judgeUserSig({ ...userSig, expire: 0 }, expected, 1000)).toBe('expired')
  })
})
