import { describe, expect, it } from 'vitest'
import { findCommand, listCommands, parseCustomCommand, readVerdict, silenceOf } from '../../src/catalogue.ts'
import type { CatalogueCommand, ReadVerdict } from '../../src/catalogue.ts'
import { utf8 } from '../both-entries.ts'

const asks = listCommands().filter(({ reply }) => reply !== undefined)
const reply = (ErrorCode: unknown, more: object = {}) =>
  utf8(JSON.stringify({ ActionStatus: 'OK', ErrorInfo: 'no', ErrorCode, ...more }))
/** Members that some commands need with a code that allows. */
const needed = { ResultItem: [{ To_Account: 'ben', ResultCode: 38001, ResultInfo: 'no' }], RspData: '{}' }
const read = (command: CatalogueCommand, code: unknown, more: object = needed) =>
  readVerdict(command, reply(code, more))

const own = (code: number) => ({ verdict: 'deny', errorCode: code, errorInfo: 'no' })
const platform = (code: number) => ({ verdict: 'deny', errorCode: code, errorInfo: '' })
const allowed = { verdict: 'allow', errorCode: 0, errorInfo: '' }
const dropped = { verdict: 'drop', errorCode: 0, errorInfo: '' }
const none = { kind: 'no_verdict', reason: 'unknown_code' }

/** Every *before* command with codes at and around every edge, written out by hand: the generated rules are held against it. */
const table: Readonly<Record<string, readonly (readonly [number, object])[]>> = {
  'C2C.CallbackBeforeSendMsg': [
    ...([
      [0, allowed],
      [1, platform(20006)],
      [2, dropped],
      [3, none],
    ] as const),
    ...([
      [120_000, none],
      [120_001, own(120_001)],
      [130_000, own(130_000)],
      [130_001, none],
    ] as const),
    ...([
      [10_100, none],
      [102_100, none],
    ] as const),
  ],
  'Chatbot.InterfaceInvocation': [
    [0, allowed],
    [1, own(1)],
    [2, own(2)],
    [2_147_483_647, own(2_147_483_647)],
  ],
  'Chatbot.OnC2CSignalMessage': [
    [0, allowed],
    [1, own(1)],
    [2, none],
  ],
  'Desk.CallbackBeforeIMContactUser': [
    [0, allowed],
    [1, own(1)],
    [2, own(2)],
    [99_999, own(99_999)],
  ],
  'Group.CallbackBeforeApplyJoinGroup': groupWithoutDrop(),
  'Group.CallbackBeforeCreateGroup': groupWithoutDrop(),
  'Group.CallbackBeforeCreateTopic': groupWithoutDrop(),
  'Group.CallbackBeforeInviteJoinGroup': groupWithoutDrop(),
  'Group.CallbackBeforeSendMsg': [...groupWithoutDrop().filter(([code]) => code !== 2), [2, dropped]],
  'Live.CallbackBeforeSendGift': [
    ...([
      [0, allowed],
      [1, own(1)],
      [2, own(2)],
    ] as const),
    ...([
      [102_099, own(102_099)],
      [102_100, own(102_100)],
      [102_200, own(102_200)],
      [102_201, own(102_201)],
    ] as const),
  ],
  'OfficialAccount.CallbackBeforeAddSubscriber': [
    [0, allowed],
    [1, own(1)],
    [2, none],
  ],
  'OfficialAccount.CallbackBeforeCreateOfficialAccount': [
    [0, allowed],
    [1, platform(20006)],
    [2, none],
    [120_001, none],
  ],
  'OfficialAccount.CallbackBeforeSendMsg': [
    ...([
      [0, allowed],
      [1, platform(10016)],
      [2, dropped],
      [3, none],
    ] as const),
    ...([
      [120_000, none],
      [120_001, own(120_001)],
      [130_000, own(130_000)],
      [130_001, none],
    ] as const),
  ],
  'Sns.CallbackPrevFriendAdd': [
    [0, allowed],
    [1, none],
    [38_000, none],
    [39_000, none],
  ],
  'Sns.CallbackPrevFriendResponse': [
    [0, allowed],
    [1, none],
    [38_000, none],
    [39_000, none],
  ],
}

function groupWithoutDrop(): readonly (readonly [number, object])[] {
  return [
    ...([
      [0, allowed],
      [1, platform(10016)],
      [2, none],
      [3, none],
    ] as const),
    ...([
      [10_099, none],
      [10_100, own(10_100)],
      [10_150, own(10_150)],
      [10_200, own(10_200)],
      [10_201, none],
    ] as const),
  ]
}

