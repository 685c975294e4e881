import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AppCommandDetail, AppCommandSummary, Problem } from '../../src/http/contract/contract.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import type { Answer, ReceivedRequest, TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let receiver: TestReceiver
let sdkAppId: number
let answer: Answer
/** What came in this test. */
let received: ReceivedRequest[]
beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver((request, response, count) => {
    received.push(request)
    answer(request, response, count)
  })
})
beforeEach(async () => {
  answer = answerOk
  received = []
  sdkAppId = (await service.createApp()).sdkAppId
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

const paid = {
  command: 'Shop.CallbackAfterPayment',
  phase: 'after',
  trigger: 'an order was paid',
  schema: {
    type: 'object',
    required: ['OrderId'],
    properties: { OrderId: { type: 'string', pattern: '^o-[0-9]+$' }, Amount: { type: 'integer' } },
    additionalProperties: false,
  },
  sample: { OrderId: 'o-7', Amount: 12 },
  carries: { optPlatform: false },
}
const order = {
  command: 'Shop.CallbackBeforeOrder',
  phase: 'before',
  reply: {
    codes: [
      { codes: '0', verdict: 'allow' },
      { codes: '1', verdict: 'deny', clientSees: 10016 },
      { codes: '2', verdict: 'drop' },
      { codes: '500..599', verdict: 'deny' },
    ],
    silence: 'deny',
    replaces: ['Items'],
  },
}

const commandsOf = (app = sdkAppId): string => `/v1/apps/${app}/commands`
const register = (definition: unknown, app = sdkAppId) => service.call('POST', commandsOf(app), definition)
const problemOf = ({ body }: { body: unknown }): Problem => body as Problem
const post = (command: string, body: unknown, app = sdkAppId) =>
  service.call('POST', `/v1/apps/${app}/events?command=${command}`, body)
const ask = (body: unknown) => service.call('POST', `/v1/apps/${sdkAppId}/asks?command=${order.command}`, body)

describe("a command of an app's own", () => {
  test('is registered, told, written again and removed', async () => {
    const created = await register(paid)
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(`${commandsOf()}/${paid.command}`)
    expect(created.body).toMatchObject({
      command: paid.command,
      kind: 'custom',
      family: 'Shop',
      phase: 'after',
      sample: paid.sample,
    })
    expect((created.body as AppCommandDetail).custom?.definition).toEqual(paid)
    const { command, ...rest } = paid
    const replaced = await service.call('PUT', `${commandsOf()}/${command}`, { ...rest, trigger: 'money came' })
    expect(replaced).toMatchObject({ status: 200, body: { trigger: { en: 'money came', zh: 'money came' } } })
    expect((await service.call('GET', `${commandsOf()}/${command}`)).body).toEqual(replaced.body)
    expect((await service.call('DELETE', `${commandsOf()}/${command}`)).status).toBe(204)
    expect((await service.call('GET', `${commandsOf()}/${command}`)).status).toBe(404)
    expect((await service.call('DELETE', `${commandsOf()}/${command}`)).status).toBe(404)
  })

  test('stands in the list of its app among the catalogue, in pages that join, and in no one else’s', async () => {
    await register(paid)
    await register({ ...order, command: 'Aaa.First' })
    const other = await service.createApp()
    const listOf = async (query: string, app = sdkAppId) =>
      (await service.call('GET', `${commandsOf(app)}${query}`)).body
    const whole = (await listOf(''))['items'] as AppCommandSummary[]
    expect(whole.filter(({ kind }) => kind === 'custom').map(({ command }) => command)).toEqual([
      'Aaa.First',
      paid.command,
    ])
    expect(whole.map(({ command }) => command)).toEqual(whole.map(({ command }) => command).toSorted())
    const words: string[] = []
    for (let cursor = ''; cursor !== 'null';) {
      const page = await listOf(`?limit=50${cursor}`)
      words.push(...(page['items'] as AppCommandSummary[]).map(({ command }) => command))
      cursor = page['nextCursor'] === null ? 'null' : `&cursor=${page['nextCursor'] as string}`
    }
    expect(words).toEqual(whole.map(({ command }) => command))
    expect(((await listOf('', other.sdkAppId))['items'] as unknown[]).length).toBe(whole.length - 2)
    expect((await service.call('GET', `${commandsOf(other.sdkAppId)}/${paid.command}`)).status).toBe(404)
  })

  test('is delivered to anyone who subscribed to it, its family or everything, with the parameters that it carries', async () => {
    await register(paid)
    for (const commands of [[paid.command], ['Shop.*'], ['*'], ['Live.*']]) {
      await service.createWebhook(sdkAppId, {
        url: `${receiver.url}/${commands[0]}`,
        commands,
        name: commands[0] ?? '',
      })
    }
    const { body } = await post(paid.command, '{"OrderId":"o-12","Amount":12345678901234567890}')
    const deliveries = body['deliveries'] as string[]
    expect(deliveries).toHaveLength(3)
    for (const id of deliveries)
      expect(await service.untilState(id, 'succeeded', 'dead')).toMatchObject({ state: 'succeeded' })
    const requests = received.map(({ target, body: bytes }) => ({
      url: new URL(target, receiver.url),
      text: String(bytes),
    }))
    expect(requests.map(({ url }) => url.pathname).toSorted()).toEqual([
      '/hook/*',
      '/hook/Shop.*',
      `/hook/${paid.command}`,
    ])
    for (const { url, text } of requests) {
      expect(url.searchParams.get('WebhookCommand')).toBe(paid.command)
      expect(url.searchParams.has('ClientIP')).toBe(true)
      expect(url.searchParams.has('OptPlatform')).toBe(false)
      expect(text).toMatch(
        /^\{"CallbackCommand":"Shop.CallbackAfterPayment","EventTime":\d{13},"OrderId":"o-12","Amount":12345678901234567890\}$/,
      )
    }
  })

  test.each([
    ['{"OrderId":"o-1","Amount":"12"}', '/Amount', 'must be integer'],
    ['{"Amount":12}', '/OrderId', 'is missing'],
    ['{"OrderId":"7"}', '/OrderId', 'must match pattern "^o-[0-9]+$"'],
    ['{"OrderId":"o-1","More":1}', '/More', 'is not a member of the schema'],
    ['{"toString":1}', '/OrderId', 'is missing'],
  ])('takes no body that does not fit its schema: %s', async (body, pointer, detail) => {
    await register(paid)
    const refused = await post(paid.command, body)
    expect(refused).toMatchObject({ status: 400, body: { code: 'body_mismatch', errors: [{ pointer, detail }] } })
    const batch = `${JSON.stringify({ command: paid.command, body: paid.sample })}\n{"command":"${paid.command}","body":${body}}\n`
    const type = { 'content-type': 'application/x-ndjson' }
    const line = await service.call('POST', `/v1/apps/${sdkAppId}/events`, batch, type)
    expect(line).toMatchObject({
      status: 400,
      body: { code: 'body_mismatch', errors: [{ pointer: `/1/body${pointer}`, detail }] },
    })
  })

  test('asks the one webhook that names it and reads the answer by its own rules', async () => {
    await register(order)
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: [order.command] })
    const answered = async (reply: unknown) => {
      answer = (_request, response) => response.end(JSON.stringify(reply))
      return (await ask({ Items: [1] })).body
    }
    expect(await answered({ ErrorCode: 0, Items: [2] })).toMatchObject({ verdict: 'allow', replace: { Items: [2] } })
    expect(await answered({ ErrorCode: 1 })).toMatchObject({ verdict: 'deny', errorCode: 10016, decidedBy: 'app' })
    expect(await answered({ ErrorCode: 2 })).toMatchObject({ verdict: 'drop', errorCode: 0 })
    expect(await answered({ ErrorCode: 510, ErrorInfo: 'sold out' })).toMatchObject({
      errorCode: 510,
      errorInfo: 'sold out',
    })
    expect(await answered({ ErrorCode: 7 })).toMatchObject({ verdict: 'deny', decidedBy: 'policy', rule: 'default' })
    const second = service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, {
      url: receiver.url,
      commands: [order.command],
    })
    expect(await second).toMatchObject({ status: 409, body: { code: 'command_taken' } })
    expect(problemOf(await post(order.command, {})).code).toBe('before_command')
  })

  test('is no one else’s: other apps do not know the word', async () => {
    await register(paid)
    await register(order)
    const other = await service.createApp()
    expect(problemOf(await post(paid.command, paid.sample, other.sdkAppId)).code).toBe('unknown_command')
    for (const commands of [[paid.command], ['Shop.*']]) {
      const refused = await service.call('POST', `/v1/apps/${other.sdkAppId}/webhooks`, { url: receiver.url, commands })
      expect(refused).toMatchObject({ status: 422, body: { code: 'unknown_command' } })
    }
    const near = await post('Shop.CallbackAfterPaymnet', paid.sample)
    expect(problemOf(near).detail).toContain(`Did you mean ${paid.command}?`)
  })

  test('stays while a webhook names it', async () => {
    await register(paid)
    await register(order)
    const { webhookId } = await service.createWebhook(sdkAppId, {
      url: receiver.url,
      commands: ['Live.*', 'Shop.*'],
      failurePolicy: { [order.command]: { timeout: 'allow' } },
    })
    const remove = async (word: string) => (await service.call('DELETE', `${commandsOf()}/${word}`)).status
    const { command: _, ...rest } = paid
    const { status } = await service.call('PUT', `${commandsOf()}/${order.command}`, rest)
    expect([status, await remove(order.command)]).toEqual([409, 409])
    expect(await remove(paid.command)).toBe(204)
    await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { failurePolicy: {} })
    // The last of a family whose pattern stands in a webhook.
    expect(await remove(order.command)).toBe(409)
    await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { commands: ['Live.*'] })
    expect(await remove(order.command)).toBe(204)
  })

  test('is there again after a restart', async () => {
    await register(paid)
    service = await service.restart()
    expect((await post(paid.command, paid.sample)).status).toBe(202)
    expect(problemOf(await post(paid.command, {})).code).toBe('body_mismatch')
  })

  test('is sent by the probe with its sample, and stands in the example of a form', async () => {
    await register(paid)
    const checked = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks/check`, {
      url: receiver.url,
      commands: ['Shop.*'],
    })
    expect(checked.body['ok']).toBe(true)
    const example = new URL(String(checked.body['requestUrl'])).searchParams
    expect([example.get('WebhookCommand'), example.has('OptPlatform')]).toEqual([paid.command, false])
    const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['Shop.*'] })
    const { status } = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/probe`)
    expect(status).toBe(200)
    expect(received.map(({ body }) => String(body))[0]).toContain('"OrderId":"o-7"')
  })
})

