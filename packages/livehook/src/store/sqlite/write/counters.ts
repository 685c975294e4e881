// The numbers that come next. They are taken in memory and written once per commit; a commit that is undone leaves a
// gap, which is harmless, while a number that was given out twice would not be.

import type { DatabaseSync } from 'node:sqlite'

const names = ['app', 'webhook', 'api_key', 'event', 'delivery', 'evidence', 'redelivery_job'] as const

export type CounterName = (typeof names)[number]

export interface Counters {
  /** Takes the next number, or the first of `count` numbers in a row. */
  take(name: CounterName, count?: number): number
  /** Writes what was taken, inside the running transaction. */
  write(): void
}

export function createCounters(db: DatabaseSync): Counters {
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