describe('the verdict on a before event (I7)', () => {
  it('has a row of codes for every command that is asked', () => {
    expect(Object.keys(table)).toEqual(asks.map(({ command }) => command))
  })

  it.each(Object.entries(table).flatMap(([word, rows]) => rows.map(([code, verdict]) => ({ word, code, verdict }))))(
    '$word with ErrorCode $code',
    ({ word, code, verdict }) => {
      expect(read(findCommand(word)!, code)).toMatchObject(verdict)
    },
  )

  it('covers every edge of every range, and both of its sides', () => {
    const missing = asks.flatMap(({ command, reply: rules }) => {
      const codes = new Set(table[command]!.map(([code]) => code))
      const edges = rules!.codes.flatMap(({ from, to }) => [from - 1, from, to, to + 1])
      return edges.filter((code) => code >= 0 && !codes.has(code)).map((code) => `${command} ${code}`)
    })
    expect(missing).toEqual([])
  })

  it('tells what the receiver said beside what the client sees', () => {
    expect(read(findCommand('Group.CallbackBeforeSendMsg')!, 1)).toEqual({
      kind: 'verdict',
      verdict: 'deny',
      errorCode: 10016,
      errorInfo: '',
      replied: { errorCode: 1, errorInfo: 'no' },
    })
  })

  it.each(asks)('is none without an integer ErrorCode that is not negative: $command', (command) => {
    for (const code of [undefined, null, '0', '1', 0.5, 1.5, true, [], {}, 2 ** 53]) {
      expect(read(command, code)).toEqual({ kind: 'no_verdict', reason: 'no_error_code' })
    }
    for (const code of [-1, -2, -10_100, -2_147_483_648]) {
      expect(read(command, code)).toMatchObject({ kind: 'no_verdict', reason: 'negative_code' })
    }
    for (const text of ['', 'OK', '<html>', '{"ErrorCode":0']) {
      expect(readVerdict(command, utf8(text))).toEqual({ kind: 'no_verdict', reason: 'unreadable' })
    }
    for (const text of ['[]', '0', '"0"', 'null', '{"errorcode":0}']) {
      expect(readVerdict(command, utf8(text))).toEqual({ kind: 'no_verdict', reason: 'no_error_code' })
    }
  })

  it('takes 1.0 and 1e0 for 1, and ActionStatus for nothing: the code decides', () => {
    const command = findCommand('Group.CallbackBeforeSendMsg')!
    for (const text of [
      '{"ErrorCode":1.0}',
      '{"ErrorCode":1e0,"ActionStatus":"OK"}',
      '{"ErrorCode":1,"ActionStatus":"x"}',
    ]) {
      expect(readVerdict(command, utf8(text))).toMatchObject(platform(10016))
    }
    expect(readVerdict(command, utf8('{"ErrorCode":0,"ActionStatus":"FAIL"}'))).toMatchObject(allowed)
  })

  it('refuses to judge for a command that is not asked', () => {
    for (const word of ['Live.CallbackAfterCreateRoom', 'Live.CallbackBeforeCallBackNotBlock']) {
      expect(() => readVerdict(findCommand(word)!, reply(0))).toThrow(TypeError)
    }
  })
})

const element = { MsgType: 'TIMTextElem', MsgContent: { Text: 'hi' } }
const messages = ['C2C.CallbackBeforeSendMsg', 'Group.CallbackBeforeSendMsg', 'OfficialAccount.CallbackBeforeSendMsg']
const replaced = (verdict: ReadVerdict) =>
  verdict.kind === 'verdict' && verdict.verdict === 'allow'
    ? Object.fromEntries(verdict.replace.map(({ member, value }) => [member, value]))
    : verdict

