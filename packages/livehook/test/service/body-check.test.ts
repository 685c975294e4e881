import { listCommands, sampleOf } from '@livehook/protocol/catalogue'
import type { BodyCheck } from '../../src/http/contract/contract.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
let service: TestService
let sdkAppId: number

beforeAll(async () => {
  service = await openService()
  ;({ sdkAppId } = await service.createApp())
})
afterAll(() => service.close())

async function check(word: string, body: string): Promise<BodyCheck> {
  const called = await service.call('POST', `/v1/apps/${sdkAppId}/commands/${word}/check`, body)
  const { ok, problems }: Partial<BodyCheck> = called.body
  if (ok === undefined || problems === undefined) throw new Error(called.text)
  return { ok, problems }
}

describe('a check of a body', () => {
  test('finds nothing in the sample of any command of the catalogue', async () => {
    const samples = listCommands().flatMap(({ command: word }) => {
      const sample = sampleOf(word)
      return sample === undefined ? [] : [{ word, sample }]
    })
    expect(samples.length).toBeGreaterThan(80)
    for (const { word, sample } of samples) {
      expect([word, await check(word, sample)]).toEqual([word, { ok: true, problems: [] }])
    }
  })

  test('names every member that does not fit the schema, by its pointer', async () => {
    const sample: { RoomInfo: Record<string, unknown> } = JSON.parse(sampleOf(command) ?? '')
    const { RoomId: _left, ...rest } = sample.RoomInfo
    const { ok, problems } = await check(
      command,
      JSON.stringify({ ...sample, RoomInfo: { ...rest, MaxMemberCount: 'many', IsSeatEnabled: 1 } }),
    )
    expect(ok).toBe(false)
    expect(problems).toEqual([
      { code: 'body_mismatch', pointer: '/RoomInfo/RoomId', detail: 'is missing' },
      { code: 'body_mismatch', pointer: '/RoomInfo/MaxMemberCount', detail: 'must be integer' },
      { code: 'body_mismatch', pointer: '/RoomInfo/IsSeatEnabled', detail: 'must be boolean' },
    ])
  })

  test('says in which line and column a body stops being JSON', async () => {
    const { problems } = await check(command, '{\n  "房间": "1",\n  "RoomId" 5\n}')
    expect(problems).toMatchObject([{ code: 'invalid_json', line: 3, column: 12 }])
    expect((await check(command, '[]')).problems).toMatchObject([{ code: 'not_an_object', line: 1, column: 1 }])
    expect((await check(command, '{"a":1,"a":2}')).problems).toMatchObject([{ code: 'duplicate_key' }])
    expect((await check(command, '{"CallbackCommand":"X.Y"}')).problems).toMatchObject([{ code: 'command_mismatch' }])
  })

  test('holds a command of the app’s own against its own schema, for that app', async () => {
    const schema = { type: 'object', required: ['OrderId'], properties: { OrderId: { type: 'string' } } }
    const own = { command: 'Shop.OrderPaid', phase: 'after', schema }
    expect((await service.call('POST', `/v1/apps/${sdkAppId}/commands`, own)).status).toBe(201)
    expect(await check('Shop.OrderPaid', '{"OrderId":"1"}')).toEqual({ ok: true, problems: [] })
    expect((await check('Shop.OrderPaid', '{}')).problems).toMatchObject([
      { pointer: '/OrderId', detail: 'is missing' },
    ])
    const other = await service.createApp('other')
    const foreign = await service.call('POST', `/v1/apps/${other.sdkAppId}/commands/Shop.OrderPaid/check`, '{}')
    expect(foreign.status).toBe(404)
  })

  test('keeps nothing', async () => {
    await check(command, '{}')
    expect((await service.call('GET', `/v1/apps/${sdkAppId}/not-subscribed-events`)).body['items']).toEqual([])
  })
})
