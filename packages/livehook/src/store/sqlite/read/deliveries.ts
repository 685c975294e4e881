// Reads deliveries: lists under a filter, one with all that belongs to it, and what jobs need of them.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parseId } from '../../../domain/ids.ts'
import { maxSubjectBodyBytes, subjectOf } from '../../../domain/delivery/subject.ts'
import type { DeliverySummary } from '../../port/deliveries.ts'
import type { Page } from '../../port/page.ts'
import { formatCursor, parseCursor } from '../../shared/cursor.ts'
import { numbersOf } from './delivery-filter.ts'
import { deliveryQuery, maxScannedRows, maxSearchedRows, singleQuery } from './delivery-query.ts'
import type { NumberFilter } from './delivery-query.ts'
import { attemptOf, summaryColumns, summaryOf } from '../rows/delivery-rows.ts'
import type { Row, RowContext } from '../rows/delivery-rows.ts'
import type { EventRows } from './events.ts'
import type { Verbs } from '../thread/verbs.ts'
import { createTimeWindow } from './time-window.ts'

const emptyPage = { items: [], nextCursor: null } as const

export function createDeliveryReader(
  db: DatabaseSync,
  context: RowContext,
  events: EventRows,
): Verbs<'listDeliveries' | 'getDelivery'> {
  const selectDelivery = db.prepare(`SELECT ${summaryColumns} FROM deliveries WHERE delivery = ?`)
  const selectAttempts = db.prepare(
    `SELECT a.*, e.codec, e.lines FROM attempts a CROSS JOIN evidence e ON e.evidence = a.evidence
     WHERE a.delivery = ? ORDER BY a.number`,
  )
  return {
    listDeliveries: createList(db, context, events),
    getDelivery(deliveryId) {
      const number = parseId('dlv', context.salt, deliveryId)
      const row = number === undefined ? undefined : selectDelivery.get(number)
      if (number === undefined || row === undefined) return undefined
      const event = events.getStored(Number(row['event']))
      if (event === undefined) return undefined
      const attemptRecords = selectAttempts.all(number).map((attempt) => attemptOf(context.words, attempt))
      return { ...summaryOf(context, row), event, attemptRecords }
    },
  }
}

/** One page of a list: numbers below `before`, and where it ends. */
interface PageWork {
  readonly list: string
  readonly before: number
  readonly limit: number
}

function createList(
  db: DatabaseSync,
  context: RowContext,
  events: EventRows,
): Verbs<'listDeliveries'>['listDeliveries'] {
  const prepare = createStatements(db)
  const timeWindow = createTimeWindow(db)
  const selectBody = db.prepare(
    `SELECT CASE WHEN length(body) <= ${maxSubjectBodyBytes} THEN body END AS body FROM events WHERE event = ?`,
  )
  const withSubject = (row: Row): DeliverySummary => {
    const summary = summaryOf(context, row)
    const body = selectBody.get(row['event'] ?? null)?.['body']
    const subject = body instanceof Uint8Array ? subjectOf(summary.command, body) : undefined
    return subject === undefined ? summary : { ...summary, subject }
  }

  const walk = (numbers: NumberFilter, { list, before, limit }: PageWork): Page<DeliverySummary> => {
    const span = timeWindow(numbers)
    const window = { after: span.after, before: Math.min(before, span.before) }
    const query = deliveryQuery(numbers, {
      ...window,
      order: 'DESC',
      maxRows: numbers.text === undefined ? maxScannedRows : maxSearchedRows,
    })
    const rows = prepare(query.page).all(...query.pageParameters, limit + 1)
    const items = rows.slice(0, limit).map(withSubject)
    if (rows.length > limit) {
      return { items, nextCursor: formatCursor(list, Number(rows[limit - 1]?.['delivery'])) }
    }
    // Fewer than asked for: either the list ends, or the page has read as much as one page may.
    const last = prepare(query.lastScanned).get(...query.walkParameters)
    return { items, nextCursor: last === undefined ? null : formatCursor(list, Number(last['delivery'])) }
  }

  /** The few deliveries that an id names. */
  const pick = (numbers: NumberFilter, id: string, { list, before, limit }: PageWork): Page<DeliverySummary> => {
    const query = singleQuery(numbers)
    const statement = prepare(query.sql)
    const rows = deliveriesOfId(context, events, id)
      .filter((number) => number < before)
      .sort((one, other) => other - one)
      .map((number) => statement.get(number, ...query.parameters))
      .filter((row) => row !== undefined)
    const items = rows.slice(0, limit).map(withSubject)
    const hasMore = rows.length > limit
    return { items, nextCursor: hasMore ? formatCursor(list, Number(rows[limit - 1]?.['delivery'])) : null }
  }

  return (filter, { limit, cursor }) => {
    const list = `${context.salt}:deliveries:${filter.sdkAppId}`
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(list, cursor)
    const numbers = numbersOf(context, filter)
    if (numbers === undefined) return emptyPage
    const work = { list, before, limit }
    return filter.id === undefined || filter.id.startsWith('wh_') ? walk(numbers, work) : pick(numbers, filter.id, work)
  }
}

/** Numbers of the deliveries that an event's or a delivery's id names. */
function deliveriesOfId({ salt, eventIds }: RowContext, events: EventRows, id: string): number[] {
  const delivery = parseId('dlv', salt, id)
  if (delivery !== undefined) return [delivery]
  const event = eventIds.parse(id)
  return event === undefined ? [] : events.deliveriesOf(event)
}

/** Prepares a statement once per shape of filter: there are some dozens. */
export function createStatements(db: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>()
  return (sql) => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
}
