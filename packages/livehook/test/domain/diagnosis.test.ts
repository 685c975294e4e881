import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { askFindingOf } from '../../src/domain/ask/breaker.ts'
import { findingOf } from '../../src/domain/delivery/breaker.ts'
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts'
import { symptomOfDetail } from '../../src/domain/diagnosis/details.ts'
import { egressReasons } from '../../src/domain/egress/reasons.ts'
import type { AnsweredOutcome, Evidence, Outcome } from '../../src/domain/diagnosis/outcome.ts'
import { detailOfCheck, skipReasons } from '../../src/domain/diagnosis/probe.ts'

const evidence: Evidence = { phase: 'done', phaseMs: { first_byte: 3 } }
const base = { evidence, startedAt: 0, durationMs: 3 }

function answered(body: string | Uint8Array, wishes: Partial<AnsweredOutcome> = {}): Outcome {
  return {
    kind: 'answered',
    status: 200,
    headers: [['content-type', 'application/json']],
    body: typeof body === 'string' ? Buffer.from(body) : body,
    sent: { target: '/hook?Sign=***', headers: {} },
    ...base,
    ...wishes,
  }
}

describe('an answer', () => {
  test.each<[string, string | Uint8Array, string, string]>([
    ['the packet', '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}', 'ok', 'ok'],
    ['the packet behind a byte order mark', '\uFEFF{"ErrorCode":0}', 'ok', 'ok'],
    ['JSON without an ErrorCode', '{}', 'ok', 'no_error_code'],
    ['JSON with an ErrorCode that is no integer', '{"ErrorCode":"0"}', 'ok', 'no_error_code'],
    ['JSON that is no object', '[0]', 'ok', 'no_error_code'],
    ['nothing', '', 'empty_body', 'empty_body'],
    ['white space', ' \n', 'empty_body', 'empty_body'],
    ['a web page', '<!DOCTYPE html><title>Login</title>', 'html', 'html'],
    ['plain text', 'OK', 'invalid_json', 'invalid_json'],
    ['Latin-1', Buffer.from('{"a":"\u00e9"}', 'latin1'), 'invalid_utf8', 'invalid_utf8'],
  ])('with %s', (_, body, after, before) => {
    expect([diagnose(answered(body), 'after').detail, diagnose(answered(body), 'before').detail]).toEqual([
      after,
      before,
    ])
  })

  test('that is packed is not unpacked, and not read', () => {
    const headers = [['content-encoding', 'gzip']] as const
    expect(diagnose(answered('{}', { headers }), 'after').detail).toBe('content_encoding')
    expect(diagnose(answered('{}', { headers: [['content-encoding', 'Identity']] }), 'after').detail).toBe('ok')
  })

  test.each([201, 204, 302, 410, 599])('with status %d is no success, whatever its body says', (status) => {
    expect(diagnose(answered('{"ErrorCode":0}', { status }), 'before')).toMatchObject({
      symptom: 'http_code_not_200',
      detail: `status_${status}`,
    })
  })
})

describe('a 401', () => {
  const at = Date.UTC(2026, 10, 24, 2, 40)
  const refusal = (offsetSeconds: number, wishes: Partial<AnsweredOutcome> = {}) =>
    answered('{}', {
      status: 401,
      headers: [['date', new Date(at + offsetSeconds * 1000).toUTCString()]],
      sent: { target: '/hook?Sign=***&RequestTime=1795488000', headers: { 'webhook-signature': 'v1,x' } },
      startedAt: at,
      durationMs: 3,
      ...wishes,
    })

  test.each([90, -90, 3600, 31, -31])(
    'whose Date is %d s from our clock names the clock and says by how much',
    (offset) => {
      expect(diagnose(refusal(offset), 'after')).toEqual({
        symptom: 'http_code_not_200',
        detail: 'clock_skew',
        evidence: { clockOffsetSeconds: offset },
      })
    },
  )

  test('whose Date is close to our clock, missing or unreadable is a 401', () => {
    for (const refused of [
      refusal(30),
      refusal(-30),
      refusal(90, { headers: [] }),
      refusal(90, { headers: [['date', '90']] }),
    ])
      expect(diagnose(refused, 'after')).toEqual({ symptom: 'http_code_not_200', detail: 'status_401' })
  })

  test('to a request without a Sign has nothing to do with clocks', () => {
    const sent = { target: '/hook', headers: {} }
    expect(diagnose(refusal(90, { sent }), 'after').detail).toBe('status_401')
  })

  test('would meet every event, whatever the clock says: deliveries are held, asks are answered all the same', () => {
    for (const secondsAhead of [0, 90]) {
      expect(findingOf(diagnose(refusal(secondsAhead), 'after'))).toBe('does_not_answer')
      expect(askFindingOf(diagnose(refusal(secondsAhead), 'before'))).toBe('answers')
    }
  })
})

test('what is not the receiver’s trouble is ours', () => {
  for (const code of ['overloaded', 'shutting_down', 'proxy_failed', 'internal'] as const) {
    expect(diagnose({ kind: 'ours', code, ...base }, 'after')).toMatchObject({ symptom: 'ours', detail: code })
  }
})

describe('docs/diagnosis.md', () => {
  const page = readFileSync(new URL('../../../../docs/diagnosis.md', import.meta.url), 'utf8')
  const rows = (heading: string) => {
    const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
    return [...section.matchAll(/^\| `(\w+)` +\|(?: `(\w+)` +\|)?/gm)]
  }

  test('explains every detail with its symptom, and no others', () => {
    const explained = rows('Details').map(([, detail, symptom]) => [detail, symptom])
    expect(Object.fromEntries(explained)).toEqual({ ...symptomOfDetail, status_NNN: 'http_code_not_200' })
  })

  test('explains every symptom, and no others', () => {
    const symptoms = new Set<string>(Object.values(symptomOfDetail))
    expect(new Set(rows('Symptoms').map(([, symptom]) => symptom))).toEqual(symptoms)
  })

  test('explains the manners of a receiver by check and detail, and why a stage was skipped, and no others', () => {
    const manners = [...page.matchAll(/^\| `(\w+)` +\|[^|]+\| `(\w+)` +\|/gm)]
    expect(Object.fromEntries(manners.map(([, check, detail]) => [check, detail]))).toEqual(detailOfCheck)
    expect(rows('Why a stage of a probe was skipped').map(([, reason]) => reason)).toEqual([...skipReasons])
  })

  test('explains every reason of the egress policy, and no others', () => {
    const explained = rows('Reasons of the egress policy').map(([, reason]) => reason)
    expect(new Set(explained)).toEqual(new Set(egressReasons()))
  })
})
