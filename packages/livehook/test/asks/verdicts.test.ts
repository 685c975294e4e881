// Every *before* command × every kind of reply: what the client sees, and who decided (I7). The codes are written out by hand, so
// that the catalogue is held against them.

import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDnsServer } from '../../src/cli/demo/dns-server.ts'
import type { DnsServer } from '../../src/cli/demo/dns-server.ts'
import { closeServer, listen } from '../../src/cli/service/loopback.ts'
import type { AskedApp, AskWorld, Reply } from './ask-world.ts'
import { askedWords, hang, openAskWorld, packet, reset } from './ask-world.ts'

interface Codes {
  /** What a client sees of code 1: a code of the platform's, the receiver's own, or nothing because it means nothing. */
  readonly one: number | 'own' | 'none'
  readonly two: 'drop' | 'own' | 'none'
  /** Codes that are handed on, from and to. */
  readonly own?: readonly [number, number]
  /** What any other positive code is. */
  readonly others: 'none' | 'own'
  readonly silence: 'allow' | 'deny'
  /** Members that an allowance needs. */
  readonly needs?: object
  /** A member that may be replaced, with a good and a bad value. */
  readonly member?: readonly [name: string, good: unknown, bad: unknown]
}

const elements = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '***' } }]
const message = ['MsgBody', elements, [{ MsgType: 7 }]] as const
const group = { one: 10_016, two: 'none', own: [10_100, 10_200], others: 'none', silence: 'allow' } as const
const friend = {
  one: 'none',
  two: 'none',
  others: 'none',
  silence: 'allow',
  needs: { ResultItem: [{ To_Account: 'ben', ResultCode: 0 }] },
  member: ['ResultItem', [{ To_Account: 'amy', ResultCode: 1 }], 'no list'],
} as const

const table: Readonly<Record<string, Codes>> = {
  'C2C.CallbackBeforeSendMsg': {
    one: 20_006,
    two: 'drop',
    own: [120_001, 130_000],
    others: 'none',
    silence: 'allow',
    member: message,
  },
  'Chatbot.InterfaceInvocation': {
    one: 'own',
    two: 'own',
    others: 'own',
    silence: 'deny',
    member: ['Body', { answer: 1 }, 'no object'],
  },
  'Chatbot.OnC2CSignalMessage': {
    one: 'own',
    two: 'none',
    others: 'none',
    silence: 'deny',
    needs: { RspData: '{}' },
    member: ['RspData', 'answer', 7],
  },
  'Desk.CallbackBeforeIMContactUser': { one: 'own', two: 'own', others: 'own', silence: 'allow' },
  'Group.CallbackBeforeApplyJoinGroup': group,
  'Group.CallbackBeforeCreateGroup': group,
  'Group.CallbackBeforeCreateTopic': group,
  'Group.CallbackBeforeInviteJoinGroup': { ...group, member: ['RefusedMembers_Account', ['ben'], 'ben'] },
  'Group.CallbackBeforeSendMsg': { ...group, two: 'drop', member: message },
  'Live.CallbackBeforeSendGift': { one: 'own', two: 'own', own: [102_100, 102_200], others: 'own', silence: 'deny' },
  'OfficialAccount.CallbackBeforeAddSubscriber': {
    one: 'own',
    two: 'none',
    others: 'none',
    silence: 'allow',
    member: ['RefusedSubscribers_Account', ['ben'], [7]],
  },
  'OfficialAccount.CallbackBeforeCreateOfficialAccount': {
    one: 20_006,
    two: 'none',
    others: 'none',
    silence: 'allow',
  },
  'OfficialAccount.CallbackBeforeSendMsg': {
    one: 10_016,
    two: 'drop',
    own: [120_001, 130_000],
    others: 'none',
    silence: 'allow',
    member: message,
  },
  'Sns.CallbackPrevFriendAdd': friend,
  'Sns.CallbackPrevFriendResponse': friend,
}

interface Case {
  readonly name: string
  readonly reply: Reply
  readonly expected: object
}

const app = { decidedBy: 'app', rule: null, failureClass: null, noVerdict: null }
const allowed = { ...app, verdict: 'allow', errorCode: 0, errorInfo: '' }
const dropped = { ...app, verdict: 'drop', errorCode: 0, errorInfo: '', replace: [] }
const own = (code: number) => ({ ...app, verdict: 'deny', errorCode: code, errorInfo: 'as told', replace: [] })
const platform = (code: number) => ({ ...app, verdict: 'deny', errorCode: code, errorInfo: '', replace: [] })

/** By default of the catalogue, for a class of failure. */
function silent({ silence }: Codes, failureClass: string, more: object = {}): object {
  const errorCode = silence === 'deny' ? 80_003 : 0
  return {
    verdict: silence,
    errorCode,
    errorInfo: '',
    replace: [],
    decidedBy: 'policy',
    rule: 'default',
    failureClass,
    ...more,
  }
}

function ofCode(codes: Codes, code: number): object {
  const unknown = silent(codes, 'no_verdict', { noVerdict: { reason: 'unknown_code' } })
  const word = (said: number | string): object => {
    if (typeof said === 'number') return platform(said)
    return said === 'own' ? own(code) : said === 'drop' ? dropped : unknown
  }
  if (code === 0) return allowed
  if (code === 1) return word(codes.one)
  if (code === 2) return word(codes.two)
  const [from, to] = codes.own ?? [0, -1]
  return word(from <= code && code <= to ? 'own' : codes.others)
}

