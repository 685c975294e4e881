import { afterEach, describe, expect, test } from 'vitest'
import type { Redelivery } from '../../src/http/contract/contract.ts'
import { createRedeliveryJobs } from '../../src/engine/manage/redelivery-jobs.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { registerWebhook, sampleEvent, sampleFailure, sampleSettle, someTime } from '../store/samples.ts'
import { createSqlitePlace } from '../store/sqlite-place.ts'
import type { Answer, TestReceiver } from '../support/receiver.ts'
import { answerOk, openReceiver } from '../support/receiver.ts'
import { alone } from '../support/leases.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

interface World {
  readonly service: TestService
  readonly receiver: TestReceiver
  readonly sdkAppId: number
  readonly webhookId: string
  /** From now on the receiver answers 200. */
  mend(): void
}

/** A receiver that fails until it is mended, and a webhook that tries once. */
async function world(): Promise<World> {
  let isBroken = true
  const answer: Answer = (request, response, count) => {
    if (isBroken) response.writeHead(503).end()
    else answerOk(request, response, count)
  }
  const receiver = await openReceiver(answer)
  const service = await openService()
  open.push(receiver, service)
  const { sdkAppId } = await service.createApp()
  const { webhookId } = await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], retry: 'none' })
  return { service, receiver, sdkAppId, webhookId, mend: () => (isBroken = false) }
}

async function post({ service, sdkAppId }: World): Promise<string> {
  const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
  return deliveries[0] ?? ''
}

async function deadOne(at: World): Promise<string> {
  const deliveryId = await post(at)
  await at.service.untilState(deliveryId, 'dead')
  return deliveryId
}

