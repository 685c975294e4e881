// How text of strangers is shown, and how JSON is spread over lines.

import { assert, json, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSameSentence, parseAdvice } from '../src/text/advice.ts'
import { formatBytes, formatDuration, formatExact, formatRelative } from '../src/text/format.ts'
import { prettyJson } from '../src/text/pretty-json.ts'
import { visibleJson, visibleLine, visibleText } from '../src/text/visible-text.ts'

describe('text of strangers', () => {
  test('hidden characters are written out: control characters, overrides of direction, invisible ones', () => {
    expect(visibleText('a\u0000b\u001b[31m')).toBe('a⟨U+0000⟩b⟨U+001B⟩[31m')
    expect(visibleText('\u202egpj.exe')).toBe('⟨U+202E⟩gpj.exe')
    expect(visibleText('a\u200bb\u2066c\ufeff')).toBe('a⟨U+200B⟩b⟨U+2066⟩c⟨U+FEFF⟩')
    expect(visibleText('\u{e0041}')).toBe('⟨U+E0041⟩')
  })

  test('what people write stays as it is: tabs, line breaks, Arabic, Chinese, joined emoji', () => {
    for (const text of ['a\tb\nc', 'مرحبا', '你好', '👩‍👩‍👧', 'می‌خواهم']) expect(visibleText(text)).toBe(text)
    expect(visibleText('a\r\nb')).toBe('a\nb')
    expect(visibleText('a\rb')).toBe('a⟨U+000D⟩b')
  })

  test('nothing hidden is left, whatever came in', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const codes = Array.from(visibleText(text), (character) => character.codePointAt(0) ?? 0)
        const isHidden = (code: number) =>
          (code < 0x20 && code !== 0x09 && code !== 0x0a) ||
          (code >= 0x7f && code <= 0x9f) ||
          (code >= 0x202a && code <= 0x202e) ||
          (code >= 0x2066 && code <= 0x2069)
        expect(codes.filter(isHidden)).toEqual([])
      }),
    )
  })

  test('JSON that is edited means the same, with its hidden characters as escapes', () => {
    const value = { turned: '\u202eevil\u200b', tag: '\u{e0041}', tab: '\t', nul: '\u0000', word: '中文 😀' }
    const shown = visibleJson(JSON.stringify(value))
    expect(JSON.parse(shown)).toEqual(value)
    expect(shown).toContain('\\u202eevil\\u200b')
    expect(shown).toContain('中文 😀')
    expect(shown).not.toMatch(/[\u202e\u200b\u{e0041}]/u)
  })

  test('a line is one line, and a long one ends', () => {
    expect(visibleLine('a\nb\tc')).toBe('a⟨U+000A⟩b⟨U+0009⟩c')
    expect(visibleLine('x'.repeat(100_000)).length).toBe(401)
  })
})

describe('JSON over lines', () => {
  test('numbers, escapes and repeated members stay exactly as they came', () => {
    const text = '{"id":9007199254740993,"big":1e999,"a":"\\u0041","a":[],"b":{},"c":[1,{"d":null}]}'
    expect(prettyJson(text)).toBe(
      [
        '{',
        '  "id": 9007199254740993,',
        '  "big": 1e999,',
        '  "a": "\\u0041",',
        '  "a": [],',
        '  "b": {},',
        '  "c": [',
        '    1,',
        '    {',
        '      "d": null',
        '    }',
        '  ]',
        '}',
      ].join('\n'),
    )
  })

  test('what is no JSON is left alone', () => {
    for (const text of ['', '<html>', '{"a":', "{'a':1}", '{"a":1}x']) expect(prettyJson(text)).toBeUndefined()
  })

  test('whatever JSON comes in means the same afterwards', () => {
    assert(
      property(json({ maxDepth: 8 }), (text) => {
        expect(JSON.parse(prettyJson(text) ?? 'lost')).toEqual(JSON.parse(text))
      }),
    )
  })

  test('a deep one does not grow without bound', () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000)
    expect(prettyJson(deep)?.length).toBeLessThan(deep.length * 50)
  })
})

describe('advice', () => {
  test('commands and names are told apart from words', () => {
    expect(parseAdvice('The name `a.test` is gone: `dig +short a.test`.')).toEqual([
      { kind: 'words', text: 'The name ' },
      { kind: 'code', text: 'a.test' },
      { kind: 'words', text: ' is gone: ' },
      { kind: 'command', text: 'dig +short a.test' },
    ])
    expect(parseAdvice('a lone ` stays')).toEqual([{ kind: 'words', text: 'a lone ` stays' }])
  })

  test('a sentence that says what the heading says is known as the same', () => {
    expect(isSameSentence('Access denied by the webhook service.', 'Access denied by the webhook service')).toBe(true)
    expect(isSameSentence('回调服务拒绝访问。', '回调服务拒绝访问')).toBe(true)
    expect(isSameSentence('Access denied.', 'Access granted.')).toBe(false)
  })
})

describe('numbers and times', () => {
  const now = Date.parse('2026-11-24T02:40:00.000Z')

  test('how long ago is told in the unit that fits; what is old is told by its date', () => {
    expect(formatRelative(now, now, 'en')).toBe('now')
    expect(formatRelative(now - 12_000, now, 'en')).toBe('12s ago')
    expect(formatRelative(now + 28_000, now, 'en')).toBe('in 28s')
    expect(formatRelative(now - 5 * 60_000, now, 'zh')).toBe('5分钟前')
    expect(formatRelative(now - 3 * 3_600_000, now, 'en')).toBe('3h ago')
    expect(formatRelative(now - 40 * 86_400_000, now, 'en-GB')).toBe('15 Oct 2026')
  })

  test('an exact instant has its milliseconds and its zone', () => {
    expect(formatExact(now + 7, 'en-GB')).toMatch(/^\d+ Nov 2026, \d{2}:\d{2}:00\.007 \S+/)
  })

  test('durations and sizes have as many digits as matter', () => {
    expect([0.04, 0.3, 3.26, 12.4, 999, 1230, 12_340].map(formatDuration)).toEqual([
      '0.04 ms',
      '0.3 ms',
      '3.3 ms',
      '12 ms',
      '999 ms',
      '1.23 s',
      '12.3 s',
    ])
    expect(formatBytes(4096, 'en')).toBe('4,096 B')
    expect(formatBytes(262_144, 'en')).toBe('256.0 KiB')
  })
})
