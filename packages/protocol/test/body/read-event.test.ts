import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEventOf, listCommands, readActionStatus, readEvent, readOptPlatform, sampleOf } from '../../src/catalogue.ts'
import { groupCallbackAfterSendMsg, readEventOf } from '../../src/commands.ts'
import { optPlatforms } from '../../src/index.ts'
import { utf8 } from '../both-entries.ts'

const read = (word: string, body: unknown) =>
  readEvent(word, utf8(typeof body === 'string' ? body : JSON.stringify(body)))
/** The body and the drift of an event, or whatever else came of it. */
const view = (word: string, body: unknown) => {
  const event = read(word, body)
  return event.kind === 'event' ? { body: event.body as object, drift: event.drift, eventAt: event.eventAt } : event
}
const destroyed = 'Live.CallbackAfterDestroyRoom'
const base = { CallbackCommand: destroyed, RoomId: 'r', EventType: 'DestroyByUser', EventTime: 1_750_000_000_123 }

describe('reading an event', () => {
  it.each(listCommands().filter(({ configOnly }) => configOnly !== true))(
    'finds the sample of $command as the catalogue has it, but for a time that its page does not give',
    ({ command, phase }) => {
      const sample = JSON.parse(sampleOf(command)!)
      const event = read(command, sample)
      expect(event).toMatchObject({ kind: 'event', command, phase, body: sample })
      const drift = event.kind === 'event' ? event.drift.map(({ kind }) => kind) : []
      const noTime = Object.hasOwn(sample, 'EventTime') ? [] : ['time_from', 'no_time']
      expect(drift.filter((kind) => !noTime.includes(kind))).toEqual([])
    },
  )

  it('keeps members that the catalogue does not know, also those with dangerous names', () => {
    const text = `{"CallbackCommand":"${destroyed}","RoomId":"r","EventTime":1750000000123,"New":{"a":[1]},"__proto__":{"x":1},"constructor":2}`
    const { body } = view(destroyed, text) as { body: object }
    expect(Object.keys(body)).toEqual(['CallbackCommand', 'RoomId', 'EventTime', 'New', '__proto__', 'constructor'])
    expect(({} as { x?: number }).x).toBeUndefined()
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
  })

  it('does not touch the bytes', () => {
    const bytes = utf8('{"groupid":"g","EventTime":"1750000000123"}')
    const before = Uint8Array.from(bytes)
    readEvent('Group.CallbackAfterGroupFull', bytes)
    expect(bytes).toEqual(before)
  })

  it('types an unknown command as such, and a switch as no event', () => {
    expect(read('Live.CallbackAfterSomethingNew', { a: 12 })).toEqual({
      kind: 'unknown',
      command: 'Live.CallbackAfterSomethingNew',
      body: { a: 12 },
    })
    expect(read('Live.CallbackBeforeCallBackNotBlock', {}).kind).toBe('unknown')
    expect(read('__proto__', {}).kind).toBe('unknown')
  })

  it('reads an alias as its command, in the parameters and in the body', () => {
    const word = 'Live.CallbackMemberStateChanged'
    const canonical = 'Live.CallbackAfterMemberStateChanged'
    for (const [parameter, inBody] of [
      [word, canonical],
      [canonical, word],
      [word, word],
    ] as const) {
      const event = read(parameter, { ...base, CallbackCommand: inBody })
      expect(event).toMatchObject({ kind: 'event', command: canonical, body: { CallbackCommand: canonical } })
      expect(isEventOf(canonical, event)).toBe(true)
    }
  })

  it.each([
    ['another command in the body', destroyed, { ...base, CallbackCommand: 'State.StateChange' }, 'command_mismatch'],
    [
      'a misprint that is another command',
      'Live.CallbackAfterSetMetadata',
      { CallbackCommand: 'Live.CallbackAfterDelMetadata' },
      'command_mismatch',
    ],
    ['no JSON', destroyed, '{', 'not_json'],
    ['nothing', destroyed, '', 'not_json'],
    ['a list', destroyed, '[]', 'not_an_object'],
    ['text', destroyed, '"x"', 'not_an_object'],
    ['null', 'No one.Knows', 'null', 'not_an_object'],
  ])('refuses %s', (_what, word, body, reason) => {
    expect(read(word, body)).toEqual({ kind: 'refused', reason })
  })

  it('refuses bytes that are no UTF-8', () => {
    expect(readEvent(destroyed, Uint8Array.of(0x22, 0xff, 0x22))).toEqual({ kind: 'refused', reason: 'not_json' })
  })

  it('reads one command without the catalogue, in the same way', () => {
    const bytes = utf8('{"GroupID":"g","MsgSeq":"7","MsgRandom":8,"EventTime":1750000000}')
    expect(readEventOf(groupCallbackAfterSendMsg, bytes)).toEqual(readEvent('Group.CallbackAfterSendMsg', bytes))
  })
})

