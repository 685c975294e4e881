// What every store must do with deliveries that are moved by hand, and with jobs: the promises of port-redelivery.ts.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import type { DeliveryFilter } from '../../src/store/port/deliveries.ts'
import type { SettleMove } from '../../src/store/port/flow.ts'
import type { Store } from '../../src/store/port/port.ts'
import type { RedeliveryJob } from '../../src/store/port/redelivery.ts'
import { acceptOne, claimAll, registerWebhook, sampleAttempt, sampleEvent, eventIdOf } from './samples.ts'
import { sampleFailure, sampleSettle, sampleWebhook, someTime } from './samples.ts'
import type { StorePlace } from './places.ts'

const dead: SettleMove = { kind: 'dead', reason: 'retries_exhausted', failures: 3 }
const later = someTime + 60_000

export function handsSuite(title: string, createPlace: () => Promise<StorePlace>): void {
  describe(`${title} moves deliveries by hand`, () => {
    let place: StorePlace
    let store: Store
    let webhook: Webhook
    beforeEach(async () => {
      place = await createPlace()
      store = await place.open()
      webhook = await registerWebhook(store)
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    /** A delivery that ended with one attempt. */
    const ended = async (move: SettleMove = dead, of: Webhook = webhook): Promise<string> => {
      const deliveryId = await acceptOne(store, of)
      await claimAll(store, of)
      const attempt = move.kind === 'succeeded' ? sampleAttempt() : sampleFailure()
      await store.settle([sampleSettle(deliveryId, { move, attempt })], someTime + 20)
      return deliveryId
    }
    const stateOf = async (deliveryId: string) => (await store.getDelivery(deliveryId))?.state

    describe('redeliver', () => {
      it('makes a dead or succeeded delivery due now, with its failures forgotten and its attempts kept', async () => {
        const ids = [await ended(), await ended({ kind: 'succeeded' })]
        const results = await store.redeliver(ids, later)
        for (const [index, deliveryId] of ids.entries()) {
          const expected = { deliveryId, state: 'pending', dueAt: later, reason: null, attempts: 1 }
          expect(results[index]).toEqual({ kind: 'redelivered', delivery: expect.objectContaining(expected) })
          expect(await store.getDelivery(deliveryId)).toMatchObject(expected)
        }
        const claimed = await claimAll(store, webhook, later)
        expect(claimed.map(({ deliveryId, attempts, failures }) => ({ deliveryId, attempts, failures }))).toEqual(
          ids.map((deliveryId) => ({ deliveryId, attempts: 1, failures: 0 })),
        )
        await store.settle([sampleSettle(ids[0]!, { attempt: sampleAttempt({ number: 2 }) })], later)
        const detail = await store.getDelivery(ids[0]!)
        expect(detail?.state).toBe('succeeded')
        expect(detail?.attemptRecords.map((attempt) => attempt.number)).toEqual([1, 2])
      })

      it('says of each other delivery why it stays as it is', async () => {
        const gone = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const ofGone = await ended(dead, gone)
        await store.deleteWebhook(gone.webhookId, someTime)
        const claimed = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        const cancelled = await acceptOne(store, webhook)
        await store.cancel([cancelled], someTime)
        const ids = [ofGone, claimed, cancelled, 'dlv_nothing']
        const results = await store.redeliver(ids, later)
        expect(results.map((result) => result.kind)).toEqual(['webhook_gone', 'claimed', 'cancelled', 'not_found'])
        expect(await Promise.all(ids.slice(0, 3).map(stateOf))).toEqual(['dead', 'claimed', 'cancelled'])
      })

      it('brings forward what waits for a retry, in its schedule still, and never puts off what is due', async () => {
        const [waits, due] = [await acceptOne(store, webhook), await acceptOne(store, webhook)]
        await claimAll(store, webhook)
        const retryAt = (dueAt: number): SettleMove => ({ kind: 'pending', dueAt, failures: 1 })
        await store.settle(
          [
            sampleSettle(waits, { attempt: sampleFailure(), move: retryAt(later + 3_600_000) }),
            sampleSettle(due, { attempt: sampleFailure(), move: retryAt(someTime + 1) }),
          ],
          someTime,
        )
        expect(await store.redeliver([waits, due], later)).toMatchObject([
          { kind: 'redelivered', delivery: { state: 'pending', dueAt: later } },
          { kind: 'redelivered', delivery: { state: 'pending', dueAt: someTime + 1 } },
        ])
        expect((await claimAll(store, webhook, later)).map(({ failures }) => failures)).toEqual([1, 1])
      })
    })

    describe('cancel', () => {
      it('calls a pending delivery off, and leaves every other one alone', async () => {
        const [done, claimed] = [await ended(), await acceptOne(store, webhook)]
        await claimAll(store, webhook)
        const pending = await acceptOne(store, webhook)
        const results = await store.cancel([pending, claimed, done, 'dlv_nothing'], later)
        expect(results).toEqual([
          { kind: 'cancelled', delivery: expect.objectContaining({ state: 'cancelled', reason: 'by_request' }) },
          { kind: 'claimed' },
          { kind: 'ended' },
          { kind: 'not_found' },
        ])
        expect(await claimAll(store, webhook, later)).toEqual([])
      })
    })

    describe('addDelivery', () => {
      it('brings an event that no one wanted to a webhook, and takes it off the list of those', async () => {
        const [kept] = await store.accept([sampleEvent(webhook, { deliveries: [] })])
        const eventId = eventIdOf(kept)
        const list = async () =>
          (await store.listNotSubscribed(webhook.sdkAppId, { limit: 9 })).items.map((event) => event.eventId)
        expect(await list()).toEqual([eventId])
        const added = await store.addDelivery(eventId, webhook.webhookId, later)
        expect(added).toMatchObject({ kind: 'added', delivery: { state: 'pending', dueAt: later, createdAt: later } })
        expect(await list()).toEqual([])
        expect(await claimAll(store, webhook, later)).toMatchObject([{ eventId, webhookId: webhook.webhookId }])
      })

      it('gives an event at most one delivery per webhook, however often and whenever it is asked', async () => {
        const others = [1, 2].map(() => store.createWebhook(sampleWebhook(webhook.sdkAppId)))
        const [second, third] = await Promise.all(others)
        const [accepted] = await store.accept([sampleEvent(webhook)])
        if (accepted?.kind !== 'accepted') throw new Error('not accepted')
        const { eventId, deliveryIds } = accepted
        await acceptOne(store, webhook)
        const asked = [webhook, second!, third!, second!, third!, second!].map((one) =>
          store.addDelivery(eventId, one.webhookId, later),
        )
        const results = await Promise.all(asked)
        expect(results.map((result) => result.kind)).toEqual([
          'already',
          'added',
          'added',
          'already',
          'already',
          'already',
        ])
        expect(results[0]).toEqual({ kind: 'already', deliveryId: deliveryIds[0] })
        const added = results.flatMap((result) => (result.kind === 'added' ? [result.delivery.deliveryId] : []))
        expect(results[3]).toEqual({ kind: 'already', deliveryId: added[0] })
        const event = await store.getEvent(eventId)
        expect(event?.deliveries.map(({ deliveryId }) => deliveryId)).toEqual([...deliveryIds, ...added])
      })

      it('refuses an event that no one knows, and a webhook that is gone or of another app', async () => {
        const foreign = await registerWebhook(store)
        const [accepted] = await store.accept([sampleEvent(webhook)])
        const add = async (eventId: string, webhookId: string) =>
          (await store.addDelivery(eventId, webhookId, later)).kind
        expect(await add('evt_nothing', webhook.webhookId)).toBe('not_found')
        expect(await add(eventIdOf(accepted), 'wh_nothing')).toBe('webhook_gone')
        expect(await add(eventIdOf(accepted), foreign.webhookId)).toBe('webhook_gone')
      })
    })

    describe('a job', () => {
      const filter = (members: Partial<DeliveryFilter> = {}): DeliveryFilter => ({
        sdkAppId: webhook.sdkAppId,
        states: ['dead'],
        ...members,
      })
      const create = async (members: Partial<DeliveryFilter> = {}): Promise<RedeliveryJob> => {
        const { count, exact } = await store.countForJob(filter(members), later)
        return store.createJob({
          filter: filter(members),
          ratePerSecond: null,
          total: count,
          exact,
          createdAt: later,
        })
      }
      const runToEnd = async (jobId: string, limit = 2): Promise<RedeliveryJob | undefined> => {
        for (let job = await store.getJob(jobId); ;) {
          const step = await store.nextStep(jobId, limit)
          if (step === undefined) return job
          job = await store.takeStep(step, later)
        }
      }

      it('moves what passes its filter, oldest first, and nothing else', async () => {
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const wanted: string[] = []
        for (let index = 0; index < 5; index += 1) {
          wanted.push(await ended())
          await ended({ kind: 'succeeded' })
          await ended(dead, other)
        }
        const job = await create({ webhookId: webhook.webhookId })
        expect(job).toMatchObject({ state: 'running', total: 5, exact: true, done: 0, skipped: 0 })
        const step = await store.nextStep(job.jobId, 2)
        expect(step?.deliveryIds).toEqual(wanted.slice(0, 2))
        expect(await runToEnd(job.jobId)).toMatchObject({ state: 'done', done: 5, skipped: 0 })
        const { items } = await store.listDeliveries(filter({ states: ['pending'] }), { limit: 50 })
        expect(items.map((item) => item.deliveryId).toReversed()).toEqual(wanted)
      })

      it('takes a step once, anyone who takes it twice', async () => {
        await ended()
        await ended()
        const job = await create()
        const step = await store.nextStep(job.jobId, 1)
        const results = await Promise.all([store.takeStep(step!, later), store.takeStep(step!, later)])
        expect(results).toMatchObject([{ done: 1 }, { done: 1, skipped: 0 }])
      })

      it('passes over and counts what has changed since it was made', async () => {
        const [redelivered, diedAgain, gone, stays] = [await ended(), await ended(), await ended(), await ended()]
        const job = await create()
        await store.redeliver([redelivered, diedAgain, gone], later)
        await claimAll(store, webhook, later)
        const attempt = sampleFailure({ number: 2, startedAt: later + 5 })
        await store.settle([sampleSettle(diedAgain, { move: dead, attempt })], later + 10)
        await store.settle([{ deliveryId: gone, move: { kind: 'cancelled', reason: 'by_request' } }], later)
        const tooLate = await acceptOne(store, webhook)
        await claimAll(store, webhook, later)
        await store.settle([sampleSettle(tooLate, { move: dead, attempt: sampleFailure() })], later)
        expect(await runToEnd(job.jobId)).toMatchObject({ state: 'done', total: 4, done: 1, skipped: 3 })
        expect(await Promise.all([diedAgain, stays, tooLate].map(stateOf))).toEqual(['dead', 'pending', 'dead'])
      })

      it('stands still while it is paused, goes on where it stood, and is over once it was cancelled', async () => {
        for (let index = 0; index < 4; index += 1) await ended()
        const { jobId } = await create()
        const early = await store.nextStep(jobId, 1)
        expect(await store.moveJob(jobId, 'paused', later)).toMatchObject({ state: 'paused' })
        expect(await store.nextStep(jobId, 1)).toBeUndefined()
        expect(await store.takeStep(early!, later)).toMatchObject({ state: 'paused', done: 0 })
        await store.moveJob(jobId, 'running', later)
        expect(await store.takeStep(early!, later)).toMatchObject({ state: 'running', done: 1 })
        await store.moveJob(jobId, 'cancelled', later)
        expect(await runToEnd(jobId)).toMatchObject({ state: 'cancelled', done: 1 })
        expect(await store.moveJob(jobId, 'running', later)).toMatchObject({ state: 'cancelled' })
        expect(await store.moveJob('job_nothing', 'running', later)).toBeUndefined()
      })

      it('is still there when the store is opened again, and goes on', async () => {
        for (let index = 0; index < 3; index += 1) await ended()
        const { jobId } = await create()
        const first = await store.nextStep(jobId, 1)
        await store.takeStep(first!, later)
        await store.close()
        store = await place.open()
        expect(await store.openJobs()).toMatchObject([{ jobId, done: 1, filter: filter() }])
        expect(await runToEnd(jobId)).toMatchObject({ state: 'done', done: 3 })
        expect(await store.openJobs()).toEqual([])
      })

      it('over nothing is done at once', async () => {
        await ended()
        expect(await create({ command: 'Never.Seen' })).toMatchObject({ state: 'done', total: 0 })
        expect(await create({ to: someTime })).toMatchObject({ state: 'done', total: 0 })
        expect(await create({ from: someTime, to: someTime + 1 })).toMatchObject({ state: 'running', total: 1 })
      })

      it('is listed with its app, newest first, page by page', async () => {
        await ended()
        const foreign = await registerWebhook(store)
        const jobs = [await create(), await create(), await create()]
        const first = await store.listJobs(webhook.sdkAppId, { limit: 2 })
        expect(first.items).toEqual([jobs[2], jobs[1]])
        const second = await store.listJobs(webhook.sdkAppId, { limit: 2, cursor: first.nextCursor! })
        expect(second).toEqual({ items: [jobs[0]], nextCursor: null })
        expect((await store.listJobs(foreign.sdkAppId, { limit: 2 })).items).toEqual([])
      })
    })

    describe('claim', () => {
      it('takes first attempts before retries, keeps a quarter for retries, and leaves no place empty (I6)', async () => {
        const retries: string[] = []
        for (let index = 0; index < 20; index += 1) retries.push(await ended())
        await store.redeliver(retries, someTime)
        const first: string[] = []
        for (let index = 0; index < 10; index += 1) first.push(await acceptOne(store, webhook))
        const claim = async (limit: number) => {
          const wanted = [{ webhookId: webhook.webhookId, limit }]
          const claimed = await store.claim(wanted, { now: later, leaseUntil: later + 1 })
          return [claimed.filter((one) => one.attempts === 0).length, claimed.filter((one) => one.attempts > 0).length]
        }
        expect(await claim(8)).toEqual([6, 2])
        expect(await claim(2)).toEqual([1, 1])
        expect(await claim(3)).toEqual([2, 1])
        expect(await claim(10)).toEqual([1, 9])
        expect(await claim(100)).toEqual([0, 7])
      })

      it('of single places gives every fourth to a retry (I6)', async () => {
        const retries = [await ended(), await ended(), await ended()]
        await store.redeliver(retries, someTime)
        await store.accept(Array.from({ length: 6 }, () => sampleEvent(webhook)))
        const kinds: number[] = []
        for (let index = 0; index < 9; index += 1) {
          const wanted = [{ webhookId: webhook.webhookId, limit: 1 }]
          const [claimed] = await store.claim(wanted, { now: later, leaseUntil: later + 1 })
          kinds.push(claimed?.attempts ?? -1)
        }
        expect(kinds).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 1])
      })
    })
  })
}
