// Requests with a wrong key: refused, slowed down by address, and told to the operator once in a while.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKeyCheck, wrongKeysPerMinute } from '../../src/http/gates/wrong-keys.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService

beforeAll(async () => {
  service = await openService({ flags: { trustProxy: '127.0.0.1' } })
})
afterAll(() => service.close())

const apps = (address: string, key?: string) =>
  service.call('GET', '/v1/apps', undefined, {
    'x-forwarded-for': address,
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  })

/** What comes of so many wrong keys from one address. */
async function flood(address: string): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let tried = 0; tried < wrongKeysPerMinute + 5; tried += 1) {
    statuses.push((await apps(address, `a-wrong-key-of-the-test-${tried}`)).status)
  }
  return statuses
}

test('after too many from one address they are 429 with Retry-After, and the log has a line and not thousands', async () => {
  // Someone behind the same address has the right key.
  expect((await apps('203.0.113.7')).status).toBe(200)
  const statuses = await flood('203.0.113.7')
  expect(statuses.slice(0, wrongKeysPerMinute)).toEqual(Array.from({ length: wrongKeysPerMinute }, () => 401))
  expect(new Set(statuses.slice(wrongKeysPerMinute))).toEqual(new Set([429]))
  const refused = await apps('203.0.113.7', 'a-wrong-key-of-the-test')
  expect(refused.body).toMatchObject({ code: 'too_many_requests', detail: expect.stringContaining('wrong key') })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)

  // What was good from there before goes on, and other addresses know nothing of it.
  expect((await apps('203.0.113.7')).status).toBe(200)
  expect((await apps('203.0.113.8')).status).toBe(200)
  const lines = service.logged.filter((text) => text.includes('wrong key'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('203.0.113.7')
  expect(lines[0]).not.toContain('a-wrong-key-of-the-test')
})

test('a right key that was never used from an address that guesses is not told from a wrong one', async () => {
  await flood('203.0.113.9')
  expect((await apps('203.0.113.9')).status).toBe(429)
})

test('an address may try again a minute later, and the next line of the log says how many there were', () => {
  let now = 0
  const logged: unknown[] = []
  const keys = { identify: () => undefined }
  const log = { warn: (facts: object) => void logged.push(facts) }
  const check = createKeyCheck({ keys, now: () => now, log })
  const codeOf = (): unknown => {
    try {
      return check.require('wrong', '203.0.113.1')
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error
    }
  }
  const codes = Array.from({ length: wrongKeysPerMinute + 1 }, codeOf)
  expect(codes.at(-1)).toBe('too_many_requests')
  now += 60_001
  expect(codeOf()).toBe('unauthorized')
  expect(logged).toEqual([
    { address: '203.0.113.1', refused: 1 },
    { address: '203.0.113.1', refused: wrongKeysPerMinute + 1 },
  ])
})
