// Deliveries that a person moves: redeliver, cancel, and one more delivery for a kept event.

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../domain/assert.ts'
import { formatId, parseId } from '../../../domain/ids.ts'
import type { DeliverySummary } from '../../port/deliveries.ts'
import type { AddDeliveryResult, CancelResult, RedeliverResult } from '../../port/redelivery.ts'
import { createBodies } from './bodies.ts'
import { reasonCodes, stateCodes, stateOf } from '../../shared/codes.ts'
import { summaryColumns, summaryOf } from '../rows/delivery-rows.ts'
import { createWriteHealth, noteHealth } from './health.ts'
import type { HealthNotes } from './health.ts'
import { createStats } from './stats.ts'
import type { WriteContext } from './write-context.ts'

/**
 * Prepares the move of one delivery by its number, inside the running transaction.
 * @returns what came of it
 */
export function createRedeliverOne(
  db: DatabaseSync,
  context: WriteContext,
): (delivery: number, now: number) => RedeliverResult['kind'] {
  const select = db.prepare(
    `SELECT d.state, d.webhook, e.body IS NULL AS is_dropped
     FROM deliveries d CROSS JOIN events e ON e.event = d.event WHERE d.delivery = ?`,
  )
  const update = db.prepare(
    `UPDATE deliveries SET state = 2, reason = NULL, due_at = ?, failures = 0 WHERE delivery = ? AND state IN (0, 3)`,
  )
  // It goes on in its schedule of retries: what a person brings forward is the one attempt.
  const bringForward = db.prepare('UPDATE deliveries SET due_at = min(due_at, ?) WHERE delivery = ? AND state = 2')
  return (delivery, now) => {
    const row = select.get(delivery)
    if (row === undefined) return 'not_found'
    const state = stateOf(Number(row['state']))
    if (state === 'claimed' || state === 'cancelled') return state
    if (!context.webhooks.has(Number(row['webhook']))) return 'webhook_gone'
    if (state === 'pending') {
      bringForward.run(now, delivery)
      return 'redelivered'
    }
    if (row['is_dropped'] === 1) return 'body_not_kept'
    update.run(now, delivery)
    return 'redelivered'
  }
}

/** Prepares the verb. */
export function createRedeliver(
  db: DatabaseSync,
  context: WriteContext,
): (deliveryIds: readonly string[], now: number) => RedeliverResult[] {
  const redeliverOne = createRedeliverOne(db, context)
  const read = createReadSummary(db, context)
  return (deliveryIds, now) =>
    deliveryIds.map((deliveryId) => {
      const number = parseId('dlv', context.salt, deliveryId) ?? 0
      const kind = redeliverOne(number, now)
      return kind === 'redelivered' ? { kind, delivery: read(number) } : { kind }
    })
}

/** Prepares the verb. */
export function createCancel(
  db: DatabaseSync,
  context: WriteContext,
): (deliveryIds: readonly string[], now: number) => CancelResult[] {
  const select = db.prepare('SELECT state, webhook FROM deliveries WHERE delivery = ?')
  const update = db.prepare(
    `UPDATE deliveries SET state = 4, reason = ${reasonCodes.by_request}, due_at = NULL WHERE delivery = ? AND state = 2`,
  )
  const bodies = createBodies(db, context)
  const stats = createStats(db)
  const writeHealth = createWriteHealth(db)
  const read = createReadSummary(db, context)
  return (deliveryIds, now) => {
    const health: HealthNotes = new Map()
    const results = deliveryIds.map((deliveryId): CancelResult => {
      const number = parseId('dlv', context.salt, deliveryId) ?? 0
      const row = select.get(number)
      if (row === undefined) return { kind: 'not_found' }
      if (row['state'] === stateCodes.claimed) return { kind: 'claimed' }
      if (row['state'] !== stateCodes.pending) return { kind: 'ended' }
      update.run(number)
      const webhook = context.webhooks.get(Number(row['webhook']))
      bodies.ended(number, { webhook, state: stateCodes.cancelled })
      if (webhook !== undefined) {
        stats.move(webhook, stateCodes.cancelled, now)
        noteHealth(health, webhook, undefined)
      }
      return { kind: 'cancelled', delivery: read(number) }
    })
    writeHealth(health)
    return results
  }
}

/** Prepares the verb: the writer is alone, so what it finds is what there is, and nobody adds the same twice. */
export function createAddDelivery(
  db: DatabaseSync,
  context: WriteContext,
): (eventId: string, webhookId: string, now: number) => AddDeliveryResult {
  const selectEvent = db.prepare(
    'SELECT event, app, command, first_delivery, deliveries, body IS NULL AS is_dropped FROM events WHERE event = ?',
  )
  const selectSame = db.prepare(
    `SELECT delivery FROM deliveries WHERE delivery >= ?1 AND delivery < ?1 + ?2 AND webhook = ?3
     UNION ALL SELECT d.delivery FROM later_deliveries l CROSS JOIN deliveries d ON d.delivery = l.delivery
       WHERE l.event = ?4 AND d.webhook = ?3`,
  )
  const insert = db.prepare(
    `INSERT INTO deliveries (delivery, event, app, webhook, command, created_at, state, due_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 2, ?6)`,
  )
  const link = createLink(db)
  const read = createReadSummary(db, context)
  return (eventId, webhookId, now) => {
    const event = selectEvent.get(parseId('evt', context.salt, eventId) ?? 0)
    if (event === undefined) return { kind: 'not_found' }
    const [number, first, count] = [
      Number(event['event']),
      Number(event['first_delivery']),
      Number(event['deliveries']),
    ]
    const webhook = parseId('wh', context.salt, webhookId) ?? 0
    const app = Number(event['app'])
    if (context.webhooks.get(webhook)?.app !== app) return { kind: 'webhook_gone' }
    const same = selectSame.get(first, count, webhook, number)
    if (same !== undefined) {
      return { kind: 'already', deliveryId: formatId('dlv', context.salt, Number(same['delivery'])) }
    }
    if (event['is_dropped'] === 1) return { kind: 'body_not_kept' }
    const delivery = context.counters.take('delivery')
    insert.run(delivery, number, app, webhook, Number(event['command']), now)
    link(number, delivery, count === 0)
    return { kind: 'added', delivery: read(delivery) }
  }
}

/** An event without deliveries takes its first one as the beginning of a row; any other links to it. */
function createLink(db: DatabaseSync): (event: number, delivery: number, isFirst: boolean) => void {
  const begin = db.prepare('UPDATE events SET first_delivery = ?, deliveries = 1 WHERE event = ?')
  const insert = db.prepare('INSERT INTO later_deliveries (event, delivery) VALUES (?, ?)')
  return (event, delivery, isFirst) => {
    if (isFirst) begin.run(delivery, event)
    else insert.run(event, delivery)
  }
}

function createReadSummary(db: DatabaseSync, context: WriteContext): (delivery: number) => DeliverySummary {
  const select = db.prepare(`SELECT ${summaryColumns} FROM deliveries WHERE delivery = ?`)
  return (delivery) => {
    const row = select.get(delivery)
    assert(row !== undefined, 'A delivery that was just written cannot be read.')
    return summaryOf(context, row)
  }
}
