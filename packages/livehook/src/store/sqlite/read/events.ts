// Reads events: one with its deliveries, and those that no webhook wanted.

import type { DatabaseSync } from 'node:sqlite'
import type { StoredEvent } from '../../port/deliveries.ts'
import { formatCursor, parseCursor } from '../../shared/cursor.ts'
import { eventOf, summaryColumns, summaryOf } from '../rows/delivery-rows.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { RowContext } from '../rows/delivery-rows.ts'

/** What a delivery's details need of events. */
export interface EventRows {
  readonly getStored: (event: number) => StoredEvent | undefined
  /** Numbers of an event's deliveries, oldest first. */
  readonly deliveriesOf: (event: number) => number[]
}

export function createEventReader(
  db: DatabaseSync,
  context: RowContext,
): Verbs<'getEvent' | 'listNotSubscribed'> & EventRows {
  const select = db.prepare('SELECT * FROM events WHERE event = ?')
  const selectRow = db.prepare('SELECT first_delivery, deliveries FROM events WHERE event = ?')
  const selectLater = db.prepare('SELECT delivery FROM later_deliveries WHERE event = ? ORDER BY delivery')
  const selectDelivery = db.prepare(`SELECT ${summaryColumns} FROM deliveries WHERE delivery = ?`)

  const getStored = (event: number): StoredEvent | undefined => {
    const row = select.get(event)
    return row === undefined ? undefined : eventOf(context, row)
  }
  const deliveriesOf = (event: number): number[] => {
    const row = selectRow.get(event)
    if (row === undefined) return []
    const first = Number(row['first_delivery'])
    const together = Array.from({ length: Number(row['deliveries']) }, (_, index) => first + index)
    return [...together, ...selectLater.all(event).map((later) => Number(later['delivery']))]
  }
  return {
    getStored,
    deliveriesOf,
    getEvent(eventId) {
      const number = context.eventIds.parse(eventId)
      const event = number === undefined ? undefined : getStored(number)
      if (number === undefined || event === undefined) return undefined
      const rows = deliveriesOf(number)
        .map((delivery) => selectDelivery.get(delivery))
        .filter((row) => row !== undefined)
      return { ...event, deliveries: rows.map((row) => summaryOf(context, row)) }
    },
    listNotSubscribed: createListNotSubscribed(db, context),
  }
}

function createListNotSubscribed(
  db: DatabaseSync,
  context: RowContext,
): Verbs<'listNotSubscribed'>['listNotSubscribed'] {
  const select = db.prepare(
    `SELECT * FROM events INDEXED BY events_not_subscribed
     WHERE app = ? AND deliveries = 0 AND event < ? ORDER BY event DESC LIMIT ?`,
  )
  return (sdkAppId, { limit, cursor }) => {
    const list = `${context.salt}:not-subscribed:${sdkAppId}`
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(list, cursor)
    const rows = select.all(sdkAppId, before, limit + 1)
    const items = rows.slice(0, limit).map((row) => eventOf(context, row))
    const nextCursor = rows.length > limit ? formatCursor(list, Number(rows[limit - 1]?.['event'])) : null
    return { items, nextCursor }
  }
}
