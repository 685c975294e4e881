import { listCommands, sampleOf } from '@livehook/protocol/catalogue'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandDetail, CommandSummary } from '../../src/http/contract/contract.ts'
import { startCli } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let receiver: TestReceiver
beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

const detailOf = async (word: string): Promise<CommandDetail> => {
  const { body } = await service.call('GET', `/v1/commands/${word}`)
  return body as CommandDetail
}

describe('GET /v1/commands', () => {
  test('lists the whole catalogue on one page, in the order of the words', async () => {
    const { status, body } = await service.call('GET', '/v1/commands')
    const items = body['items'] as CommandSummary[]
    expect(status).toBe(200)
    expect(body['nextCursor']).toBeNull()
    expect(items.map(({ command }) => command)).toEqual(listCommands().map(({ command }) => command))
    expect(items.find(({ command }) => command === 'Live.CallbackAfterMemberStateChanged')).toEqual({
      command: 'Live.CallbackAfterMemberStateChanged',
      family: 'Live',
      phase: 'after',
      configOnly: false,
      products: ['Live'],
      aliases: ['Live.CallbackMemberStateChanged'],
      trigger: {
        en: 'room members went online or offline; stops at once when the room is dissolved',
        zh: '直播间成员上线或下线；房间解散后立即停止',
      },
    })
  })

  test('gives pages that join without gap or repetition', async () => {
    const words: string[] = []
    let cursor = ''
    for (let page = 0; page < 4; page += 1) {
      const { body } = await service.call('GET', `/v1/commands?limit=40${cursor}`)
      words.push(...(body['items'] as CommandSummary[]).map(({ command }) => command))
      if (body['nextCursor'] === null) break
      cursor = `&cursor=${body['nextCursor'] as string}`
    }
    expect(words).toEqual(listCommands().map(({ command }) => command))
  })

  test.each(['limit=0', 'limit=201', 'cursor=Nope.X', 'family=Live'])('refuses ?%s with 400', async (query) => {
    expect((await service.call('GET', `/v1/commands?${query}`)).status).toBe(400)
  })

  test('needs a key, as everything under /v1 does', async () => {
    const { status } = await service.call('GET', '/v1/commands', undefined, { authorization: '' })
    expect(status).toBe(401)
  })
})

describe('GET /v1/commands/{command}', () => {
  test('tells of Group.CallbackBeforeSendMsg what every code does to a message', async () => {
    const { reply } = await detailOf('Group.CallbackBeforeSendMsg')
    const codes = reply?.codes.map(({ codes: text, verdict, clientSees, members }) => ({
      text,
      verdict,
      clientSees,
      members,
    }))
    expect(codes).toEqual([
      { text: '0', verdict: 'allow', clientSees: 'success', members: ['MsgBody', 'CloudCustomData'] },
      { text: '1', verdict: 'deny', clientSees: 10016, members: [] },
      { text: '2', verdict: 'drop', clientSees: 'success', members: [] },
      { text: '10100..10200', verdict: 'deny', clientSees: 'own_code', members: [] },
    ])
    expect(reply).toMatchObject({
      decides: true,
      kind: 'verdict',
      otherCodes: { verdict: 'none' },
      silence: { verdict: 'allow', unless: null },
      members: [
        { member: 'MsgBody', use: 'replaces', required: false },
        { member: 'CloudCustomData', use: 'replaces', required: false },
      ],
      schema: { properties: { MsgBody: { minItems: 1 } } },
    })
  })

  test('tells of Live.CallbackBeforeSendGift which codes pass through, and that silence denies but for the switch', async () => {
    const { reply } = await detailOf('Live.CallbackBeforeSendGift')
    expect(reply).toMatchObject({
      codes: [
        { codes: '0', verdict: 'allow' },
        { codes: '1', verdict: 'deny' },
        { codes: '102100..102200', verdict: 'deny', clientSees: 'own_code' },
      ],
      silence: { verdict: 'deny', unless: 'Live.CallbackBeforeCallBackNotBlock' },
    })
  })

  test('carries schema and sample, and says of an after command that its answer decides nothing', async () => {
    const detail = await detailOf('Live.CallbackAfterCreateRoom')
    expect(detail).toMatchObject({
      phase: 'after',
      carries: { clientIp: true, optPlatform: true },
      schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: 'urn:livehook:command:Live.CallbackAfterCreateRoom',
      },
      sample: JSON.parse(sampleOf('Live.CallbackAfterCreateRoom')!),
      reply: { decides: false, kind: null, codes: [], silence: null },
      order: { scope: 'room', by: ['RoomInfo.RoomId'] },
      after: null,
    })
  })

  test('knows a switch for one: nothing of it is ever sent', async () => {
    expect(await detailOf('Live.CallbackBeforeCallBackNotBlock')).toMatchObject({
      configOnly: true,
      schema: null,
      sample: null,
      reply: null,
    })
  })

  test('answers for every command of the list', async () => {
    for (const { command } of listCommands()) expect(await detailOf(command)).toMatchObject({ command })
  })

  test.each([
    ['live.callbackaftercreateroom', 'Did you mean Live.CallbackAfterCreateRoom'],
    ['Live.CallbackMemberStateChanged', 'Did you mean Live.CallbackAfterMemberStateChanged'],
    ['Nope', 'GET /v1/commands lists the commands.'],
    ['__proto__', 'GET /v1/commands lists the commands.'],
  ])('is 404 for %s and says what was probably meant', async (word, hint) => {
    const { status, body } = await service.call('GET', `/v1/commands/${word}`)
    expect([status, body['code']]).toEqual([404, 'not_found'])
    expect(body['detail']).toContain(hint)
  })
})

