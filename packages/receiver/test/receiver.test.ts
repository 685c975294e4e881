import { describe, expect, test } from 'vitest'
import { allow, createLeanReceiver, createMemoryOnce, createReceiver, deny, drop, fetchHandler } from '../src/index.ts'
import type { OnceStore, ReceiverOptions, UnknownEvent, WebhookEvent } from '../src/index.ts'
import { liveCallbackBeforeSendGift } from '@livehook/protocol/commands'
import { readAnswer, request, tamper } from '../src/testing/testing.ts'
import { gate, sdkAppId, token, watched } from './support/receivers.ts'

const gift = 'Live.CallbackBeforeSendGift'
const message = 'Group.CallbackBeforeSendMsg'
const created = 'Live.CallbackAfterCreateRoom'

describe('options', () => {
  const build = (options: object) => (): void => void createReceiver(options as ReceiverOptions)
  const apps = { [sdkAppId]: { tokens: [token] } }

  test.each([
    [
      'an unset token',
      { apps: { [sdkAppId]: { tokens: [undefined] } } },
      /apps\.1400000001\.tokens\[0\] is empty: is the environment variable set/,
    ],
    ['an empty token', { apps: { [sdkAppId]: { tokens: [''] } } }, /tokens\[0\] is empty/],
    ['no token', { apps: { [sdkAppId]: { tokens: [] } } }, /unsigned: 'accept'/],
    ['five tokens', { apps: { [sdkAppId]: { tokens: ['a', 'b', 'c', 'd', 'e'] } } }, /more than four/],
    ['tokens that are no list', { apps: { [sdkAppId]: { tokens: 'abc' } } }, /must be a list/],
    ['no app', { apps: {} }, /apps is empty/],
    ['an app that is none', { apps: { demo: { tokens: [token] } } }, /demo, which is no SdkAppId/],
    ['a misspelt option', { apps, requireBodySignatur: true }, /there is no option requireBodySignatur/],
    ['a word that is no policy', { apps, unsigned: 'yes' }, /'refuse' or 'accept'/],
    ['a margin as long as the wait', { apps, platformWaitMs: 100, marginMs: 100 }, /less than platformWaitMs/],
    ['a body limit of nothing', { apps, maxBodyBytes: 0 }, /positive/],
  ])('%s is said at once, by name', (_what, options, sentence) => {
    expect(build(options)).toThrow(sentence)
    expect(build(options)).toThrow(expect.objectContaining({ code: 'options' }))
  })

  test('two handlers for one command are a mistake that is said', () => {
    const { receiver } = watched()
    receiver.before(message, () => allow())
    expect(() => receiver.before(message, () => drop())).toThrow(expect.objectContaining({ code: 'handler_twice' }))
  })
})

