// What compiles and what does not: `tsc --noEmit` holds these, at run time only the codes' table is compared.

import * as commands from '@livehook/protocol/commands'
import { listCommands } from '@livehook/protocol/catalogue'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Decision, DenyCode } from '../src/index.ts'
import { allow, createLeanReceiver, createReceiver, deny, drop } from '../src/index.ts'
import { aliases } from '../src/handlers/catalogue-table.ts'
import { codeRanges, replyTable } from '../src/handlers/reply-codes.ts'

const options = { apps: { 1_400_000_001: { tokens: ['test-token'] } }, log: false } as const

describe('the types of replies', () => {
  test('the denials, drops and required members are those of the catalogue', () => {
    const asked = Object.values(commands as Record<string, unknown>).filter(
      (value): value is commands.CommandFacts =>
        typeof value === 'object' && value !== null && 'reply' in value && 'command' in value,
    )
    const fromCatalogue = asked.map(({ command, reply }) => {
      const rules = reply!
      const ranges = rules.codes.filter(({ verdict }) => verdict === 'deny').map(({ from, to }) => [from, to])
      const members = Object.entries(rules.members).filter(([, { required }]) => required)
      return {
        command,
        deny: ranges.length === 0 && rules.otherCodes.verdict === 'deny' ? 'any' : ranges.toSorted(byFirst),
        drop: rules.codes.some(({ verdict }) => verdict === 'drop'),
        required: members.map(([name]) => name),
      }
    })
    const fromTable = Object.entries(replyTable).map(([command, row]) => {
      const names: readonly (keyof typeof codeRanges | 'any')[] = row.deny
      const ranges = names.flatMap((name) => (name === 'any' ? [] : [[...codeRanges[name]]]))
      return {
        command,
        deny: names.includes('any') ? 'any' : ranges.toSorted(byFirst),
        drop: row.drop,
        required: [...row.required],
      }
    })
    expect(fromTable.toSorted(byCommand)).toEqual(fromCatalogue.toSorted(byCommand))
  })

  test('the other spellings of commands are those of the catalogue', () => {
    const published = listCommands().flatMap(({ command, aliases: others }) => others.map((alias) => [alias, command]))
    expect(Object.fromEntries(published)).toEqual(aliases)
  })

  test('codes end if the command’s range ends', () => {
    expectTypeOf<10_101>().toExtend<DenyCode<'Group.CallbackBeforeSendMsg'>>()
    expectTypeOf<10_200>().toExtend<DenyCode<'Group.CallbackBeforeSendMsg'>>()
    expectTypeOf<10_201>().not.toExtend<DenyCode<'Group.CallbackBeforeSendMsg'>>()
    expectTypeOf<10_099>().not.toExtend<DenyCode<'Group.CallbackBeforeSendMsg'>>()
    expectTypeOf<120_001>().toExtend<DenyCode<'C2C.CallbackBeforeSendMsg'>>()
    expectTypeOf<130_000>().toExtend<DenyCode<'C2C.CallbackBeforeSendMsg'>>()
    expectTypeOf<120_000>().not.toExtend<DenyCode<'C2C.CallbackBeforeSendMsg'>>()
    expectTypeOf<102_200>().toExtend<DenyCode<'Live.CallbackBeforeSendGift'>>()
    expectTypeOf<0>().not.toExtend<DenyCode<'Live.CallbackBeforeSendGift'>>()
    expectTypeOf<ReturnType<typeof drop>>().toExtend<Decision<'Group.CallbackBeforeSendMsg'>>()
    expectTypeOf<ReturnType<typeof drop>>().not.toExtend<Decision<'Live.CallbackBeforeSendGift'>>()
  })

  test('handlers take events and give decisions of their own command', () => {
    const receiver = createReceiver(options)
    receiver.before('Group.CallbackBeforeSendMsg', async (event) => {
      expectTypeOf(event.body.GroupId).toEqualTypeOf<string>()
      return event.body.MsgBody.some(({ MsgType }) => MsgType === 'TIMFileElem') ? deny(10_101, 'no files') : allow()
    })
    receiver.before('C2C.CallbackBeforeSendMsg', () => allow({ CloudCustomData: '{}' }))
    receiver.before('Sns.CallbackPrevFriendAdd', () => allow({ ResultItem: [{ To_Account: 'ben', ResultCode: 0 }] }))
    receiver.before('Group.CallbackBeforeCreateGroup', () => undefined)
    receiver.before('Group.*', (event) => {
      expectTypeOf(event.command).toExtend<`Group.${string}`>()
      if (event.command === 'Group.CallbackBeforeSendMsg') expectTypeOf(event.body.Random).toEqualTypeOf<number>()
    })
    receiver.after('Live.*', (event) => {
      expectTypeOf(event.phase).toEqualTypeOf<'after'>()
    })
    receiver.after('Live.CallbackAfterMemberStateChanged', async (event) => event.body.MemberList)

    const other = createReceiver(options)
    // @ts-expect-error -- a gift cannot be dropped
    other.before('Live.CallbackBeforeSendGift', () => drop())
    // @ts-expect-error -- the code is another command's
    other.before('Group.CallbackBeforeSendMsg', () => deny(120_001))
    // @ts-expect-error -- the reply needs a ResultItem
    other.before('Sns.CallbackPrevFriendAdd', () => allow())
    // @ts-expect-error -- nothing of a group's creation can be replaced by a number
    other.before('OfficialAccount.CallbackBeforeSendMsg', () => allow({ CloudCustomData: 7 }))
    // @ts-expect-error -- a misspelt member; without types it would be a 500, and the message would pass
    createReceiver(options).before('Group.CallbackBeforeSendMsg', () => allow({ MsgBdoy: [] }))
    const invite = 'Group.CallbackBeforeInviteJoinGroup'
    // @ts-expect-error -- a misspelt member beside one that is right
    createReceiver(options).before(invite, () => allow({ RefusedMembers_Account: [], RefusedMember: [] }))
    const group = 'Group.CallbackBeforeCreateGroup'
    // @ts-expect-error -- nothing of a group's creation can be replaced
    createReceiver(options).before(group, () => allow({ MsgBody: [] }))
    // @ts-expect-error -- also where a promise brings it
    createReceiver(options).before(group, async () => allow({ Name: 'x' }))
    // @ts-expect-error -- also if it is one of several decisions
    createReceiver(options).before(group, (event) => (event.body.Type === 'x' ? deny() : allow({ Name: 'x' })))
    // @ts-expect-error -- also as the answer for when the time is up
    createReceiver(options).before(group, () => allow(), { timeUp: allow({ Name: 'x' }) })
    // @ts-expect-error -- no command of the family has it
    createReceiver(options).before('Group.*', () => allow({ RspData: 'x' }))
    createReceiver(options).before('Group.*', () => allow({ CloudCustomData: 'x' }))
    const changed = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '***' } }].map((element) => ({ ...element }))
    createReceiver(options).before('C2C.CallbackBeforeSendMsg', () => allow({ MsgBody: changed }))
    // @ts-expect-error -- a text is no decision
    other.before('C2C.CallbackBeforeSendMsg', () => 'OK')
    expect(() => {
      // @ts-expect-error -- an after command is not asked
      other.before('Live.CallbackAfterCreateRoom', () => allow())
    }).toThrow('There is no before command Live.CallbackAfterCreateRoom')
  })

  test('a lean receiver takes the commands it was given and no other', () => {
    const receiver = createLeanReceiver([commands.groupCallbackBeforeSendMsg], { apps: options.apps })
    receiver.before('Group.CallbackBeforeSendMsg', () => drop())
    expect(() => {
      // @ts-expect-error -- it was not given
      receiver.before('Live.CallbackBeforeSendGift', () => allow())
    }).toThrow('There is no before command Live.CallbackBeforeSendGift')
  })

  test('a strict receiver has a fallback', () => {
    expect(() => {
      // @ts-expect-error -- strict without a fallback
      createReceiver({ ...options, strict: true })
    }).toThrow('strict needs a fallback')
    expect(() => createReceiver({ ...options, strict: true, fallback: () => undefined })).not.toThrow()
  })
})

function byFirst(left: readonly number[], right: readonly number[]): number {
  return left[0]! - right[0]!
}

function byCommand(left: { readonly command: string }, right: { readonly command: string }): number {
  return left.command < right.command ? -1 : 1
}