describe('redelivering one delivery', () => {
  test('sends a dead one again at once, with the same webhook-id, as the next attempt', async () => {
    const at = await world()
    const deliveryId = await deadOne(at)
    at.mend()
    const answer = await at.service.call('POST', `/v1/deliveries/${deliveryId}/redeliver`)
    expect(answer).toMatchObject({ status: 200, body: { deliveryId, state: 'pending', attempts: 1, reason: null } })
    const detail = await at.service.untilState(deliveryId, 'succeeded')
    expect(detail.attempts.map((attempt) => attempt.detail)).toEqual(['status_503', 'ok'])
    const [first, second] = await at.receiver.arrived(2)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect([first?.headers['livehook-attempt'], second?.headers['livehook-attempt']]).toEqual(['1', '2'])
  })

  test('starts the retries from the beginning', async () => {
    const at = await world()
    const path = `/v1/apps/${at.sdkAppId}/webhooks/${at.webhookId}`
    const deliveryId = await deadOne(at)
    await at.service.call('PATCH', path, { retry: [3600] })
    await at.service.call('POST', `/v1/deliveries/${deliveryId}/redeliver`)
    await at.receiver.arrived(2)
    await expect.poll(async () => (await at.service.untilState(deliveryId, 'pending')).attemptCount).toBe(2)
  })

  test('is refused with what to do for a delivery that was cancelled, has no webhook, or does not exist', async () => {
    const at = await world()
    const { service } = at
    await service.call('PATCH', `/v1/apps/${at.sdkAppId}/webhooks/${at.webhookId}`, { paused: true })
    const deliveryId = await post(at)
    const redeliver = async (id: string) => {
      const { status, body } = await service.call('POST', `/v1/deliveries/${id}/redeliver`)
      expect(body['detail']).toMatch(/\.$/)
      return [status, body['code']]
    }
    expect((await service.call('POST', `/v1/deliveries/${deliveryId}/cancel`)).body).toMatchObject({
      state: 'cancelled',
      reason: 'by_request',
    })
    expect(await redeliver(deliveryId)).toEqual([409, 'delivery_cancelled'])
    expect(await service.call('POST', `/v1/deliveries/${deliveryId}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'delivery_ended' },
    })
    await service.call('PATCH', `/v1/apps/${at.sdkAppId}/webhooks/${at.webhookId}`, { paused: false })
    const dead = await deadOne(at)
    await service.call('DELETE', `/v1/apps/${at.sdkAppId}/webhooks/${at.webhookId}`)
    expect(await redeliver(dead)).toEqual([409, 'webhook_gone'])
    expect(await redeliver('dlv_nothing')).toEqual([404, 'not_found'])
  })

  test('is refused while an attempt is on the wire, and so is cancelling', async () => {
    const waiting: (() => void)[] = []
    const receiver = await openReceiver((request, response, count) => {
      waiting.push(() => answerOk(request, response, count))
    })
    const service = await openService()
    open.push(receiver, service)
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'] })
    const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
    await receiver.arrived(1)
    const path = `/v1/deliveries/${deliveries[0] ?? ''}`
    expect((await service.call('POST', `${path}/redeliver`)).body).toMatchObject({ code: 'delivery_not_final' })
    expect((await service.call('POST', `${path}/cancel`)).body).toMatchObject({ code: 'delivery_in_flight' })
    for (const answer of waiting) answer()
    await service.untilState(deliveries[0] ?? '', 'succeeded')
  })

  test('is refused if the body is no longer kept', async () => {
    const at = await world()
    const path = `/v1/apps/${at.sdkAppId}/webhooks/${at.webhookId}`
    expect((await at.service.call('PATCH', path, { keepBodies: 'never' })).body).toMatchObject({ keepBodies: 'never' })
    const deliveryId = await deadOne(at)
    const detail = await at.service.untilState(deliveryId, 'dead')
    expect(detail.event).toMatchObject({ body: null, bodyKept: false, bodyBytes: 0 })
    expect(await at.service.call('POST', `/v1/deliveries/${deliveryId}/redeliver`)).toMatchObject({
      status: 409,
      body: { code: 'body_not_kept' },
    })
  })

  test('is told to anyone who watches', async () => {
    const at = await world()
    const deliveryId = await deadOne(at)
    const seen: unknown[] = []
    at.service.service.events.listen((event) => {
      if (event.kind === 'moved') seen.push(event.delivery.deliveryId, event.delivery.state)
    })
    await at.service.call('POST', `/v1/deliveries/${deliveryId}/redeliver`)
    expect(seen).toEqual([deliveryId, 'pending'])
  })
})

describe('a redelivery over a filter', () => {
  const create = (at: World, body: object) => at.service.call('POST', `/v1/apps/${at.sdkAppId}/redeliveries`, body)
  const jobOf = async (at: World, jobId: unknown) =>
    (await at.service.call('GET', `/v1/apps/${at.sdkAppId}/redeliveries/${String(jobId)}`))
      .body as unknown as Redelivery

  test('counts first, then sends everything that passes again, and says how far it is', async () => {
    const at = await world()
    const ids: string[] = []
    for (let index = 0; index < 5; index += 1) ids.push(await deadOne(at))
    at.mend()
    const filter = { command, detail: 'status_503', from: new Date(Date.now() - 3_600_000).toISOString() }
    const preview = await create(at, { filter, dryRun: true })
    expect([preview.status, preview.body]).toEqual([200, { count: 5, exact: true }])
    const { status, body, headers } = await create(at, { filter })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/v1/apps/${at.sdkAppId}/redeliveries/${String(body['jobId'])}`)
    expect(body).toMatchObject({ state: 'running', total: 5, exact: true, ratePerSecond: null })
    for (const id of ids) await at.service.untilState(id, 'succeeded')
    await expect
      .poll(() => jobOf(at, body['jobId']))
      .toMatchObject({
        state: 'done',
        done: 5,
        skipped: 0,
        filter: { ...filter, state: 'dead' },
      })
    const list = await at.service.call('GET', `/v1/apps/${at.sdkAppId}/redeliveries`)
    expect(list.body['items']).toEqual([await jobOf(at, body['jobId'])])
    expect((await create(at, { filter })).body).toMatchObject({ state: 'done', total: 0 })
  })

  test('can be paused, goes on after a restart where it stood, and can be called off', async () => {
    const at = await world()
    for (let index = 0; index < 4; index += 1) await deadOne(at)
    const { body } = await create(at, { filter: {}, ratePerSecond: 1 })
    const path = `/v1/apps/${at.sdkAppId}/redeliveries/${String(body['jobId'])}`
    await at.receiver.arrived(5)
    expect((await at.service.call('POST', `${path}/pause`)).body).toMatchObject({ state: 'paused' })
    const paused = await jobOf(at, body['jobId'])
    const service = await at.service.restart()
    open.push(service)
    const again = { ...at, service }
    expect(await jobOf(again, body['jobId'])).toMatchObject({ state: 'paused', done: paused.done })
    expect((await service.call('POST', `${path}/resume`)).body).toMatchObject({ state: 'running' })
    await expect
      .poll(async () => (await jobOf(again, body['jobId'])).done, { timeout: 8000 })
      .toBeGreaterThan(paused.done)
    expect((await service.call('POST', `${path}/cancel`)).body).toMatchObject({ state: 'cancelled' })
    expect(await service.call('POST', `${path}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'redelivery_ended' },
    })
    const { done } = await jobOf(again, body['jobId'])
    expect(done).toBeLessThan(4)
  })

  test.each([
    ['an unknown member', { filter: { colour: 'red' } }, '/filter/colour'],
    ['a state that cannot be pushed', { filter: { state: 'claimed' } }, '/filter/state'],
    [
      'a span that ends before it begins',
      { filter: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
      '/filter/from',
    ],
    ['a time that is none', { filter: { from: 'yesterday' } }, '/filter/from'],
    ['a rate of nothing', { filter: {}, ratePerSecond: 0 }, '/ratePerSecond'],
    ['no filter', {}, '/filter'],
  ])('is refused with %s', async (_what, body, pointer) => {
    const service = await openService()
    open.push(service)
    const { sdkAppId } = await service.createApp()
    const answer = await service.call('POST', `/v1/apps/${sdkAppId}/redeliveries`, body)
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    })
  })

  test('is of its app only', async () => {
    const at = await world()
    await deadOne(at)
    const { body } = await create(at, { filter: {} })
    const other = await at.service.createApp('other')
    for (const id of [String(body['jobId']), 'job_nothing']) {
      const path = `/v1/apps/${other.sdkAppId}/redeliveries/${id}`
      expect((await at.service.call('GET', path)).status).toBe(404)
      expect((await at.service.call('POST', `${path}/cancel`)).status).toBe(404)
    }
  })
})

describe('the pace of a redelivery', () => {
  test('is never above its rate, step by step, also when it is paused and resumed or the clock is set back', async () => {
    const place = await createSqlitePlace()
    const store = await openSqliteStore({ path: place.path })
    const webhook = await registerWebhook(store)
    const delivery = { webhookId: webhook.webhookId, leaseUntil: someTime + 1 }
    const accepted = await store.accept(
      Array.from({ length: 60 }, () => sampleEvent(webhook, { deliveries: [delivery] })),
    )
    const ids = accepted.flatMap((one) => (one.kind === 'accepted' ? one.deliveryIds : []))
    const move = { kind: 'dead', reason: 'gone', failures: 1 } as const
    await store.settle(
      ids.map((id) => sampleSettle(id, { attempt: sampleFailure(), move })),
      someTime,
    )
    const steps: { readonly at: number; readonly count: number }[] = []
    const jobs = createRedeliveryJobs({
      leases: alone,
      store: {
        ...store,
        takeStep(step, now) {
          steps.push({ at: performance.now(), count: step.deliveryIds.length })
          return store.takeStep(step, now)
        },
      },
      deliverer: { refresh: () => undefined, push: () => undefined },
      webhooks: { ofApp: () => [] },
      // The wall clock is set back by an hour after the first step: the pace goes on as it was.
      now: () => Date.now() - (steps.length > 0 ? 3_600_000 : 0),
      monotonic: () => performance.now(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    })
    await jobs.start()
    const job = await jobs.create({ sdkAppId: webhook.sdkAppId, states: ['dead'] }, 40)
    await expect.poll(() => steps.length, { interval: 5 }).toBeGreaterThan(1)
    await jobs.move(job.jobId, 'paused')
    await jobs.move(job.jobId, 'running')
    await expect.poll(async () => (await store.getJob(job.jobId))?.state, { timeout: 10_000 }).toBe('done')
    await jobs.stop()
    expect(await store.getJob(job.jobId)).toMatchObject({ done: 60, skipped: 0 })
    for (const { at } of steps) {
      const inSecond = steps.filter((step) => step.at >= at && step.at < at + 999)
      expect(inSecond.reduce((sum, step) => sum + step.count, 0)).toBeLessThanOrEqual(40)
    }
    await store.close()
    await place.remove()
  })
})
