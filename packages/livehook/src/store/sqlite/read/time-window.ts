// From a span of time to a span of numbers: deliveries and decisions get their numbers in order of time, so a binary search over the
// table finds both ends with some dozens of seeks, however many rows there are.

import type { DatabaseSync } from 'node:sqlite'

/**
 * Requests that came together may have got their numbers in another order, and a clock may be set back a little. The
 * window is wider by this much; conditions on the times themselves do the rest.
 */
const slackMs = 60_000

/** Rows with numbers between these two, without them. */
export interface NumberWindow {
  readonly after: number
  readonly before: number
}

/** What is numbered in order of time, with the column of its numbers. */
const numbers = { deliveries: 'delivery', decisions: 'decision' } as const

export interface TimeSpan {
  /** Epoch milliseconds: from (inclusive) to (exclusive). */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** @param of what is numbered in order of time */
export function createTimeWindow(
  db: DatabaseSync,
  of: keyof typeof numbers = 'deliveries',
): (span: TimeSpan) => NumberWindow {
  const search = createTimeSearch(db, of)
  return ({ from, to }) => ({
    after: from === undefined ? 0 : search(from - slackMs) - 1,
    before: to === undefined ? Number.MAX_SAFE_INTEGER : search(to + slackMs),
  })
}

/** Prepares the search: the number of the first row from then on, or the next one if there is none. */
function createTimeSearch(db: DatabaseSync, of: keyof typeof numbers): (at: number) => number {
  const number = numbers[of]
  const ends = db.prepare(
    `SELECT (SELECT min(${number}) FROM ${of}) AS least, (SELECT max(${number}) FROM ${of}) AS most`,
  )
  const next = db.prepare(
    `SELECT ${number} AS number, created_at FROM ${of} WHERE ${number} >= ? ORDER BY ${number} LIMIT 1`,
  )
  return (at) => {
    const range = ends.get()
    let low = Number(range?.['least'] ?? 1)
    let high = Number(range?.['most'] ?? 0) + 1
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const row = next.get(middle)
      if (row === undefined || Number(row['created_at']) >= at) high = middle
      // Numbers in between are of rows that were removed, or that never came to be.
      else low = Number(row['number']) + 1
    }
    return low
  }
}
