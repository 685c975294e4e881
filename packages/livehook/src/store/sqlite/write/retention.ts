// Removes what is old, a bounded number of rows per commit.

import type { DatabaseSync } from 'node:sqlite'
import { createEvidenceBlocks } from './attempts.ts'
import { minuteMs } from './stats.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { WriteContext } from './write-context.ts'

/** Summary rows and jobs that are removed per commit. */
const maxTrimmedPerCommit = 500

/** Prepares the verbs: each runs inside the running transaction. */
export function createMaintenance(db: DatabaseSync, context: WriteContext): Verbs<'removeExpired' | 'trimSummaries'> {
  return { removeExpired: createRemoveExpired(db, context), trimSummaries: createTrimSummaries(db) }
}

/**
 * Prepares the verb: removes events whose deliveries have all ended, with everything that belongs to them.
 * @returns how many went
 */
function createRemoveExpired(
  db: DatabaseSync,
  context: WriteContext,
): (eventIds: readonly string[], before: number) => number {
  const selectEvent = db.prepare('SELECT first_delivery, deliveries FROM events WHERE event = ? AND accepted_at < ?')
  const selectLater = db.prepare('SELECT delivery FROM later_deliveries WHERE event = ?')
  const selectNeeded = db.prepare(
    `SELECT 1 FROM deliveries
     WHERE delivery >= ? AND delivery < ? AND (state IN (1, 2) OR last_started_at >= ?) LIMIT 1`,
  )
  const removeEvent = createRemoveEvent(db)
  return (eventIds, before) => {
    const attempts = new Map<number, number>()
    let removed = 0
    for (const eventId of eventIds) {
      const event = context.eventIds.parse(eventId) ?? 0
      const row = selectEvent.get(event, before)
      if (row === undefined) continue
      const first = Number(row['first_delivery'])
      const later = selectLater.all(event).map((one) => Number(one['delivery']))
      const ranges: readonly Range[] = [
        [first, first + Number(row['deliveries'])],
        ...later.map((delivery): Range => [delivery, delivery + 1]),
      ]
      // It may have been redelivered since it was looked up.
      if (ranges.some(([from, to]) => selectNeeded.get(from, to, before) !== undefined)) continue
      removeEvent.remove(event, ranges, attempts)
      removed += 1
    }
    removeEvent.release(attempts)
    return removed
  }
}

/** Deliveries from (inclusive) to (exclusive). */
type Range = readonly [from: number, to: number]

interface RemoveEvent {
  /** @param attempts collects how many attempts of each block of evidence went */
  remove(event: number, ranges: readonly Range[], attempts: Map<number, number>): void
  release(attempts: ReadonlyMap<number, number>): void
}

function createRemoveEvent(db: DatabaseSync): RemoveEvent {
  const selectEvidence = db.prepare('SELECT evidence FROM attempts WHERE delivery >= ? AND delivery < ?')
  const removeAttempts = db.prepare('DELETE FROM attempts WHERE delivery >= ? AND delivery < ?')
  const removeDeliveries = db.prepare('DELETE FROM deliveries WHERE delivery >= ? AND delivery < ?')
  const removeLater = db.prepare('DELETE FROM later_deliveries WHERE event = ?')
  const removeKey = db.prepare('DELETE FROM idempotency_keys WHERE event = ?')
  const remove = db.prepare('DELETE FROM events WHERE event = ?')
  const blocks = createEvidenceBlocks(db)
  return {
    remove(event, ranges, attempts) {
      for (const [from, to] of ranges) {
        for (const row of selectEvidence.all(from, to)) {
          const evidence = Number(row['evidence'])
          attempts.set(evidence, (attempts.get(evidence) ?? 0) + 1)
        }
        removeAttempts.run(from, to)
        removeDeliveries.run(from, to)
      }
      if (ranges.length > 1) removeLater.run(event)
      removeKey.run(event)
      remove.run(event)
    },
    release(attempts) {
      for (const [evidence, count] of attempts) blocks.release(evidence, count)
    },
  }
}

/**
 * Prepares the verb: removes old summary rows, decisions and ended jobs.
 * @returns whether there may be more
 */
function createTrimSummaries(db: DatabaseSync): (before: number) => boolean {
  // Seeks, one per app: those that were deleted have rows here still.
  const selectNextApp = db.prepare('SELECT app FROM stats WHERE app > ? ORDER BY app LIMIT 1')
  const removeDecisions = createRemoveDecisions(db)
  const removeStats = db.prepare(
    `DELETE FROM stats WHERE app = ?1 AND (minute, webhook) IN
       (SELECT minute, webhook FROM stats WHERE app = ?1 AND minute < ?2 ORDER BY minute LIMIT ?3)`,
  )
  const removeJobs = db.prepare(
    `DELETE FROM redelivery_jobs WHERE job IN
       (SELECT job FROM redelivery_jobs WHERE state > 1 AND updated_at < ? LIMIT ${maxTrimmedPerCommit})`,
  )
  return (before) => {
    const minute = Math.floor(before / minuteMs)
    let left = maxTrimmedPerCommit - Number(removeJobs.run(before).changes)
    for (let row = selectNextApp.get(0); row !== undefined && left > 0; row = selectNextApp.get(Number(row['app']))) {
      left -= Number(removeStats.run(Number(row['app']), minute, left).changes)
    }
    if (left > 0) left -= removeDecisions(before, left)
    return left <= 0
  }
}

/** Oldest first, by number, which is the order of asking; evidence goes with the last decision that has a line in it. */
function createRemoveDecisions(db: DatabaseSync): (before: number, limit: number) => number {
  const selectOldest = db.prepare('SELECT decision, created_at, evidence FROM decisions ORDER BY decision LIMIT ?')
  const remove = db.prepare('DELETE FROM decisions WHERE decision = ?')
  const removeEvidence = db.prepare(
    'DELETE FROM decision_evidence WHERE evidence = ?1 AND NOT EXISTS (SELECT 1 FROM decisions WHERE evidence = ?1)',
  )
  return (before, limit) => {
    const evidence = new Set<number>()
    let removed = 0
    for (const row of selectOldest.all(limit)) {
      if (Number(row['created_at']) >= before) break
      remove.run(Number(row['decision']))
      removed += 1
      if (row['evidence'] !== null) evidence.add(Number(row['evidence']))
    }
    for (const block of evidence) removeEvidence.run(block)
    return removed
  }
}
