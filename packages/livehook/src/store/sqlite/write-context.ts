// What the writer keeps in memory beside the data file, and must look up again when a transaction was undone.

import type { DatabaseSync } from 'node:sqlite'
import { createCounters } from './counters.ts'
import type { Counters } from './counters.ts'
import { createWordWriter } from './words.ts'
import type { WordWriter } from './words.ts'

export interface WriteContext {
  readonly salt: string
  readonly counters: Counters
  readonly words: WordWriter
  /** Numbers of the webhooks that exist: deliveries of any other are called off. */
  readonly liveWebhooks: Set<number>
  /** To be called after a transaction was undone. */
  reload(): void
}

export function createWriteContext(db: DatabaseSync, salt: string): WriteContext {
  const select = db.prepare('SELECT webhook FROM webhooks')
  const liveWebhooks = new Set<number>()
  const words = createWordWriter(db)
  const load = (): void => {
    liveWebhooks.clear()
    for (const row of select.all()) liveWebhooks.add(Number(row['webhook']))
  }
  load()
  return {
    salt,
    counters: createCounters(db),
    words,
    liveWebhooks,
    reload() {
      words.forget()
      load()
    },
  }
}
