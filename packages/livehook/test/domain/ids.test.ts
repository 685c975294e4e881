import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createShuffle, formatId, makeSalt, parseId } from '../../src/domain/ids.ts'

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
        expect(formatId('dlv', salt, number) < formatId('dlv', salt, number + 1)).toBe(true)
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

describe('a shuffle', () => {
  const secret = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'

  test('takes every number to another one of its own and back', () => {
    const { there, back } = createShuffle({ secret, from: 1 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 - 1 }), (number) => {
        const shuffled = there(number)
        expect(shuffled).toBeGreaterThanOrEqual(1)
        expect(shuffled).toBeLessThan(2 ** 40)
        expect(back(shuffled)).toBe(number)
      }),
    )
  })

  test('leaves numbers alone that were given out before there was one, and never gives them out again', () => {
    // So many plain numbers that one in eight steps leads among them.
    const from = 2 ** 37
    const { there, back } = createShuffle({ secret, from })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 - 1 }), (number) => {
        const shuffled = there(number)
        expect(back(shuffled)).toBe(number)
        expect(shuffled === number || shuffled >= from).toBe(true)
        expect(number >= from || shuffled === number).toBe(true)
      }),
    )
  })

  test('puts neighbours far apart, and otherwise with every secret', () => {
    const one = createShuffle({ secret, from: 1 })
    const other = createShuffle({ secret: secret.replace('0', '1'), from: 1 })
    const numbers = Array.from({ length: 1000 }, (_, index) => index + 1)
    const steps = numbers.map((number) => Math.abs(one.there(number + 1) - one.there(number)))
    expect(steps.filter((step) => step < 2 ** 24)).toEqual([])
    expect(numbers.filter((number) => one.there(number) === other.there(number))).toEqual([])
    // Every bit of the number is as often set as not.
    for (let bit = 0; bit < 40; bit += 1) {
      const set = numbers.filter((number) => Math.floor(one.there(number) / 2 ** bit) % 2 === 1).length
      expect(Math.abs(set - 500), `bit ${bit}`).toBeLessThan(100)
    }
  })
})