describe('the time of an event', () => {
  it.each([
    [1_750_000_000_123, 1_750_000_000_123, []],
    ['1750000000123', 1_750_000_000_123, [{ kind: 'retyped', path: '/EventTime', from: 'string' }]],
    [1_750_000_000, 1_750_000_000_000, [{ kind: 'seconds', path: '/EventTime' }]],
    [
      '1750000000',
      1_750_000_000_000,
      [
        { kind: 'retyped', path: '/EventTime', from: 'string' },
        { kind: 'seconds', path: '/EventTime' },
      ],
    ],
    [undefined, undefined, [{ kind: 'no_time' }]],
    [null, undefined, [{ kind: 'no_time' }]],
    ['yesterday', undefined, [{ kind: 'no_time' }]],
    [-5, undefined, [{ kind: 'no_time' }]],
  ])('%j is read as %j', (EventTime, eventAt, drift) => {
    const seen = view(destroyed, { ...base, EventTime }) as {
      drift: unknown
      eventAt: unknown
      body: { EventTime?: unknown }
    }
    expect([seen.eventAt, seen.drift]).toEqual([eventAt, drift])
    expect(seen.body.EventTime).toEqual(eventAt ?? EventTime)
  })

  it.each([
    [
      'Live.CallbackAfterCreateRoom',
      { RoomInfo: { RoomId: 'r', EventTime: 1_750_000_000_123 } },
      1_750_000_000_123,
      '/RoomInfo/EventTime',
    ],
    ['Live.CallbackBeforeSendGift', { GiftWater: { Time: 1_760_001_600 } }, 1_760_001_600_000, '/GiftWater/Time'],
    [
      'Push.OfflinePush',
      { Events: [{ EventTime: 1_750_000_002 }, { EventTime: 1_750_000_009 }] },
      1_750_000_002_000,
      '/Events/0/EventTime',
    ],
    [
      'Live.CallbackAfterCloudRecordingChanged',
      { EventInfo: { EventMsTs: 1_760_001_900_001 } },
      1_760_001_900_001,
      '/EventInfo/EventMsTs',
    ],
  ])('is found elsewhere for %s', (word, body, eventAt, path) => {
    expect(view(word, { CallbackCommand: word, ...body })).toMatchObject({
      eventAt,
      drift: [{ kind: 'time_from', path }],
    })
  })
})

