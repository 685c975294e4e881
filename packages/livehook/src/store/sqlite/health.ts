// When each webhook last succeeded and last failed: collected over a batch, so that a webhook's row is written once.

import type { DatabaseSync } from 'node:sqlite'
import type { AttemptRow } from './attempts.ts'
import { symptomCodes } from './codes.ts'

export interface Health {
  note(webhook: number | undefined, attempt: AttemptRow): void
  /** Writes what was noted since the last time, inside the running transaction. */
  write(): void
}

export function createHealth(db: DatabaseSync): Health {
  const update = db.prepare(
    `UPDATE webhooks SET
       last_success_at = nullif(max(coalesce(last_success_at, 0), ?1), 0),
       last_failure_at = nullif(max(coalesce(last_failure_at, 0), ?2), 0)
     WHERE webhook = ?3`,
  )
  let noted = new Map<number, { success: number; failure: number }>()
  return {
    note(webhook, attempt) {
      // Our own trouble is never charged to the webhook.
      if (webhook === undefined || attempt.symptom === symptomCodes.ours) return
      const endedAt = Math.round(attempt.startedAt + attempt.durationUs / 1000)
      const times = noted.get(webhook) ?? { success: 0, failure: 0 }
      if (attempt.symptom === symptomCodes.none) times.success = Math.max(times.success, endedAt)
      else times.failure = Math.max(times.failure, endedAt)
      noted.set(webhook, times)
    },
    write() {
      // Taken out first: what a commit that is undone has noted must not appear in the next one.
      const written = noted
      noted = new Map()
      for (const [webhook, { success, failure }] of written) update.run(success, failure, webhook)
    },
  }
}
