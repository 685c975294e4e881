import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listCommands, makeReply, readVerdict, sampleOf } from '../../src/catalogue.ts'
import {
  BodyError,
  c2cCallbackBeforeSendMsg,
  groupCallbackBeforeInviteJoinGroup,
  groupCallbackBeforeSendMsg,
  liveCallbackAfterDestroyRoom,
  liveCallbackBeforeSendGift,
  makeBody,
  snsCallbackPrevFriendAdd,
} from '../../src/commands.ts'
import { ReplyError, ok, serialiseReply } from '../../src/index.ts'
import { utf8 } from '../both-entries.ts'

describe('making a body', () => {
  it('writes CallbackCommand first and every member under its own name', () => {
    const text = makeBody(liveCallbackAfterDestroyRoom, {
      EventTime: 1_750_000_000_123,
      Operator_Account: 'amy',
      RoomId: 'r',
      EventType: 'DestroyByUser',
    })
    expect(text).toBe(
      '{"CallbackCommand":"Live.CallbackAfterDestroyRoom","EventTime":1750000000123,"Operator_Account":"amy","RoomId":"r","EventType":"DestroyByUser"}',
    )
  })

  it.each(listCommands().filter(({ configOnly }) => configOnly !== true))(
    'gives the sample of $command back, with no member less',
    (command) => {
      const sample: object = JSON.parse(sampleOf(command.command)!)
      expect(JSON.parse(makeBody(command as typeof liveCallbackAfterDestroyRoom, sample as never))).toMatchObject(
        sample,
      )
    },
  )

  it.each([
    [{ RoomId: 'r' }, '/Operator_Account'],
    [{ RoomId: { a: 1 }, Operator_Account: 'amy', EventType: 'DestroyByUser', EventTime: 1 }, '/RoomId'],
    [{ RoomId: 'r', Operator_Account: 'amy', EventType: 'DestroyByUser', EventTime: 'now' }, '/EventTime'],
    [null, '/'],
  ])('refuses %j and says where', (members, pointer) => {
    const make = () => makeBody(liveCallbackAfterDestroyRoom, members as never)
    expect(make).toThrow(BodyError)
    expect(make).toThrow(expect.objectContaining({ code: 'body_shape', pointer }))
  })
})

describe('making a reply', () => {
  const asks = listCommands().filter(({ reply }) => reply !== undefined)

  const denialOf = (command: (typeof asks)[number], code: number, text: string): string | undefined => {
    try {
      return serialiseReply(makeReply(command, { verdict: 'deny', code, text }))
    } catch (error) {
      if (error instanceof ReplyError) return undefined
      throw error
    }
  }

  it('is read back as the choice that was made, for every command and every code that denies', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...asks),
        fc.integer({ min: 0, max: 140_000 }),
        fc.string(),
        (command, code, text) => {
          const packet = denialOf(command, code, text)
          const read = readVerdict(command, utf8(packet ?? `{"ErrorCode":${code}}`))
          const isDenied = read.kind === 'verdict' && read.verdict === 'deny'
          // What can be made denies, and what cannot be made would not have denied.
          expect(isDenied).toBe(packet !== undefined)
          expect(packet === undefined || ('replied' in read && read.replied.errorInfo === text)).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('allows with members, denies with the plain code, drops if the command can', () => {
    const MsgBody = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '***' } }]
    expect(makeReply(groupCallbackBeforeSendMsg, { verdict: 'allow', members: { MsgBody } })).toEqual({
      ...ok(),
      MsgBody,
    })
    expect(makeReply(groupCallbackBeforeSendMsg, { verdict: 'deny' })).toEqual({ ...ok(), ErrorCode: 1 })
    expect(makeReply(groupCallbackBeforeSendMsg, { verdict: 'drop' })).toEqual({ ...ok(), ErrorCode: 2 })
    expect(makeReply(liveCallbackBeforeSendGift, { verdict: 'deny', code: 102_150, text: 'no coins' })).toEqual({
      ...ok(),
      ErrorCode: 102_150,
      ErrorInfo: 'no coins',
    })
  })

  it.each([
    ['a code of another family', c2cCallbackBeforeSendMsg, { verdict: 'deny', code: 10_100 }],
    ['a code that drops', c2cCallbackBeforeSendMsg, { verdict: 'deny', code: 2 }],
    ['a negative code', liveCallbackBeforeSendGift, { verdict: 'deny', code: -1 }],
    ['a drop that no one knows', liveCallbackBeforeSendGift, { verdict: 'drop' }],
    ['a member of another command', groupCallbackBeforeInviteJoinGroup, { verdict: 'allow', members: { MsgBody: [] } }],
    ['a member of another type', groupCallbackBeforeSendMsg, { verdict: 'allow', members: { CloudCustomData: 1 } }],
    ['a message without elements', groupCallbackBeforeSendMsg, { verdict: 'allow', members: { MsgBody: [] } }],
    ['no answer to a question', snsCallbackPrevFriendAdd, { verdict: 'allow' }],
    ['a verdict if none is asked', liveCallbackAfterDestroyRoom, { verdict: 'allow' }],
  ] as const)('refuses %s', (_what, command, choice) => {
    expect(() => makeReply(command, choice)).toThrow(ReplyError)
  })
})
