// A process that accepts, claims and settles as fast as it can, and says what was acknowledged, until it is killed.
// Started by sqlite-crash.test.ts: node accepting-process.ts <data file>

import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { eventIdOf, registerWebhook, sampleEvent, sampleSettle, someTime } from './samples.ts'

const store = await openSqliteStore({ path: process.argv[2] ?? '' })
await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)
const [known] = await store.loadWebhooks()
const webhook = known ?? (await registerWebhook(store))

async function acceptForEver(): Promise<void> {
  for (let round = 0; ; round += 1) {
    const body = new TextEncoder().encode(JSON.stringify({ round, filler: 'x'.repeat(round % 2000) }))
    const [result] = await store.accept([sampleEvent(webhook, { body })])
    if (result !== undefined) writeSync(1, `accepted ${eventIdOf(result)} ${body.byteLength}\n`)
  }
}

async function settleForEver(): Promise<void> {
  for (;;) {
    const wanted = [{ webhookId: webhook.webhookId, limit: 5 }]
    const claimed = await store.claim(wanted, { now: someTime, leaseUntil: someTime + 60_000 })
    const requests = claimed.map(({ deliveryId }) => sampleSettle(deliveryId))
    const results = await store.settle(requests, someTime)
    for (const [index, { deliveryId }] of claimed.entries()) {
      if (results[index]?.kind === 'succeeded') writeSync(1, `settled ${deliveryId}\n`)
    }
  }
}

await Promise.all([acceptForEver(), acceptForEver(), acceptForEver(), acceptForEver(), settleForEver()])
