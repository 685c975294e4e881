// The bodies of the evening's events, as the catalogue has them. Times are epoch milliseconds. Pure.

import type { BattleMoment } from './story.ts'
import type { Room, Told } from './story.ts'

interface Said {
  readonly room: Room
  readonly account: string
  /** Of the message within its room, from 1. */
  readonly sequence: number
  readonly at: number
}

const groupType = 'AVChatRoom'

function infoOf({ number, host }: Room): Readonly<Record<string, unknown>> {
  return {
    RoomName: `Evening stage ${number}`,
    RoomType: 'Live',
    Owner_Account: host,
    IsSeatEnabled: true,
    TakeSeatMode: 'ApplyToTake',
    MaxMemberCount: 5000,
    MaxSeatCount: 8,
    IsMessageDisabled: false,
    IsPublicVisible: true,
    Category: [3],
    CustomInfo: '',
    CoverURL: '',
  }
}

export function opens(room: Room, at: number): Told {
  const facts = { RoomId: room.roomId, ...infoOf(room), CreateTime: seconds(at) }
  return {
    command: 'Live.CallbackAfterCreateRoom',
    body: { Operator_Account: room.host, RoomInfo: facts, EventTime: at },
  }
}

export interface GiftsOfRoom {
  readonly sent: number
  readonly coins: number
  readonly senders: number
}

export function closes(room: Room, { gifts, at }: { readonly gifts: GiftsOfRoom; readonly at: number }): Told {
  const atItsEnd = { ActivityStatus: 0, ViewCount: room.viewers, BackgroundURL: '', IsUnlimitedRoomEnabled: false }
  return {
    command: 'Live.CallbackAfterDestroyRoom',
    body: {
      Operator_Account: room.host,
      RoomId: room.roomId,
      EventType: 'DestroyByUser',
      EventTime: at,
      RoomInfo: { ...infoOf(room), ...atItsEnd },
      Statistic: {
        TotalViewers: room.viewers,
        TotalGiftsSent: gifts.sent,
        TotalGiftCoins: gifts.coins,
        TotalUniqueGiftSenders: gifts.senders,
        TotalLikesReceived: 0,
      },
    },
  }
}

export function membersChange(
  { roomId }: Room,
  change: { readonly type: 'Online' | 'Offline'; readonly accounts: readonly string[]; readonly at: number },
): Told {
  const { type, accounts, at } = change
  return {
    command: 'Live.CallbackAfterMemberStateChanged',
    body: {
      RoomId: roomId,
      EventType: type,
      EventCause: type === 'Online' ? 'Enter' : 'Leave',
      MemberList: accounts.map((account) => ({ Member_Account: account })),
      EventTime: at,
    },
  }
}

export function seatChange(
  { roomId, host }: Room,
  { seat, account, at }: { readonly seat: number; readonly account: string; readonly at: number },
): Told {
  const flags = { IsTakenDisabled: false, IsVideoDisabled: false, IsAudioDisabled: false }
  return {
    command: 'Mic.CallbackAfterSeatInfoChanged',
    body: {
      Operator_Account: account === '' ? host : account,
      RoomId: roomId,
      SeatList: [{ Index: seat, Member_Account: account, ...flags }],
      EventTime: at,
    },
  }
}

export function recording({ roomId }: Room, { isStart, at }: { readonly isStart: boolean; readonly at: number }): Told {
  return {
    command: 'Live.CallbackAfterCloudRecordingChanged',
    body: {
      EventGroupId: 3,
      EventType: isStart ? 301 : 302,
      CallbackTs: at,
      EventInfo: {
        RoomId: roomId,
        EventTs: seconds(at),
        EventMsTs: at,
        UserId: 'rec_robot_1',
        TaskId: `task-${roomId}`,
        Payload: isStart ? { Status: 0 } : { LeaveCode: 0 },
      },
    },
  }
}

export function battle(moment: Omit<BattleMoment, 'at' | 'client'>): Told {
  const { phase, battleId, from, to, createdAt, startedAt, endedAt, scores } = moment
  const Duration = endedAt - startedAt
  switch (phase) {
    case 'create': {
      const rooms = { FromRoomId: from.roomId, ToRoomIdList: [to.roomId] }
      return {
        command: 'Live.CallbackAfterCreateBattle',
        body: {
          Operator_Account: from.host,
          BattleId: battleId,
          ...rooms,
          Duration,
          NeedResponse: true,
          Timeout: 20_000,
          ExtensionInfo: '',
          EventTime: createdAt,
        },
      }
    }
    case 'start': {
      const times = { Duration, CreateTime: seconds(createdAt), StartTime: seconds(startedAt), EventTime: startedAt }
      const sides = { FromRoomInfo: side(from), ToRoomList: [side(to)] }
      return { command: 'Live.CallbackAfterStartBattle', body: { BattleId: battleId, ...times, ...sides } }
    }
    case 'end': {
      const times = { CreateTime: seconds(createdAt), StartTime: seconds(startedAt), EndTime: seconds(endedAt) }
      const sides = { FromRoomInfo: side(from, scores[0]), ToRoomList: [side(to, scores[1])] }
      return {
        command: 'Live.CallbackAfterEndBattle',
        body: { BattleId: battleId, Duration, ...times, OpType: 0, ...sides, EventTime: endedAt },
      }
    }
    default:
      return phase satisfies never
  }
}

function side({ roomId, host }: Room, score?: number): Readonly<Record<string, unknown>> {
  return { RoomId: roomId, ...(score === undefined ? {} : { Score: score }), Owner_Account: host }
}

/** A message: asked first, told once it may be sent. */
export function message(said: Said, text: string, random: number): { readonly ask: Told; readonly tell: Told } {
  return talk(said, { MsgType: 'TIMTextElem', MsgContent: { Text: text } }, random)
}

function talk(
  { room, account, sequence, at }: Said,
  element: Readonly<Record<string, unknown>>,
  random: number,
): { readonly ask: Told; readonly tell: Told } {
  const facts = {
    GroupId: room.roomId,
    Type: groupType,
    From_Account: account,
    Operator_Account: account,
    Random: random,
    MsgBody: [element],
  }
  return {
    ask: { command: 'Group.CallbackBeforeSendMsg', body: { ...facts, EventTime: at } },
    tell: {
      command: 'Group.CallbackAfterSendMsg',
      body: { ...facts, MsgSeq: sequence, MsgTime: seconds(at), EventTime: at },
    },
  }
}

/** A gift: asked first; then it travels as a custom message. */
export function gift(
  said: Said,
  { giftId, count, coins }: { readonly giftId: string; readonly count: number; readonly coins: number },
): { readonly ask: Told; readonly tell: Told } {
  const { room, account, sequence, at } = said
  const water = {
    From_Account: account,
    To_Account: [room.host],
    Time: seconds(at),
    GiftId: giftId,
    Count: count,
    Coins: coins,
  }
  const data = JSON.stringify({ type: 'gift', giftId, count })
  const element = { MsgType: 'TIMCustomElem', MsgContent: { Data: data, Desc: 'gift', Ext: '' } }
  return {
    ask: {
      command: 'Live.CallbackBeforeSendGift',
      body: { Operator_Account: account, RoomId: room.roomId, GiftWater: water },
    },
    tell: talk(said, element, sequence).tell,
  }
}

function seconds(at: number): number {
  return Math.floor(at / 1000)
}
