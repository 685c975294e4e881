// Takes back leases that ran out, and calls off what waits for removed webhooks.

import type { DatabaseSync } from 'node:sqlite'
import { createInsertEvidence } from './attempts.ts'
import { symptomCodes } from './codes.ts'
import { formatEvidence } from './evidence.ts'
import type { TakeBackOrder } from './messages.ts'
import type { WriteContext } from './write-context.ts'

/** Deliveries that are called off per commit after a webhook with many was removed: some 10 ms of work. */
const maxCancelledPerCommit = 5000

/**
 * Prepares the verb: makes leases that ran out pending again, due now, each with an attempt row that says that the
 * process was lost (I2, I3). A delivery whose webhook is gone is cancelled instead.
 * @returns how many
 */
export function createTakeBack(db: DatabaseSync, context: WriteContext): (order: TakeBackOrder) => number {
  const any = db.prepare('SELECT 1 FROM deliveries WHERE state = 1 AND lease_until < ? LIMIT 1')
  const insertAttempts = db.prepare(
    `INSERT INTO attempts (delivery, number, started_at, duration_us, symptom, detail, status, evidence, evidence_line)
     SELECT delivery, attempts + 1, ?, 0, ${symptomCodes.ours}, ?, NULL, ?, 0
     FROM deliveries WHERE state = 1 AND lease_until < ?`,
  )
  const update = db.prepare(
    `UPDATE deliveries SET
       state = iif(webhook IN (SELECT webhook FROM webhooks), 2, 4),
       due_at = iif(webhook IN (SELECT webhook FROM webhooks), ?1, NULL),
       reason = iif(webhook IN (SELECT webhook FROM webhooks), NULL, 4),
       lease_until = NULL, attempts = attempts + 1, last_started_at = ?1, last_duration_us = 0,
       last_symptom = ${symptomCodes.ours}, last_detail = ?2, last_status = NULL
     WHERE state = 1 AND lease_until < ?3`,
  )
  const insertEvidence = createInsertEvidence(db, context)
  return ({ expiredBefore, now }) => {
    if (any.get(expiredBefore) === undefined) return 0
    // All of them share one line: what is known is the same for each.
    const evidence = insertEvidence(
      formatEvidence({
        phase: 'write',
        phaseMs: {},
        note: 'the process was lost while this attempt was in flight',
      }),
      now,
    )
    const detail = context.words.numberOf('internal')
    insertAttempts.run(now, detail, evidence, expiredBefore)
    return Number(update.run(now, detail, expiredBefore).changes)
  }
}

/**
 * Prepares the verb: cancels pending deliveries of removed webhooks, a bounded number at a time.
 * @returns whether more wait
 */
export function createCancelRemoved(db: DatabaseSync): () => boolean {
  const select = db.prepare('SELECT webhook FROM webhook_removals ORDER BY webhook LIMIT 1')
  const cancel = db.prepare(
    `UPDATE deliveries SET state = 4, reason = 4, due_at = NULL WHERE delivery IN
       (SELECT delivery FROM deliveries WHERE webhook = ? AND state = 2 LIMIT ${maxCancelledPerCommit})`,
  )
  const done = db.prepare('DELETE FROM webhook_removals WHERE webhook = ?')
  return () => {
    const webhook = select.get()?.['webhook']
    if (webhook === undefined) return false
    if (Number(cancel.run(webhook).changes) < maxCancelledPerCommit) done.run(webhook)
    return select.get() !== undefined
  }
}
