// Finds events that are old enough to go. The reader looks, so that the writer has nothing to do but to remove.

import type { DatabaseSync } from 'node:sqlite'
import type { EventIds } from '../rows/event-ids.ts'
import type { Verbs } from '../thread/verbs.ts'

/** Rows that one removal may have: some milliseconds of work for the writer. An event is never split. */
const maxRemovedRows = 500

/** Events that one look reads. */
const maxScannedEvents = 1000

export function createFindExpired(
  db: DatabaseSync,
  eventIds: Pick<EventIds, 'format'>,
): Verbs<'findExpired'>['findExpired'] {
  const selectEvents = db.prepare(
    `SELECT event, accepted_at, first_delivery, deliveries FROM events WHERE event > ? ORDER BY event LIMIT ${maxScannedEvents}`,
  )
  const sumDeliveries = db.prepare(
    `SELECT count(*) AS deliveries, sum(attempts) AS attempts,
       max(state IN (1, 2) OR coalesce(last_started_at >= ?3, 0)) AS is_needed
     FROM deliveries WHERE delivery >= ?1 AND delivery < ?2`,
  )
  const selectLater = db.prepare('SELECT delivery FROM later_deliveries WHERE event = ?')

  /** How many rows would go with an event; `undefined` if it is needed. */
  const rowsOf = (event: number, first: number, count: number, before: number): number | undefined => {
    let rows = 1
    const ranges = [
      [first, first + count] as const,
      ...selectLater.all(event).map((row) => [Number(row['delivery']), Number(row['delivery']) + 1] as const),
    ]
    for (const [from, to] of ranges) {
      const sum = sumDeliveries.get(from, to, before)
      if (sum?.['is_needed'] === 1) return undefined
      rows += Number(sum?.['deliveries'] ?? 0) + Number(sum?.['attempts'] ?? 0)
    }
    return rows
  }

  return ({ position, before }) => {
    const events = selectEvents.all(position)
    const expired: string[] = []
    let rows = 0
    let last = position
    for (const event of events) {
      // Times are in the order of the numbers: whatever follows is younger.
      if (Number(event['accepted_at']) >= before) return { eventIds: expired, position: last, isEnd: true }
      const number = Number(event['event'])
      const own = rowsOf(number, Number(event['first_delivery']), Number(event['deliveries']), before)
      if (own !== undefined && rows > 0 && rows + own > maxRemovedRows)
        return { eventIds: expired, position: last, isEnd: false }
      last = number
      if (own === undefined) continue
      rows += own
      expired.push(eventIds.format(number))
    }
    return { eventIds: expired, position: last, isEnd: events.length < maxScannedEvents }
  }
}
