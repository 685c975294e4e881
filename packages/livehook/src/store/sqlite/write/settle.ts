// Records attempts and moves their deliveries.

import type { DatabaseSync } from 'node:sqlite'
import { createAttempts, createInsertEvidence, summaryOf } from './attempts.ts'
import type { AttemptRow } from './attempts.ts'
import { createBodies } from './attempts.ts'
import { stateCodes } from '../../shared/codes.ts'
import { leaseLost, settleCount, unpackSettle } from '../thread/settle-columns.ts'
import type { SettleColumns, UnpackedSettle } from '../thread/settle-columns.ts'
import { createStats, createWriteHealth, noteHealth } from './stats.ts'
import type { HealthNotes } from './stats.ts'
import type { WriteContext } from './write-context.ts'

/** Prepares the verb: returns per request the state that the delivery moved to, or `leaseLost`. */
export function createSettle(db: DatabaseSync, context: WriteContext): (columns: SettleColumns) => Uint8Array {
  const move = createMove(db)
  const cancel = db.prepare('UPDATE deliveries SET state = 4, reason = 4, due_at = NULL WHERE delivery = ?')
  const attempts = createAttempts(db)
  const insertEvidence = createInsertEvidence(db, context)
  const bodies = createBodies(db, context)
  const stats = createStats(db)
  const writeHealth = createWriteHealth(db)
  return (columns) => {
    const { now } = columns
    const blocks = columns.evidence.map((block) => insertEvidence({ ...block, now }))
    const health: HealthNotes = new Map()
    const states = new Uint8Array(settleCount(columns)).fill(leaseLost)
    for (let index = 0; index < states.length; index += 1) {
      const row = unpackSettle(columns, index)
      const attempt = row.attempt && {
        ...row.attempt,
        detail: context.words.numberOf(row.attempt.detail),
        evidence: blocks[row.attempt.evidenceBlock] ?? 0,
      }
      let webhook = move(row, attempt)
      const hasMoved = webhook !== undefined
      if (hasMoved) {
        // A retry of a removed webhook would never be claimed again (I2).
        const isCancelled = row.state === stateCodes.pending && !context.webhooks.has(webhook ?? 0)
        if (isCancelled) cancel.run(row.delivery)
        states[index] = isCancelled ? stateCodes.cancelled : row.state
        if (attempt !== undefined) attempts.insert(row.delivery, attempt)
      } else if (attempt !== undefined) {
        webhook = attempts.insertLate(row.delivery, attempt)
      }
      const live = webhook === undefined ? undefined : context.webhooks.get(webhook)
      if (hasMoved) bodies.ended(row.delivery, { webhook: live, state: row.state })
      if (live === undefined) continue
      // A lease that was given back is no retry.
      if (hasMoved && (attempt !== undefined || row.state !== stateCodes.pending)) stats.move(live, row.state, now)
      if (attempt !== undefined) stats.attempt(live, attempt, now)
      noteHealth(health, live, attempt)
    }
    writeHealth(health)
    return states
  }
}

/**
 * Moves a delivery that is still claimed. With an attempt it must be the attempt that the lease was given for: a late
 * one, whose lease was taken back and given out again, must not end what is in flight now.
 * @returns the delivery's webhook, or `undefined` if nothing moved
 */
function createMove(db: DatabaseSync): (row: UnpackedSettle, attempt: AttemptRow | undefined) => number | undefined {
  // Two statements: RETURNING would cost more than the second one.
  const selectWebhook = db.prepare(
    'SELECT webhook FROM deliveries WHERE delivery = ? AND state = 1 AND lease_owner = ?',
  )
  const withAttempt = db.prepare(
    `UPDATE deliveries SET state = ?1, reason = ?2, due_at = ?3, lease_until = NULL, failures = coalesce(?4, failures),
       attempts = ?5, is_retry = 1, last_started_at = ?6, last_duration_us = ?7, last_symptom = ?8, last_detail = ?9, last_status = ?10
     WHERE delivery = ?11 AND state = 1 AND attempts = ?5 - 1`,
  )
  const withoutAttempt = db.prepare(
    `UPDATE deliveries SET state = ?1, reason = ?2, due_at = ?3, lease_until = NULL, failures = coalesce(?4, failures)
     WHERE delivery = ?5 AND state = 1`,
  )
  return ({ delivery, state, reason, dueAt, failures, owner }, attempt) => {
    const found = selectWebhook.get(delivery, owner)
    if (found === undefined) return undefined
    const { changes } =
      attempt === undefined
        ? withoutAttempt.run(state, reason, dueAt, failures, delivery)
        : withAttempt.run(state, reason, dueAt, failures, attempt.number, ...summaryOf(attempt), delivery)
    if (changes === 0) return undefined
    return Number(found['webhook'])
  }
}
