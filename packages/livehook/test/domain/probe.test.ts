import { describe, expect, test } from 'vitest'
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts'
import type { AnsweredOutcome, Broken, Evidence, Outcome } from '../../src/domain/diagnosis/outcome.ts'
import { daysLeft, failedStage, receptionOf, stageUnderWay } from '../../src/domain/diagnosis/probe.ts'
import * as texts from '../../src/domain/diagnosis/probe-advice.ts'

const base = { evidence: { phase: 'done', phaseMs: {} } satisfies Evidence, startedAt: 0, durationMs: 3 }

const answered = (status: number, body = ''): AnsweredOutcome => ({
  kind: 'answered',
  status,
  headers: [],
  body: Buffer.from(body),
  sent: { target: '/', headers: {} },
  ...base,
})

const broken = (phase: Broken['phase'], code: Broken['code']): Broken => ({ kind: 'broken', phase, code, ...base })

describe('a good request', () => {
  test.each<[string, Outcome, string | undefined]>([
    ['accepted', answered(200, '{"ErrorCode":0}'), undefined],
    ['stopped by the text of its URL', { kind: 'refused', reason: 'special_name', ...base }, 'text'],
    ['stopped by its address', { kind: 'refused', reason: 'private', ...base }, 'address'],
    ['stopped by mixed answers', { kind: 'refused', reason: 'mixed_answers', ...base }, 'address'],
    ['that finds no name', broken('resolve', 'dns_not_found'), 'dns'],
    ['that finds no one', broken('connect', 'connection_refused'), 'tcp'],
    ['that meets a bad certificate', broken('tls', 'tls_expired'), 'tls'],
    ['that is not taken', broken('write', 'request_write_timeout'), 'request'],
    ['that gets no answer', broken('first_byte', 'response_timeout'), 'request'],
    ['that gets no HTTP', broken('first_byte', 'malformed_http'), 'status'],
    ['that gets half a body', broken('body', 'body_truncated'), 'json'],
    ['that gets another status', answered(404), 'status'],
    ['that gets a page', answered(200, '<html>'), 'json'],
    ['that our own stop ended', { kind: 'ours', code: 'shutting_down', ...base }, 'json'],
    ['that a bug of ours ended', { kind: 'ours', code: 'internal', ...base }, 'request'],
  ])('%s ends at its stage', (_, outcome, stage) => {
    expect(failedStage(outcome, diagnose(outcome, 'after'))).toBe(stage)
  })

  test('without a verdict ends at the reply, for a before command', () => {
    const outcome = answered(200, '{}')
    expect(failedStage(outcome, diagnose(outcome, 'before'))).toBe('reply')
  })

  test('is through TLS only when an answer begins: TLS 1.3 refuses clients that late', () => {
    expect([stageUnderWay('first_byte', 'https'), stageUnderWay('first_byte', 'http')]).toEqual(['tls', 'request'])
    expect(stageUnderWay('body', 'https')).toBe('status')
  })
})

describe('a request that should be refused', () => {
  test.each<[string, Outcome, number, string]>([
    ['200 and OK', answered(200, '{"ActionStatus":"OK","ErrorCode":0}'), 0, 'accepted'],
    ['200 and any JSON', answered(200, '{}'), 0, 'accepted'],
    ['200 and a code', answered(200, '{"ErrorCode":401}'), 0, 'refused'],
    ['200 and FAIL', answered(200, '{"ActionStatus":"FAIL","ErrorCode":0}'), 1, 'refused'],
    ['200 and the code that good requests get too', answered(200, '{"ErrorCode":1}'), 1, 'says_nothing'],
    ['200 and a page', answered(200, '<html>'), 0, 'says_nothing'],
    ['401', answered(401), 0, 'refused'],
    ['403', answered(403), 0, 'refused'],
    ['302', answered(302), 0, 'refused'],
    ['500', answered(500), 0, 'crashed'],
    ['429', answered(429), 0, 'says_nothing'],
    ['408', answered(408), 0, 'says_nothing'],
    ['502', answered(502), 0, 'says_nothing'],
    ['503', answered(503), 0, 'says_nothing'],
    ['504', answered(504), 0, 'says_nothing'],
    ['a closed connection', broken('first_byte', 'closed_before_response'), 0, 'refused'],
    ['a reset', broken('first_byte', 'reset_before_response'), 0, 'refused'],
    ['silence', broken('first_byte', 'response_timeout'), 0, 'says_nothing'],
    ['our own trouble', { kind: 'ours', code: 'overloaded', ...base }, 0, 'says_nothing'],
  ])('and gets %s', (_, outcome, usualErrorCode, reception) => {
    expect(receptionOf(outcome, usualErrorCode)).toBe(reception)
  })
})

test('days are counted whole, and downwards', () => {
  const day = 86_400_000
  expect([daysLeft(day * 3 - 1, 0), daysLeft(day * 3, 0), daysLeft(-1, 0)]).toEqual([2, 3, -1])
})

test('every text of a probe is there in both languages', () => {
  const advices = [
    ...Object.values(texts.skipAdvice),
    ...Object.values(texts.mannersAdvice),
    texts.dnsNotNeeded,
    texts.tlsNotNeeded,
    texts.replyWithoutCode,
    texts.certificateEndsSoon(1),
    texts.replyWithCode(7, 'before'),
    texts.replyWithCode(7, 'after'),
    texts.refusedByCrash(500),
    texts.saysNothing('status_429'),
  ]
  for (const { en, zh } of advices) {
    expect([en.length, en.length]).toEqual([zh.length, Math.max(1, zh.length)])
    expect(en.every((sentence) => /^[A-Z].*[.]$/.test(sentence))).toBe(true)
    expect(zh.every((sentence) => /[\u4e00-\u9fff]{2}.*。$/.test(sentence))).toBe(true)
  }
})