describe('names and types that drift', () => {
  it.each([
    ['Group.CallbackAfterGroupFull', 'groupID', 'GroupId'],
    ['Group.CallbackAfterGroupFull', 'GroupID', 'GroupId'],
    ['Group.CallbackAfterGroupFull', 'groupId', 'GroupId'],
    ['C2C.CallbackAfterMsgWithDraw', 'MsgId', 'MsgKey'],
    ['ContentCallback.ResultNotify', 'MsgKey', 'MsgID'],
    ['ContentCallback.ResultNotify', 'MsgId', 'MsgID'],
    ['ContentCallback.ResultNotify', 'SdkAppid', 'SdkAppId'],
    ['Group.CallbackSendMsgException', 'ErrInfo', 'ErrorInfo'],
    ['Group.CallbackAfterMemberFieldChanged', 'Member_Account', 'Modified_Account'],
    ['Sns.CallbackPrevFriendAdd', 'Requestor_Account', 'Requester_Account'],
    ['Live.CallbackAfterModifyAdmin', 'OpType', 'opType'],
  ])('%s: %s is %s', (word, written, name) => {
    const seen = view(word, { CallbackCommand: word, EventTime: 1_750_000_000_123, [written]: 'x' })
    expect(seen).toMatchObject({ body: { [name]: 'x' }, drift: [{ kind: 'renamed', path: `/${written}`, to: name }] })
    expect((seen as { body: object }).body).not.toHaveProperty(written)
  })

  it('are mended inside objects and lists too', () => {
    const word = 'Push.OfflinePush'
    const seen = view(word, {
      CallbackCommand: word,
      EventTime: 1_750_000_000_123,
      Events: [{ ErrorCode: 0, groupid: 'g', MsgSeq: '9' }],
    })
    expect(seen).toMatchObject({ body: { Events: [{ ErrCode: 0, GroupID: 'g', MsgSeq: 9 }] } })
  })

  it('leave a member alone whose right name is there as well', () => {
    const seen = view('Group.CallbackAfterGroupFull', {
      ...base,
      CallbackCommand: 'Group.CallbackAfterGroupFull',
      GroupId: 'a',
      groupID: 'b',
    })
    expect(seen).toMatchObject({ body: { GroupId: 'a', groupID: 'b' }, drift: [] })
  })

  it('leave what is inside free content alone', () => {
    const MsgBody = [{ MsgType: 'TIMCustomElem', MsgContent: { groupID: 7, From_Account: 8, EventTime: '9' } }]
    expect(view('C2C.CallbackAfterSendMsg', { EventTime: 1_750_000_000_123, MsgBody })).toMatchObject({
      body: { MsgBody },
    })
  })

  it('make text of accounts that came as bare numbers, with every digit', () => {
    const text = `{"EventTime":1750000000123,"Operator_Account":144115200000000001,"RoomInfo":{"Owner_Account":12345},"RoomId":"r"}`
    expect(view(destroyed, text)).toMatchObject({
      body: { Operator_Account: '144115200000000001', RoomInfo: { Owner_Account: '12345' } },
      drift: [{ kind: 'retyped', path: '/RoomInfo/Owner_Account', from: 'number' }, { kind: 'no_command' }],
    })
  })

  it('make a list of one if a list was meant', () => {
    const word = 'Follow.CallbackAfterFollowDelete'
    expect(view(word, { EventTime: 1_750_000_000_123, To_Account: 'ben' })).toMatchObject({
      body: { To_Account: ['ben'] },
      drift: [{ kind: 'retyped', path: '/To_Account', from: 'single' }, { kind: 'no_command' }],
    })
  })

  it('never lose a digit of a whole number, wherever it stands', () => {
    const digits = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
    fc.assert(
      fc.property(digits, fc.string({ unit: 'binary' }), (number, note) => {
        const text = `{"EventTime":1750000000123,"RoomId":"r","Extra":[${number}],"Note":${JSON.stringify(note)},"Last":${number}}`
        const { body } = view(destroyed, text) as { body: { Extra: unknown[]; Note: string; Last: unknown } }
        expect([String(body.Extra[0]), body.Note, String(body.Last)]).toEqual([String(number), note, String(number)])
      }),
    )
  })

  it('leave digits inside text, fractions and powers as they are', () => {
    const text =
      '{"A":"12345678901234567890 \\\\\\" 98765432109876543210","B":0.12345678901234567,"C":1e20,"D":-12345678901234567890}'
    expect(read('Some.Custom', text)).toMatchObject({
      body: {
        A: '12345678901234567890 \\" 98765432109876543210',
        B: Number('0.12345678901234567'),
        C: 1e20,
        D: '-12345678901234567890',
      },
    })
  })
})

describe('words that drift', () => {
  it('finds a platform in any letter case, macOS included', () => {
    for (const platform of optPlatforms) expect(readOptPlatform(platform.toUpperCase())).toBe(platform)
    expect(['IOS', 'iOs', 'macOS', ' ipad '].map(readOptPlatform)).toEqual(['iOS', 'iOS', 'Mac', 'iPad'])
    expect(['', 'Toaster', 'constructor'].map(readOptPlatform)).toEqual([undefined, undefined, undefined])
  })

  it('knows FAIL and FAILURE for the same', () => {
    expect(['OK', 'ok', 'FAIL', 'FAILURE', 'Fail', '', 'DONE'].map(readActionStatus)).toEqual([
      'OK',
      'OK',
      'FAIL',
      'FAIL',
      'FAIL',
      undefined,
      undefined,
    ])
  })
})
