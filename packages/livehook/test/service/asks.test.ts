// Before-events over HTTP, against real receivers: the answer always comes, and says who decided and by which rule (I7).

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const message = 'Group.CallbackBeforeSendMsg'
const gift = 'Live.CallbackBeforeSendGift'

let service: TestService
beforeAll(async () => {
  service = await openService({ flags: { graceMs: '200' } })
})
afterAll(() => service.close())

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

function answering(status: number, body: string): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }
}

async function decider(answer: Answer, members: object = {}): Promise<{ sdkAppId: number; webhookId: string }> {
  const receiver = await openReceiver(answer)
  open.push(receiver)
  const { sdkAppId } = await service.createApp('asks')
  const webhook = { url: receiver.url, commands: [message, gift], ...members }
  return { sdkAppId, webhookId: (await service.createWebhook(sdkAppId, webhook, 'xxxxyyyy')).webhookId }
}

async function ask(sdkAppId: number, command = message, query = '') {
  const body = command === gift ? '{"RoomId":"r1","GiftWater":{}}' : '{"GroupId":"g1","MsgBody":[]}'
  const { status, body: answer } = await service.call(
    'POST',
    `/v1/apps/${sdkAppId}/asks?command=${command}${query}`,
    body,
  )
  expect(status).toBe(200)
  return answer
}

const packet = (code: number, text = '', more = ''): string =>
  `{"ActionStatus":"OK","ErrorCode":${code},"ErrorInfo":"${text}"${more}}`
const textBody = '[{"MsgType":"TIMTextElem","MsgContent":{"Text":"***"}}]'

describe('the app decides', () => {
  test.each([
    ['0 lets a message pass', message, packet(0), { verdict: 'allow', errorCode: 0 }],
    ['1 denies it with the platform’s code', message, packet(1), { verdict: 'deny', errorCode: 10_016 }],
    ['2 drops it', message, packet(2), { verdict: 'drop', errorCode: 0 }],
    [
      '10101 denies it with the app’s code and text',
      message,
      packet(10_101, 'no ads'),
      { verdict: 'deny', errorCode: 10_101, errorInfo: 'no ads' },
    ],
    ['10200 is still the app’s', message, packet(10_200, 'x'), { verdict: 'deny', errorCode: 10_200 }],
    [
      '102100 denies a gift',
      gift,
      packet(102_100, 'too large'),
      { verdict: 'deny', errorCode: 102_100, errorInfo: 'too large' },
    ],
    ['0 lets a gift pass', gift, packet(0), { verdict: 'allow' }],
  ])('%s', async (_what, command, reply, expected) => {
    const { sdkAppId } = await decider(answering(200, reply))
    expect(await ask(sdkAppId, command)).toMatchObject({ ...expected, decidedBy: 'app', rule: null })
  })

  test('and may replace what the command lets it replace', async () => {
    const { sdkAppId } = await decider(answering(200, packet(0, '', `,"MsgBody":${textBody}`)))
    expect(await ask(sdkAppId)).toMatchObject({
      verdict: 'allow',
      replace: { MsgBody: JSON.parse(textBody) as unknown },
    })
  })
})

