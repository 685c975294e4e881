// How things went. What is settled is counted in memory and written with the webhook's own row, which every batch writes anyway,
// once per commit, together with when it last succeeded and failed; when the next minute begins, the one that ended gets a row of
// its own. The rows of a webhook's asks stand beside those of its deliveries, under its number with a minus; those of asks that no
// webhook was there for, under 0.

import type { DatabaseSync } from 'node:sqlite'
import { parseId } from '../../../domain/ids.ts'
import type { AskTally } from '../../port/stats.ts'
import { symptomCodes } from '../../shared/codes.ts'
import {
  addCounts,
  bytesOfCounts,
  countAttempt,
  countMove,
  countTally,
  noCountsAtAll,
} from '../../shared/stat-counts.ts'
import type { AttemptRow } from './attempts.ts'
import type { LiveWebhook } from './write-context.ts'

export const minuteMs = 60_000

export interface Stats {
  /** @param state the code of the state that a delivery moved to */
  move(webhook: LiveWebhook, state: number, now: number): void
  attempt(webhook: LiveWebhook, attempt: { readonly symptom: number; readonly durationUs: number }, now: number): void
}

/** Prepares counting: a minute that has ended is written inside the running transaction. */
export function createStats(db: DatabaseSync): Stats {
  const write = createWriteStats(db)
  const turn = (webhook: LiveWebhook, now: number): void => {
    const minute = Math.floor(now / minuteMs)
    // A clock that went back counts into the minute that it had reached.
    if (minute <= webhook.minute) return
    write(webhook)
    webhook.minute = minute
    webhook.counts.fill(0)
  }
  return {
    move(webhook, state, now) {
      turn(webhook, now)
      countMove(webhook.counts, state)
    },
    attempt(webhook, { symptom, durationUs }, now) {
      turn(webhook, now)
      countAttempt(webhook.counts, symptom, durationUs)
    },
  }
}

/** Prepares the verb: gives a webhook's minute a row of its own. */
export function createWriteStats(db: DatabaseSync): (webhook: LiveWebhook) => void {
  const insert = db.prepare('INSERT OR REPLACE INTO stats (app, minute, webhook, counts) VALUES (?, ?, ?, ?)')
  return ({ app, minute, number, counts }) => {
    if (minute > 0) insert.run(app, minute, number, bytesOfCounts(counts))
  }
}

/** Prepares the verb: it runs inside the running transaction. */
export function createAddAskTallies(db: DatabaseSync, salt: string): (tallies: readonly AskTally[]) => void {
  const select = db.prepare('SELECT counts FROM stats WHERE app = ? AND minute = ? AND webhook = ?')
  const put = db.prepare('INSERT OR REPLACE INTO stats (app, minute, webhook, counts) VALUES (?, ?, ?, ?)')
  return (tallies) => {
    for (const tally of tallies) {
      const webhook = tally.webhookId === null ? 0 : parseId('wh', salt, tally.webhookId)
      if (webhook === undefined) continue
      const place = [tally.sdkAppId, Math.floor(tally.minuteAt / minuteMs), 0 - webhook] as const
      const counts = noCountsAtAll()
      const known = select.get(...place)?.['counts']
      if (known instanceof Uint8Array) addCounts(counts, known)
      countTally(counts, tally)
      put.run(...place, bytesOfCounts(counts))
    }
  }
}

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
