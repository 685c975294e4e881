// What the compiler promises to users of the catalogue; `tsc --noEmit` is what holds it.

import { describe, expectTypeOf, it } from 'vitest'
import { findCommand, isEventOf, readEvent } from '../../src/catalogue.ts'
import type {
  BeforeWord,
  CatalogueEvent,
  CommandWord,
  EventOf,
  EventWord,
  MessageElement,
  Payload,
  Reply,
} from '../../src/catalogue.ts'
import { groupCallbackBeforeSendMsg, readEventOf } from '../../src/commands.ts'

declare const event: CatalogueEvent
const bytes = new Uint8Array()

describe('the types of the catalogue', () => {
  it('narrow the payload by the command in a switch', () => {
    const roomOf = (each: CatalogueEvent): string | undefined => {
      // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- that a few commands of many can be picked is what is shown
      switch (each.command) {
        case 'Live.CallbackAfterCreateRoom':
          expectTypeOf(each.body).toEqualTypeOf<Payload<'Live.CallbackAfterCreateRoom'>>()
          expectTypeOf(each.phase).toEqualTypeOf<'after'>()
          expectTypeOf(each.body.RoomInfo.TakeSeatMode).toEqualTypeOf<'None' | 'FreeToTake' | 'ApplyToTake'>()
          return each.body.RoomInfo.RoomId
        case 'Live.CallbackBeforeSendGift':
          expectTypeOf(each.phase).toEqualTypeOf<'before'>()
          expectTypeOf(each.body.GiftWater.To_Account).toEqualTypeOf<readonly string[]>()
          return each.body.RoomId
        default:
          return undefined
      }
    }
    expectTypeOf(roomOf).returns.toEqualTypeOf<string | undefined>()
  })

  it('narrow by CallbackCommand of the body as well', () => {
    const body = {} as Payload
    if (body.CallbackCommand === 'Group.CallbackAfterSendMsg') {
      expectTypeOf(body.MsgSeq).toEqualTypeOf<number>()
      expectTypeOf(body.MsgBody).toEqualTypeOf<readonly MessageElement[]>()
    }
  })

  it('let a switch be exhaustive: what is left at the end is never', () => {
    type Follow = EventOf<'Follow.CallbackAfterFollowAdd' | 'Follow.CallbackAfterFollowDelete'>
    const follower = (each: Follow): string => {
      switch (each.command) {
        case 'Follow.CallbackAfterFollowAdd':
          return each.body.FollowList.map(({ To_Account }) => To_Account).join()
        case 'Follow.CallbackAfterFollowDelete':
          return each.body.To_Account.join()
        default:
          expectTypeOf(each).toEqualTypeOf<never>()
          return each
      }
    }
    expectTypeOf(follower).parameter(0).toEqualTypeOf<Follow>()
    // A handler for every command is a handler for every word, and for no other.
    type Handlers = { readonly [Word in EventWord]: (each: EventOf<Word>) => void }
    expectTypeOf<keyof Handlers>().toEqualTypeOf<CatalogueEvent['command']>()
  })

  it('know unknown commands and custom ones as such', () => {
    const read = readEvent('Live.CallbackAfterCreateRoom', bytes)
    expectTypeOf(read.kind).toEqualTypeOf<'event' | 'custom' | 'unknown' | 'refused'>()
    if (read.kind === 'unknown') expectTypeOf(read.body).toEqualTypeOf<Readonly<Record<string, unknown>>>()
    if (read.kind === 'event') expectTypeOf(read).toEqualTypeOf<CatalogueEvent>()
    if (isEventOf('State.StateChange', read)) expectTypeOf(read.body.Info.To_Account).toEqualTypeOf<string>()
  })

  it('offer all command words to autocompletion, and take any other text if one may come from outside', () => {
    expectTypeOf(findCommand).parameter(0).toEqualTypeOf<CommandWord | (string & {})>()
    expectTypeOf<'Live.CallbackAfterCreateRoom'>().toExtend<CommandWord>()
    expectTypeOf<'Live.CallbackMemberStateChanged'>().not.toExtend<CommandWord>()
    expectTypeOf<'Live.CallbackBeforeCallBackNotBlock'>().not.toExtend<EventWord>()
  })

  it('give every before command its reply, and every after command the acknowledgement', () => {
    expectTypeOf<Reply<'Group.CallbackBeforeSendMsg'>['MsgBody']>().toEqualTypeOf<
      readonly MessageElement[] | undefined
    >()
    expectTypeOf<Reply<'Sns.CallbackPrevFriendAdd'>>().toHaveProperty('ResultItem')
    expectTypeOf<Reply<'Live.CallbackAfterCreateRoom'>>().not.toHaveProperty('MsgBody')
    expectTypeOf<Reply<BeforeWord>['ErrorCode']>().toEqualTypeOf<number>()
  })

  it('type a single command without the catalogue', () => {
    const read = readEventOf(groupCallbackBeforeSendMsg, bytes)
    if (read.kind === 'event') expectTypeOf(read.body.GroupId).toEqualTypeOf<string>()
    expectTypeOf<CatalogueEvent>().toEqualTypeOf<typeof event>()
  })
})
