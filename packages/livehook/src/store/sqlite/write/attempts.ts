// Rows of attempts and of their evidence, and the body, which is dropped when it is no longer needed.

import type { DatabaseSync } from 'node:sqlite'
import { evidenceCodec, packEvidence } from '../../shared/evidence.ts'
import { keepsBody } from '../../shared/keep-bodies.ts'
import type { LiveWebhook, WriteContext } from './write-context.ts'

export interface AttemptRow {
  readonly number: number
  readonly startedAt: number
  readonly durationUs: number
  readonly symptom: number
  readonly detail: number
  readonly status: number | null
  readonly evidence: number
  readonly evidenceLine: number
}

export interface Attempts {
  insert(delivery: number, attempt: AttemptRow): void
  /**
   * Records an attempt whose delivery is no longer claimed. What was written when its lease was taken back (the process
   * was lost) is replaced: now it is known what became of that request.
   * @returns the delivery's webhook, if this is its last attempt
   */
  insertLate(delivery: number, attempt: AttemptRow): number | undefined
}

export function createAttempts(db: DatabaseSync): Attempts {
  const columns = 'delivery, number, started_at, duration_us, symptom, detail, status, evidence, evidence_line'
  const insert = db.prepare(`INSERT INTO attempts (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const insertLate = db.prepare(
    `INSERT OR REPLACE INTO attempts (${columns})
     SELECT delivery, ?, ?, ?, ?, ?, ?, ?, ? FROM deliveries WHERE delivery = ?`,
  )
  const selectReplaced = db.prepare('SELECT evidence FROM attempts WHERE delivery = ? AND number = ?')
  const blocks = createEvidenceBlocks(db)
  const updateLast = db.prepare(
    `UPDATE deliveries SET attempts = ?1, last_started_at = ?2, last_duration_us = ?3, last_symptom = ?4, last_detail = ?5,
       last_status = ?6
     WHERE delivery = ?7 AND attempts <= ?1
     RETURNING webhook`,
  )
  return {
    insert(delivery, attempt) {
      insert.run(delivery, attempt.number, ...summaryOf(attempt), attempt.evidence, attempt.evidenceLine)
    },
    insertLate(delivery, attempt) {
      const { number, evidence, evidenceLine } = attempt
      const replaced = selectReplaced.get(delivery, number)?.['evidence']
      const { changes } = insertLate.run(number, ...summaryOf(attempt), evidence, evidenceLine, delivery)
      if (replaced !== undefined) blocks.release(Number(replaced), 1)
      // An unknown delivery has no row that could refer to the line.
      if (changes === 0) blocks.release(evidence, 1)
      const row = updateLast.get(number, ...summaryOf(attempt), delivery)
      return row === undefined ? undefined : Number(row['webhook'])
    },
  }
}

type Summary = [startedAt: number, durationUs: number, symptom: number, detail: number, status: number | null]

/** What an attempt's row and its delivery's row both keep, in the order of their columns. */
export function summaryOf(attempt: AttemptRow): Summary {
  return [attempt.startedAt, attempt.durationUs, attempt.symptom, attempt.detail, attempt.status]
}

/** A block of evidence lines that is to be kept. */
export interface NewEvidence {
  readonly lines: string
  /** How many attempts have their line in it. */
  readonly attempts: number
  /** Epoch milliseconds. */
  readonly now: number
}

/** Prepares the verb: keeps a block of evidence lines and returns its number. */
export function createInsertEvidence(db: DatabaseSync, context: WriteContext): (block: NewEvidence) => number {
  const insert = db.prepare(
    'INSERT INTO evidence (evidence, settled_at, attempts, codec, lines) VALUES (?, ?, ?, ?, ?)',
  )
  return ({ lines, attempts, now }) => {
    const number = context.counters.take('evidence')
    insert.run(number, now, attempts, evidenceCodec, packEvidence(lines))
    return number
  }
}

export interface EvidenceBlocks {
  /** So many attempts with a line in this block are gone; the last one takes the block along. */
  release(evidence: number, attempts: number): void
}

export function createEvidenceBlocks(db: DatabaseSync): EvidenceBlocks {
  const remove = db.prepare('DELETE FROM evidence WHERE evidence = ? AND attempts <= ?')
  const update = db.prepare('UPDATE evidence SET attempts = attempts - ? WHERE evidence = ?')
  return {
    release(evidence, attempts) {
      if (remove.run(evidence, attempts).changes === 0) update.run(attempts, evidence)
    },
  }
}

// Letting go of bodies: once an event's last delivery has ended and no webhook of it wants the body kept, it is dropped.

export interface Bodies {
  /** A delivery was moved. Costs no statement if it goes on, or if its own webhook wants the body kept. */
  ended(delivery: number, move: { readonly webhook: LiveWebhook | undefined; readonly state: number }): void
  /** Drops the body of a delivery's event, if no delivery needs it and no webhook wants it. */
  drop(delivery: number): void
}

export function createBodies(db: DatabaseSync, context: WriteContext): Bodies {
  const selectEvent = db.prepare(
    `SELECT e.event, e.first_delivery, e.deliveries
     FROM deliveries d CROSS JOIN events e ON e.event = d.event WHERE d.delivery = ?`,
  )
  const selectDeliveries = db.prepare(
    `SELECT webhook, state FROM deliveries WHERE delivery >= ?1 AND delivery < ?1 + ?2
     UNION ALL SELECT d.webhook, d.state
       FROM later_deliveries l CROSS JOIN deliveries d ON d.delivery = l.delivery WHERE l.event = ?3`,
  )
  const dropBody = db.prepare('UPDATE events SET body = NULL WHERE event = ?')

  const drop = (delivery: number): void => {
    const event = selectEvent.get(delivery)
    if (event === undefined) return
    const first = Number(event['first_delivery'])
    const rows = selectDeliveries.all(first, Number(event['deliveries']), Number(event['event']))
    if (rows.some((row) => keepsBody(context.webhooks.get(Number(row['webhook'])), Number(row['state'])))) return
    dropBody.run(Number(event['event']))
  }
  return {
    ended(delivery, { webhook, state }) {
      if (!keepsBody(webhook, state)) drop(delivery)
    },
    drop,
  }
}