describe.each(messages)('replacing parts of a message: %s', (word) => {
  const command = findCommand(word)!

  it.each([
    [{}],
    [{ MsgBody: [element] }],
    [{ CloudCustomData: '' }],
    [{ MsgBody: [element, { ...element, MsgType: 'TIMNewElem', More: 1 }], CloudCustomData: 'x' }],
  ])('takes %j', (members) => {
    expect(replaced(readVerdict(command, reply(0, members)))).toEqual(members)
  })

  it('takes null for a member that was not set, and passes over members that replace nothing', () => {
    const members = { MsgBody: null, CloudCustomData: null, GroupId: 'other', From_Account: 1 }
    expect(replaced(readVerdict(command, reply(0, members)))).toEqual({})
  })

  it.each([
    [{ MsgBody: [] }, 'MsgBody'],
    [{ MsgBody: {} }, 'MsgBody'],
    [{ MsgBody: 'hello' }, 'MsgBody'],
    [{ MsgBody: [{}] }, 'MsgBody'],
    [{ MsgBody: [element, { MsgType: 'TIMTextElem', MsgContent: 'hi' }] }, 'MsgBody'],
    [{ MsgBody: [{ MsgType: 7, MsgContent: {} }] }, 'MsgBody'],
    [{ MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: [] }] }, 'MsgBody'],
    [{ MsgBody: [element], CloudCustomData: 1 }, 'CloudCustomData'],
    [{ CloudCustomData: {} }, 'CloudCustomData'],
  ])('is no verdict with %j', (members, member) => {
    expect(readVerdict(command, reply(0, members))).toMatchObject({ kind: 'no_verdict', reason: 'bad_member', member })
  })

  it('is heard with code 0 only: whatever stands beside a denial does not matter', () => {
    for (const code of [1, 2]) {
      const verdict = readVerdict(command, reply(code, { MsgBody: [element] }))
      expect(verdict).not.toHaveProperty('replace')
      expect(readVerdict(command, reply(code, { MsgBody: 'bad' }))).toEqual(verdict)
    }
  })

  it('keeps the text of a replacement as it came, digits beyond 2^53 too (I8)', () => {
    const json = '[{"MsgType":"TIMCustomElem","MsgContent":{"Data": 12345678901234567890}}]'
    const verdict = readVerdict(command, utf8(`{"ErrorCode":0,"MsgBody":${json}}`))
    expect(verdict).toMatchObject({ replace: [{ member: 'MsgBody', use: 'replaces', json }] })
  })
})

describe('other members of a reply', () => {
  it('name those who are refused, under the published other name too', () => {
    const invite = findCommand('Group.CallbackBeforeInviteJoinGroup')!
    expect(readVerdict(invite, reply(0, { RefusedMembers_Account: ['cho'] }))).toMatchObject({
      replace: [{ member: 'RefusedMembers_Account', use: 'refuses', value: ['cho'] }],
    })
    const subscribe = findCommand('OfficialAccount.CallbackBeforeAddSubscriber')!
    for (const name of ['RefusedSubscribers_Account', 'RefusedMembers_Account']) {
      expect(readVerdict(subscribe, reply(0, { [name]: [] }))).toMatchObject({
        replace: [{ member: 'RefusedSubscribers_Account', use: 'refuses', value: [] }],
      })
    }
    for (const bad of ['cho', [1], [{ Member_Account: 'cho' }]]) {
      expect(readVerdict(invite, reply(0, { RefusedMembers_Account: bad }))).toMatchObject({ reason: 'bad_member' })
    }
  })

  it.each([
    ['Sns.CallbackPrevFriendAdd', 'ResultItem', [{ To_Account: 'ben', ResultCode: 0 }], [{ To_Account: 'ben' }]],
    ['Sns.CallbackPrevFriendResponse', 'ResultItem', [], 'ok'],
    ['Chatbot.OnC2CSignalMessage', 'RspData', '{}', { a: 1 }],
  ])('are needed if the answer is in them: %s needs %s', (word, member, good, bad) => {
    const command = findCommand(word)!
    expect(readVerdict(command, reply(0, { [member]: good }))).toMatchObject({ replace: [{ member, use: 'answers' }] })
    for (const members of [{}, { [member]: null }, { [member]: bad }]) {
      expect(readVerdict(command, reply(0, members))).toMatchObject({
        kind: 'no_verdict',
        reason: 'bad_member',
        member,
      })
    }
  })
})

describe('silence (I7)', () => {
  it('allows, but for gifts and queries', () => {
    const denied = asks.filter((command) => silenceOf(command, () => false) === 'deny').map(({ command }) => command)
    expect(denied).toEqual(['Chatbot.InterfaceInvocation', 'Chatbot.OnC2CSignalMessage', 'Live.CallbackBeforeSendGift'])
  })

  it('lets a gift pass if the switch is subscribed, and changes nothing else', () => {
    const isSwitchOn = (word: string) => word === 'Live.CallbackBeforeCallBackNotBlock'
    expect(silenceOf(findCommand('Live.CallbackBeforeSendGift')!, isSwitchOn)).toBe('allow')
    expect(silenceOf(findCommand('Chatbot.InterfaceInvocation')!, isSwitchOn)).toBe('deny')
    expect(silenceOf(findCommand('Group.CallbackBeforeSendMsg')!, isSwitchOn)).toBe('allow')
  })

  it('means for a custom command what its description says', () => {
    const ask = (more: object) => parseCustomCommand({ command: 'Shop.BeforeOrder', phase: 'before', ...more })
    expect(silenceOf(ask({}), () => false)).toBe('allow')
    expect(silenceOf(ask({ reply: { codes: [{ codes: '0', verdict: 'allow' }], silence: 'deny' } }), () => true)).toBe(
      'deny',
    )
  })
})