describe('what a handler is given', () => {
  test('the event, typed, with what the request says of it', async () => {
    const { receiver } = watched({
      apps: {
        [sdkAppId]: {
          tokens: [
            { name: 'old', token: 'x' },
            { name: 'new', token },
          ],
        },
      },
    })
    let seen: WebhookEvent<typeof message> | undefined
    receiver.before(message, (event) => {
      seen = event
      expect(event.timeLeftMs).toBeGreaterThan(500)
      expect(event.timeLeftMs).toBeLessThanOrEqual(1750)
    })
    await receiver.fetch(await request(message, { id: 'evt_7', attempt: 3, set: { GroupId: 'g1' } }))
    expect(seen).toMatchObject({
      kind: 'event',
      command: message,
      phase: 'before',
      sdkAppId,
      clientIp: '203.0.113.9',
      optPlatform: 'iOS',
      eventId: 'evt_7',
      attempt: 3,
      verified: 'body',
      token: 'new',
      body: { GroupId: 'g1', CallbackCommand: message },
    })
    expect(JSON.parse(new TextDecoder().decode(seen!.bytes))).toEqual(seen!.body)
    expect(seen!.signal.aborted).toBe(false)
  })

  test('accounts that came as numbers keep every digit, and other habits of senders are mended', async () => {
    const { receiver } = watched()
    let seen: WebhookEvent<typeof message> | undefined
    receiver.before(message, (event) => void (seen = event))
    const { url, headers } = await request(message, { id: null })
    const body = `{"CallbackCommand":"${message}","GroupId":"g","Type":"Public","From_Account":12345678901234567890,"Operator_Account":7,"MsgRandom":"5","MsgBody":[],"EventTime":1750000000}`
    await receiver.fetch(new Request(url, { method: 'POST', headers, body }))
    expect(seen!.body).toMatchObject({ From_Account: '12345678901234567890', Operator_Account: '7', Random: 5 })
    expect(seen!.eventAt).toBe(1_750_000_000_000)
    expect(seen!.verified).toBe('sign')
    expect(seen!.drift.length).toBeGreaterThan(0)
  })

  test('an old spelling of a command reaches the command’s handler', async () => {
    const { receiver } = watched()
    let command = ''
    receiver.after('Live.CallbackAfterMemberStateChanged', (event) => void (command = event.command))
    const { url, headers } = await request('Live.CallbackAfterMemberStateChanged', { id: null })
    const oldUrl = url.replace('Live.CallbackAfterMemberStateChanged', 'Live.CallbackMemberStateChanged')
    const body = '{"CallbackCommand":"Live.CallbackMemberStateChanged","RoomId":"r","EventTime":1750000000123}'
    expect((await receiver.fetch(new Request(oldUrl, { method: 'POST', headers, body }))).status).toBe(200)
    expect(command).toBe('Live.CallbackAfterMemberStateChanged')
  })
})

describe('dispatch', () => {
  test('the command’s handler goes before the family’s, and the fallback gets the rest', async () => {
    const { receiver } = watched()
    const took: string[] = []
    receiver
      .after('Live.*', ({ command }) => void took.push(`family ${command}`))
      .after(created, ({ command }) => void took.push(`command ${command}`))
      .fallback((event: UnknownEvent) => void took.push(`fallback ${event.command} ${event.phase}`))
    await receiver.fetch(await request('Live.CallbackAfterDestroyRoom'))
    await receiver.fetch(await request(created))
    await receiver.fetch(await request('Sns.CallbackFriendAdd'))
    await receiver.fetch(await request(message))
    expect(took).toEqual([
      'family Live.CallbackAfterDestroyRoom',
      `command ${created}`,
      'fallback Sns.CallbackFriendAdd after',
      `fallback ${message} before`,
    ])
  })

  test('an app’s own command goes to the fallback, whose decision counts', async () => {
    const { receiver } = watched({
      strict: true,
      fallback: ({ phase }) => (phase === 'unknown' ? deny(777, 'closed') : undefined),
    })
    const { url, headers } = await request(created, { id: null })
    const own = new Request(url.replace(created, 'Shop.CallbackBeforeOrder'), { method: 'POST', headers, body: '{}' })
    expect(await readAnswer(await receiver.fetch(own))).toMatchObject({
      decision: 'deny',
      errorCode: 777,
      errorInfo: 'closed',
    })
  })

  test('what no one handles is acknowledged, or answered as silence would be, and said once', async () => {
    const { receiver, lines } = watched()
    const decisionFor = async (command: typeof gift | typeof message | typeof created) =>
      (await readAnswer(await receiver.fetch(await request(command)))).decision
    expect(await decisionFor(created)).toBe('allow')
    expect(await decisionFor(message)).toBe('allow')
    expect(await decisionFor(gift)).toBe('deny')
    expect(await decisionFor(gift)).toBe('deny')
    expect(lines.filter((line) => line.includes(gift))).toEqual([
      `webhook receiver: ${gift} has no handler (said once).`,
    ])
  })
})

