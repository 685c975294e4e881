// What stands in the form of a webhook, read and written: pure.

import type { AppCommandSummary, Webhook } from 'livehook/contract'
import { describe, expect, test } from 'vitest'
import { changedMembers, draftOf, readDraft, usualRetry } from '../src/webhooks/form/draft.ts'
import { countChosen, coveringPattern, groupCommands, toggle } from '../src/webhooks/form/picker.ts'
import { refusalsAt, type Refusal } from '../src/webhooks/form/refusals.ts'
import { formatSeconds, parseSchedule } from '../src/webhooks/form/schedule.ts'
import { makeToken } from '../src/webhooks/token/make-token.ts'
import { wantersOf } from '../src/webhooks/wanters.ts'
import { membersOf } from '../src/commands/schema-members.ts'

describe('a schedule of retries', () => {
  test('is read as it is written, in any unit and between any separators', () => {
    expect(parseSchedule('5s, 30 2m;1h、1d')).toEqual([5, 30, 120, 3600, 86_400])
    expect(usualRetry.map(formatSeconds).join(' ')).toBe('5s 30s 2m 10m 30m 1h 3h 6h 12h')
    for (const seconds of [1, 59, 60, 61, 3600, 5400, 86_400]) {
      expect(parseSchedule(formatSeconds(seconds))).toEqual([seconds])
    }
  })

  test.each(['', ' , ', 'soon', '5x', '0', '-5', '2d', '1.5h', Array.from({ length: 33 }, () => '1').join(',')])(
    'is none if a wait cannot be read or is out of bounds: %s',
    (text) => {
      expect(parseSchedule(text)).toBeUndefined()
    },
  )
})

const webhook: Webhook = {
  webhookId: 'wh_1',
  sdkAppId: 1_400_000_001,
  name: 'orders',
  url: 'https://hook.test/in?tenant=1',
  commands: ['Live.*', 'Group.CallbackBeforeSendMsg'],
  spelling: 'callback',
  contentType: false,
  enabled: true,
  paused: true,
  timeoutMs: 1500,
  maxInFlight: 3,
  ratePerSecond: 0,
  retry: [5, 120],
  headers: { 'x-tenant': '7' },
  keepBodies: 'failed',
  askDeadlineMs: 900,
  failurePolicy: { '*': { timeout: 'deny' }, 'Group.CallbackBeforeSendMsg': { '*': 'allow', tls: 'default' } },
  trial: { kind: 'share', url: 'https://new.test/in', percent: 5 },
  tls: null,
  health: {
    breaker: 'closed',
    breakerSince: null,
    nextTryAt: null,
    askBreaker: 'closed',
    askNextTryAt: null,
    waiting: null,
    lastSuccessAt: null,
    lastFailureAt: null,
    failingSince: null,
    disabledReason: null,
  },
  tokenSet: false,
  tokenHint: null,
  nextTokenHint: null,
  tokenRotationEndsAt: null,
  createdAt: '2026-11-24T02:40:00.000Z',
  updatedAt: '2026-11-24T02:40:00.000Z',
}

describe('a draft', () => {
  test('of a webhook reads as that very webhook, whatever its settings', () => {
    for (const each of [
      webhook,
      { ...webhook, retry: 'none' as const, trial: null, headers: {}, ratePerSecond: null },
      { ...webhook, retry: [...usualRetry], trial: { kind: 'shadow' as const, url: 'http://a.test/' } },
    ]) {
      const { members, problems } = readDraft(draftOf(each))
      expect(problems).toEqual([])
      expect(each).toMatchObject(members)
      expect(changedMembers(readDraft(draftOf(each)).members, members)).toEqual({})
    }
  })

  test('that was changed in one place is a change of that member alone', () => {
    const before = draftOf(webhook)
    const after = { ...before, paused: false }
    expect(changedMembers(readDraft(before).members, readDraft(after).members)).toEqual({ paused: false })
  })

  test('names each field that cannot be read, and says nothing of its member', () => {
    const { members, problems } = readDraft({
      ...draftOf(webhook),
      url: ' ',
      commands: [],
      timeoutMs: '99',
      maxInFlight: '1.5',
      ratePerSecond: '100001',
      retryKind: 'own',
      retrySchedule: 'soon',
      headers: [
        { id: 0, name: 'a', value: '1' },
        { id: 1, name: 'A', value: '2' },
        { id: 2, name: '', value: '3' },
      ],
      policy: [
        { id: 0, command: '*', failureClass: 'tls', choice: 'deny' },
        { id: 1, command: '*', failureClass: 'tls', choice: 'allow' },
      ],
      trialUrl: '',
      trialPercent: '101',
    })
    expect(problems.map(({ pointer, kind }) => `${pointer} ${kind}`).toSorted()).toEqual([
      '/commands missing',
      '/failurePolicy#1 twice',
      '/headers#1 twice',
      '/headers#2 missing',
      '/maxInFlight number',
      '/ratePerSecond number',
      '/retry schedule',
      '/timeoutMs number',
      '/trial/percent number',
      '/trial/url missing',
      '/url missing',
    ])
    for (const name of ['url', 'commands', 'timeoutMs', 'maxInFlight', 'ratePerSecond', 'retry', 'trial']) {
      expect(Object.keys(members)).not.toContain(name)
    }
  })

  test('a new one is what the service would take by itself, but for URL and commands', () => {
    const { problems } = readDraft(draftOf(undefined))
    expect(problems).toEqual([
      { pointer: '/url', kind: 'missing' },
      { pointer: '/commands', kind: 'missing' },
    ])
  })
})

