import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplyError, allow, deny, fail, ok, readReply, serialiseReply } from '../../src/index.ts'
import { textOf, utf8 } from '../both-entries.ts'

describe('making a reply packet', () => {
  it('writes the plain acknowledgement as the public pages print it', () => {
    expect(serialiseReply(ok())).toBe('{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}')
  })

  it('lets pass, with replacement members, which cannot turn it into something else', () => {
    expect(allow({ CloudCustomData: 'x', ErrorCode: 1, ActionStatus: 'FAIL' })).toEqual({
      ActionStatus: 'OK',
      ErrorInfo: '',
      ErrorCode: 0,
      CloudCustomData: 'x',
    })
  })

  it('denies by ErrorCode, with the request itself handled', () => {
    expect(deny()).toEqual({ ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 1 })
    expect(deny(120_001, 'not here')).toEqual({ ActionStatus: 'OK', ErrorInfo: 'not here', ErrorCode: 120_001 })
    expect(fail(500, 'broken')).toEqual({ ActionStatus: 'FAIL', ErrorInfo: 'broken', ErrorCode: 500 })
  })

  it.each([0, 1.5, Number.NaN, 2 ** 31])('does not deny with code %s, which would let pass or say nothing', (code) => {
    expect(() => deny(code)).toThrow(ReplyError)
  })

  it('is read back as it was made', () => {
    const code = fc.integer({ min: -0x7f_ff_ff_ff, max: 0x7f_ff_ff_ff }).filter((value) => value !== 0)
    fc.assert(
      fc.property(code, fc.string({ unit: 'grapheme' }), (errorCode, errorInfo) => {
        const read = readReply(utf8(serialiseReply(deny(errorCode, errorInfo))))
        expect(read).toMatchObject({ kind: 'packet', actionStatus: 'OK', errorCode, errorInfo })
      }),
    )
  })
})

describe('reading an answer', () => {
  it('forgives one byte order mark and not two', () => {
    expect(readReply(utf8('\uFEFF {"ErrorCode":0}'))).toMatchObject({ kind: 'packet', errorCode: 0 })
    expect(readReply(utf8('\uFEFF\uFEFF{}'))).toEqual({
      kind: 'unreadable',
      code: 'invalid_json',
      offset: 3,
      found: 'U+FEFF',
    })
  })

  it.each([
    ['{"ErrorCode":0}', 0],
    ['{"ErrorCode":1.0}', 1],
    ['{"ErrorCode":1e2}', 100],
    ['{"ErrorCode":-0}', 0],
    ['{"Error\\u0043ode":2}', 2],
    ['{"ErrorCode":1,"ErrorCode":2}', 2],
    ['{"__proto__":{"x":1},"ErrorCode":3,"a":{"ErrorCode":4}}', 3],
  ])('finds the integer ErrorCode in %s', (text, errorCode) => {
    const read = readReply(utf8(text))
    expect(read.kind === 'packet' && read.errorCode).toBe(errorCode)
  })

  it.each([
    ['{}', 'object'],
    ['{"ErrorCode":"0"}', 'object'],
    ['{"ErrorCode":null}', 'object'],
    ['{"ErrorCode":0.5}', 'object'],
    ['{"ErrorCode":1e400}', 'object'],
    ['{"ErrorCode":9007199254740993}', 'object'],
    ['{"errorcode":0}', 'object'],
    ['{"ErrorCode":0,"ErrorCode":"0"}', 'object'],
    ['[{"ErrorCode":0}]', 'array'],
    ['"ok"', 'string'],
    ['0', 'number'],
    ['null', 'null'],
    ['true', 'boolean'],
  ])('is JSON without a verdict: %s', (text, valueKind) => {
    expect(readReply(utf8(text))).toEqual({ kind: 'no_error_code', valueKind })
  })

  it('gives replacement members as the bytes they came in, numbers beyond 2^53 too (I8)', () => {
    const read = readReply(utf8('\uFEFF{"ErrorCode":0,"MsgBody":[{"id":12345678901234567890}]}'))
    const { members, json } = read.kind === 'packet' ? read : { members: [], json: utf8('') }
    const body = members.find(({ name }) => name === 'MsgBody')
    expect(textOf(json.subarray(body?.valueStart, body?.valueEnd))).toBe('[{"id":12345678901234567890}]')
  })

  it.each([
    ['', 'empty_body', 0, 'end of text'],
    [' \n', 'empty_body', 2, 'end of text'],
    ['\uFEFF', 'empty_body', 3, 'end of text'],
    ['OK', 'invalid_json', 0, 'OK'],
    ['success', 'invalid_json', 0, 'success'],
    ['{"a":1}{"b":2}', 'invalid_json', 7, '{'],
    ['<xml><return_code>SUCCESS</return_code></xml>', 'invalid_json', 0, '<'],
    ['<!doctype html><title>Login</title>', 'html', 0, '<'],
    ['\n<HTML><body>502</body>', 'html', 1, '<'],
    ['<h1>It works</h1>', 'html', 0, '<'],
    ['<!DOCTYPE xml>', 'invalid_json', 0, '<'],
  ])('says why it is not JSON: %j', (text, code, offset, found) => {
    expect(readReply(utf8(text))).toEqual({ kind: 'unreadable', code, offset, found })
  })

  it('tells bytes that are no UTF-8 from text that is no JSON, and a page in an old encoding from both', () => {
    expect(readReply(Buffer.from('{"a":"é"}', 'latin1'))).toMatchObject({ code: 'invalid_utf8', found: 'byte 0xe9' })
    expect(readReply(Buffer.from('<html>é', 'latin1'))).toMatchObject({ code: 'html' })
  })

  it('reads 30 000 levels, and says of 30 000 open brackets that they are not JSON', () => {
    expect(readReply(utf8('['.repeat(30_000) + ']'.repeat(30_000)))).toEqual({
      kind: 'no_error_code',
      valueKind: 'array',
    })
    expect(readReply(utf8('['.repeat(30_000)))).toMatchObject({
      kind: 'unreadable',
      code: 'invalid_json',
      offset: 30_000,
    })
  })
})
