import { InMemorySpanExporter, BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { expect, test } from 'vitest'
import { allow, deny, drop } from '../src/index.ts'
import type { ReceiverMatchers } from '../src/testing/testing.ts'
import {
  assertAllowed,
  assertDenied,
  assertDropped,
  assertRefused,
  matchers,
  request,
  tamper,
} from '../src/testing/testing.ts'
import { watched } from './support/receivers.ts'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-empty-object-type, typescript/no-unused-vars -- an interface is extended by declaring it again, with the very same parameters
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends ReceiverMatchers {}
}

expect.extend(matchers)
const message = 'Group.CallbackBeforeSendMsg'

async function answered(decision: unknown): Promise<Response> {
  const { receiver } = watched()
  receiver.before(message, () => decision as never)
  return receiver.fetch(await request(message))
}

test('matchers and assertions tell the answers apart', async () => {
  await expect(await answered(allow())).toBeAllowed()
  await expect(await answered(deny(10_150))).toBeDenied()
  await expect(await answered(deny(10_150))).toBeDenied(10_150)
  await expect(await answered(drop())).toBeDropped()
  await expect(await answered(drop())).not.toBeAllowed()
  await expect(await answered('OK')).toBeRefused(500)
  await expect(expect(await answered(deny(10_150))).toBeDenied(10_151)).rejects.toThrow(/denial with code 10151; it is/)
  await assertAllowed(await answered(allow()))
  await assertDenied(await answered(deny(1)), 1)
  await assertDropped(await answered(drop()))
  await assertRefused(await watched().receiver.fetch(await tamper.late(message)))
  await expect(assertDropped(await answered(allow()))).rejects.toThrow(/a drop; it is/)
})

test('members of a sample are set by path, in lists and in objects that are not there yet', async () => {
  const made = await request(message, { set: { 'MsgBody.0.MsgType': 'TIMFaceElem', 'Own.Deep': 1, GroupId: 'g' } })
  expect(await made.json()).toMatchObject({ GroupId: 'g', MsgBody: [{ MsgType: 'TIMFaceElem' }], Own: { Deep: 1 } })
  await expect(request(message, { set: { '__proto__.polluted': 1 } })).rejects.toThrow(TypeError)
})

test('each run of a handler is a span of the tracer, with what became of it and no secret', async () => {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const { receiver } = watched({ tracer: provider.getTracer('test') })
  receiver.before(message, (event) => {
    if (event.body.GroupId === 'throws') throw new Error('test-token')
    return deny(1)
  })
  const [first, second] = await tamper.twice(message, { id: 'evt_1' })
  for (const each of [first, second]) await receiver.fetch(each)
  await receiver.fetch(await request(message, { set: { GroupId: 'throws' } }))
  const spans = exporter.getFinishedSpans()
  expect(spans.map(({ name, attributes, status }) => [name, attributes['livehook.result'], status.code])).toEqual([
    [`webhook ${message}`, 'deny', 0],
    [`webhook ${message}`, 'handler_threw', 2],
  ])
  expect(spans[0]!.attributes).toMatchObject({ 'livehook.event_id': 'evt_1', 'livehook.attempt': 1 })
  expect(JSON.stringify(spans.map(({ attributes, status }) => [attributes, status]))).not.toContain('test-token')
})