test('what is wrong comes to its own field, and to the row that it is about', () => {
  const refusals = ['/url', '/trial/url', '/headers/x-a', '/commands/3', '/headers#1'].map((pointer): Refusal => ({
    from: 'form',
    problem: { pointer, kind: 'missing' },
  }))
  const at = (pointer: string) => refusalsAt(refusals, pointer).map(({ problem }) => problem.pointer)
  expect(at('/url')).toEqual(['/url'])
  expect(at('/trial')).toEqual(['/trial/url'])
  expect(at('/headers')).toEqual(['/headers/x-a', '/headers#1'])
  expect(at('/commands')).toEqual(['/commands/3'])
})

const command = (word: string, phase: 'before' | 'after'): AppCommandSummary => ({
  command: word,
  family: word.split('.', 1)[0] ?? '',
  phase,
  configOnly: false,
  products: [],
  aliases: [],
  trigger: { en: 'a Room was made', zh: '房间' },
  kind: 'catalogue',
})

describe('the picker', () => {
  const all = [
    command('Live.AfterCreate', 'after'),
    command('Live.BeforeGift', 'before'),
    command('Sns.After', 'after'),
  ]

  test('finds by word and by what it means, in both languages and any letter case', () => {
    expect(groupCommands(all, 'LIVE room').map(({ name }) => name)).toEqual(['Live'])
    expect(groupCommands(all, '房间').map(({ name }) => name)).toEqual(['Live', 'Sns'])
    expect(groupCommands(all, 'nothing like it')).toEqual([])
    const [live] = groupCommands(all, '')
    expect(live?.after.map((each) => each.command)).toEqual(['Live.AfterCreate'])
    expect(live?.before.map((each) => each.command)).toEqual(['Live.BeforeGift'])
  })

  test('a pattern brings what is told after, and never what is asked before', () => {
    const [after, before] = all
    if (after === undefined || before === undefined) throw new Error('There are commands.')
    for (const pattern of ['*', 'Live.*']) {
      expect(coveringPattern([pattern], after)).toBe(pattern)
      expect(coveringPattern([pattern], before)).toBeUndefined()
    }
    expect(coveringPattern(['Sns.*'], after)).toBeUndefined()
    const [live] = groupCommands(all, '')
    expect(live === undefined ? 0 : countChosen(['Live.*'], live)).toBe(1)
    expect(wantersOf([webhook], before)).toEqual([])
    expect(wantersOf([webhook], after)).toEqual([webhook])
  })

  test('a second choice takes the first back', () => {
    expect(toggle(toggle([], 'a'), 'b')).toEqual(['a', 'b'])
    expect(toggle(['a', 'b'], 'a')).toEqual(['b'])
  })
})

test('a token is made of chance alone: 32 bytes, of characters that need no escape anywhere', () => {
  const made = makeToken((bytes) => bytes.fill(251))
  expect(made).toMatch(/^[\w-]{43}$/)
  expect(makeToken((bytes) => bytes.fill(0))).not.toBe(made)
})

describe('the members of a schema', () => {
  test('are told from the top down, those inside of lists too, with what they may be', () => {
    const schema = {
      type: 'object',
      required: ['Id'],
      properties: {
        Id: { type: 'string', description: 'which' },
        Items: {
          type: 'array',
          items: { type: 'object', required: ['Kind'], properties: { Kind: { enum: ['a', 1] } } },
        },
      },
    }
    expect(membersOf(schema)).toEqual([
      { path: 'Id', name: 'Id', depth: 0, type: 'string', isRequired: true, description: 'which', values: [] },
      {
        path: 'Items',
        name: 'Items',
        depth: 0,
        type: 'array of object',
        isRequired: false,
        description: '',
        values: [],
      },
      {
        path: 'Items[].Kind',
        name: 'Kind',
        depth: 1,
        type: '',
        isRequired: true,
        description: '',
        values: ['"a"', '1'],
      },
    ])
  })

  test('of anything else there are none', () => {
    for (const schema of [null, undefined, true, 'text', [], { properties: 5 }]) expect(membersOf(schema)).toEqual([])
  })
})