describe('replies', () => {
  test.each([
    ['allow', allow(), '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'],
    [
      'deny with a code of the app',
      deny(10_101, 'no ads'),
      '{"ActionStatus":"OK","ErrorInfo":"no ads","ErrorCode":10101}',
    ],
    ['drop', drop(), '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":2}'],
    ['nothing', undefined, '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'],
    [
      'a replacement',
      allow({ CloudCustomData: 'x' }),
      '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"CloudCustomData":"x"}',
    ],
  ] as const)('%s is that packet', async (_name, decision, packet) => {
    const { receiver } = watched()
    receiver.before(message, () => decision)
    const response = await receiver.fetch(await request(message))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.text()).toBe(packet)
  })

  test.each([
    ['a code of another command', message, deny(120_001)],
    ['a drop if there is none', gift, drop()],
    ['a member that the command does not have', message, allow({ RspData: 'x' })],
    ['a member of another type', message, allow({ CloudCustomData: 7 })],
    ['a missing member', 'Sns.CallbackPrevFriendAdd', allow()],
    ['a packet instead of a decision', message, { ActionStatus: 'OK', ErrorCode: 0 }],
    ['a member that is no JSON', message, allow({ MsgBody: [{ MsgType: 'x', MsgContent: { n: 1n } }] })],
  ] as const)('from a program without types, %s is answered with 500 and said', async (_name, command, returned) => {
    const { receiver, events, lines } = watched()
    receiver.before(command, (() => returned) as never)
    expect((await receiver.fetch(await request(command))).status).toBe(500)
    expect(events).toMatchObject([{ kind: 'failed', reason: 'bad_reply', command }])
    expect(lines[0]).toContain(command)
  })

  test.each([
    [message, allow({ MsgBdoy: [] }), 'has no member MsgBdoy; it may have MsgBody, CloudCustomData.'],
    [gift, allow({ Price: 1 }), 'has no member Price; it may have none.'],
    [message, allow({ CloudCustomData: 7 }), 'needs CloudCustomData of the form string.'],
    [message, allow({ MsgBody: 'x' }), 'needs MsgBody of the form { MsgType, MsgContent }[].'],
    [message, allow({ MsgBody: [] }), 'needs MsgBody with at least one element.'],
    ['Sns.CallbackPrevFriendAdd', allow({}), 'needs ResultItem of the form { To_Account, ResultCode, ResultInfo? }[].'],
  ] as const)('a reply to %s that cannot be sent (%o) is said by name: it %s', async (command, returned, words) => {
    const { receiver, lines } = watched()
    receiver.before(command, (() => returned) as never)
    expect((await receiver.fetch(await request(command))).status).toBe(500)
    expect(lines.join('\n')).toContain(`A reply to ${command} ${words}`)
  })

  test('a member that is undefined is left out, as JSON leaves it out', async () => {
    const { receiver } = watched()
    const CloudCustomData = process.env['NEVER_SET_HERE']
    receiver.before(message, () => allow({ CloudCustomData }))
    const response = await receiver.fetch(await request(message))
    expect(await response.text()).toBe('{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}')
  })

  test('what the handler of an after event returns is no one’s business', async () => {
    const { receiver } = watched()
    receiver.after(created, () => 'a row id')
    expect(await (await receiver.fetch(await request(created))).json()).toMatchObject({ ErrorCode: 0 })
  })
})

