// How things went. What is settled is counted in memory and written with the webhook's own row, which every batch writes anyway,
// once per commit, together with when it last succeeded and failed; when the next minute begins, the one that ended gets a row of
// its own. The rows of a webhook's asks stand beside those of its deliveries, under its number with a minus; those of asks that no
// webhook was there for, under 0.

import type { DatabaseSync } from 'node:sqlite'
import { parseId } from '../../../domain/ids.ts'
import type { AskTally } from '../../port/stats.ts'
import type { Endings } from '../../../domain/webhook/health.ts'
import { addEnding, endOf, healthAfter, noEndings } from '../../../domain/webhook/health.ts'
import { symptomOf } from '../../shared/codes.ts'
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

/** How the attempts of a batch ended, per webhook. */
export type HealthNotes = Map<LiveWebhook, Endings>

/** @param attempt absent if a delivery moved without one */
export function noteHealth(notes: HealthNotes, webhook: LiveWebhook, attempt: AttemptRow | undefined): void {
  const endings = notes.get(webhook) ?? noEndings
  if (attempt === undefined) {
    notes.set(webhook, endings)
    return
  }
  const { startedAt, durationUs, symptom } = attempt
  notes.set(webhook, addEnding(endings, symptomOf(symptom), endOf({ startedAt, durationMs: durationUs / 1000 })))
}

/** Prepares the verb: writes notes, and what was counted, inside the running transaction. */
export function createWriteHealth(db: DatabaseSync): (notes: HealthNotes) => void {
  const update = db.prepare(
    `UPDATE webhooks SET last_success_at = ?, last_failure_at = ?, failing_since = ?, stat_minute = ?, stat_counts = ?
     WHERE webhook = ?`,
  )
  return (notes) => {
    for (const [webhook, endings] of notes) {
      webhook.health = healthAfter(webhook.health, endings)
      const { lastSuccessAt, lastFailureAt, failingSince } = webhook.health
      const counts = bytesOfCounts(webhook.counts)
      update.run(lastSuccessAt, lastFailureAt, failingSince, webhook.minute, counts, webhook.number)
    }
  }
}
