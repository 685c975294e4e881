// Deliveries that a person moves: redeliver, cancel, one more delivery for a kept event; and jobs that redeliver over a filter,
// taken forward a step at a time together with the deliveries of the step.

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../domain/assert.ts'
import { formatId, parseId } from '../../../domain/ids.ts'
import type { DeliverySummary } from '../../port/deliveries.ts'
import type {
  AddDeliveryResult,
  CancelResult,
  JobStep,
  NewRedeliveryJob,
  RedeliverResult,
  RedeliveryJob,
} from '../../port/redelivery.ts'
import { createBodies } from './attempts.ts'
import { reasonCodes, stateCodes, stateOf } from '../../shared/codes.ts'
import { summaryColumns, summaryOf } from '../rows/delivery-rows.ts'
import { firstState, jobAfterStep, mayTakeStep } from '../../shared/job-steps.ts'
import { jobOf, jobStateCodes } from '../rows/job-rows.ts'
import { createTimeWindow } from '../read/time-window.ts'
import type { Verbs } from '../thread/verbs.ts'
import { createStats, createWriteHealth, noteHealth } from './stats.ts'
import type { HealthNotes } from './stats.ts'
import type { WriteContext } from './write-context.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createManualMoves(
  db: DatabaseSync,
  context: WriteContext,
): Verbs<'redeliver' | 'cancel' | 'addDelivery'> {
  return {
    redeliver: createRedeliver(db, context),
    cancel: createCancel(db, context),
    addDelivery: createAddDelivery(db, context),
  }
}

/**
 * Prepares the move of one delivery by its number, inside the running transaction.
 * @returns what came of it
 */
function createRedeliverOne(
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
    update.run(Math.round(now), delivery)
    return 'redelivered'
  }
}

/** Prepares the verb. */
function createRedeliver(
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
function createCancel(
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

/** Prepares the verb: the writer is alone, so what it finds cannot change, and nothing is added twice. */
function createAddDelivery(
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
    const event = selectEvent.get(context.eventIds.parse(eventId) ?? 0)
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
    insert.run(delivery, number, app, webhook, Number(event['command']), Math.round(now))
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

/** Prepares the verbs: each runs inside the running transaction. */
export function createJobWriter(db: DatabaseSync, context: WriteContext): Verbs<'createJob' | 'takeStep' | 'moveJob'> {
  const select = db.prepare('SELECT * FROM redelivery_jobs WHERE job = ?')
  const move = db.prepare('UPDATE redelivery_jobs SET state = ?, updated_at = ? WHERE job = ? AND state < 2')
  const insert = createInsert(db, context)
  const takeStep = createTakeStep(db, context)
  const get = (number: number): RedeliveryJob | undefined => {
    const row = select.get(number)
    return row === undefined ? undefined : jobOf(context.salt, row)
  }
  return {
    createJob(job) {
      const created = get(insert(job))
      assert(created !== undefined, 'A job that was just written cannot be read.')
      return created
    },
    takeStep(step, now) {
      const number = parseId('job', context.salt, step.jobId) ?? 0
      takeStep(number, step, Math.round(now))
      return get(number)
    },
    moveJob(jobId, state, now) {
      const number = parseId('job', context.salt, jobId) ?? 0
      move.run(jobStateCodes[state], Math.round(now), number)
      return get(number)
    },
  }
}

function createInsert(db: DatabaseSync, context: WriteContext): (job: NewRedeliveryJob) => number {
  const insert = db.prepare(
    `INSERT INTO redelivery_jobs
       (job, app, state, filter, rate_per_second, total, is_exact, done, skipped, position, before, created_at, updated_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8, ?9, ?10, ?10)`,
  )
  const selectNewest = db.prepare('SELECT max(delivery) AS newest FROM deliveries')
  const timeWindow = createTimeWindow(db)
  return ({ filter, ratePerSecond, total, exact, createdAt }) => {
    const number = context.counters.take('redelivery_job')
    // Deliveries from now on do not belong to the job.
    const next = Number(selectNewest.get()?.['newest'] ?? 0) + 1
    const { after, before } = timeWindow(filter)
    const state = jobStateCodes[firstState({ total, exact })]
    insert.run(
      number,
      filter.sdkAppId,
      state,
      JSON.stringify(filter),
      ratePerSecond,
      total,
      Number(exact),
      after,
      Math.min(before, next),
      createdAt,
    )
    return number
  }
}

function createTakeStep(db: DatabaseSync, context: WriteContext): (job: number, step: JobStep, now: number) => void {
  const select = db.prepare('SELECT * FROM redelivery_jobs WHERE job = ?')
  const update = db.prepare(
    'UPDATE redelivery_jobs SET state = ?, done = ?, skipped = ?, position = ?, updated_at = ? WHERE job = ?',
  )
  const redeliverOne = createRedeliverOne(db, context)
  return (number, step, now) => {
    const row = select.get(number)
    if (row === undefined) return
    const job = jobOf(context.salt, row)
    if (!mayTakeStep({ state: job.state, position: Number(row['position']) }, step)) return
    let moved = 0
    for (const deliveryId of step.deliveryIds) {
      if (redeliverOne(parseId('dlv', context.salt, deliveryId) ?? 0, now) === 'redelivered') moved += 1
    }
    const { state, done, skipped } = jobAfterStep(job, step, moved)
    update.run(jobStateCodes[state], done, skipped, step.position, now, number)
  }
}