describe('refusals', () => {
  test.each([
    ['late', 'stale', 'window'],
    ['future', 'future', 'window'],
    ['wrongToken', 'bad_sign', 'sign'],
    ['foreignApp', 'foreign_app', 'app'],
    ['changedBody', 'bad_sign', 'body_signature'],
    ['cut', 'bad_sign', 'body_signature'],
    ['otherCommand', 'command_mismatch', 'command'],
  ] as const)('a request that is %s is refused with the same 401 as every other', async (how, reason, check) => {
    const { receiver, events } = watched({ fallback: () => expect.unreachable('a handler was called') })
    const response = await receiver.fetch(await tamper[how](created))
    expect(response.status).toBe(401)
    expect(await response.text()).toBe(
      '{"ActionStatus":"FAIL","ErrorInfo":"The request could not be verified.","ErrorCode":1}',
    )
    expect(events).toMatchObject([{ kind: 'refused', reason, check, status: 401 }])
    const { trace } = events[0] as Extract<(typeof events)[0], { kind: 'refused' }>
    expect(trace.filter(({ result }) => result === 'failed')).toEqual([{ check, result: 'failed' }])
    expect(trace.at(-1)!.result === 'not_reached' || check === 'command').toBe(true)
  })

  test('without a body signature the request is taken, unless one is required', async () => {
    const plain = await request(created, { id: null })
    expect((await watched().receiver.fetch(plain.clone())).status).toBe(200)
    const strict = watched({ requireBodySignature: true })
    expect((await strict.receiver.fetch(plain)).status).toBe(401)
    expect(strict.events).toMatchObject([{ reason: 'missing_header', check: 'body_signature' }])
  })

  test('unsigned requests are taken only if that was said, and never for an app that has a token', async () => {
    const open = watched({ unsigned: 'accept', apps: { [sdkAppId]: { tokens: [] }, 1400000002: { tokens: [token] } } })
    let verified = ''
    open.receiver.after(created, (event) => void (verified = event.verified))
    expect((await open.receiver.fetch(await request(created, { token: null }))).status).toBe(200)
    expect(verified).toBe('unsigned')
    const other = await open.receiver.fetch(await request(created, { token: null, sdkAppId: 1_400_000_002 }))
    expect(other.status).toBe(401)
  })

  test('a body without end is not waited for longer than a handler is', async () => {
    const { receiver, events } = watched({ platformWaitMs: 150, marginMs: 50 })
    const { url, headers } = await request(created, { id: null })
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) })
    const response = await receiver.fetch(new Request(url, { method: 'POST', headers, body, duplex: 'half' }))
    expect(response.status).toBe(408)
    expect(events).toMatchObject([{ kind: 'refused', reason: 'too_slow' }])
  })

  test('the body of a request whose Sign is wrong is not read', async () => {
    const { receiver } = watched()
    const { url } = await tamper.wrongToken(created)
    let wasRead = false
    const body = new ReadableStream({ pull: () => void (wasRead = true) }, { highWaterMark: 0 })
    expect((await receiver.fetch(new Request(url, { method: 'POST', body, duplex: 'half' }))).status).toBe(401)
    expect(wasRead).toBe(false)
  })
})

describe('time', () => {
  const short = { platformWaitMs: 200, marginMs: 100 }

  test('when it is up the platform is told so, the handler’s signal is aborted, and what comes later is told', async () => {
    const { receiver, events } = watched(short)
    const { opened, open } = gate()
    let signal: AbortSignal | undefined
    receiver.before(message, async (event) => {
      signal = event.signal
      await opened
      return deny(10_101)
    })
    const response = await receiver.fetch(await request(message))
    expect(response.status).toBe(503)
    expect(signal!.aborted).toBe(true)
    open()
    await receiver.idle()
    expect(events).toMatchObject([
      { kind: 'failed', reason: 'time_up' },
      { kind: 'finished_late', result: 'replied' },
    ])
  })

  test('a command may have an answer of its own for that case, and a shorter time', async () => {
    const { receiver, events } = watched()
    receiver.before(gift, () => new Promise(() => undefined), { timeUp: deny(102_101, 'busy'), withinMs: 50 })
    expect(await readAnswer(await receiver.fetch(await request(gift)))).toMatchObject({
      decision: 'deny',
      errorCode: 102_101,
    })
    expect(events).toMatchObject([{ kind: 'timed_out', decision: 'deny' }])
  })

  test('the reply of a handler that was late is the reply of the next attempt', async () => {
    const { receiver } = watched(short)
    const { opened, open } = gate()
    let handled = 0
    receiver.before(message, async () => {
      handled += 1
      await opened
      return drop()
    })
    const [first, second] = await tamper.twice(message)
    expect((await receiver.fetch(first)).status).toBe(503)
    open()
    await receiver.idle()
    expect(await readAnswer(await receiver.fetch(second))).toMatchObject({ decision: 'drop' })
    expect(handled).toBe(1)
  })

  test('an after event may be answered first: then the handler has all the time there is', async () => {
    const { receiver, events } = watched({ answer: 'first' })
    const { opened, open } = gate()
    let left = 0
    receiver.after(created, async (event) => {
      left = event.timeLeftMs
      await opened
      throw new Error('too late to tell the platform')
    })
    const kept: Promise<unknown>[] = []
    const response = await receiver.fetch(await request(created), { waitUntil: (work) => void kept.push(work) })
    expect(response.status).toBe(200)
    expect(kept).toHaveLength(1)
    open()
    await receiver.idle()
    expect(left).toBe(Infinity)
    expect(events).toMatchObject([{ kind: 'answered' }, { kind: 'finished_late', result: 'failed' }])
  })

  test('a before event is never answered first', async () => {
    const { receiver } = watched({ answer: 'first' })
    receiver.before(message, () => drop())
    expect(await readAnswer(await receiver.fetch(await request(message)))).toMatchObject({ decision: 'drop' })
  })
})

