// Leases of several processes over one store.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import { withOwner } from '../../src/engine/deliver/with-owner.ts'
import type { Store } from '../../src/store/port/port.ts'
import { places } from './places.ts'
import type { StorePlace } from './places.ts'
import { claimAll, registerWebhook, sampleAttempt, sampleEvent, sampleSettle, someTime } from './samples.ts'

describe.each(places)('$title', ({ createPlace }) => {
  let place: StorePlace
  let store: Store
  let webhook: Webhook
  let one: Store
  let other: Store
  beforeEach(async () => {
    place = await createPlace()
    store = await place.open()
    webhook = await registerWebhook(store)
    one = withOwner(store, 1)
    other = withOwner(store, 2)
  })
  afterEach(async () => {
    await store.close()
    await place.remove()
  })

  const acceptLeased = async (by: Store): Promise<string> => {
    const deliveries = [{ webhookId: webhook.webhookId, leaseUntil: someTime + 100 }]
    const [result] = await by.accept([sampleEvent(webhook, { deliveries })])
    if (result?.kind !== 'accepted') throw new Error('The event was not accepted.')
    return result.deliveryIds[0] ?? ''
  }

  it('lets a process settle what its own accept or claim leased', async () => {
    const leased = await acceptLeased(one)
    expect(await one.settle([sampleSettle(leased)], someTime)).toEqual([{ kind: 'succeeded' }])
    await store.accept([sampleEvent(webhook)])
    const [claimed] = await claimAll(other, webhook)
    expect(await other.settle([sampleSettle(claimed?.deliveryId ?? '')], someTime)).toEqual([{ kind: 'succeeded' }])
  })

  it('lets no process give back, cancel or end what another one leased since', async () => {
    const deliveryId = await acceptLeased(one)
    await store.takeBackLeases(someTime + 200, someTime + 200)
    await claimAll(other, webhook, someTime + 300)
    const lost = [{ kind: 'lease_lost' }]
    const pending = { kind: 'pending', dueAt: someTime, failures: 0 } as const
    expect(await one.settle([{ deliveryId, move: pending }], someTime + 400)).toEqual(lost)
    const cancelled = { kind: 'cancelled', reason: 'webhook_deleted' } as const
    expect(await one.settle([{ deliveryId, move: cancelled }], someTime + 400)).toEqual(lost)
    // Even with the number of the attempt that is under way: it is another process's.
    const attempt = sampleAttempt({ number: 2 })
    expect(await one.settle([sampleSettle(deliveryId, { attempt })], someTime + 400)).toEqual(lost)
    expect(await store.getDelivery(deliveryId)).toMatchObject({ state: 'claimed' })
  })

  it('leaves what another process has under way, until its lease runs out', async () => {
    await acceptLeased(one)
    expect(await store.takeBackLeases(someTime + 99, someTime + 99)).toBe(0)
    expect(await store.takeBackLeases(someTime + 101, someTime + 101)).toBe(1)
  })

  it('knows that all are gone once it is opened again, whatever the clock says: their leases are taken back at once', async () => {
    await Promise.all([acceptLeased(one), acceptLeased(other)])
    await store.close()
    store = await place.open()
    expect(await store.takeBackLeases(someTime - 3_600_000, someTime - 3_600_000)).toBe(2)
  })

  it('settles calls of several processes in one commit, each its own', async () => {
    const [mine, theirs] = await Promise.all([acceptLeased(one), acceptLeased(other)])
    const results = await Promise.all([
      one.settle([sampleSettle(mine), { deliveryId: theirs, move: { kind: 'succeeded' } }], someTime),
      other.settle([sampleSettle(theirs)], someTime),
    ])
    expect(results).toEqual([[{ kind: 'succeeded' }, { kind: 'lease_lost' }], [{ kind: 'succeeded' }]])
  })
})
