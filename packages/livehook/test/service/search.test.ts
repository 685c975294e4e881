// Finding a delivery by what people have in hand: a room, an account, words of a message, the name of a webhook.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/http/contract/contract.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let receiver: TestReceiver
let sdkAppId: number
const ids: Record<string, string> = {}

beforeAll(async () => {
  service = await openService()
  receiver = await openReceiver()
  ;({ sdkAppId } = await service.createApp())
  await service.createWebhook(sdkAppId, { url: receiver.url, name: 'Shop orders', commands: ['Live.*'] })
  await service.createWebhook(sdkAppId, { url: receiver.url, name: 'moderation', commands: ['Group.*'] })
  const post = async (name: string, command: string, body: object): Promise<void> => {
    const { deliveries } = await service.postEvent(sdkAppId, command, JSON.stringify(body))
    ids[name] = deliveries[0] ?? ''
    await service.untilState(ids[name], 'succeeded')
  }
  await post('stage 42', 'Live.CallbackAfterCreateRoom', { RoomInfo: { RoomId: 'stage-42' } })
  await post('stage 43', 'Live.CallbackAfterCreateRoom', { RoomInfo: { RoomId: 'stage-43' } })
  await post('message', 'Group.CallbackAfterSendMsg', {
    GroupId: '@TGS#cooking',
    From_Account: 'amy',
    MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: '把盐递给我 50% off_' } }],
  })
})

afterAll(async () => {
  await service.close()
  await receiver.close()
})

async function search(query: string): Promise<readonly Delivery[]> {
  const { body, text } = await service.call('GET', `/v1/apps/${sdkAppId}/deliveries?${query}`)
  const { items }: { items?: Delivery[] } = body
  if (items === undefined) throw new Error(text)
  return items
}

const found = async (q: string): Promise<readonly string[]> =>
  (await search(`q=${encodeURIComponent(q)}`)).map(({ deliveryId }) => deliveryId)

describe('q', () => {
  test.each([
    ['stage-42', ['stage 42']],
    ['amy', ['message']],
    ['递给我', ['message']],
    ['@TGS#cooking', ['message']],
    ['50% off_', ['message']],
    ['stage-4', ['stage 43', 'stage 42']],
    ['shop ORDERS', ['stage 43', 'stage 42']],
    ['nothing has this', []],
  ])('%s finds what has it in its body, or goes to a webhook of that name', async (q, names) => {
    expect(await found(q)).toEqual(names.map((name) => ids[name]))
  })

  test('an id still finds the one', async () => {
    expect(await found(ids['message'] ?? '')).toEqual([ids['message']])
  })

  test('goes with the rest of the filter', async () => {
    expect(await search('q=stage-4&state=dead')).toEqual([])
    expect(await search('q=stage-4&command=Group.*')).toEqual([])
  })
})

test('each row of a list says what its event is about', async () => {
  const subjects = (await search('')).map(({ subject }) => subject)
  expect(subjects).toEqual([expect.stringContaining('cooking'), 'room:stage-43', 'room:stage-42'])
})
