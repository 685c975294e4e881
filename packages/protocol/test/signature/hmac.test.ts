import * as fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeSignature } from '../../src/node.ts'

test('a signature is the HMAC-SHA256 of id, time and body, whatever the length of token and body', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 90, unit: 'binary' }),
      fc.stringMatching(/^[^.\s]{1,200}$/),
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
