// When each webhook last succeeded and last failed: collected over a batch, so that a webhook's row is written once.

import type { DatabaseSync } from 'node:sqlite'
import type { AttemptRow } from './attempts.ts'
import { symptomCodes } from './codes.ts'

/** Per webhook, epoch milliseconds of the newest success and the newest failure in a batch; 0 where there is none. */
export type HealthNotes = Map<number, { success: number; failure: number }>

export function noteHealth(notes: HealthNotes, webhook: number | undefined, attempt: AttemptRow): void {
  // Our own trouble is never charged to the webhook.
  if (webhook === undefined || attempt.symptom === symptomCodes.ours) return
  const endedAt = Math.round(attempt.startedAt + attempt.durationUs / 1000)
  const times = notes.get(webhook) ?? { success: 0, failure: 0 }
  if (attempt.symptom === symptomCodes.none) times.success = Math.max(times.success, endedAt)
  else times.failure = Math.max(times.failure, endedAt)
  notes.set(webhook, times)
}

/** Prepares the verb: writes notes inside the running transaction. */
export function createWriteHealth(db: DatabaseSync): (notes: HealthNotes) => void {
  const update = db.prepare(
    `UPDATE webhooks SET
       last_success_at = nullif(max(coalesce(last_success_at, 0), ?1), 0),
       last_failure_at = nullif(max(coalesce(last_failure_at, 0), ?2), 0),
       failing_since = CASE WHEN ?1 = 0 THEN coalesce(failing_since, nullif(?2, 0)) WHEN ?2 > ?1 THEN ?2 END
     WHERE webhook = ?3`,
  )
  return (notes) => {
    for (const [webhook, { success, failure }] of notes) update.run(success, failure, webhook)
  }
}
