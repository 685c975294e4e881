import * as fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeSignature } from '../../src/node.ts'

// One to four bytes each in UTF-8. Drawn from a list: fast-check takes seconds to build texts out of all of Unicode.
const characters = ['a', '~', '\u0000', 'é', 'ß', '中', '\uFFFD', '𝒳', '😀']
const text = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: fc.constantFrom(...characters) })

test('a signature is the HMAC-SHA256 of id, time and body, whatever the length of token and body', () => {
  fc.assert(
    fc.property(
      text(90),
      text(200),
      // Below and above what is copied together.
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 16_000, max: 17_000 }).map((length) => Buffer.alloc(length, 7)),
      ),
      (token, id, body) => {
        const mac = createHmac('sha256', Buffer.from(token)).update(`${id}.1795000000.`).update(body).digest('base64')
        expect(makeSignature({ tokens: [token], id, timestampSeconds: 1_795_000_000, body })).toBe(`v1,${mac}`)
      },
    ),
    { numRuns: 500 },
  )
})
