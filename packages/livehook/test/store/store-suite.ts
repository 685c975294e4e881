// What every store must do, whatever it is made of: the promises of the port, one by one.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeliveryFilter, DeliverySummary } from '../../src/store/port/deliveries.ts'
import type { SettleMove } from '../../src/store/port/flow.ts'
import type { Store } from '../../src/store/port/port.ts'
import type { DeliveryState } from '../../src/domain/delivery/delivery.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import type { StorePlace } from './places.ts'
import {
  acceptOne,
  claimAll,
  eventIdOf,
  registerWebhook,
  sampleAttempt,
  sampleEvent,
  sampleFailure,
} from './samples.ts'
import { sampleSettle, sampleWebhook, someTime } from './samples.ts'

/** What an app has of itself. */
const callDefaults = { adminIdentifiers: ['administrator'], setCallbackOverwrites: false, secretKeySet: false }

export function storeSuite(title: string, createPlace: () => Promise<StorePlace>): void {
  describe(`${title} keeps the promises of a store`, () => {
    let place: StorePlace
    let store: Store
    beforeEach(async () => {
      place = await createPlace()
      store = await place.open()
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    describe('accept', () => {
      it('answers in the order of the requests, with one delivery per webhook in the order of its list (I1)', async () => {
        const first = await registerWebhook(store)
        const second = await store.createWebhook(sampleWebhook(first.sdkAppId))
        const results = await store.accept([
          sampleEvent(first, { deliveries: [] }),
          sampleEvent(first, { deliveries: [{ webhookId: second.webhookId }, { webhookId: first.webhookId }] }),
        ])
        expect(results.map((result) => result.kind)).toEqual(['accepted', 'accepted'])
        const [none, two] = results
        if (none?.kind !== 'accepted' || two?.kind !== 'accepted') throw new Error('not accepted')
        expect(none.deliveryIds).toEqual([])
        const webhookIds = await Promise.all(
          two.deliveryIds.map((id) => store.getDelivery(id).then((d) => d?.webhookId)),
        )
        expect(webhookIds).toEqual([second.webhookId, first.webhookId])
        expect(new Set([none.eventId, two.eventId, ...two.deliveryIds]).size).toBe(4)
      })

      it('keeps the event as it came, the body to the byte (I8)', async () => {
        const webhook = await registerWebhook(store)
        const body = Uint8Array.from({ length: 256 }, (_, index) => index)
        const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
        const [result] = await store.accept([
          sampleEvent(webhook, { body, traceparent, clientIp: '2001:db8::7', optPlatform: 'iPad' }),
        ])
        expect(await store.getEvent(eventIdOf(result))).toEqual({
          eventId: eventIdOf(result),
          sdkAppId: webhook.sdkAppId,
          command: 'Live.CallbackAfterCreateRoom',
          clientIp: '2001:db8::7',
          optPlatform: 'iPad',
          acceptedAt: someTime,
          traceparent,
          body,
          deliveries: [expect.objectContaining({ state: 'pending', eventId: eventIdOf(result) })],
        })
      })

      it('leaves a fresh delivery pending and due at once, or leased if the request says so', async () => {
        const webhook = await registerWebhook(store)
        const waiting = await acceptOne(store, webhook)
        const leased = await acceptOne(store, webhook, {
          deliveries: [{ webhookId: webhook.webhookId, leaseUntil: someTime + 1000 }],
        })
        expect(await store.getDelivery(waiting)).toMatchObject({
          state: 'pending',
          dueAt: someTime,
          attempts: 0,
          lastAttempt: null,
        })
        expect(await store.getDelivery(leased)).toMatchObject({ state: 'claimed', dueAt: null })
        expect((await claimAll(store, webhook)).map((claimed) => claimed.deliveryId)).toEqual([waiting])
      })

      it('gives the same event for the same key, app and body within 24 hours, and adds nothing', async () => {
        const webhook = await registerWebhook(store)
        const idempotency = { key: 'order-1', bodyHash: new Uint8Array(32).fill(1) }
        const [first] = await store.accept([sampleEvent(webhook, { idempotency })])
        const [again] = await store.accept([sampleEvent(webhook, { idempotency, acceptedAt: someTime + 86_399_999 })])
        expect(again).toEqual({ ...first, kind: 'duplicate' })
        expect((await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 10 })).items).toHaveLength(1)
      })

      it('knows the key of an earlier request of the same batch', async () => {
        const webhook = await registerWebhook(store)
        const idempotency = { key: 'order-1', bodyHash: new Uint8Array(32).fill(1) }
        const [first, second] = await store.accept([
          sampleEvent(webhook, { idempotency }),
          sampleEvent(webhook, { idempotency }),
        ])
        expect(second).toEqual({ ...first, kind: 'duplicate' })
      })

      it('answers a conflict for the same key with another body', async () => {
        const webhook = await registerWebhook(store)
        const [first] = await store.accept([
          sampleEvent(webhook, { idempotency: { key: 'order-1', bodyHash: new Uint8Array(32).fill(1) } }),
        ])
        const [other] = await store.accept([
          sampleEvent(webhook, { idempotency: { key: 'order-1', bodyHash: new Uint8Array(32).fill(2) } }),
        ])
        expect(other).toEqual({ kind: 'conflict', eventId: eventIdOf(first) })
      })

      it('keeps nothing of a call that has a conflict, and all of the other calls of its commit', async () => {
        const webhook = await registerWebhook(store)
        const keyed = (key: string, fill: number) =>
          sampleEvent(webhook, { idempotency: { key, bodyHash: new Uint8Array(32).fill(fill) } })
        const [first] = await store.accept([keyed('order-1', 1)])
        const [before, refused, after] = await Promise.all([
          store.accept([sampleEvent(webhook), keyed('order-2', 1)]),
          store.accept([keyed('order-1', 1), keyed('order-3', 1), keyed('order-1', 2), sampleEvent(webhook)]),
          store.accept([keyed('order-3', 2)]),
        ])
        const notKept = { kind: 'not_kept' }
        expect(refused).toEqual([notKept, notKept, { kind: 'conflict', eventId: eventIdOf(first) }, notKept])
        expect([...before, ...after].map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
        const { items } = await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 10 })
        const kept = [first, ...before, ...after].map((result) => eventIdOf(result))
        expect(items.map(({ eventId }) => eventId).sort()).toEqual(kept.sort())
      })

      it('keeps nothing of a call that has two bodies under one key', async () => {
        const webhook = await registerWebhook(store)
        const keyed = (fill: number) =>
          sampleEvent(webhook, { idempotency: { key: 'order-1', bodyHash: new Uint8Array(32).fill(fill) } })
        expect(await store.accept([keyed(1), keyed(2), keyed(1)])).toEqual([
          { kind: 'not_kept' },
          { kind: 'conflict', eventId: null },
          { kind: 'not_kept' },
        ])
        expect((await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 10 })).items).toEqual([])
        expect(await store.accept([keyed(2)])).toMatchObject([{ kind: 'accepted' }])
      })

      it('forgets a key after 24 hours, and never confuses the keys of two apps', async () => {
        const webhook = await registerWebhook(store)
        const foreign = await registerWebhook(store)
        const idempotency = { key: 'order-1', bodyHash: new Uint8Array(32).fill(1) }
        await store.accept([sampleEvent(webhook, { idempotency })])
        const results = await store.accept([
          sampleEvent(foreign, { idempotency }),
          sampleEvent(webhook, { idempotency, acceptedAt: someTime + 86_400_000 }),
        ])
        expect(results.map((result) => result.kind)).toEqual(['accepted', 'accepted'])
      })

      it('refuses a batch that names a webhook of another store, and keeps nothing of it', async () => {
        const webhook = await registerWebhook(store)
        const foreign = sampleEvent(webhook, { deliveries: [{ webhookId: 'wh_zzzzzzzz00000001' }] })
        const refused = store.accept([sampleEvent(webhook), foreign])
        await expect(refused).rejects.toMatchObject({ code: 'not_found' })
        expect((await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 10 })).items).toEqual([])
      })

      it('calls a delivery off at once if its webhook was removed meanwhile (I2)', async () => {
        const webhook = await registerWebhook(store)
        await store.deleteWebhook(webhook.webhookId, someTime)
        const deliveryId = await acceptOne(store, webhook)
        expect(await store.getDelivery(deliveryId)).toMatchObject({ state: 'cancelled', reason: 'webhook_deleted' })
      })

      it('takes many calls at once and answers each with its own', async () => {
        const webhook = await registerWebhook(store)
        const bodies = Array.from({ length: 300 }, (_, index) => new TextEncoder().encode(JSON.stringify({ index })))
        const results = await Promise.all(bodies.map((body) => store.accept([sampleEvent(webhook, { body })])))
        const stored = await Promise.all(results.map(([result]) => store.getEvent(eventIdOf(result))))
        expect(stored.map((event) => event?.body)).toEqual(bodies)
      })
    })

    describe('claim', () => {
      it('brings everything that an attempt needs', async () => {
        const webhook = await registerWebhook(store)
        const event = sampleEvent(webhook, { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' })
        const [accepted] = await store.accept([event])
        if (accepted?.kind !== 'accepted') throw new Error('not accepted')
        const { deliveries, ...facts } = event
        expect(deliveries).toHaveLength(1)
        expect(await claimAll(store, webhook)).toEqual([
          {
            ...facts,
            deliveryId: accepted.deliveryIds[0],
            webhookId: webhook.webhookId,
            eventId: accepted.eventId,
            attempts: 0,
            failures: 0,
          },
        ])
      })

      it('leases the longest due first, up to the limit of each webhook, and nothing that is not due', async () => {
        const webhook = await registerWebhook(store)
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        const times = [30, 10, 20, 99]
        const ids = await Promise.all(times.map((ms) => acceptOne(store, webhook, { acceptedAt: someTime + ms })))
        const otherId = await acceptOne(store, other)
        const wanted = [
          { webhookId: webhook.webhookId, limit: 2 },
          { webhookId: other.webhookId, limit: 5 },
        ]
        const claimed = await store.claim(wanted, { now: someTime + 50, leaseUntil: someTime + 9000 })
        expect(claimed.map((one) => one.deliveryId)).toEqual([ids[1], ids[2], otherId])
        const rest = await store.claim(wanted, { now: someTime + 50, leaseUntil: someTime + 9000 })
        expect(rest.map((one) => one.deliveryId)).toEqual([ids[0]])
      })

      it('gives a delivery to one claimer only, however many ask at once', async () => {
        const webhook = await registerWebhook(store)
        await store.accept(Array.from({ length: 50 }, () => sampleEvent(webhook)))
        const claims = await Promise.all(
          Array.from({ length: 10 }, () =>
            store.claim([{ webhookId: webhook.webhookId, limit: 10 }], { now: someTime, leaseUntil: someTime + 1000 }),
          ),
        )
        const ids = claims.flat().map((one) => one.deliveryId)
        expect(ids).toHaveLength(50)
        expect(new Set(ids).size).toBe(50)
      })

      it('leases nothing of an unknown or removed webhook', async () => {
        const webhook = await registerWebhook(store)
        await acceptOne(store, webhook)
        await store.deleteWebhook(webhook.webhookId, someTime)
        expect(await claimAll(store, webhook)).toEqual([])
        const unknown = [{ webhookId: 'wh_none', limit: 5 }]
        expect(await store.claim(unknown, { now: someTime, leaseUntil: someTime + 1 })).toEqual([])
      })
    })

    describe('settle', () => {
      it('records the attempt and ends the delivery', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        expect(await store.settle([sampleSettle(deliveryId)], someTime + 30)).toEqual([{ kind: 'succeeded' }])
        const detail = await store.getDelivery(deliveryId)
        expect(detail).toMatchObject({ state: 'succeeded', reason: null, dueAt: null, attempts: 1 })
        expect(detail?.attemptRecords).toEqual([sampleAttempt()])
        const { evidence, ...last } = sampleAttempt()
        expect(evidence.phase).toBe('done')
        expect(detail?.lastAttempt).toEqual(last)
      })

      it('makes a failed delivery wait for its retry, with its failures counted', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        const move = { kind: 'pending', dueAt: someTime + 5000, failures: 1 } as const
        await store.settle([sampleSettle(deliveryId, { attempt: sampleFailure(), move })], someTime + 30)
        expect(await store.getDelivery(deliveryId)).toMatchObject({ state: 'pending', dueAt: someTime + 5000 })
        expect(await claimAll(store, webhook, someTime + 4999)).toEqual([])
        expect(await claimAll(store, webhook, someTime + 5000)).toMatchObject([
          { deliveryId, attempts: 1, failures: 1 },
        ])
      })

      it('keeps the reason of a delivery that died or was cancelled', async () => {
        const webhook = await registerWebhook(store)
        const [dying, cancelled] = [await acceptOne(store, webhook), await acceptOne(store, webhook)]
        await claimAll(store, webhook)
        await store.settle(
          [
            sampleSettle(dying, { attempt: sampleFailure(), move: { kind: 'dead', reason: 'no_retry', failures: 1 } }),
            { deliveryId: cancelled, move: { kind: 'cancelled', reason: 'by_request' } },
          ],
          someTime,
        )
        expect(await store.getDelivery(dying)).toMatchObject({ state: 'dead', reason: 'no_retry' })
        expect(await store.getDelivery(cancelled)).toMatchObject({
          state: 'cancelled',
          reason: 'by_request',
          attempts: 0,
        })
      })

      it('gives a lease back without an attempt', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        const move = { kind: 'pending', dueAt: someTime + 1, failures: 0 } as const
        expect(await store.settle([{ deliveryId, move }], someTime)).toEqual([move])
        expect(await store.getDelivery(deliveryId)).toMatchObject({ state: 'pending', attempts: 0, attemptRecords: [] })
      })

      it('does not move what is no longer claimed, and records its attempt all the same (I2)', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime + 100)
        expect(await store.settle([sampleSettle(deliveryId)], someTime + 200)).toEqual([{ kind: 'lease_lost' }])
        const detail = await store.getDelivery(deliveryId)
        expect(detail).toMatchObject({ state: 'pending', attempts: 1, lastAttempt: { symptom: 'none' } })
        expect(detail?.attemptRecords).toEqual([sampleAttempt()])
      })

      it('does not let a late attempt end the one that is in flight now (I3)', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime + 100)
        await claimAll(store, webhook, someTime + 100)
        expect(await store.settle([sampleSettle(deliveryId)], someTime + 200)).toEqual([{ kind: 'lease_lost' }])
        expect(await store.getDelivery(deliveryId)).toMatchObject({ state: 'claimed' })
        const second = sampleAttempt({ number: 2 })
        expect(await store.settle([sampleSettle(deliveryId, { attempt: second })], someTime + 300)).toEqual([
          { kind: 'succeeded' },
        ])
        expect((await store.getDelivery(deliveryId))?.attemptRecords).toEqual([sampleAttempt(), second])
      })

      it('answers that the lease was lost for a delivery that does not exist', async () => {
        expect(
          await store.settle([sampleSettle('dlv_unknown'), sampleSettle('dlv_zzzzzzzz00000001')], someTime),
        ).toEqual([{ kind: 'lease_lost' }, { kind: 'lease_lost' }])
      })

      it('calls off a retry of a removed webhook, and keeps a success', async () => {
        const webhook = await registerWebhook(store)
        const [retried, succeeded] = [await acceptOne(store, webhook), await acceptOne(store, webhook)]
        await claimAll(store, webhook)
        await store.deleteWebhook(webhook.webhookId, someTime)
        const move = { kind: 'pending', dueAt: someTime + 5000, failures: 1 } as const
        expect(
          await store.settle(
            [sampleSettle(retried, { attempt: sampleFailure(), move }), sampleSettle(succeeded)],
            someTime + 1,
          ),
        ).toEqual([{ kind: 'cancelled', reason: 'webhook_deleted' }, { kind: 'succeeded' }])
        expect(await store.getDelivery(retried)).toMatchObject({
          state: 'cancelled',
          reason: 'webhook_deleted',
          dueAt: null,
          attempts: 1,
        })
        expect(await store.getDelivery(succeeded)).toMatchObject({ state: 'succeeded', reason: null })
      })

      it('remembers when the webhook last succeeded and last failed; our own trouble is neither', async () => {
        const webhook = await registerWebhook(store)
        await store.accept(Array.from({ length: 4 }, () => sampleEvent(webhook)))
        const claimed = await claimAll(store, webhook)
        const attempts = [
          sampleAttempt({ startedAt: someTime + 50, durationMs: 10 }),
          sampleAttempt({ startedAt: someTime + 20, durationMs: 10 }),
          sampleFailure({ startedAt: someTime + 70, durationMs: 10 }),
          sampleFailure({ startedAt: someTime + 900, symptom: 'ours', detail: 'overloaded', status: null }),
        ]
        await store.settle(
          claimed.map(({ deliveryId }, index) => sampleSettle(deliveryId, { attempt: attempts[index]! })),
          someTime + 1000,
        )
        expect(await store.loadWebhooks()).toMatchObject([
          { lastSuccessAt: someTime + 60, lastFailureAt: someTime + 80, updatedAt: webhook.updatedAt },
        ])
      })

      it('gives all evidence back as it was, times to the microsecond', async () => {
        const webhook = await registerWebhook(store)
        await store.accept(Array.from({ length: 150 }, () => sampleEvent(webhook)))
        const claimed = [...(await claimAll(store, webhook)), ...(await claimAll(store, webhook))]
        const evidenceOf = (index: number) => ({
          phase: 'body' as const,
          phaseMs: { resolve: 0.001, tls: index + 0.125 },
          bodyStart: `line ${index}\nnext \u2028 \u{1F600} "quoted"`,
          responseHeaders: [['x-index', String(index)]] as [string, string][],
        })
        await store.settle(
          claimed.map(({ deliveryId }, index) =>
            sampleSettle(deliveryId, { attempt: sampleAttempt({ evidence: evidenceOf(index) }) }),
          ),
          someTime,
        )
        const details = await Promise.all(claimed.map(({ deliveryId }) => store.getDelivery(deliveryId)))
        expect(details.map((detail) => detail?.attemptRecords[0]?.evidence)).toEqual(
          claimed.map((_, index) => evidenceOf(index)),
        )
      })
    })

    describe('nextDue', () => {
      it('says per webhook when its next pending delivery is due, and leaves out webhooks without any', async () => {
        const busy = await registerWebhook(store)
        const idle = await registerWebhook(store)
        await acceptOne(store, busy, { acceptedAt: someTime + 20 })
        await acceptOne(store, busy, { acceptedAt: someTime + 10 })
        await acceptOne(store, idle)
        await claimAll(store, idle)
        expect(await store.nextDue()).toEqual(new Map([[busy.webhookId, someTime + 10]]))
      })
    })

    describe('takeBackLeases', () => {
      it('makes leases that ran out due now, with an attempt that says that the process was lost (I2, I3)', async () => {
        const webhook = await registerWebhook(store)
        const [early, late] = [await acceptOne(store, webhook), await acceptOne(store, webhook)]
        const one = [{ webhookId: webhook.webhookId, limit: 1 }]
        await store.claim(one, { now: someTime, leaseUntil: someTime + 100 })
        await store.claim(one, { now: someTime, leaseUntil: someTime + 200 })
        expect(await store.takeBackLeases(someTime + 200, someTime + 150)).toBe(1)
        expect(await store.getDelivery(late)).toMatchObject({ state: 'claimed' })
        const detail = await store.getDelivery(early)
        expect(detail).toMatchObject({ state: 'pending', dueAt: someTime + 150, attempts: 1 })
        expect(detail?.attemptRecords).toEqual([
          {
            number: 1,
            startedAt: someTime + 150,
            durationMs: 0,
            symptom: 'ours',
            detail: 'internal',
            status: null,
            evidence: { phase: 'write', phaseMs: {}, note: 'the process was lost while this attempt was in flight' },
          },
        ])
        expect(await claimAll(store, webhook, someTime + 150)).toMatchObject([
          { deliveryId: early, attempts: 1, failures: 0 },
        ])
      })

      it('takes back every lease for Infinity, and none if nothing is leased', async () => {
        const webhook = await registerWebhook(store)
        await store.accept([sampleEvent(webhook), sampleEvent(webhook)])
        expect(await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)).toBe(0)
        await claimAll(store, webhook)
        expect(await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)).toBe(2)
      })

      it('cancels what was in flight for a removed webhook', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        await store.deleteWebhook(webhook.webhookId, someTime)
        expect(await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)).toBe(1)
        expect(await store.getDelivery(deliveryId)).toMatchObject({
          state: 'cancelled',
          reason: 'webhook_deleted',
          dueAt: null,
          attempts: 1,
        })
      })
    })

    describe('apps', () => {
      it('gives out SdkAppIds from 1400000001 on, and lists the newest first', async () => {
        const ids: number[] = []
        for (const name of ['a', 'b', 'c']) ids.push((await store.createApp({ name, createdAt: someTime })).sdkAppId)
        expect(ids).toEqual([1_400_000_001, 1_400_000_002, 1_400_000_003])
        const first = await store.listApps({ limit: 2 })
        expect(first.items.map((app) => app.name)).toEqual(['c', 'b'])
        const second = await store.listApps({ limit: 2, cursor: first.nextCursor ?? '' })
        expect(second).toEqual({
          items: [{ sdkAppId: 1_400_000_001, name: 'a', createdAt: someTime, ...callDefaults }],
          nextCursor: null,
        })
        const { sdkAppId = 0 } = first.items[1] ?? {}
        expect(await store.getApp(sdkAppId)).toEqual({ sdkAppId, name: 'b', createdAt: someTime, ...callDefaults })
        expect(await store.getApp(7)).toBeUndefined()
      })

      it('keep who may configure them, and a secret key that no list shows', async () => {
        const { sdkAppId, ...app } = await store.createApp({
          name: 'Shop',
          createdAt: someTime,
          adminIdentifiers: ['root'],
          setCallbackOverwrites: true,
        })
        const facts = { name: 'Shop', adminIdentifiers: ['root'], setCallbackOverwrites: true, secretKeySet: false }
        expect(app).toEqual({ createdAt: someTime, ...facts })
        expect(await store.getSecretKey(sdkAppId)).toBeUndefined()
        expect(await store.putSecretKey(sdkAppId, 'first key', someTime)).toBe(true)
        expect(await store.getSecretKey(sdkAppId)).toBe('first key')
        expect(await store.putSecretKey(sdkAppId, 'second key', someTime + 1)).toBe(true)
        expect(await store.getSecretKey(sdkAppId)).toBe('second key')
        const changed = await store.updateApp(sdkAppId, { name: 'Store', adminIdentifiers: ['a', 'b'] })
        expect(changed).toMatchObject({ ...facts, name: 'Store', adminIdentifiers: ['a', 'b'], secretKeySet: true })
        expect(await store.getApp(sdkAppId)).toEqual(changed)
        expect(JSON.stringify(await store.listApps({ limit: 9 }))).not.toContain('second key')
      })

      it('that do not exist have no key and take none', async () => {
        expect(await store.getSecretKey(7)).toBeUndefined()
        expect(await store.putSecretKey(7, 'key', someTime)).toBe(false)
        expect(await store.updateApp(7, { name: 'b' })).toBeUndefined()
      })
    })

    describe('webhooks', () => {
      let webhook: Webhook
      beforeEach(async () => {
        webhook = await registerWebhook(store)
      })

      it('are kept with every member', async () => {
        expect(webhook).toEqual({
          ...sampleWebhook(webhook.sdkAppId),
          webhookId: webhook.webhookId,
          tokens: [],
          heldTokens: [],
          updatedAt: someTime,
          lastSuccessAt: null,
          lastFailureAt: null,
          failingSince: null,
        })
        expect(await store.loadWebhooks()).toEqual([webhook])
      })

      it('need an app that exists', async () => {
        await expect(store.createWebhook(sampleWebhook(7))).rejects.toMatchObject({ code: 'not_found' })
      })

      it('change in the members that a patch names, and in no other', async () => {
        const patch = { url: 'https://new.example.test/', enabled: false, commands: ['*'], retrySeconds: [] }
        const updated = await store.updateWebhook(webhook.webhookId, patch, someTime + 1)
        expect(updated).toEqual({ ...webhook, ...patch, updatedAt: someTime + 1 })
        expect(await store.loadWebhooks()).toEqual([updated])
        expect(await store.updateWebhook('wh_unknown', patch, someTime)).toBeUndefined()
      })

      it('keep their tokens in order, newest first, and lose them to an empty list', async () => {
        const updated = await store.putTokens(webhook.webhookId, ['new', 'old'], someTime + 1)
        expect(updated).toMatchObject({ tokens: ['new', 'old'], updatedAt: someTime + 1 })
        expect(await store.loadWebhooks()).toEqual([updated])
        expect(await store.putTokens(webhook.webhookId, [], someTime + 2)).toMatchObject({ tokens: [] })
        expect(await store.putTokens('wh_unknown', ['x'], someTime)).toBeUndefined()
      })

      it('keep tokens that sign nothing for now', async () => {
        const held = await store.holdTokens(webhook.webhookId, ['new', 'old'], someTime + 1)
        expect(held).toMatchObject({ tokens: [], heldTokens: ['new', 'old'], updatedAt: someTime + 1 })
        expect(await store.loadWebhooks()).toEqual([held])
        expect(await store.putTokens(webhook.webhookId, ['next'], someTime + 2)).toMatchObject({
          tokens: ['next'],
          heldTokens: [],
        })
        expect(await store.holdTokens('wh_unknown', ['x'], someTime)).toBeUndefined()
      })

      it('cancel what waits when they are removed; what is finished stays (I2)', async () => {
        const finished = await acceptOne(store, webhook)
        await claimAll(store, webhook)
        await store.settle([sampleSettle(finished)], someTime)
        const waiting = await acceptOne(store, webhook)
        await store.putTokens(webhook.webhookId, ['token'], someTime)
        expect(await store.deleteWebhook(webhook.webhookId, someTime + 1)).toBe(true)
        expect(await store.deleteWebhook(webhook.webhookId, someTime + 1)).toBe(false)
        expect(await store.loadWebhooks()).toEqual([])
        const { items } = await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 10 })
        expect(items).toMatchObject([
          {
            deliveryId: waiting,
            state: 'cancelled',
            reason: 'webhook_deleted',
            webhookId: webhook.webhookId,
            dueAt: null,
          },
          { deliveryId: finished, state: 'succeeded', webhookId: webhook.webhookId },
        ])
      })

      it('give up a long backlog when they are removed, without holding up anybody', async () => {
        const request = sampleEvent(webhook)
        for (let batch = 0; batch < 13; batch += 1) await store.accept(Array.from({ length: 1000 }, () => request))
        const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
        await store.deleteWebhook(webhook.webhookId, someTime)
        await acceptOne(store, other)
        await expect.poll(() => countOf(store, webhook, 'pending')).toBe(1)
        expect(await countOf(store, webhook, 'cancelled')).toBe(13_000)
      })
    })

    describe('a removal that was interrupted', () => {
      it('goes on after the store was opened again (I2)', async () => {
        const webhook = await registerWebhook(store)
        const request = sampleEvent(webhook)
        for (let batch = 0; batch < 13; batch += 1) await store.accept(Array.from({ length: 1000 }, () => request))
        await store.deleteWebhook(webhook.webhookId, someTime)
        await store.close()
        store = await place.open()
        await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)
        await expect.poll(() => countOf(store, webhook, 'pending')).toBe(0)
        expect(await countOf(store, webhook, 'cancelled')).toBe(13_000)
      })
    })

    describe('lists of deliveries', () => {
      it('come newest first, page by page, each delivery once', async () => {
        const webhook = await registerWebhook(store)
        const foreign = await registerWebhook(store)
        const ids: string[] = []
        for (let index = 0; index < 7; index += 1) ids.unshift(await acceptOne(store, webhook))
        await acceptOne(store, foreign)
        const pages = await pagesOf(store, { sdkAppId: webhook.sdkAppId }, 3)
        expect(pages.map((page) => page.length)).toEqual([3, 3, 1])
        expect(pages.flat().map((item) => item.deliveryId)).toEqual(ids)
      })

      it('show each filter exactly what it names, alone and together', async () => {
        const { webhooks, all } = await fillForFilters(store)
        const sdkAppId = webhooks[0]!.sdkAppId
        const filters: Omit<DeliveryFilter, 'sdkAppId'>[] = [
          {},
          ...(['pending', 'claimed', 'succeeded', 'dead', 'cancelled'] as const).map((state) => ({ states: [state] })),
          { states: [] },
          { states: ['dead', 'pending', 'claimed'] },
          { states: ['dead', 'dead'] },
          { states: ['succeeded', 'dead'] },
          { webhookId: webhooks[1]!.webhookId },
          { webhookId: webhooks[1]!.webhookId, states: ['pending'] },
          { command: 'Live.CallbackAfterDestroyRoom' },
          { command: 'Live.CallbackAfterDestroyRoom', states: ['succeeded'] },
          { command: 'Live.CallbackAfterDestroyRoom', states: ['cancelled', 'pending'] },
          { command: 'Live.CallbackAfterDestroyRoom', webhookId: webhooks[0]!.webhookId, detail: 'status_500' },
          { symptom: 'http_code_not_200' },
          { symptom: 'http_code_not_200', detail: 'status_503' },
          { symptom: 'http_code_not_200', states: ['dead'], webhookId: webhooks[0]!.webhookId },
          { symptom: 'none' },
          { detail: 'status_500' },
        ]
        for (const filter of filters) {
          const found = (await pagesOf(store, { sdkAppId, ...filter }, 4)).flat()
          expect({ filter, found }).toEqual({ filter, found: all.filter((item) => matches(item, filter)) })
        }
        expect(all.length).toBeGreaterThan(20)
      })

      it('are empty for words and ids that no one knows', async () => {
        const webhook = await registerWebhook(store)
        await acceptOne(store, webhook)
        const { sdkAppId } = webhook
        for (const filter of [{ webhookId: 'wh_x' }, { command: 'No.Such' }, { detail: 'never' }, { sdkAppId: 7 }]) {
          expect(await store.listDeliveries({ sdkAppId, ...filter }, { limit: 5 })).toEqual({
            items: [],
            nextCursor: null,
          })
        }
      })

      it('stay where they are while new deliveries come in front', async () => {
        const webhook = await registerWebhook(store)
        const old = [await acceptOne(store, webhook), await acceptOne(store, webhook)]
        const first = await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 1 })
        await acceptOne(store, webhook)
        const second = await store.listDeliveries(
          { sdkAppId: webhook.sdkAppId },
          { limit: 5, cursor: first.nextCursor! },
        )
        expect(second.items.map((item) => item.deliveryId)).toEqual([old[0]])
      })

      it('refuse a cursor that is cut, invented, of another app or of another list', async () => {
        const webhook = await registerWebhook(store)
        const foreign = await registerWebhook(store)
        for (const one of [webhook, webhook, foreign, foreign]) await acceptOne(store, one)
        const cursorOf = async (one: Webhook) =>
          (await store.listDeliveries({ sdkAppId: one.sdkAppId }, { limit: 1 })).nextCursor!
        const good = await cursorOf(webhook)
        const bad = ['', 'x', good.slice(1), `${good}A`, `A${good.slice(1)}B`, await cursorOf(foreign)]
        const apps = (await store.listApps({ limit: 1 })).nextCursor!
        for (const cursor of [...bad, apps]) {
          const refused = store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 1, cursor })
          await expect(refused).rejects.toMatchObject({ name: 'StoreError', code: 'invalid_cursor' })
        }
        await expect(store.listApps({ limit: 1, cursor: good })).rejects.toMatchObject({ code: 'invalid_cursor' })
      })
    })

    describe('single rows', () => {
      it('are undefined for ids that no one knows, of another kind or of another store', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        const eventId = (await store.getDelivery(deliveryId))?.eventId ?? ''
        expect(await store.getEvent(eventId)).toBeDefined()
        for (const id of ['', 'nonsense', deliveryId, eventId.slice(0, -1), 'evt_zzzzzzzz00000001', `${eventId}0`]) {
          expect(await store.getEvent(id)).toBeUndefined()
        }
        for (const id of ['', eventId, 'dlv_zzzzzzzz00000001']) expect(await store.getDelivery(id)).toBeUndefined()
      })
    })

    describe('keys', () => {
      it('are kept as hashes, with ids of their own', async () => {
        const key = {
          role: 'admin',
          sdkAppId: null,
          hash: 'ab'.repeat(32),
          name: 'first',
          prefix: 'lhk_abcd',
          createdAt: someTime,
        } as const
        const stored = await store.putKey(key)
        expect(stored).toEqual({ ...key, keyId: stored.keyId, lastUsedAt: null })
        expect(stored.keyId).toMatch(/^key_/)
        expect(await store.listKeys()).toEqual([stored])
      })
    })

    describe('life', () => {
      it('answers a ping while it is open, and refuses everything after it was closed', async () => {
        const webhook = await registerWebhook(store)
        await store.ping()
        await store.close()
        await store.close()
        for (const late of [() => store.ping(), () => store.accept([sampleEvent(webhook)]), () => store.nextDue()]) {
          await expect(late()).rejects.toMatchObject({ code: 'store_unavailable' })
        }
      })

      it('finishes what was asked before it closes (I1)', async () => {
        const webhook = await registerWebhook(store)
        const asked = Array.from({ length: 20 }, () => store.accept([sampleEvent(webhook)]))
        await store.close()
        const results = await Promise.all(asked)
        store = await place.open()
        for (const [result] of results) expect(await store.getEvent(eventIdOf(result))).toBeDefined()
      })

      it('finds everything again when it is opened again', async () => {
        const webhook = await registerWebhook(store)
        const deliveryId = await acceptOne(store, webhook)
        const before = await store.getDelivery(deliveryId)
        await store.close()
        store = await place.open()
        expect(await store.getDelivery(deliveryId)).toEqual(before)
        expect(await store.loadWebhooks()).toEqual([webhook])
        const app = await store.createApp({ name: 'next', createdAt: someTime })
        expect(app.sdkAppId).toBe(webhook.sdkAppId + 1)
      })
    })
  })
}