describe('once', () => {
  test('what failed is run again by the next attempt', async () => {
    const { receiver } = watched()
    let handled = 0
    receiver.after(created, () => {
      handled += 1
      if (handled === 1) throw new Error('the database is away')
    })
    const [first, second] = await tamper.twice(created)
    expect((await receiver.fetch(first)).status).toBe(500)
    expect((await receiver.fetch(second)).status).toBe(200)
    expect(handled).toBe(2)
  })

  test('the same id of another command or another app is another event', async () => {
    const { receiver } = watched({ apps: { [sdkAppId]: { tokens: [token] }, 1400000002: { tokens: [token] } } })
    let handled = 0
    receiver.fallback(() => void (handled += 1))
    const id = 'evt_1'
    await receiver.fetch(await request(created, { id }))
    await receiver.fetch(await request('Live.CallbackAfterDestroyRoom', { id }))
    await receiver.fetch(await request(created, { id, sdkAppId: 1_400_000_002 }))
    expect(handled).toBe(3)
  })

  test('a flood of requests without a body signature does not push signed events out of memory', async () => {
    const { receiver } = watched()
    let handled = 0
    receiver.before(message, (event) => {
      if (event.verified !== 'body') return deny(10_101, 'x'.repeat(1_000_000))
      handled += 1
      return drop()
    })
    const [first, second] = await tamper.twice(message)
    await receiver.fetch(first)
    // Together their replies are more than is remembered.
    for (let each = 0; each < 20; each += 1) {
      const forged = await request(message, { id: `evt_${each}` })
      forged.headers.delete('webhook-signature')
      expect((await receiver.fetch(forged)).status).toBe(200)
    }
    await receiver.fetch(second)
    expect(handled).toBe(1)
  })

  test('processes that share a store keep proven and claimed ids apart', async () => {
    const store = createMemoryOnce()
    const seen: string[] = []
    for (const isForged of [true, false]) {
      const { receiver } = watched({ once: { store } })
      receiver.after(created, ({ verified }) => void seen.push(verified))
      const made = await request(created, { id: 'evt_1' })
      if (isForged) made.headers.delete('webhook-signature')
      expect((await receiver.fetch(made)).status).toBe(200)
    }
    expect(seen).toEqual(['sign', 'body'])
  })

  test('two processes that share a store handle an event once, and the second waits for the first', async () => {
    const store = createMemoryOnce()
    const { opened, open } = gate()
    let handled = 0
    const process = () => {
      const { receiver } = watched({ once: { store } })
      receiver.before(message, async () => {
        handled += 1
        await opened
        return drop()
      })
      return receiver
    }
    const [first, second] = await tamper.twice(message)
    const both = [process().fetch(first), process().fetch(second)]
    setTimeout(open, 100)
    const answers = await Promise.all(both)
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([
      '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":2}',
      '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":2}',
    ])
    expect(handled).toBe(1)
  })

  test('a store that cannot be asked is answered with 503, one that cannot remember does no harm', async () => {
    const away = (): never => {
      throw new Error(`cannot reach the store with ${token}`)
    }
    const works: OnceStore = { take: () => ({ kind: 'taken' }), keep: () => undefined, release: () => undefined }
    const statusWith = async (store: OnceStore) => {
      const { receiver, events } = watched({ once: { store } })
      const { status } = await receiver.fetch(await request(created))
      expect(events.some(({ kind }) => kind === 'once_store_failed')).toBe(true)
      expect(JSON.stringify(events)).not.toContain(token)
      return status
    }
    expect(await statusWith({ ...works, take: away })).toBe(503)
    expect(await statusWith({ ...works, keep: away })).toBe(200)
  })

  test('the memory forgets by age, by number and by size', () => {
    let clock = 0
    const once = createMemoryOnce({ maxEntries: 2, maxCharacters: 100, now: () => clock })
    const keep = (key: string, reply: string): void => {
      expect(once.take(key, 10)).toEqual({ kind: 'taken' })
      void once.keep(key, reply, 1000)
    }
    keep('a', '1')
    expect(once.take('a', 10)).toEqual({ kind: 'done', reply: '1' })
    clock = 1000
    expect(once.take('a', 10)).toEqual({ kind: 'taken' })
    expect(once.take('a', 10)).toEqual({ kind: 'running' })
    clock = 1010
    expect(once.take('a', 10)).toEqual({ kind: 'taken' })
    keep('b', '2')
    keep('c', '3')
    expect(once.take('b', 10)).toEqual({ kind: 'done', reply: '2' })
    expect(once.take('a', 10)).toEqual({ kind: 'taken' })
    keep('d', 'x'.repeat(98))
    expect(once.take('d', 10)).toEqual({ kind: 'done', reply: 'x'.repeat(98) })
    expect(once.take('c', 10)).toEqual({ kind: 'taken' })
  })

  test('it can be switched off', async () => {
    const { receiver } = watched({ once: 'off' })
    let handled = 0
    receiver.after(created, () => void (handled += 1))
    for (const each of await tamper.twice(created)) await receiver.fetch(each)
    expect(handled).toBe(2)
  })
})

