// A live room's life as the events that a live platform would send: create, enter, message, gift, leave, destroy.

export interface DemoEvent {
  /** `ask`: it happens only if the answer allows it, and so does what is told of it afterwards. */
  readonly kind: 'ask' | 'event'
  readonly command: string
  readonly client: { readonly clientIp: string; readonly optPlatform: string }
  readonly body: Readonly<Record<string, unknown>>
}

const hosts = ['host_mei', 'host_jonas', 'host_aisha'] as const
const fans = ['fan_lin', 'fan_omar', 'fan_sofia'] as const

/**
 * @param room the room's number, from 1
 * @param at epoch milliseconds of its creation
 */
export function* roomLife(room: number, at: number): Generator<DemoEvent> {
  const roomId = `stage-${room}`
  const host = hosts[room % hosts.length] ?? hosts[0]
  const [first, second] = [fans[room % fans.length] ?? fans[0], fans[(room + 1) % fans.length] ?? fans[1]]
  const phone = { clientIp: '203.0.113.9', optPlatform: 'iOS' }
  const browser = { clientIp: '198.51.100.23', optPlatform: 'Web' }
  const roomInfo = { RoomName: `Evening stage ${room}`, RoomType: 'Live', Owner_Account: host, MaxMemberCount: 500 }

  yield {
    kind: 'event',
    command: 'Live.CallbackAfterCreateRoom',
    client: phone,
    body: {
      Operator_Account: host,
      RoomInfo: { RoomId: roomId, ...roomInfo, IsMessageDisabled: false, CreateTime: Math.floor(at / 1000) },
    },
  }
  yield memberChange(roomId, 'Online', [first, second])
  yield message({ roomId, from: first, sequence: 1, client: browser, element: text('hello from the first row') })
  // Whether a gift may be given is asked first; then it travels as a custom message.
  const isGenerous = room % 3 === 0
  const roses = isGenerous ? 100 : 3
  yield giftAsk({ roomId, from: second, to: host, roses, client: phone })
  yield message({ roomId, from: second, sequence: 2, client: phone, element: gift('rose', roses) })
  yield memberChange(roomId, 'Offline', [second])
  yield {
    kind: 'event',
    command: 'Live.CallbackAfterDestroyRoom',
    client: phone,
    body: {
      Operator_Account: host,
      RoomId: roomId,
      EventType: 'DestroyByUser',
      RoomInfo: roomInfo,
      Statistic: { TotalViewers: 2, TotalGiftsSent: 3, TotalGiftCoins: 30, TotalUniqueGiftSenders: 1 },
    },
  }
}

function memberChange(roomId: string, type: 'Online' | 'Offline', members: readonly string[]): DemoEvent {
  return {
    kind: 'event',
    command: 'Live.CallbackAfterMemberStateChanged',
    client: { clientIp: '203.0.113.40', optPlatform: 'Android' },
    body: {
      RoomId: roomId,
      EventType: type,
      EventCause: type === 'Online' ? 'Enter' : 'Leave',
      MemberList: members.map((account) => ({ Member_Account: account })),
    },
  }
}

function giftAsk(facts: {
  readonly roomId: string
  readonly from: string
  readonly to: string
  readonly roses: number
  readonly client: DemoEvent['client']
}): DemoEvent {
  const { roomId, from, to, roses } = facts
  return {
    kind: 'ask',
    command: 'Live.CallbackBeforeSendGift',
    client: facts.client,
    body: {
      Operator_Account: from,
      RoomId: roomId,
      GiftWater: { From_Account: from, To_Account: [to], GiftId: 'rose', Count: roses, Coins: 10 },
    },
  }
}

function message(facts: {
  readonly roomId: string
  readonly from: string
  readonly sequence: number
  readonly client: DemoEvent['client']
  readonly element: Readonly<Record<string, unknown>>
}): DemoEvent {
  return {
    kind: 'event',
    command: 'Group.CallbackAfterSendMsg',
    client: facts.client,
    body: {
      GroupId: facts.roomId,
      Type: 'AVChatRoom',
      From_Account: facts.from,
      Operator_Account: facts.from,
      MsgSeq: facts.sequence,
      MsgBody: [facts.element],
    },
  }
}

function text(content: string): Readonly<Record<string, unknown>> {
  return { MsgType: 'TIMTextElem', MsgContent: { Text: content } }
}

function gift(giftId: string, count: number): Readonly<Record<string, unknown>> {
  const data = JSON.stringify({ type: 'gift', giftId, count })
  return { MsgType: 'TIMCustomElem', MsgContent: { Data: data, Desc: 'gift', Ext: '' } }
}
