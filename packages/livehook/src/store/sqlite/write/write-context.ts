// What the writer keeps in memory beside the data file, and must look up again when a transaction was undone.

import type { DatabaseSync } from 'node:sqlite'
import type { Health } from '../../../domain/webhook/health.ts'
import type { KeepBodies } from '../../../domain/webhook/webhook.ts'
import { createEventIds } from '../rows/event-ids.ts'
import type { EventIds } from '../rows/event-ids.ts'
import { createWordWriter } from '../rows/words.ts'
import { addCounts, noCounts } from '../../shared/stat-counts.ts'
import type { Counts } from '../../shared/stat-counts.ts'
import type { WordWriter } from '../rows/words.ts'
import { healthOf, keepBodiesOf } from '../rows/webhook-rows.ts'

/** What the main flow needs of a webhook, for every row that it writes. */
export interface LiveWebhook {
  readonly number: number
  readonly app: number
  keepBodies: KeepBodies
  /** What was settled in that minute, as its row has it once the batch is written. */
  minute: number
  readonly counts: Counts
  /** As its row has it once the batch is written. */
  health: Health
}

const unknownHealth: Health = { lastSuccessAt: null, lastFailureAt: null, failingSince: null }

export function liveWebhook(webhook: Pick<LiveWebhook, 'number' | 'app' | 'keepBodies'>): LiveWebhook {
  return { ...webhook, minute: 0, counts: noCounts(), health: unknownHealth }
}

export interface WriteContext {
  readonly salt: string
  readonly eventIds: EventIds
  readonly counters: Counters
  readonly words: WordWriter
  /** The webhooks that exist, by number: deliveries of any other are called off. */
  readonly webhooks: Map<number, LiveWebhook>
  /** Whether a commit failed, and none of work has been kept since. */
  isInTrouble: boolean
  /** To be called after a transaction was undone. */
  reload(): void
}

export function createWriteContext(db: DatabaseSync, salt: string): WriteContext {
  const select =
    db.prepare(`SELECT webhook, app, keep_bodies, stat_minute, stat_counts, last_success_at, last_failure_at, failing_since
     FROM webhooks`)
  const webhooks = new Map<number, LiveWebhook>()
  const words = createWordWriter(db)
  const load = (): void => {
    webhooks.clear()
    for (const row of select.all()) {
      const number = Number(row['webhook'])
      const keepBodies = keepBodiesOf(row['keep_bodies'])
      const webhook = liveWebhook({ number, app: Number(row['app']), keepBodies })
      webhook.minute = Number(row['stat_minute'] ?? 0)
      if (row['stat_counts'] instanceof Uint8Array) addCounts(webhook.counts, row['stat_counts'])
      webhook.health = healthOf(row)
      webhooks.set(number, webhook)
    }
  }
  load()
  return {
    salt,
    eventIds: createEventIds(db, salt),
    counters: createCounters(db),
    words,
    webhooks,
    isInTrouble: false,
    reload() {
      words.forget()
      load()
    },
  }
}

const names = ['app', 'webhook', 'api_key', 'event', 'delivery', 'evidence', 'redelivery_job'] as const

type CounterName = (typeof names)[number]

interface Counters {
  /** Takes the next number, or the first of `count` numbers in a row. */
  take(name: CounterName, count?: number): number
  /** Writes what was taken, inside the running transaction. */
  write(): void
}

/**
 * The numbers that come next. They are taken in memory and written once per commit; a commit that is undone leaves a gap, which
 * is harmless, while a number that was given out twice would not be.
 */
function createCounters(db: DatabaseSync): Counters {
  const row = db.prepare(`SELECT ${names.join(', ')} FROM counters WHERE id = 1`).get()
  if (row === undefined) throw new Error('The data file has no counters.')
  const next = new Map(names.map((name) => [name, Number(row[name])]))
  const update = db.prepare(`UPDATE counters SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = 1`)
  let taken = false
  return {
    take(name, count = 1) {
      const first = next.get(name) ?? 0
      next.set(name, first + count)
      taken = true
      return first
    },
    write() {
      if (taken) update.run(...names.map((name) => next.get(name) ?? 0))
      taken = false
    },
  }
}
