// Writes accepted events and their deliveries.

import type { DatabaseSync } from 'node:sqlite'
import { acceptKinds, acceptedStride, unpackAccepts } from '../thread/accept-columns.ts'
import type { AcceptColumns, UnpackedAccept } from '../thread/accept-columns.ts'
import { reasonCodes, stateCodes } from '../../shared/codes.ts'
import { idempotencyKeyHash, keyRememberedMs } from '../../shared/idempotency.ts'
import type { WriteContext } from './write-context.ts'

/** What came of one request; the numbers go back to the client in this order. */
type Accepted = readonly [kind: number, event: number, firstDelivery: number, deliveries: number]

/** Prepares the verb: keeps the requests of a batch inside the running transaction. */
export function createAccept(db: DatabaseSync, context: WriteContext): (columns: AcceptColumns) => Float64Array {
  const insertEvent = createInsertEvent(db, context)
  const idempotency = createIdempotency(db)
  const { eventIds } = context
  return (columns) => {
    const keys = new Map(columns.idempotency.map((entry) => [entry.request, entry]))
    const requests = unpackAccepts(columns)
    const results = new Float64Array(requests.length * acceptedStride)
    for (const [index, request] of requests.entries()) {
      const key = keys.get(index)
      const use = key && { ...key, app: request.app, acceptedAt: request.acceptedAt }
      const earlier = use && idempotency.find(use)
      if (earlier === undefined) {
        const [kind, event, firstDelivery, deliveries] = insertEvent(request)
        if (use !== undefined) idempotency.remember(use, event)
        results.set([kind, eventIds.shuffled(event), firstDelivery, deliveries], index * acceptedStride)
      } else {
        const kind = earlier.hasSameBody ? acceptKinds.duplicate : acceptKinds.conflict
        results.set(
          [kind, eventIds.shuffled(earlier.event), earlier.firstDelivery, earlier.deliveries],
          index * acceptedStride,
        )
      }
    }
    return results
  }
}

function createInsertEvent(db: DatabaseSync, context: WriteContext): (request: UnpackedAccept) => Accepted {
  const insertEvent = db.prepare(
    `INSERT INTO events (event, app, command, platform, client_ip, accepted_at, first_delivery, deliveries, traceparent, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertDelivery = createInsertDelivery(db, context)
  return (request) => {
    const { app, acceptedAt, deliveries, owner } = request
    const count = deliveries.length / 2
    const event = context.counters.take('event')
    const first = context.counters.take('delivery', count)
    const command = context.words.numberOf(request.command)
    const platform = context.words.numberOf(request.platform)
    const traceparent = request.traceparent === '' ? null : request.traceparent
    insertEvent.run(
      event,
      app,
      command,
      platform,
      request.clientIp,
      acceptedAt,
      first,
      count,
      traceparent,
      request.body,
    )
    for (let index = 0; index < count; index += 1) {
      const webhook = deliveries[index * 2] ?? 0
      const leaseUntil = deliveries[index * 2 + 1] ?? 0
      insertDelivery({
        delivery: first + index,
        event,
        app,
        webhook,
        command,
        createdAt: acceptedAt,
        leaseUntil,
        owner,
      })
    }
    return [acceptKinds.accepted, event, first, count]
  }
}

interface NewDelivery {
  readonly delivery: number
  readonly event: number
  readonly app: number
  readonly webhook: number
  readonly command: number
  readonly createdAt: number
  /** 0: not leased. */
  readonly leaseUntil: number
  readonly owner: number
}

function createInsertDelivery(db: DatabaseSync, context: WriteContext): (row: NewDelivery) => void {
  const insert = db.prepare(
    `INSERT INTO deliveries (delivery, event, app, webhook, command, created_at, state, due_at, lease_until, lease_owner, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return ({ delivery, event, app, webhook, command, createdAt, leaseUntil, owner }) => {
    if (!context.webhooks.has(webhook)) {
      // The webhook was removed while the event was on its way here: its delivery is called off at once (I2).
      const reason = reasonCodes.webhook_deleted
      insert.run(delivery, event, app, webhook, command, createdAt, stateCodes.cancelled, null, null, 0, reason)
    } else if (leaseUntil > 0) {
      insert.run(delivery, event, app, webhook, command, createdAt, stateCodes.claimed, null, leaseUntil, owner, null)
    } else {
      insert.run(delivery, event, app, webhook, command, createdAt, stateCodes.pending, createdAt, null, 0, null)
    }
  }
}

/** Keys that ran out and are removed per new one: more than one, so that a heap of them shrinks. */
const removedPerKey = 4

interface KeyUse {
  readonly app: number
  readonly key: string
  readonly bodyHash: Uint8Array
  /** Epoch milliseconds. */
  readonly acceptedAt: number
}

interface EarlierEvent {
  readonly event: number
  readonly firstDelivery: number
  readonly deliveries: number
  readonly hasSameBody: boolean
}

interface Idempotency {
  /** The event that was accepted with this key in the last 24 hours. */
  find(use: KeyUse): EarlierEvent | undefined
  remember(use: KeyUse, event: number): void
}

/** Prepares idempotency keys: shared/idempotency.ts. */
function createIdempotency(db: DatabaseSync): Idempotency {
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
      const row = select.get(idempotencyKeyHash(use.app, use.key), use.acceptedAt - keyRememberedMs)
      if (row === undefined) return undefined
      return {
        event: Number(row['event']),
        firstDelivery: Number(row['first_delivery']),
        deliveries: Number(row['deliveries']),
        hasSameBody: row['body_hash'] instanceof Uint8Array && Buffer.compare(row['body_hash'], use.bodyHash) === 0,
      }
    },
    remember(use, event) {
      insert.run(event, idempotencyKeyHash(use.app, use.key), use.bodyHash)
      remove.run(use.acceptedAt - keyRememberedMs)
    },
  }
}
