// Takes back leases that ran out, calls off what waits for removed webhooks, and corrects when deliveries are due after the wall
// clock was set back.

import type { DatabaseSync } from 'node:sqlite'
import { createBodies, createInsertEvidence } from './attempts.ts'
import { symptomCodes } from '../../shared/codes.ts'
import { selectWaiting } from '../rows/due.ts'
import { formatEvidence } from '../../shared/evidence.ts'
import { lostAttempt } from '../../shared/lost-attempt.ts'
import type { TakeBackOrder } from '../thread/messages.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { WriteContext } from './write-context.ts'

/** Deliveries that are called off per commit after a webhook with many was removed: some 10 ms of work. */
const maxCancelledPerCommit = 5000

/** The same where each of them may take its event's body along. */
const maxDroppedPerCommit = 500

/**
 * Prepares the verb: makes leases that ran out pending again, due now, each with an attempt row that says that the
 * process was lost (I2, I3). A delivery whose webhook is gone is cancelled instead.
 * @returns how many
 */
export function createTakeBack(db: DatabaseSync, context: WriteContext): (order: TakeBackOrder) => number {
  const insertAttempts = db.prepare(
    `INSERT INTO attempts (delivery, number, started_at, duration_us, symptom, detail, status, evidence, evidence_line)
     SELECT delivery, attempts + 1, ?, 0, ${symptomCodes[lostAttempt.symptom]}, ?, NULL, ?, 0
     FROM deliveries WHERE state = 1 AND lease_until < ?`,
  )
  const update = db.prepare(
    `UPDATE deliveries SET
       state = iif(webhook IN (SELECT webhook FROM webhooks), 2, 4),
       due_at = iif(webhook IN (SELECT webhook FROM webhooks), ?1, NULL),
       reason = iif(webhook IN (SELECT webhook FROM webhooks), NULL, 4),
       lease_until = NULL, attempts = attempts + 1, is_retry = 1, last_started_at = ?1, last_duration_us = 0,
       last_symptom = ${symptomCodes[lostAttempt.symptom]}, last_detail = ?2, last_status = NULL
     WHERE state = 1 AND lease_until < ?3`,
  )
  const count = db.prepare('SELECT count(*) AS attempts FROM deliveries WHERE state = 1 AND lease_until < ?')
  const insertEvidence = createInsertEvidence(db, context)
  return ({ expiredBefore, now }) => {
    const attempts = Number(count.get(expiredBefore)?.['attempts'])
    if (attempts === 0) return 0
    // All of them share one line.
    const lines = formatEvidence(lostAttempt.evidence)
    const evidence = insertEvidence({ lines, attempts, now })
    const detail = context.words.numberOf(lostAttempt.detail)
    insertAttempts.run(now, detail, evidence, expiredBefore)
    return Number(update.run(now, detail, expiredBefore).changes)
  }
}

/** At the opening: no other process has the data file, so those that held leases are gone. */
export function endLeases(db: DatabaseSync): void {
  db.exec('UPDATE deliveries SET lease_until = 0 WHERE state = 1 AND lease_until > 0')
}

/**
 * Prepares the verb: cancels pending deliveries of removed webhooks, a bounded number at a time.
 * @returns whether more wait
 */
export function createCancelRemoved(db: DatabaseSync, context: WriteContext): () => boolean {
  const select = db.prepare('SELECT webhook, keep_bodies FROM webhook_removals ORDER BY webhook LIMIT 1')
  const list = db.prepare(selectWaiting)
  const cancel = db.prepare(
    `UPDATE deliveries SET state = 4, reason = 4, due_at = NULL WHERE delivery IN (${selectWaiting})`,
  )
  const done = db.prepare('DELETE FROM webhook_removals WHERE webhook = ?')
  const bodies = createBodies(db, context)
  return () => {
    const removal = select.get()
    if (removal === undefined) return false
    const webhook = Number(removal['webhook'])
    // A cancelled delivery did not succeed: only `never` drops its body now.
    const drops = removal['keep_bodies'] === 'never'
    const limit = drops ? maxDroppedPerCommit : maxCancelledPerCommit
    const cancelled = drops ? list.all(webhook, limit).map((row) => Number(row['delivery'])) : []
    if (Number(cancel.run(webhook, limit).changes) < limit) done.run(webhook)
    for (const delivery of cancelled) bodies.drop(delivery)
    return select.get() !== undefined
  }
}

/** Epoch milliseconds at which the last attempt ended. */
const endedAt = '(last_started_at + last_duration_us / 1000)'

/**
 * Of what is due later: a first attempt never is; after an attempt that ended in the future the pause begins now; all of it by as
 * much earlier as the clock was set back, as far as that is known.
 */
const corrected = `max(?1, min(due_at + ?2, iif(is_retry = 0, ?1, iif(${endedAt} > ?1, ?1 + due_at - ${endedAt}, due_at))))`

/** Prepares the verb: it runs inside the running transaction. */
export function createCorrectDueTimes(db: DatabaseSync, context: WriteContext): Verbs<'correctDueTimes'> {
  const newest = db.prepare('SELECT created_at FROM deliveries WHERE delivery = (SELECT max(delivery) FROM deliveries)')
  const update = db.prepare(
    `UPDATE deliveries INDEXED BY deliveries_due SET due_at = ${corrected}
     WHERE webhook = ?3 AND is_retry = ?4 AND state = 2 AND due_at > ?1 AND due_at > ${corrected}`,
  )
  const correctDueTimes: Verbs<'correctDueTimes'>['correctDueTimes'] = (order) => {
    const now = Math.round(order.now)
    const shift = order.setBackMs ?? Math.min(0, now - Number(newest.get()?.['created_at'] ?? now))
    let count = 0
    for (const webhook of context.webhooks.keys()) {
      for (const isRetry of [0, 1]) count += Number(update.run(now, shift, webhook, isRetry).changes)
    }
    return count
  }
  return { correctDueTimes }
}
