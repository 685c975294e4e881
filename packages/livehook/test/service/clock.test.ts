// The wall clock of a real service is set back by an hour, while it runs and between two starts: nothing stands.

import { afterEach, expect, test } from 'vitest'
import { answerOk, openReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'
const hour = 3_600_000

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

test('a retry that the store holds goes out by its schedule, and /readyz and the log say that the clock was set', async () => {
  let offMs = 0
  let isBroken = true
  const receiver = await openReceiver((request, response, count) =>
    isBroken ? response.writeHead(503).end() : answerOk(request, response, count),
  )
  open.push(receiver)
  const service = await openService({ flags: { graceMs: '500' }, now: () => Date.now() + offMs })
  const { sdkAppId } = await service.createApp()
  await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], retry: [2, 2, 2, 2, 2, 2] })
  const [first = ''] = (await service.postEvent(sdkAppId, command, '{}')).deliveries
  await receiver.arrived(1)
  expect((await service.call('GET', '/readyz')).body).toEqual({ status: 'ready' })

  isBroken = false
  offMs = -hour
  await service.untilState(first, 'succeeded')
  const ready = (await service.call('GET', '/readyz')).body as { readonly clock: { readonly byMs: number } }
  expect(Math.round(ready.clock.byMs / 1000)).toBe(-3600)
  expect(service.logged.join()).toContain('the wall clock was set')

  isBroken = true
  const before = receiver.requests.length
  const [second = ''] = (await service.postEvent(sdkAppId, command, '{}')).deliveries
  await receiver.arrived(before + 1)
  await expect
    .poll(async () => (await service.call('GET', `/v1/deliveries/${second}`)).body['attemptCount'])
    .toBeGreaterThan(0)
  // Set back once more while it is down: no process saw by how much.
  offMs = -2 * hour
  isBroken = false
  const next = await service.restart()
  open.push(next)
  await next.untilState(second, 'succeeded')
})