describe('the parameters of a request', () => {
  test.each([
    ['Live.CallbackAfterCreateRoom', ['ClientIP', 'OptPlatform']],
    ['Alert.RequestOverLimit', ['OptPlatform']],
    ['Push.OfflinePush', []],
    ['Live.CallbackAfterChangeOwner', []],
  ])('are those that %s carries, in the order of the wire', async (command, carried) => {
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: `${receiver.url}?own=1`, commands: ['*'] }, 'token')
    const before = receiver.requests.length
    await service.postEvent(sdkAppId, command, sampleOf(command)!)
    const request = (await receiver.arrived(before + 1)).at(-1)
    const names = [...(request?.query.keys() ?? [])]
    expect(names).toEqual(['own', 'SdkAppId', 'WebhookCommand', 'contenttype', ...carried, 'Sign', 'RequestTime'])
  })
})

describe('livehook commands', () => {
  const run = (...args: string[]) => startCli(['commands', ...args]).ended

  test('is a table of all commands, without a service', async () => {
    const { code, stdout, stderr } = await run()
    const [head, ...rows] = stdout.trimEnd().split('\n')
    expect([code, stderr]).toEqual([0, ''])
    expect(head).toMatch(/^COMMAND +PHASE +TRIGGER$/)
    expect(rows.map((row) => row.split(' ')[0])).toEqual(listCommands().map(({ command }) => command))
  })

  test('shows a family in any letter case', async () => {
    const { stdout } = await run('live')
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .every((row) => row.startsWith('Live.')),
    ).toBe(true)
  })

  test('shows trigger, members and reply codes of one command', async () => {
    const { stdout } = await run('Group.CallbackBeforeSendMsg')
    expect(stdout).toMatch(/^Group\.CallbackBeforeSendMsg {2}before\na group message arrived/)
    expect(stdout).toMatch(/^ {2}MsgBody\[\]\.MsgType +string +yes +kind of element$/m)
    expect(stdout).toMatch(/^ {2}1 +deny +10016 +refused$/m)
    expect(stdout).toMatch(/^ {2}10100\.\.10200 +deny +the same code and text /m)
    expect(stdout).toMatch(/^ {2}no answer +allow /m)
    expect(stdout).toMatch(/^ {2}followed by +Group\.CallbackAfterSendMsg$/m)
    expect(stdout).not.toMatch(/[ \t]$/m)
  })

  test('prints with --json what the API answers', async () => {
    const list = await run('--json')
    expect(JSON.parse(list.stdout)).toEqual((await service.call('GET', '/v1/commands')).body['items'])
    const one = await run('Live.CallbackBeforeSendGift', '--json')
    expect(JSON.parse(one.stdout)).toEqual(await detailOf('Live.CallbackBeforeSendGift'))
  })

  test('takes an alias for its command and says so beside the data', async () => {
    const { code, stdout, stderr } = await run('Live.CallbackMemberStateChanged')
    expect([code, stdout.split(' ')[0]]).toEqual([0, 'Live.CallbackAfterMemberStateChanged'])
    expect(stderr).toBe(
      'Live.CallbackMemberStateChanged is another spelling of Live.CallbackAfterMemberStateChanged.\n',
    )
  })

  test.each([
    ['Live.CallbackAfterCreatRoom', 'Did you mean Live.CallbackAfterCreateRoom'],
    ['Nope', '`livehook commands` lists the commands.'],
  ])('ends with 2 for %s and says what was probably meant', async (word, hint) => {
    const { code, stdout, stderr } = await run(word)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(hint)
  })
})
