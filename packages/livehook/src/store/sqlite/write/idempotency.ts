// Idempotency keys: the same key, app and body give the same event once for 24 hours.

import { hash } from 'node:crypto'
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
    `SELECT k.body_hash, e.event, e.first_delivery, e.deliveries
     FROM idempotency_keys k CROSS JOIN events e ON e.event = k.event
     WHERE k.key_hash = ? AND e.accepted_at > ?`,
  )
  const insert = db.prepare('INSERT OR REPLACE INTO idempotency_keys (event, key_hash, body_hash) VALUES (?, ?, ?)')
  const remove = db.prepare(
    `DELETE FROM idempotency_keys WHERE event IN
       (SELECT k.event FROM (SELECT event FROM idempotency_keys ORDER BY event LIMIT ${removedPerKey}) k
          LEFT JOIN events e ON e.event = k.event
        WHERE e.accepted_at IS NULL OR e.accepted_at <= ?)`,
  )
  return {
    find(use) {
      const row = select.get(keyHash(use), use.acceptedAt - rememberedMs)
      if (row === undefined) return undefined
      return {
        event: Number(row['event']),
        firstDelivery: Number(row['first_delivery']),
        deliveries: Number(row['deliveries']),
        hasSameBody: row['body_hash'] instanceof Uint8Array && Buffer.compare(row['body_hash'], use.bodyHash) === 0,
      }
    },
    remember(use, event) {
      insert.run(event, keyHash(use), use.bodyHash)
      remove.run(use.acceptedAt - rememberedMs)
    },
  }
}

/** 16 bytes: among 10^12 keys the chance that any two are taken for one is one in 10^14. */
function keyHash({ app, key }: KeyUse): Uint8Array {
  return hash('sha256', `${app}:${key}`, 'buffer').subarray(0, 16)
}
