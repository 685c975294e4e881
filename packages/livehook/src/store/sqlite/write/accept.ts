// Writes accepted events and their deliveries.

import type { DatabaseSync } from 'node:sqlite'
import { acceptKinds, noEvent, unpackAccepts } from '../thread/accept-columns.ts'
import type { AcceptColumns, UnpackedAccept } from '../thread/accept-columns.ts'
import { reasonCodes, stateCodes } from '../../shared/codes.ts'
import { idempotencyKeyHash, keyRememberedMs } from '../../shared/idempotency.ts'
import type { WriteContext } from './write-context.ts'

/** What came of one request; the numbers go back to the client in this order. */
type Accepted = readonly [kind: number, event: number, firstDelivery: number, deliveries: number]

/** Prepares the verb: keeps the requests of a batch inside the running transaction; of a call that has a conflict none. */
export function createAccept(db: DatabaseSync, context: WriteContext): (columns: AcceptColumns) => Float64Array {
  const insertEvent = createInsertEvent(db, context)
  const idempotency = createIdempotency(db)
  const { eventIds } = context

  const keep = (call: readonly UnpackedAccept[], found: readonly Found[]): readonly Accepted[] => {
    const kept: Accepted[] = []
    for (const [index, request] of call.entries()) {
      const earlier = found[index]
      if (earlier?.kind === 'event') {
        const event = eventIds.shuffled(earlier.event)
        kept.push([acceptKinds.duplicate, event, earlier.firstDelivery, earlier.deliveries])
      } else if (earlier?.kind === 'request') {
        const [, ...event] = kept[earlier.index] ?? [acceptKinds.accepted, 0, 0, 0]
        kept.push([acceptKinds.duplicate, ...event])
      } else {
        const [kind, event, firstDelivery, deliveries] = insertEvent(request)
        const use = keyUseOf(request)
        if (use !== undefined) idempotency.remember(use, event)
        kept.push([kind, eventIds.shuffled(event), firstDelivery, deliveries])
      }
    }
    return kept
  }

  const refuse = (found: readonly Found[]): readonly Accepted[] =>
    found.map((earlier) => {
      if (earlier?.hasSameBody !== false) return [acceptKinds.notKept, 0, 0, 0]
      const event = earlier.kind === 'event' ? eventIds.shuffled(earlier.event) : noEvent
      return [acceptKinds.conflict, event, 0, 0]
    })

  return (columns) => {
    const results = unpackAccepts(columns).flatMap((call) => {
      const found = findEarlier(idempotency, call)
      return found.some((earlier) => earlier?.hasSameBody === false) ? refuse(found) : keep(call, found)
    })
    return Float64Array.from(results.flat())
  }
}

/** What the key of a request belongs to already: an event, or a request before it in its call. */
type Found =
  | (EarlierEvent & { readonly kind: 'event' })
  | { readonly kind: 'request'; readonly index: number; readonly hasSameBody: boolean }
  | undefined

/** Looks all keys of a call up before anything of it is written. */
function findEarlier(idempotency: Idempotency, call: readonly UnpackedAccept[]): readonly Found[] {
  const first = new Map<string, { readonly index: number; readonly bodyHash: Uint8Array }>()
  return call.map((request, index): Found => {
    const use = keyUseOf(request)
    if (use === undefined) return undefined
    const event = idempotency.find(use)
    if (event !== undefined) return { kind: 'event', ...event }
    const name = `${use.app}:${use.key}`
    const earlier = first.get(name)
    if (earlier === undefined) {
      first.set(name, { index, bodyHash: use.bodyHash })
      return undefined
    }
    return { kind: 'request', index: earlier.index, hasSameBody: isSame(earlier.bodyHash, use.bodyHash) }
  })
}

function keyUseOf({ app, acceptedAt, idempotency }: UnpackedAccept): KeyUse | undefined {
  return idempotency && { app, acceptedAt, key: idempotency.key, bodyHash: idempotency.bodyHash }
}

function isSame(one: unknown, other: Uint8Array): boolean {
  return one instanceof Uint8Array && Buffer.compare(one, other) === 0
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
        hasSameBody: isSame(row['body_hash'], use.bodyHash),
      }
    },
    remember(use, event) {
      insert.run(event, idempotencyKeyHash(use.app, use.key), use.bodyHash)
      remove.run(use.acceptedAt - keyRememberedMs)
    },
  }
}
