// When the next of what waits for a webhook is due.

import type { DatabaseSync } from 'node:sqlite'
import { dueKinds } from './due.ts'

/** Prepares two seeks: `undefined` where nothing waits. */
export function createNextDue(db: DatabaseSync): (webhook: number) => number | undefined {
  const kinds = Object.values(dueKinds).map(({ index, where }) =>
    db.prepare(`SELECT due_at FROM deliveries INDEXED BY ${index} WHERE ${where} ORDER BY due_at LIMIT 1`),
  )
  return (webhook) => {
    const times = kinds.flatMap((kind) => kind.get(webhook)?.['due_at'] ?? []).map(Number)
    return times.length === 0 ? undefined : Math.min(...times)
  }
}
