// What every store must do to stay small and to tell how things went: lists by time and id, bodies that go, retention,
// summary rows.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeepBodies, Webhook } from '../../src/domain/webhook/webhook.ts'
import type { DeliveryFilter } from '../../src/store/port/deliveries.ts'
import type { SettleMove } from '../../src/store/port/flow.ts'
import type { Store } from '../../src/store/port/port.ts'
import { acceptOne, claimAll, registerWebhook, sampleAttempt, sampleEvent, sampleFailure } from './samples.ts'
import { eventIdOf, sampleSettle, sampleWebhook, someTime } from './samples.ts'
import type { StorePlace } from './places.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const dead: SettleMove = { kind: 'dead', reason: 'no_retry', failures: 1 }
const retry: SettleMove = { kind: 'pending', dueAt: someTime + 5000, failures: 1 }
const succeeded: SettleMove = { kind: 'succeeded' }

export function upkeepSuite(title: string, createPlace: () => Promise<StorePlace>): void {
  describe(`${title} stays small and tells how things went`, () => {
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

    /** Accepts one event for these webhooks. */
    const accept = async (webhooks: readonly Webhook[], acceptedAt = someTime) => {
      const deliveries = webhooks.map(({ webhookId }) => ({ webhookId, leaseUntil: acceptedAt + minuteMs }))
      const [result] = await store.accept([sampleEvent(webhook, { deliveries, acceptedAt })])
      if (result?.kind !== 'accepted') throw new Error('The event was not accepted.')
      return result
    }
    const settle = (deliveryId: string, move: SettleMove, at = someTime, number = 1) => {
      const attempt = move.kind === 'succeeded' ? sampleAttempt : sampleFailure
      return store.settle([sampleSettle(deliveryId, { move, attempt: attempt({ number, startedAt: at }) })], at)
    }
    const bodyOf = async (eventId: string) => (await store.getEvent(eventId))?.body

    describe('lists of deliveries', () => {
      it('show a span of time, from its beginning to before its end, in every order of arrival', async () => {
        // Within a minute numbers and times may be out of step.
        const times = [0, 40, 10, 30, 20, 100, 90, 5000, 4990, 70_000, 69_000, 200_000].map((ms) => someTime + ms)
        for (const acceptedAt of times) await acceptOne(store, webhook, { acceptedAt })
        const spans = [undefined, ...times, someTime - 1, someTime + 999_999]
        for (const from of spans) {
          for (const to of spans) {
            const filter: DeliveryFilter = {
              sdkAppId: webhook.sdkAppId,
              ...(from === undefined ? {} : { from }),
              ...(to === undefined ? {} : { to }),
            }
            const { items } = await store.listDeliveries(filter, { limit: 50 })
            const expected = times.filter((at) => at >= (from ?? 0) && at < (to ?? Infinity)).toReversed()
            expect({ from, to, times: items.map((item) => item.createdAt) }).toEqual({ from, to, times: expected })
          }
        }
      })

      it('show what one id names: an event, a delivery or a webhook, under the rest of the filter', async () => {
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const foreign = await registerWebhook(store)
        const { eventId, deliveryIds } = await accept([webhook, other])
        const single = await accept([other])
        await settle(deliveryIds[0]!, succeeded)
        const list = async (id: string, members: Partial<DeliveryFilter> = {}, limit = 9) => {
          const page = await store.listDeliveries({ sdkAppId: webhook.sdkAppId, id, ...members }, { limit })
          return page.items.map((item) => item.deliveryId)
        }
        expect(await list(eventId)).toEqual([deliveryIds[1], deliveryIds[0]])
        expect(await list(eventId, { states: ['succeeded'] })).toEqual([deliveryIds[0]])
        expect(await list(deliveryIds[1]!)).toEqual([deliveryIds[1]])
        expect(await list(other.webhookId)).toEqual([single.deliveryIds[0], deliveryIds[1]])
        expect(await list(other.webhookId, { webhookId: webhook.webhookId })).toEqual([])
        expect(await list(eventId, { sdkAppId: foreign.sdkAppId })).toEqual([])
        for (const id of ['', 'evt_', 'nonsense', 'wh_nothing']) expect(await list(id)).toEqual([])
        const first = await store.listDeliveries({ sdkAppId: webhook.sdkAppId, id: eventId }, { limit: 1 })
        const second = await store.listDeliveries(
          { sdkAppId: webhook.sdkAppId, id: eventId },
          { limit: 1, cursor: first.nextCursor! },
        )
        expect([first.items[0]?.deliveryId, second.items[0]?.deliveryId, second.nextCursor]).toEqual([
          deliveryIds[1],
          deliveryIds[0],
          null,
        ])
      })
    })

    describe('a body', () => {
      const keeping = (keepBodies: KeepBodies) => store.createWebhook(sampleWebhook(webhook.sdkAppId, { keepBodies }))

      it.each<[KeepBodies, SettleMove, boolean]>([
        ['always', succeeded, true],
        ['always', dead, true],
        ['failed', succeeded, false],
        ['failed', dead, true],
        ['failed', retry, true],
        ['never', succeeded, false],
        ['never', dead, false],
        ['never', retry, true],
      ])('under keepBodies %s after %o: kept %s', async (keepBodies, move, isKept) => {
        const { eventId, deliveryIds } = await accept([await keeping(keepBodies)])
        await settle(deliveryIds[0]!, move)
        expect((await bodyOf(eventId)) instanceof Uint8Array).toBe(isKept)
      })

      it('stays until the last delivery of its event has ended, and as long as one webhook wants it', async () => {
        const [never, failed, always] = [await keeping('never'), await keeping('failed'), await keeping('always')]
        const both = await accept([never, failed])
        await settle(both.deliveryIds[0]!, succeeded)
        expect(await bodyOf(both.eventId)).toBeInstanceOf(Uint8Array)
        await settle(both.deliveryIds[1]!, succeeded)
        expect(await bodyOf(both.eventId)).toBeNull()

        for (const order of [
          [0, 1],
          [1, 0],
        ]) {
          const wanted = await accept([never, always])
          for (const index of order) await settle(wanted.deliveryIds[index]!, succeeded)
          expect(await bodyOf(wanted.eventId)).toBeInstanceOf(Uint8Array)
        }
      })

      it('goes with the last delivery of a batch, with one that was cancelled, and with a later one', async () => {
        const [one, other] = [await keeping('never'), await keeping('never')]
        const batch = await accept([one, other])
        await store.settle(
          batch.deliveryIds.map((id) => sampleSettle(id)),
          someTime,
        )
        expect(await bodyOf(batch.eventId)).toBeNull()

        const waiting = await accept([one])
        await settle(waiting.deliveryIds[0]!, retry)
        await store.cancel(waiting.deliveryIds, someTime)
        expect(await bodyOf(waiting.eventId)).toBeNull()

        const later = await accept([one])
        const added = await store.addDelivery(later.eventId, other.webhookId, someTime)
        await settle(later.deliveryIds[0]!, succeeded)
        expect(await bodyOf(later.eventId)).toBeInstanceOf(Uint8Array)
        await claimAll(store, other)
        await settle(added.kind === 'added' ? added.delivery.deliveryId : '', succeeded)
        expect(await bodyOf(later.eventId)).toBeNull()
      })

      it('goes with what waits for a webhook that never keeps bodies when that is removed', async () => {
        const never = await keeping('never')
        const { eventId, deliveryIds } = await accept([never])
        await settle(deliveryIds[0]!, retry)
        await store.deleteWebhook(never.webhookId, someTime)
        await expect.poll(() => bodyOf(eventId)).toBeNull()
      })

      it('that is gone is neither redelivered nor delivered later', async () => {
        const { eventId, deliveryIds } = await accept([await keeping('never')])
        await settle(deliveryIds[0]!, dead)
        expect(await store.redeliver(deliveryIds, someTime)).toEqual([{ kind: 'body_not_kept' }])
        expect(await store.addDelivery(eventId, webhook.webhookId, someTime)).toEqual({ kind: 'body_not_kept' })
        expect(await store.getDelivery(deliveryIds[0]!)).toMatchObject({ state: 'dead', event: { body: null } })
      })

      it('follows a change of keepBodies from then on, also after the store was opened again', async () => {
        const [first, second] = [await accept([webhook]), await accept([webhook])]
        await settle(first.deliveryIds[0]!, succeeded)
        await store.updateWebhook(webhook.webhookId, { keepBodies: 'never' }, someTime)
        await store.close()
        store = await place.open()
        await settle(second.deliveryIds[0]!, succeeded)
        expect(await bodyOf(first.eventId)).toBeInstanceOf(Uint8Array)
        expect(await bodyOf(second.eventId)).toBeNull()
      })
    })

    describe('retention', () => {
      const before = someTime + dayMs

      /** Removes all that may go. */
      const sweep = async () => {
        let removed = 0
        for (let position = 0; ;) {
          const found = await store.findExpired({ position, before })
          removed += await store.removeExpired(found.eventIds, before)
          if (found.isEnd) return removed
          position = found.position
        }
      }

      it('removes an event with its deliveries and attempts once all has ended and is old', async () => {
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const old = await accept([webhook, other])
        const notSubscribed = await accept([])
        for (const id of old.deliveryIds) await settle(id, succeeded)
        expect(await sweep()).toBe(2)
        expect(await bodyOf(old.eventId)).toBeUndefined()
        expect(await bodyOf(notSubscribed.eventId)).toBeUndefined()
        for (const id of old.deliveryIds) expect(await store.getDelivery(id)).toBeUndefined()
        expect((await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 9 })).items).toEqual([])
      })

      it('never removes what waits or is on the wire, what is young, or what was tried again lately (I2)', async () => {
        const claimed = await accept([webhook])
        const pending = await accept([webhook])
        await settle(pending.deliveryIds[0]!, retry)
        const young = await accept([webhook], before)
        await settle(young.deliveryIds[0]!, succeeded)
        const tried = await accept([webhook])
        await settle(tried.deliveryIds[0]!, succeeded, before)
        const half = await accept([webhook, webhook])
        await settle(half.deliveryIds[0]!, succeeded)
        const added = await accept([webhook])
        await settle(added.deliveryIds[0]!, succeeded)
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        await store.addDelivery(added.eventId, other.webhookId, someTime)
        expect(await sweep()).toBe(0)
        for (const { eventId } of [claimed, pending, young, tried, half, added]) {
          expect(await bodyOf(eventId)).toBeInstanceOf(Uint8Array)
        }
      })

      it('keeps an event that was redelivered after it was found', async () => {
        const { eventId, deliveryIds } = await accept([webhook])
        await settle(deliveryIds[0]!, succeeded)
        const found = await store.findExpired({ position: 0, before })
        expect(found.eventIds).toEqual([eventId])
        await store.redeliver(deliveryIds, before)
        expect(await store.removeExpired(found.eventIds, before)).toBe(0)
        expect(await store.getDelivery(deliveryIds[0]!)).toMatchObject({ state: 'pending' })
      })

      it('leaves the evidence of attempts that stay, of those that were settled together too', async () => {
        const [goes, stays] = [await accept([webhook]), await accept([webhook], before)]
        const attempts = [goes, stays].map(({ deliveryIds }) => sampleSettle(deliveryIds[0]!))
        await store.settle(attempts, someTime)
        expect(await sweep()).toBe(1)
        expect((await store.getDelivery(stays.deliveryIds[0]!))?.attemptRecords).toEqual([sampleAttempt()])
      })

      it('goes in steps of a bounded size, and takes later deliveries along', async () => {
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const events = await store.accept(Array.from({ length: 400 }, () => sampleEvent(webhook, { deliveries: [] })))
        for (const event of events.slice(0, 3)) {
          const eventId = eventIdOf(event)
          await store.addDelivery(eventId, webhook.webhookId, someTime)
          await store.addDelivery(eventId, other.webhookId, someTime)
        }
        const claimed = [...(await claimAll(store, webhook)), ...(await claimAll(store, other))]
        for (const { deliveryId } of claimed) await settle(deliveryId, succeeded)
        const many = await store.accept(
          Array.from({ length: 300 }, () =>
            sampleEvent(webhook, { deliveries: [{ webhookId: webhook.webhookId, leaseUntil: someTime }] }),
          ),
        )
        await store.settle(
          many.flatMap((one) => (one.kind === 'accepted' ? one.deliveryIds.map((id) => sampleSettle(id)) : [])),
          someTime,
        )
        const first = await store.findExpired({ position: 0, before })
        expect(first.eventIds.length).toBeLessThanOrEqual(500)
        expect(first.isEnd).toBe(false)
        expect(await sweep()).toBe(700)
        expect((await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 9 })).items).toEqual([])
      })

      it('removes old summary rows and ended jobs, and keeps those that are young or run', async () => {
        const job = (createdAt: number, total: number) =>
          store.createJob({
            filter: { sdkAppId: webhook.sdkAppId },
            ratePerSecond: null,
            total,
            exact: true,
            createdAt,
          })
        const [ended, open, young] = [await job(someTime, 0), await job(someTime, 1), await job(before, 0)]
        for (const at of [someTime, before + minuteMs, before + 2 * minuteMs]) {
          await settle((await accept([webhook])).deliveryIds[0]!, succeeded, at)
        }
        while (await store.trimSummaries(before));
        const jobs = (await store.listJobs(webhook.sdkAppId, { limit: 9 })).items.map(({ jobId }) => jobId)
        expect(jobs).toEqual([young.jobId, open.jobId])
        expect(jobs).not.toContain(ended.jobId)
        const from = Math.floor(someTime / minuteMs) * minuteMs
        const stats = await store.readStats({
          sdkAppId: webhook.sdkAppId,
          from,
          to: from + 2 * dayMs,
          stepMs: 2 * dayMs,
        })
        expect(stats.total.attempts).toBe(2)
      })
    })

    describe('stats', () => {
      const from = Math.floor(someTime / minuteMs) * minuteMs
      const read = (members: object = {}) =>
        store.readStats({
          sdkAppId: webhook.sdkAppId,
          from,
          to: from + 3 * minuteMs,
          stepMs: minuteMs,
          ...members,
        })

      it('count moves by state and attempts by symptom, per step and in all, also after a restart', async () => {
        for (const [index, move] of [succeeded, succeeded, dead, retry].entries()) {
          const at = from + (index === 3 ? minuteMs : 0)
          await settle((await accept([webhook])).deliveryIds[0]!, move, at)
          if (index === 1) {
            await store.close()
            store = await place.open()
          }
        }
        const { steps, total } = await read()
        expect(steps.map(({ at, attempts }) => [at - from, attempts])).toEqual([
          [0, 3],
          [minuteMs, 1],
          [2 * minuteMs, 0],
        ])
        expect(steps[0]).toMatchObject({
          states: { succeeded: 2, dead: 1, pending: 0, cancelled: 0 },
          symptoms: { none: 2, http_code_not_200: 1 },
        })
        expect(steps[2]).toMatchObject({ symptoms: {}, durationMs: null })
        expect(total).toMatchObject({ attempts: 4, states: { succeeded: 2, dead: 1, pending: 1, cancelled: 0 } })
      })

      it('add up what was decided, beside what was settled, also after a restart', async () => {
        const durations = Array.from({ length: 32 }, (_, step) => (step === 4 ? 3 : 0))
        const none = { allowedByApp: 0, deniedByApp: 0, droppedByApp: 0, allowedByPolicy: 0, deniedByPolicy: 0 }
        const tally = (webhookId: string | null, outcomes: object, minuteAt = from) => ({
          sdkAppId: webhook.sdkAppId,
          webhookId,
          minuteAt,
          outcomes: { ...none, ...outcomes },
          durations,
        })
        await settle((await accept([webhook])).deliveryIds[0]!, succeeded, from)
        await store.addAskTallies([tally(webhook.webhookId, { allowedByApp: 2, deniedByApp: 1 })])
        await store.close()
        store = await place.open()
        await store.addAskTallies([
          tally(webhook.webhookId, { droppedByApp: 1, deniedByPolicy: 2 }),
          tally(null, { allowedByPolicy: 3 }, from + minuteMs),
        ])
        const { steps, total } = await read()
        expect(steps[0]).toMatchObject({
          attempts: 1,
          decisions: { allowedByApp: 2, deniedByApp: 1, droppedByApp: 1, allowedByPolicy: 0, deniedByPolicy: 2 },
        })
        expect(steps[1]).toMatchObject({ attempts: 0, decisions: { ...none, allowedByPolicy: 3 } })
        expect(steps[2]?.decisions).toEqual({ ...none, durationMs: null })
        // Step 4 of the scale is from 2.8 to 4 ms.
        expect(total.decisions.durationMs?.p50).toBeGreaterThan(2.8)
        expect(total.decisions.durationMs?.p99).toBeLessThanOrEqual(4)
        const ofWebhook = await read({ webhookId: webhook.webhookId })
        expect(ofWebhook.total).toMatchObject({ attempts: 1, decisions: { allowedByApp: 2, allowedByPolicy: 0 } })
        expect((await read({ webhookId: 'wh_nothing' })).total.decisions).toMatchObject(none)
      })

      it('are of one app, and of one webhook if it is named; a webhook that is removed leaves them behind', async () => {
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const foreign = await registerWebhook(store)
        for (const one of [webhook, other, other]) await settle((await accept([one])).deliveryIds[0]!, succeeded, from)
        const ofForeign = await acceptOne(store, foreign)
        await claimAll(store, foreign)
        await settle(ofForeign, succeeded, from)
        await store.deleteWebhook(other.webhookId, from)
        expect((await read()).total.attempts).toBe(3)
        expect((await read({ webhookId: other.webhookId })).total.attempts).toBe(2)
        expect((await read({ webhookId: 'wh_nothing' })).total.attempts).toBe(0)
      })

      it('count a cancelled delivery, and no lease that was given back', async () => {
        const { deliveryIds } = await accept([webhook])
        await store.settle(
          [{ deliveryId: deliveryIds[0]!, move: { kind: 'pending', dueAt: someTime, failures: 0 } }],
          from,
        )
        await store.cancel(deliveryIds, from)
        expect((await read()).total).toMatchObject({
          attempts: 0,
          states: { pending: 0, cancelled: 1, succeeded: 0, dead: 0 },
        })
      })

      it('tell how long attempts took, off by a fifth at most', async () => {
        const durations = Array.from({ length: 200 }, (_, index) => 0.5 * 1.05 ** index)
        for (const durationMs of durations) {
          const [deliveryId = ''] = (await accept([webhook])).deliveryIds
          await store.settle([sampleSettle(deliveryId, { attempt: sampleAttempt({ durationMs }) })], from)
        }
        const { durationMs } = (await read()).total
        for (const [name, share] of [
          ['p50', 0.5],
          ['p95', 0.95],
          ['p99', 0.99],
        ] as const) {
          const exact = durations[Math.ceil(share * durations.length) - 1]!
          expect(Math.abs(durationMs![name] / exact - 1)).toBeLessThan(0.2)
        }
      })
    })

    describe('the backlog', () => {
      it('says per webhook how much waits and since when, and leaves out webhooks for which nothing waits', async () => {
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const { deliveryIds } = await accept([webhook])
        await settle(deliveryIds[0]!, retry)
        await acceptOne(store, webhook, { acceptedAt: someTime + 9000 })
        await acceptOne(store, other)
        expect(await store.readBacklog(webhook.sdkAppId)).toMatchObject([
          {
            webhookId: webhook.webhookId,
            waiting: 2,
            exact: true,
            oldestDueAt: someTime + 5000,
            oldestCreatedAt: someTime,
          },
          { webhookId: other.webhookId, waiting: 1, exact: true, oldestDueAt: someTime, oldestCreatedAt: someTime },
        ])
        expect(await store.readBacklogOf([other.webhookId])).toMatchObject([{ webhookId: other.webhookId, waiting: 1 }])
      })

      it('knows the latest failure of each webhook, among what retries and what is dead', async () => {
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const fine = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const fail = (startedAt: number) => sampleAttempt({ ...sampleFailure(), startedAt })
        const early = (await accept([webhook])).deliveryIds[0]!
        const late = (await accept([webhook])).deliveryIds[0]!
        const lost = (await accept([other])).deliveryIds[0]!
        await accept([fine])
        await store.settle(
          [
            sampleSettle(late, { attempt: fail(someTime + 2), move: retry }),
            sampleSettle(early, { attempt: fail(someTime + 1), move: retry }),
            sampleSettle(lost, { attempt: fail(someTime), move: dead }),
          ],
          someTime,
        )
        const found = await store.readLastFailures([webhook.webhookId, other.webhookId, fine.webhookId, 'wh_none'])
        expect(found.map(({ deliveryId }) => deliveryId)).toEqual([late, lost])
      })

      it('stops counting at a bound, and says so', async () => {
        const request = sampleEvent(webhook)
        for (let batch = 0; batch < 11; batch += 1) await store.accept(Array.from({ length: 1000 }, () => request))
        expect(await store.readBacklog(webhook.sdkAppId)).toMatchObject([{ waiting: 10_000, exact: false }])
      })
    })
  })
}
