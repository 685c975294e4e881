// What a list looks like in terminals of several widths, and where there is none.

import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { shortTime } from '../../src/cli/terminal/lines.ts'
import { paint } from '../../src/cli/terminal/paint.ts'
import { hanging, tableOf } from '../../src/cli/terminal/table.ts'

const head = ['AT', 'DELIVERY', 'STATE', 'ATTEMPTS', 'WEBHOOK', 'COMMAND', 'WHY']
const row = [
  '20:34:53',
  'dlv_nqqpwcmt00000001',
  'dead',
  '5',
  'wh_7k2m9qxd00001',
  'Live.CallbackAfterMemberStateChanged',
  'https_mutual_authentication_error · certificate_required_by_the_receiver',
]

describe('a table', () => {
  test('at 80 columns keeps ids whole and says the rest below, behind a hanging indent', () => {
    expect(tableOf([head, row], { width: 80 })).toEqual([
      'AT        DELIVERY              STATE  ATTEMPTS  WEBHOOK',
      '          COMMAND  WHY',
      '20:34:53  dlv_nqqpwcmt00000001  dead   5         wh_7k2m9qxd00001',
      '          Live.CallbackAfterMemberStateChanged',
      '          https_mutual_authentication_error ·',
      '          certificate_required_by_the_receiver',
    ])
  })

  test('at 120 columns has what fits beside the ids, and breaks the reason between words in its own column', () => {
    const short = row.with(5, 'Live.CallbackAfterCreateRoom').with(6, 'http_code_not_200 · status_503 again')
    expect(tableOf([head, short], { width: 120 })).toEqual([
      'AT        DELIVERY              STATE  ATTEMPTS  WEBHOOK           COMMAND                       WHY',
      '20:34:53  dlv_nqqpwcmt00000001  dead   5         wh_7k2m9qxd00001  Live.CallbackAfterCreateRoom  http_code_not_200 ·',
      `${' '.repeat(97)}status_503 again`,
    ])
  })

  test('without a terminal has a line for each row, however long', () => {
    const [, line] = tableOf([head, row])
    expect(line).toBe(row.join('  ').replace('dead  5  ', 'dead   5         '))
  })

  test.each([24, 40, 60, 80, 100, 120, 200])('at %i columns drops nothing that is copied or says why', (width) => {
    const lines = tableOf([head, row], { width })
    const text = lines.join('\n')
    for (const word of row.flatMap((cell) => cell.split(' '))) expect(text).toContain(word)
    // What is never broken may be wider than a terminal that is too narrow for it.
    const allowed = width >= 60 ? width : Number.POSITIVE_INFINITY
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(allowed)
  })

  test('cuts a name with … and breaks a sentence, each in its column', () => {
    const rows = [
      ['ID', 'NAME', 'WHAT'],
      ['wh_1', 'n'.repeat(60), 'a sentence that is longer than its column'],
    ]
    expect(tableOf(rows, { width: 50, fit: ['whole', 'cut', 'words'] })).toEqual([
      'ID    NAME                   WHAT',
      'wh_1  nnnnnnnnnnnnnnnnnnnn…  a sentence that is',
      '                             longer than its',
      '                             column',
    ])
  })

  test('counts Chinese characters as two columns, and colours as none', () => {
    expect(
      tableOf([
        ['名', 'b'],
        ['abcd', 'c'],
        [paint('red', 'ab'), 'd'],
      ]),
    ).toEqual(['名    b', 'abcd  c', `${paint('red', 'ab')}    d`])
    const cut = tableOf([['很长的名字很长的名字', 'b']], { width: 16, fit: ['cut', 'whole'] })
    expect(cut).toEqual(['很长的名字很…  b'])
  })
})

test('a long line goes on below its beginning, broken between words, in its colour', () => {
  expect(hanging('  attempt 1 failed since the name does not exist', 30)).toEqual([
    '  attempt 1 failed since the',
    '    name does not exist',
  ])
  expect(hanging(paint('red', 'one two three four five six seven'), 20)).toEqual([
    paint('red', 'one two three four'),
    `  ${paint('red', 'five six seven')}`,
  ])
  expect(hanging('one line, however long, if it is no terminal', undefined)).toHaveLength(1)
})

test('a time is the clock of today, or day and clock of another day', () => {
  const now = new Date(2026, 10, 24, 20, 40, 5)
  expect(shortTime(new Date(2026, 10, 24, 2, 40, 17).toISOString(), now.getTime())).toBe('02:40:17')
  expect(shortTime(new Date(2026, 10, 23, 23, 59, 1).toISOString(), now.getTime())).toBe('11-23 23:59')
  expect(shortTime(new Date(2025, 10, 24, 2, 40).toISOString(), now.getTime())).toBe('2025-11-24')
})
