// When the next of what waits for a webhook is due.

import type { DatabaseSync } from 'node:sqlite'
import { fromDue } from '../rows/due.ts'

/** Prepares two seeks: `undefined` if nothing waits. */
export function createNextDue(db: DatabaseSync): (webhook: number) => number | undefined {
  const select = db.prepare(`SELECT due_at FROM ${fromDue} ORDER BY due_at LIMIT 1`)
  return (webhook) => {
    const times = [0, 1].flatMap((isRetry) => select.get(webhook, isRetry)?.['due_at'] ?? []).map(Number)
    return times.length === 0 ? undefined : Math.min(...times)
  }
}
