// How each webhook has been doing: collected over a batch, so that a webhook's row is written once per commit.

import type { DatabaseSync } from 'node:sqlite'
import type { AttemptRow } from './attempts.ts'
import { symptomCodes } from '../../shared/codes.ts'
import { bytesOfCounts } from '../../shared/stat-counts.ts'
import type { LiveWebhook } from './write-context.ts'

/** Per webhook, epoch milliseconds of the newest success and the newest failure in a batch; 0 where there is none. */
export type HealthNotes = Map<LiveWebhook, { success: number; failure: number }>

/** @param attempt absent where a delivery moved without one */
export function noteHealth(notes: HealthNotes, webhook: LiveWebhook, attempt: AttemptRow | undefined): void {
  let times = notes.get(webhook)
  if (times === undefined) {
    times = { success: 0, failure: 0 }
    notes.set(webhook, times)
  }
  // Our own trouble is never charged to the webhook.
  if (attempt === undefined || attempt.symptom === symptomCodes.ours) return
  const endedAt = Math.round(attempt.startedAt + attempt.durationUs / 1000)
  if (attempt.symptom === symptomCodes.none) times.success = Math.max(times.success, endedAt)
  else times.failure = Math.max(times.failure, endedAt)
}

/** Prepares the verb: writes notes, and what stats.ts counted, inside the running transaction. */
export function createWriteHealth(db: DatabaseSync): (notes: HealthNotes) => void {
  const update = db.prepare(
    `UPDATE webhooks SET
       last_success_at = nullif(max(coalesce(last_success_at, 0), ?1), 0),
       last_failure_at = nullif(max(coalesce(last_failure_at, 0), ?2), 0),
       failing_since = CASE WHEN ?1 = 0 THEN coalesce(failing_since, nullif(?2, 0)) WHEN ?2 > ?1 THEN ?2 END,
       stat_minute = ?3, stat_counts = ?4
     WHERE webhook = ?5`,
  )
  return (notes) => {
    for (const [webhook, { success, failure }] of notes) {
      update.run(success, failure, webhook.minute, bytesOfCounts(webhook.counts), webhook.number)
    }
  }
}
