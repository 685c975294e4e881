// What retention leaves in the data file: nothing that belongs to what went, and pages that are used again.

import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import type { Store } from '../../src/store/port/port.ts'
import { acceptOne, claimAll, registerWebhook, sampleAttempt, sampleEvent } from './samples.ts'
import { eventIdOf, sampleSettle, sampleWebhook, someTime } from './samples.ts'
import { createSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const dayMs = 86_400_000
const before = someTime + dayMs

let place: SqlitePlace
let store: Store
let webhook: Webhook
beforeEach(async () => {
  place = await createSqlitePlace()
  store = await place.open()
  webhook = await registerWebhook(store)
})
afterEach(async () => {
  await store.close()
  await place.remove()
})

async function sweep(): Promise<void> {
  for (let position = 0; ;) {
    const found = await store.findExpired({ position, before })
    await store.removeExpired(found.eventIds, before)
    if (found.isEnd) return
    position = found.position
  }
}

/** How many rows each table of the main flow has. */
function rowCounts(): Record<string, unknown> {
  const db = new DatabaseSync(place.path, { readOnly: true })
  const tables = ['events', 'deliveries', 'attempts', 'evidence', 'later_deliveries', 'idempotency_keys']
  const counts = tables.map((table) => [table, db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows']])
  db.close()
  return Object.fromEntries(counts)
}

const nothing = { events: 0, deliveries: 0, attempts: 0, evidence: 0, later_deliveries: 0, idempotency_keys: 0 }

describe('Retention', () => {
  it('leaves no row of what went: attempts by all ways, evidence, links, keys', async () => {
    const other = await store.createWebhook(sampleWebhook(webhook.sdkAppId))
    const idempotency = { key: 'order-1', bodyHash: new Uint8Array(32) }
    const [keyed] = await store.accept([sampleEvent(webhook, { idempotency })])
    await store.addDelivery(eventIdOf(keyed), other.webhookId, someTime)
    for (let index = 0; index < 5; index += 1) await acceptOne(store, webhook)
    // Lost with the process, then tried again: some of the lost attempts are heard of after all.
    const lost = [...(await claimAll(store, webhook)), ...(await claimAll(store, other))]
    await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)
    await store.settle([sampleSettle(lost[0]!.deliveryId), sampleSettle(lost[1]!.deliveryId)], someTime)
    await claimAll(store, webhook)
    await claimAll(store, other)
    const settles = lost.map(({ deliveryId }) => sampleSettle(deliveryId, { attempt: sampleAttempt({ number: 2 }) }))
    await store.settle([...settles, sampleSettle('dlv_nothing')], someTime)
    expect(rowCounts()).toMatchObject({ events: 6, deliveries: 7, attempts: 14 })
    await sweep()
    expect(rowCounts()).toEqual(nothing)
  })

  it('of attempts that were settled together goes with the last of them', async () => {
    await store.accept(Array.from({ length: 130 }, () => sampleEvent(webhook)))
    const claimed = [...(await claimAll(store, webhook)), ...(await claimAll(store, webhook))]
    await store.settle(
      claimed.map(({ deliveryId }) => sampleSettle(deliveryId)),
      someTime,
    )
    expect(rowCounts()).toMatchObject({ attempts: 130, evidence: 3 })
    await store.redeliver([claimed[0]!.deliveryId], someTime)
    await sweep()
    expect(rowCounts()).toMatchObject({ attempts: 1, evidence: 1 })
    await claimAll(store, webhook)
    await store.settle([sampleSettle(claimed[0]!.deliveryId, { attempt: sampleAttempt({ number: 2 }) })], someTime)
    await sweep()
    expect(rowCounts()).toEqual(nothing)
  })

  it('makes room that new events use: the data file stops growing', async () => {
    const fill = async () => {
      for (let batch = 0; batch < 5; batch += 1) {
        const body = new Uint8Array(1500).fill(batch)
        const deliveries = [{ webhookId: webhook.webhookId, leaseUntil: someTime + 1 }]
        const accepted = await store.accept(
          Array.from({ length: 400 }, () => sampleEvent(webhook, { body, deliveries })),
        )
        const ids = accepted.flatMap((one) => (one.kind === 'accepted' ? one.deliveryIds : []))
        await store.settle(
          ids.map((id) => sampleSettle(id)),
          someTime,
        )
      }
    }
    const sizeAfterClose = async () => {
      await store.close()
      const { size } = statSync(place.path)
      store = await place.open()
      return size
    }
    await fill()
    const full = await sizeAfterClose()
    for (let round = 0; round < 3; round += 1) {
      await sweep()
      await fill()
    }
    expect(await sizeAfterClose()).toBeLessThan(full * 1.1)
  })
})
