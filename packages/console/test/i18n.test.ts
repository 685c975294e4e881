// Two languages, one set of things to say.

import { describe, expect, test } from 'vitest'
import { en } from '../src/i18n/en.ts'
import { preferredLanguage } from '../src/i18n/i18n.ts'
import { roomWords } from '../src/i18n/rooms.ts'
import { zh } from '../src/i18n/zh.ts'
import { readSignInCode, safeReturnPath } from '../src/sign-in/sign-in-code.ts'

function leavesOf(node: object, path = ''): [string, string][] {
  return Object.entries(node).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${name}`, value]] : leavesOf(value as object, `${path}${name}.`),
  )
}

const placeholdersOf = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted()

describe('the languages', () => {
  test.each([['everywhere', { en: async () => en, zh: async () => zh }] as const, ...Object.entries(roomWords)])(
    'say the same things, with the same gaps to fill in, and leave nothing empty: %s',
    async (_room, words) => {
      const chinese = new Map(leavesOf(await words.zh()))
      const english = leavesOf(await words.en())
      expect([...chinese.keys()].toSorted()).toEqual(english.map(([path]) => path).toSorted())
      for (const [path, text] of english) {
        const other = chinese.get(path) ?? ''
        expect([path, other]).not.toEqual([path, ''])
        expect([path, placeholdersOf(other)]).toEqual([path, placeholdersOf(text)])
      }
    },
  )

  test('the one that was chosen wins, then the browser’s, then English', () => {
    const stored = (value: string | null) => ({ getItem: () => value })
    expect(preferredLanguage(stored('zh'), ['en-US'])).toBe('zh')
    expect(preferredLanguage(stored(null), ['fr-FR', 'zh-Hans-CN', 'en'])).toBe('zh')
    expect(preferredLanguage(stored('tlh'), ['fr'])).toBe('en')
  })
})

describe('addresses to sign in', () => {
  test('a code is read from behind the # of the sign-in page, and nowhere else', () => {
    expect(readSignInCode('/sign-in', '#code=abc')).toBe('abc')
    expect(readSignInCode('/sign-in', '')).toBeUndefined()
    expect(readSignInCode('/sign-in', '#code=')).toBeUndefined()
    expect(readSignInCode('/apps/1', '#code=abc')).toBeUndefined()
  })

  test('the way back leads into this console only', () => {
    expect(safeReturnPath('/apps/1/deliveries?state=dead')).toBe('/apps/1/deliveries?state=dead')
    for (const to of [
      '//evil.test',
      '/\\evil.test',
      'https://evil.test',
      'javascript:alert(1)',
      '/sign-in',
      undefined,
    ]) {
      expect(safeReturnPath(to)).toBe('/')
    }
  })
})