async function countOf(store: Store, webhook: Webhook, state: DeliveryState): Promise<number> {
  return (await pagesOf(store, { sdkAppId: webhook.sdkAppId, states: [state] }, 200)).flat().length
}

/** Every page of a list, to its end. */
async function pagesOf(store: Store, filter: DeliveryFilter, limit: number): Promise<readonly DeliverySummary[][]> {
  const pages: DeliverySummary[][] = []
  let cursor: string | undefined
  do {
    const page = await store.listDeliveries(filter, { limit, ...(cursor === undefined ? {} : { cursor }) })
    pages.push([...page.items])
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return pages
}

/** Deliveries in all states, of two webhooks, two commands and several details; returned newest first. */
async function fillForFilters(store: Store): Promise<{ webhooks: Webhook[]; all: DeliverySummary[] }> {
  const first = await registerWebhook(store)
  const webhooks = [first, await store.createWebhook(sampleWebhook(first.sdkAppId))]
  const moves: SettleMove[] = [
    { kind: 'succeeded' },
    { kind: 'pending', dueAt: someTime + 5000, failures: 1 },
    { kind: 'dead', reason: 'retries_exhausted', failures: 3 },
    { kind: 'cancelled', reason: 'by_request' },
  ]
  for (let index = 0; index < 30; index += 1) {
    const webhook = webhooks[index % 2]!
    const command = index % 3 === 0 ? 'Live.CallbackAfterDestroyRoom' : 'Live.CallbackAfterCreateRoom'
    const deliveryId = await acceptOne(store, webhook, { command })
    if (index % 6 === 5) continue
    await claimAll(store, webhook)
    if (index % 7 === 6) continue
    const move = moves[index % 4]!
    const detail = index % 8 < 4 ? 'status_500' : 'status_503'
    const attempt = move.kind === 'succeeded' ? sampleAttempt() : sampleFailure({ detail })
    await store.settle([{ deliveryId, attempt, move }], someTime)
  }
  const all = (await pagesOf(store, { sdkAppId: first.sdkAppId }, 200)).flat()
  return { webhooks, all }
}

function matches(item: DeliverySummary, filter: Omit<DeliveryFilter, 'sdkAppId'>): boolean {
  return (
    (filter.states === undefined || filter.states.length === 0 || filter.states.includes(item.state)) &&
    (filter.webhookId === undefined || filter.webhookId === item.webhookId) &&
    (filter.command === undefined || filter.command === item.command) &&
    (filter.symptom === undefined || filter.symptom === item.lastAttempt?.symptom) &&
    (filter.detail === undefined || filter.detail === item.lastAttempt?.detail)
  )
}