describe('without a verdict the failure policy decides', () => {
  test.each([
    ['no error code', answering(200, '{"ActionStatus":"OK"}'), 'no_verdict'],
    ['a code that is text', answering(200, '{"ErrorCode":"0"}'), 'no_verdict'],
    ['a code with a fraction', answering(200, '{"ErrorCode":0.5}'), 'no_verdict'],
    ['an answer that is no JSON', answering(200, '<html>'), 'no_verdict'],
    ['status 500', answering(500, packet(0)), 'bad_status'],
    ['no answer at all', () => undefined, 'timeout'],
  ])('%s: a message passes, a gift does not', async (_what, answer, failureClass) => {
    const { sdkAppId } = await decider(answer, { askDeadlineMs: 300 })
    expect(await ask(sdkAppId)).toMatchObject({ verdict: 'allow', decidedBy: 'policy', rule: 'default', failureClass })
    expect(await ask(sdkAppId, gift)).toMatchObject({ verdict: 'deny', decidedBy: 'policy', failureClass })
  })

  // Of a gift any positive code is an answer, and nothing of it can be replaced.
  test.each([
    ['a code of no one', answering(200, packet(10_201))],
    ['a replacement of the wrong type', answering(200, packet(0, '', ',"MsgBody":"no list"'))],
  ])('%s: a message passes', async (_what, answer) => {
    const { sdkAppId } = await decider(answer)
    expect(await ask(sdkAppId)).toMatchObject({ verdict: 'allow', decidedBy: 'policy', failureClass: 'no_verdict' })
  })

  test('the gift switch turns silence into a pass', async () => {
    const commands = [gift, 'Live.CallbackBeforeCallBackNotBlock']
    const { sdkAppId } = await decider(answering(500, ''), { commands })
    expect(await ask(sdkAppId, gift)).toMatchObject({
      verdict: 'allow',
      decidedBy: 'policy',
      rule: 'switch:Live.CallbackBeforeCallBackNotBlock',
    })
  })

  test('the most exact entry of the webhook’s policy counts, and the answer names it', async () => {
    const failurePolicy = { '*': { '*': 'allow' }, [message]: { bad_status: 'deny' } }
    const { sdkAppId } = await decider(answering(500, ''), { failurePolicy })
    expect(await ask(sdkAppId)).toMatchObject({ verdict: 'deny', rule: `policy:${message}:bad_status` })
    expect(await ask(sdkAppId, gift)).toMatchObject({ verdict: 'allow', rule: 'policy:*:*' })
  })

  test('where no webhook decides the command, it passes', async () => {
    const { sdkAppId } = await service.createApp('no one')
    expect(await ask(sdkAppId)).toMatchObject({ verdict: 'allow', decidedBy: 'policy', rule: 'not_subscribed' })
  })
})

describe('an ask', () => {
  test('may shorten its deadline, and is recorded with what was known', async () => {
    const { sdkAppId, webhookId } = await decider(() => undefined)
    const answer = await ask(sdkAppId, message, '&deadlineMs=120')
    expect(answer).toMatchObject({ deadlineMs: 120, webhookId, attempt: { symptom: 'times_out' } })
    const id = String(answer['decisionId'])
    const { body } = await service.call('GET', `/v1/decisions/${id}`)
    expect(body).toMatchObject({ decisionId: id, verdict: 'allow', failureClass: 'timeout' })
    // Rows are written after the answer, never in its way: the list has it a moment later.
    let items: unknown[] = []
    while (items.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 25))
      items = (await service.call('GET', `/v1/apps/${sdkAppId}/decisions`)).body['items'] as unknown[]
    }
    expect(items).toMatchObject([{ decisionId: id, decidedBy: 'policy' }])
  })

  test('goes out signed, once, with the parameters of the command', async () => {
    const receiver = await openReceiver(answering(200, packet(0)))
    open.push(receiver)
    const { sdkAppId } = await service.createApp('signed')
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: [message] }, 'xxxxyyyy')
    await ask(sdkAppId)
    const [request] = await receiver.arrived(1)
    expect(request?.query.get('WebhookCommand')).toBe(message)
    expect(request?.query.get('Sign')).toMatch(/^[0-9a-f]{64}$/)
    expect(request?.body.toString()).toMatch(
      /^\{"CallbackCommand":"Group\.CallbackBeforeSendMsg","EventTime":\d{13},"GroupId":"g1"/,
    )
  })

  test('about an after command, an unknown command or with a body that is none is refused', async () => {
    const { sdkAppId } = await service.createApp('refused')
    const call = (command: string, body: string) =>
      service.call('POST', `/v1/apps/${sdkAppId}/asks?command=${command}`, body)
    expect((await call('Live.CallbackAfterCreateRoom', '{}')).status).toBe(409)
    expect((await call('Live.CallbackBeforeNothing', '{}')).status).toBe(422)
    expect((await call(message, '[]')).status).toBe(400)
  })

  test('is decided by one webhook of an app: a second is refused at registration', async () => {
    const { sdkAppId } = await decider(answering(200, packet(0)))
    const second = { url: 'http://app.example.com/hook', commands: [message] }
    const refused = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, second)
    expect(refused).toMatchObject({ status: 409, body: { code: 'command_taken' } })
    // A pattern subscribes to after commands only, so it takes nothing from anybody.
    expect((await service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, { ...second, commands: ['*'] })).status).toBe(
      201,
    )
  })
})