function casesOf(codes: Codes): readonly Case[] {
  const { needs = {}, own: range, member } = codes
  const edges = range === undefined ? [] : [range[0] - 1, range[0], range[0] + 1, range[1], range[1] + 1]
  const none = (reason: string): object => silent(codes, 'no_verdict', { noVerdict: { reason } })
  const noCode = silent(codes, 'no_verdict', { noVerdict: null, attempt: attemptOf('no_error_code') })
  const ofJson = (detail: string): object => silent(codes, 'no_verdict', { attempt: attemptOf(detail) })
  const failing: Case[] = [
    { name: 'code missing', reply: '{"ActionStatus":"OK"}', expected: noCode },
    { name: 'code 0.5', reply: packet(0.5, needs), expected: noCode },
    { name: 'code "0"', reply: packet('0', needs), expected: noCode },
    { name: 'code null', reply: packet(null, needs), expected: noCode },
    { name: 'code -1', reply: packet(-1, needs), expected: none('negative_code') },
    { name: 'nothing', reply: '', expected: ofJson('empty_body') },
    { name: 'a page', reply: '<html><body>hello</body></html>', expected: ofJson('html') },
    { name: 'no JSON', reply: 'OK', expected: ofJson('invalid_json') },
    {
      name: 'status 500',
      reply: (response) => void response.writeHead(500).end(packet(0, needs)),
      expected: silent(codes, 'bad_status', { attempt: { symptom: 'http_code_not_200', detail: 'status_500' } }),
    },
    {
      name: 'a reset',
      reply: reset,
      expected: silent(codes, 'unreachable', { attempt: { symptom: 'access_denied' } }),
    },
    {
      name: 'silence',
      reply: hang,
      expected: silent(codes, 'timeout', { attempt: { symptom: 'times_out', detail: 'response_timeout' } }),
    },
    {
      name: 'an answer that never ends',
      reply: (response) => void response.writeHead(200).write('{"ErrorCode":0'),
      expected: silent(codes, 'timeout', { attempt: { symptom: 'times_out' } }),
    },
  ]
  return [
    ...[0, 1, 2, 3, ...edges, 2_147_483_647].map((code) => ({
      name: `code ${code}`,
      reply: packet(code, needs),
      expected: ofCode(codes, code),
    })),
    ...(member === undefined ? [] : memberCases(codes, member)),
    ...failing,
  ]
}

function memberCases(codes: Codes, [name, good, bad]: NonNullable<Codes['member']>): readonly Case[] {
  const { needs = {} } = codes
  const isBad = silent(codes, 'no_verdict', { noVerdict: { reason: 'bad_member', member: name } })
  return [
    {
      name: `a good ${name}`,
      reply: packet(0, { ...needs, [name]: good }),
      expected: { ...allowed, replace: [{ member: name, value: good }] },
    },
    { name: `a bad ${name}`, reply: packet(0, { ...needs, [name]: bad }), expected: isBad },
    {
      name: `a bad ${name} beside code 1, if it does not count`,
      reply: packet(1, { ...needs, [name]: bad }),
      expected: ofCode(codes, 1),
    },
  ]
}

function attemptOf(detail: string): object {
  return { symptom: 'response_not_json', detail }
}

/** Long enough for what answers on a busy machine, short enough for what never does. */
const deadlineMs = 600

describe('a verdict', () => {
  let world: AskWorld
  let dns: DnsServer
  let closedPort: number

  beforeAll(async () => {
    dns = await startDnsServer({})
    world = await openAskWorld({ flags: { dns: dns.address } })
    const server = createServer()
    closedPort = await listen(server)
    await closeServer(server)
  })

  afterAll(async () => {
    await world.close()
    await dns.close()
  })

  it('has a row of codes for every command that is asked', () => {
    expect(Object.keys(table)).toEqual(askedWords)
  })

  it.each(Object.entries(table))(
    'on %s follows the codes of the command, and the catalogue if there is none',
    async (command, codes) => {
      const cases = casesOf(codes)
      // Each asks a webhook of its own, so that no breaker opens, and all at once, so that what never answers takes no time.
      const decisions = await Promise.all(
        cases.map(async ({ name, reply }) => {
          world.script(`${command} ${name}`, reply)
          const { ask } = await world.openApp({ commands: [command], askDeadlineMs: 10_000 })
          const isSilent = name === 'silence' || name.startsWith('an answer that never')
          const decision = await ask(command, {
            case: `${command} ${name}`,
            ...(isSilent ? { deadlineMs } : {}),
          })
          return [name, decision] as const
        }),
      )
      for (const [index, [name, decision]] of decisions.entries()) {
        expect.soft(decision, name).toMatchObject(cases[index]!.expected)
      }
    },
  )

  it.each(Object.entries(table))('on %s is the catalogue’s where no one can be reached', async (command, codes) => {
    const ask = async (url: string): Promise<object> => {
      const { ask: askApp }: AskedApp = await world.openApp({ commands: [command], url, askDeadlineMs: 10_000 })
      return askApp(command)
    }
    expect(await ask(`http://127.0.0.1:${closedPort}/hook`)).toMatchObject(
      silent(codes, 'unreachable', { attempt: { symptom: 'access_denied', detail: 'connection_refused' } }),
    )
    expect(await ask('http://nowhere.livehook.test/hook')).toMatchObject(
      silent(codes, 'unreachable', { attempt: { symptom: 'times_out', detail: 'dns_not_found' } }),
    )
  })
})
