import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatId, makeSalt, parseId } from '../../src/domain/ids.ts'

const salt = makeSalt(new Uint8Array([1, 2, 3, 4, 5]))

describe('ids', () => {
  test('come back as the number they were made of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 - 1 }), (number) => {
        expect(parseId('dlv', salt, formatId('dlv', salt, number))).toBe(number)
      }),
    )
  })

  test('sort as text in the order in which they were made', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 - 2 }), (number) => {
        expect(formatId('evt', salt, number) < formatId('evt', salt, number + 1)).toBe(true)
      }),
    )
  })

  test('of another kind, another store or no store at all name nothing', () => {
    const other = makeSalt(new Uint8Array([9, 9, 9, 9, 9]))
    expect(parseId('dlv', salt, formatId('evt', salt, 7))).toBeUndefined()
    expect(parseId('dlv', salt, formatId('dlv', other, 7))).toBeUndefined()
    for (const text of ['', 'dlv_', `dlv_${salt}`, `dlv_${salt}0000000u`, `dlv_${salt}000000001`, "dlv_' OR 1=1"]) {
      expect(parseId('dlv', salt, text)).toBeUndefined()
    }
  })
})