describe('what is said', () => {
  test('tokens and Signs are in no event, no line and no answer, also where the app’s own errors carry them', async () => {
    const { receiver, events, lines } = watched()
    const sign = 'a'.repeat(64)
    receiver.after(created, () => {
      throw new Error(`posting to http://x.test/?Sign=${sign} with ${token} failed`)
    })
    const response = await receiver.fetch(await request(created))
    await receiver.fetch(await tamper.wrongToken(created))
    const said = `${JSON.stringify(events)}${lines.join('')}${await response.text()}`
    expect(said).toContain('failed')
    expect(said).not.toContain(token)
    expect(said).not.toMatch(/[0-9a-f]{64}/)
  })

  test('an observer and a log that throw hurt no one', async () => {
    const broken = (): never => {
      throw new Error('observer')
    }
    const { receiver } = watched({ observe: broken, log: broken })
    expect((await receiver.fetch(await request(created))).status).toBe(200)
    expect((await receiver.fetch(await tamper.late(created))).status).toBe(401)
  })

  test('a lean receiver answers through its handler and tells everything to its observer', async () => {
    const kinds: string[] = []
    const lean = createLeanReceiver([liveCallbackBeforeSendGift], {
      apps: { [sdkAppId]: { tokens: [token] } },
      observe: ({ kind }) => void kinds.push(kind),
    }).before(gift, () => deny(102_150, 'no coins'))
    const fetch = fetchHandler(lean)
    expect(await readAnswer(await fetch(await request(gift)))).toMatchObject({ errorCode: 102_150 })
    expect((await fetch(await tamper.late(gift))).status).toBe(401)
    expect((await fetch(await request(created))).status).toBe(200)
    expect(kinds).toEqual(['answered', 'refused', 'unhandled', 'answered'])
  })
})
