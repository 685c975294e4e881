// A store with a great many deliveries, made before a service opens it.

import type { App } from 'livehook/contract'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../../../../livehook/src/store/sqlite/store.ts'
import {
  registerWebhook,
  sampleEvent,
  sampleFailure,
  sampleSettle,
  sampleWebhook,
} from '../../../../livehook/test/store/samples.ts'

const batchSize = 1000

/** One in so many deliveries is dead. */
export const deadEvery = 50

/** @returns the folder of the data file, and whose the deliveries are */
export async function makeFullStore(count: number): Promise<{ folder: string; sdkAppId: App['sdkAppId'] }> {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-full-'))
  const store = await openSqliteStore({ path: join(folder, 'livehook.db') })
  const webhook = await registerWebhook(store, { commands: ['Live.*'], name: 'orders-hook', tls: null })
  const startedAt = Date.now() - count
  for (let made = 0; made < count; made += batchSize) {
    const now = startedAt + made
    const lease = { webhookId: webhook.webhookId, leaseUntil: now + 1000 }
    const event = () => sampleEvent(webhook, { acceptedAt: now, deliveries: [lease] })
    const accepted = await store.accept(Array.from({ length: batchSize }, event))
    const ids = accepted.flatMap((result) => (result.kind === 'accepted' ? result.deliveryIds : []))
    const settles = ids.map((id, index) =>
      index % deadEvery === 0
        ? sampleSettle(id, { attempt: sampleFailure(), move: { kind: 'dead', reason: 'no_retry', failures: 1 } })
        : sampleSettle(id),
    )
    await store.settle(settles, now)
  }
  await store.close()
  return { folder, sdkAppId: webhook.sdkAppId }
}

/** @returns the folder of the data file of an app with so many webhooks, `room-0` the oldest */
export async function makeStoreOfWebhooks(count: number): Promise<{ folder: string; sdkAppId: App['sdkAppId'] }> {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-many-'))
  const store = await openSqliteStore({ path: join(folder, 'livehook.db') })
  const { sdkAppId } = await store.createApp({ name: 'Many', createdAt: Date.now() })
  for (let made = 0; made < count; made += batchSize) {
    await Promise.all(
      Array.from({ length: Math.min(batchSize, count - made) }, (_, index) =>
        store.createWebhook(sampleWebhook(sdkAppId, { name: `room-${made + index}`, tls: null })),
      ),
    )
  }
  await store.close()
  return { folder, sdkAppId }
}
