// Idempotency keys: the same key, app and body give the same event once for 24 hours.

import type { DatabaseSync } from 'node:sqlite'

/** How long a key is remembered (24 hours). */
const rememberedMs = 86_400_000

/** Keys that ran out and are removed per new one: more than one, so that a heap of them shrinks. */
const removedPerKey = 4

export interface KeyUse {
  readonly app: number
  readonly key: string
  readonly bodyHash: Uint8Array
  /** Epoch milliseconds. */
  readonly acceptedAt: number
}

export interface EarlierEvent {
  readonly event: number
  readonly firstDelivery: number
  readonly deliveries: number
  readonly hasSameBody: boolean
}

export interface Idempotency {
  /** The event that was accepted with this key in the last 24 hours. */
  find(use: KeyUse): EarlierEvent | undefined
  remember(use: KeyUse, event: number): void
}

export function createIdempotency(db: DatabaseSync): Idempotency {
  const select = db.prepare(
    `SELECT k.body_hash, k.event, e.first_delivery, e.deliveries
     FROM idempotency_keys k JOIN events e ON e.event = k.event
     WHERE k.app = ? AND k.idempotency_key = ? AND k.accepted_at > ?`,
  )
  const insert = db.prepare(
    `INSERT OR REPLACE INTO idempotency_keys (app, idempotency_key, body_hash, event, accepted_at) VALUES (?, ?, ?, ?, ?)`,
  )
  const remove = db.prepare(
    `DELETE FROM idempotency_keys WHERE (app, idempotency_key) IN
       (SELECT app, idempotency_key FROM idempotency_keys WHERE accepted_at <= ? ORDER BY accepted_at LIMIT ${removedPerKey})`,
  )
  return {
    find(use) {
      const row = select.get(use.app, use.key, use.acceptedAt - rememberedMs)
      if (row === undefined) return undefined
      return {
        event: Number(row['event']),
        firstDelivery: Number(row['first_delivery']),
        deliveries: Number(row['deliveries']),
        hasSameBody: row['body_hash'] instanceof Uint8Array && Buffer.compare(row['body_hash'], use.bodyHash) === 0,
      }
    },
    remember(use, event) {
      insert.run(use.app, use.key, use.bodyHash, event, use.acceptedAt)
      remove.run(use.acceptedAt - rememberedMs)
    },
  }
}
