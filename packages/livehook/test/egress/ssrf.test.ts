// I4: the address that was judged is the address that was dialled. Every case of ssrf.json against real sockets, in a
// network namespace where whatever is dialled arrives.

import { beforeAll, describe, expect, test } from 'vitest'
import { runInNamespace } from './namespace.ts'
import { attemptDeadlineMs, readSsrfCases } from './ssrf-cases.ts'
import type { SsrfCase, SsrfResult, SsrfWorld } from './ssrf-cases.ts'

const cases = readSsrfCases().filter((each) => each.expected.reason !== 'config_error')
const where = (stage: string) => cases.filter((each) => each.expected.stage === stage)

let world: SsrfWorld

beforeAll(async () => {
  world = await runInNamespace('ssrf-world.ts')
}, 90_000)

function resultsOf(id: string): readonly SsrfResult[] {
  const list = world.results[id]
  if (list === undefined || list.length === 0) throw new TypeError(`${id} was not run`)
  return list
}

function lastResult(id: string): SsrfResult {
  const last = resultsOf(id).at(-1)
  if (last === undefined) throw new TypeError(`${id} was not run`)
  return last
}

describe('I4: what the text of a URL forbids', () => {
  test.each(where('registration'))(
    '$id ($expected.reason) is not dialled and not resolved, even if it was stored',
    ({ id, expected }) => {
      const { outcome, diagnosis, dials, arrivals, questions } = lastResult(id)
      expect(outcome).toMatchObject({ kind: 'refused', reason: expected.reason, evidence: { reason: expected.reason } })
      expect({ dials, arrivals, questions }).toEqual({ dials: 0, arrivals: [], questions: [] })
      expect(diagnosis).toEqual({ symptom: 'times_out', detail: 'address_not_public' })
    },
  )
})

describe('I4: what the resolved address forbids', () => {
  const denied = where('connect').filter((each) => each.expected.verdict === 'deny')

  test.each(denied.filter((each) => !each.expected.reason.startsWith('dns_')))(
    '$id is not dialled: $expected.reason',
    ({ id, expected }) => {
      const { outcome, dials, arrivals } = lastResult(id)
      expect(outcome).toMatchObject({ kind: 'refused', reason: expected.reason, evidence: { reason: expected.reason } })
      expect({ dials, arrivals }).toEqual({ dials: 0, arrivals: [] })
    },
  )

  test.each(denied.filter((each) => each.expected.reason.startsWith('dns_')))(
    '$id ends in DNS: $expected.reason',
    ({ id, expected }) => {
      const { outcome, diagnosis, dials } = lastResult(id)
      expect(diagnosis).toEqual({ symptom: 'times_out', detail: expected.reason })
      expect(outcome.evidence).toMatchObject({
        phase: 'resolve',
        resolver: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      })
      expect(dials).toBe(0)
    },
  )

  test.each(cases.filter((each) => each.input.dns?.sequence !== undefined))(
    '$id: one query per attempt, and only its own answer is dialled',
    ({ id, input }) => {
      const list = resultsOf(id)
      const name = new URL(input.url).hostname
      for (const { questions } of list) expect([...questions].sort()).toEqual([`A ${name}`, `AAAA ${name}`])
      const earlier = list.slice(0, -1)
      for (const { outcome, arrivals } of earlier) {
        expect(outcome.kind).toBe('answered')
        expect(arrivals).toEqual(['93.184.215.14'])
      }
    },
  )

  test('SSRF-243: a silent resolver is given up after 5 s, with the attempt’s deadline still ahead', () => {
    const { outcome, questions } = lastResult('SSRF-243')
    expect(outcome.durationMs).toBeGreaterThan(4500)
    expect(outcome.durationMs).toBeLessThan(attemptDeadlineMs)
    // Lost packets are sent again, as every resolver does.
    expect(questions.length).toBeGreaterThanOrEqual(2)
  })

  test('SSRF-240: a kept connection is judged again before it is used', () => {
    const [before, after] = resultsOf('SSRF-240')
    expect(before?.outcome.kind).toBe('answered')
    expect(after).toMatchObject({ dials: 0, arrivals: [], outcome: { kind: 'refused', reason: 'pool_policy' } })
  })
})

describe('I4: what is allowed', () => {
  const allowed = where('connect').filter((each) => each.expected.verdict === 'allow')

  test.each(allowed)('$id arrives where it was judged to lead', (each) => {
    const { diagnosis, dials, arrivals } = lastResult(each.id)
    expect(dials).toBe(1)
    expect(arrivals).toEqual([expectedArrival(each)])
    // The listener speaks no TLS, which shows as well that it was reached.
    expect(diagnosis.detail).toBe(each.input.url.startsWith('http:') ? 'ok' : 'tls_not_tls')
  })

  test.each(where('response'))('$id: a redirect is not followed', ({ id, input }) => {
    const { outcome, diagnosis, dials, arrivals } = lastResult(id)
    expect(diagnosis).toEqual({ symptom: 'http_code_not_200', detail: `status_${input.http?.status}` })
    expect(outcome.evidence.location).toBe(input.http?.location)
    expect({ dials, arrivals }).toEqual({ dials: 1, arrivals: ['93.184.215.14'] })
  })
})

test('I4: with the guard off the same addresses are dialled, so the counters above would have seen it', () => {
  const list = resultsOf('guard off')
  expect(list.map(({ outcome }) => outcome.kind)).toEqual(list.map(() => 'answered'))
  expect(list.map(({ arrivals }) => arrivals)).toEqual([['10.0.0.1'], ['127.0.0.2'], ['::1'], ['127.0.0.1']])
  expect(list.map(({ dials }) => dials)).toEqual([1, 1, 1, 1])
})

test('the public addresses of this machine are known, so that they can be closed; the private ones are closed anyway', () => {
  expect(world.ownAddresses).toEqual(expect.arrayContaining(['93.184.215.14', '2606:4700:4700::1111']))
  expect(world.ownAddresses).not.toEqual(expect.arrayContaining(['10.0.0.1']))
  expect(world.ownAddresses).not.toEqual(expect.arrayContaining(['127.0.0.1']))
})

function expectedArrival({ input }: SsrfCase): string {
  const literal = new URL(input.url).hostname.replace(/^\[|\]$/g, '')
  const answer = input.dns?.answers?.[0]
  if (answer !== undefined) return answer
  return literal === '::ffff:808:808' ? '8.8.8.8' : literal
}