describe('a description is refused', () => {
  test.each([
    ['a family of the catalogue', { command: 'Live.CallbackAfterMine' }, '/command'],
    ['a word of the catalogue', { command: 'Live.CallbackAfterCreateRoom' }, '/command'],
    ['a misprint of the catalogue', { command: 'roup.CallbackBeforeApplyJoinGroup' }, '/command'],
    ['an alias of the catalogue', { command: 'Room.CallbackUpdateRoomInfo' }, '/command'],
    ['no command word', { command: 'Shop Payment' }, '/command'],
    ['an unknown member', { extra: 1 }, '/extra'],
    ['a reply of an after command', { reply: order.reply }, '/reply'],
    ['a sample that does not fit', { sample: { OrderId: 7 } }, '/sample/OrderId'],
    ['a sample of another command', { sample: { CallbackCommand: 'Live.X' } }, '/sample'],
    ['a schema that leaves itself', { schema: { $ref: 'http://127.0.0.1/x.json' } }, '/schema/$ref'],
    ['a schema that is none', { schema: { type: 'object', required: 'OrderId' } }, '/schema/required'],
    ['a pattern with lookahead', { schema: { propertyNames: { pattern: '(?=a)b' } } }, '/schema/propertyNames/pattern'],
    [
      'a pattern that looks back',
      { schema: { propertyNames: { pattern: '(a)\\1' } } },
      '/schema/propertyNames/pattern',
    ],
    [
      'a pattern that grows',
      { schema: { propertyNames: { pattern: '(x{1,90}){9}' } } },
      '/schema/propertyNames/pattern',
    ],
  ])('for %s, with its place', async (_, change, pointer) => {
    const { sample: _sample, ...plain } = paid
    const refused = await register({ ...plain, ...change })
    expect(refused.status).toBe(400)
    expect(problemOf(refused).errors?.map((error) => error.pointer)).toContain(pointer)
  })

  test('if the word is taken, or the catalogue’s, or the app is no one’s', async () => {
    await register(paid)
    expect(await register(paid)).toMatchObject({ status: 409, body: { code: 'command_exists' } })
    const { command: _, ...rest } = paid
    const change = await service.call('PUT', `${commandsOf()}/Live.CallbackAfterCreateRoom`, rest)
    expect(change).toMatchObject({ status: 409, body: { code: 'catalogue_command' } })
    expect((await register(paid, 4_000_000_000)).status).toBe(404)
    expect((await service.call('PUT', `${commandsOf()}/Shop.Nothing`, rest)).status).toBe(404)
  })

  test('if the app has 200 of them', async () => {
    for (let number = 0; number < 200; number += 1) {
      expect((await register({ command: `Shop.Number${number}`, phase: 'after' })).status).toBe(201)
    }
    expect(await register(paid)).toMatchObject({ status: 409, body: { code: 'too_many_commands' } })
  })
})

