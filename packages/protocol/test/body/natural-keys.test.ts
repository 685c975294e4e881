import { describe, expect, it } from 'vitest'
import { afterCommandOf, findCommand, followsFrom, listCommands, naturalKeys, sampleOf } from '../../src/catalogue.ts'

const keys = (word: string, body: unknown = JSON.parse(sampleOf(word)!)) => naturalKeys(findCommand(word)!, body)

describe('natural keys', () => {
  it('are found in the sample of every command that has them', () => {
    const wrong = listCommands().filter((command) => {
      const { order, identity } = naturalKeys(command, JSON.parse(sampleOf(command.command) ?? '{}'))
      return (
        (order === undefined) !== (command.order === undefined) ||
        (identity === undefined) !== (command.identity === undefined)
      )
    })
    expect(wrong.map(({ command }) => command)).toEqual([])
  })

  it('order by room, group, call and user, and by conversation whichever way a message goes', () => {
    expect(keys('Live.CallbackAfterCreateRoom').order).toBe('room:stage-42')
    expect(keys('Live.CallbackAfterEndBattle').order).toBe('room:stage-42')
    expect(keys('Group.CallbackAfterSendMsg').order).toBe('group:%40TGS%233DEMOGRP01')
    expect(keys('State.StateChange').order).toBe('user:amy')
    const there = { From_Account: 'amy', To_Account: 'ben', MsgKey: '1_2_3' }
    const back = { From_Account: 'ben', To_Account: 'amy', MsgKey: '4_5_6' }
    expect(keys('C2C.CallbackAfterSendMsg', there).order).toBe('conversation:amy/ben')
    expect(keys('C2C.CallbackAfterSendMsg', back).order).toBe('conversation:amy/ben')
  })

  it('identify a message by its key or its sequence, within its conversation, group and topic', () => {
    expect(keys('C2C.CallbackAfterSendMsg').identity).toBe('C2C.CallbackAfterSendMsg:amy/ben/31001_7719031_1750000000')
    const inGroup = { GroupId: 'g', MsgSeq: 413 }
    expect(keys('Group.CallbackAfterSendMsg', inGroup).identity).toBe('Group.CallbackAfterSendMsg:g//413')
    expect(keys('Group.CallbackAfterSendMsg', { ...inGroup, TopicId: 't' }).identity).toBe(
      'Group.CallbackAfterSendMsg:g/t/413',
    )
  })

  it('do not identify what a body cannot tell apart: two equal gifts in one second are two gifts', () => {
    expect(keys('Live.CallbackBeforeSendGift')).toEqual({ order: 'room:stage-42' })
  })

  it('never give the same text for different values', () => {
    const body = (RoomId: string, EventTime: number) =>
      keys('Live.CallbackAfterDestroyRoom', { RoomId, EventTime }).identity
    expect(body('a/1', 2)).not.toBe(body('a', 2))
    expect(body('a/b', 2)).toBe('Live.CallbackAfterDestroyRoom:a%2Fb/2')
    const list = (names: string[]) =>
      keys('Room.CallbackAfterMemberEnter', { RoomId: 'r', EventTime: 1, MemberList_Account: names }).identity
    expect(list(['a', 'b'])).not.toBe(list(['a,b']))
  })

  it.each([undefined, null, 7, 'x', [], {}, { RoomId: null, EventTime: 1 }, { RoomId: { a: 1 } }, { RoomId: true }])(
    'are missing if the body lacks them: %j',
    (body) => {
      expect(naturalKeys(findCommand('Live.CallbackAfterDestroyRoom')!, body)).toEqual({})
    },
  )
})

describe('what follows a before event', () => {
  const follows = listCommands().flatMap((command) => {
    const after = afterCommandOf(command)
    return after === undefined ? [] : [{ command, after }]
  })

  it('is an after command of the catalogue, for every before command but gifts and queries', () => {
    for (const { after } of follows) expect(findCommand(after.command)?.phase).toBe('after')
    const without = listCommands().filter(({ reply, after }) => reply !== undefined && after === undefined)
    expect(without.map(({ command }) => command)).toEqual([
      'Chatbot.InterfaceInvocation',
      'Chatbot.OnC2CSignalMessage',
      'Desk.CallbackBeforeIMContactUser',
      'Live.CallbackBeforeSendGift',
    ])
  })

  it('matches by members that both bodies have', () => {
    const has = (word: string, path: string) =>
      path.split('.').reduce<unknown>((shape, step) => {
        const members = shape as Record<string, unknown>
        const inner = members[step.replace('[]', '')] ?? members[`${step.replace('[]', '')}?`]
        return step.endsWith('[]') ? (inner as unknown[])[0] : inner
      }, findCommand(word)!.shape)
    for (const { command, after } of follows) {
      for (const [from, to] of Object.entries(after.match)) {
        expect(has(command.command, from)).toBe(has(after.command, to))
        expect(has(after.command, to)).toMatch(/string|integer/)
      }
    }
  })

  it('is recognised by its natural key, also if a list was shortened on the way', () => {
    const before = findCommand('Group.CallbackBeforeInviteJoinGroup')!
    const asked = {
      command: before,
      body: {
        GroupId: 'g',
        Operator_Account: 'amy',
        DestinationMembers: [{ Member_Account: 'cho' }, { Member_Account: 'dan' }],
      },
    }
    const joined = (GroupId: string, member: string) => ({
      command: 'Group.CallbackAfterNewMemberJoin',
      body: { GroupId, Operator_Account: 'amy', NewMemberList: [{ Member_Account: member }] },
    })
    expect(followsFrom(asked, joined('g', 'dan'))).toBe(true)
    expect(followsFrom(asked, joined('g', 'eve'))).toBe(false)
    expect(followsFrom(asked, joined('h', 'dan'))).toBe(false)
    expect(followsFrom(asked, { ...joined('g', 'dan'), command: 'Group.CallbackAfterMemberExit' })).toBe(false)
    expect(followsFrom({ ...asked, command: findCommand('Live.CallbackBeforeSendGift')! }, joined('g', 'dan'))).toBe(
      false,
    )
  })
})
