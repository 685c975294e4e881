import { randomBytes } from 'node:crypto'
import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deriveSealingKey, isSealed, seal, sealedBy, SealError, unseal } from '../../src/store/sealed/sealing.ts'
import { createSealer } from '../../src/store/sealed/sealing.ts'

const oldKey = deriveSealingKey('the-old-key-of-the-tests-0123456789')
const newKey = deriveSealingKey('the-new-key-of-the-tests-0123456789')
const owner = 'webhook wh_1'

function problemOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof SealError) return error.code
    throw error
  }
  return 'opened'
}

describe('a sealed secret', () => {
  test('opens with its key for its owner, whatever it is, and shows nothing of itself', () => {
    assert(
      property(string({ unit: 'grapheme', minLength: 8, maxLength: 128 }), (secret) => {
        const sealed = seal(secret, owner, { key: newKey, nonce: randomBytes(12) })
        expect(sealed).not.toContain(secret)
        expect(unseal(sealed, owner, [oldKey, newKey])).toBe(secret)
      }),
    )
  })

  test('is another text each time', () => {
    const sealer = createSealer({ keys: [newKey], randomBytes })
    expect(sealer.seal('token', owner)).not.toBe(sealer.seal('token', owner))
  })

  test('opens for no other owner', () => {
    const sealed = seal('token', owner, { key: newKey, nonce: randomBytes(12) })
    expect(problemOf(() => unseal(sealed, 'webhook wh_2', [newKey]))).toBe('damaged')
  })

  test('does not open without its key', () => {
    const sealed = seal('token', owner, { key: newKey, nonce: randomBytes(12) })
    expect(problemOf(() => unseal(sealed, owner, [oldKey]))).toBe('unknown_key')
    expect(problemOf(() => unseal(sealed, owner, []))).toBe('unknown_key')
  })

  test('does not open when any of its characters was changed, or its end is missing', () => {
    const sealed = seal('token', owner, { key: newKey, nonce: randomBytes(12) })
    const start = sealed.indexOf('.') + 1
    const isOther = (text: string): boolean =>
      !Buffer.from(text.slice(start), 'base64url').equals(Buffer.from(sealed.slice(start), 'base64url'))
    // The last character carries fewer than six bits: only what decodes to other bytes is another text.
    const changed = Array.from(sealed.slice(start), (character, index) => {
      const at = start + index
      return `${sealed.slice(0, at)}${character === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
    }).filter(isOther)
    expect(changed.length).toBeGreaterThan(40)
    for (const text of changed) expect(problemOf(() => unseal(text, owner, [newKey]))).toBe('damaged')
    for (const length of [0, 4, 20]) {
      expect(problemOf(() => unseal(sealed.slice(0, start + length), owner, [newKey]))).toBe('damaged')
    }
  })
})

describe('a sealer', () => {
  test('seals with its first key and opens with all of them', () => {
    const before = createSealer({ keys: [oldKey], randomBytes }).seal('token', owner)
    const sealer = createSealer({ keys: [newKey, oldKey], randomBytes })
    const after = sealer.seal('token', owner)
    expect([sealer.open(before, owner), sealer.open(after, owner)]).toEqual(['token', 'token'])
    expect([sealer.isCurrent(before), sealer.isCurrent(after)]).toEqual([false, true])
    expect(sealedBy(after)).toBe(newKey.name)
  })

  test('reads what is in the clear, and would write it again', () => {
    const sealer = createSealer({ keys: [newKey], randomBytes })
    expect([sealer.open('token', owner), sealer.isCurrent('token')]).toEqual(['token', false])
  })

  test('without a key leaves everything in the clear', () => {
    const sealer = createSealer({ keys: [], randomBytes })
    expect(sealer.seal('token', owner)).toBe('token')
    expect([isSealed('token'), sealer.isCurrent('token')]).toEqual([false, true])
  })
})