test('no text of 256 KiB keeps the patterns of a schema busy: the work is counted', async () => {
  const schema = {
    properties: { Text: { allOf: Array.from({ length: 30 }, () => ({ pattern: '^([a-z]{1,30})*!?$' })) } },
  }
  expect((await register({ command: 'Shop.After', phase: 'after', schema })).status).toBe(201)
  expect((await post('Shop.After', { Text: 'short' })).status).toBe(202)
  const long = await post('Shop.After', { Text: 'a'.repeat(250_000) })
  expect(long).toMatchObject({ status: 400, body: { code: 'body_mismatch' } })
  expect(problemOf(long).detail).toContain('too long to try')
})

test('no list of thousands is held against a schema of hundreds of branches for each value', async () => {
  const branches = Array.from({ length: 300 }, (_, index) => ({ minimum: 300 - index }))
  const schema = { properties: { List: { items: { anyOf: branches } } } }
  expect((await register({ command: 'Shop.Listed', phase: 'after', schema })).status).toBe(201)
  expect((await post('Shop.Listed', { List: [1, 2, 3] })).status).toBe(202)
  const long = await post('Shop.Listed', { List: Array.from({ length: 20_000 }, () => 1) })
  expect(long).toMatchObject({ status: 400, body: { code: 'body_mismatch' } })
  expect(problemOf(long).detail).toContain('would take too long')
})
