// Rows of attempts and of their evidence.

import type { DatabaseSync } from 'node:sqlite'
import { evidenceCodec, packEvidence } from './evidence.ts'
import type { WriteContext } from './write-context.ts'

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
   * @returns the delivery's webhook, where this is its last attempt
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
      insertLate.run(number, ...summaryOf(attempt), evidence, evidenceLine, delivery)
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

/** Prepares the verb: keeps a block of evidence lines and returns its number. */
export function createInsertEvidence(db: DatabaseSync, context: WriteContext): (lines: string, now: number) => number {
  const insert = db.prepare('INSERT INTO evidence (evidence, settled_at, codec, lines) VALUES (?, ?, ?, ?)')
  return (lines, now) => {
    const number = context.counters.take('evidence')
    insert.run(number, now, evidenceCodec, packEvidence(lines))
    return number
  }
}
