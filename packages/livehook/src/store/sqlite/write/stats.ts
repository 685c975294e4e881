// Keeps the summary rows of charts. What is settled is counted in memory and written with the webhook's own row, which
// every batch writes anyway; when the next minute begins, the one that ended gets a row of its own.

import type { DatabaseSync } from 'node:sqlite'
import { bytesOfCounts, countAttempt, countMove } from '../../shared/stat-counts.ts'
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
