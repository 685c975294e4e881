// Reads deliveries and events.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parseId } from '../../domain/ids.ts'
import type { DeliveryDetail, DeliveryFilter, DeliverySummary, Page, PageRequest, StoredEvent } from '../port.ts'
import { symptomCodes } from './codes.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { deliveryQuery } from './delivery-query.ts'
import type { NumberFilter } from './delivery-query.ts'
import { attemptOf, eventOf, summaryColumns, summaryOf } from './delivery-rows.ts'
import type { RowContext } from './delivery-rows.ts'

export interface DeliveryReader {
  list(filter: DeliveryFilter, page: PageRequest): Page<DeliverySummary>
  get(deliveryId: string): DeliveryDetail | undefined
  getEvent(eventId: string): StoredEvent | undefined
}

const emptyPage = { items: [], nextCursor: null } as const

export function createDeliveryReader(db: DatabaseSync, context: RowContext): DeliveryReader {
  const selectDelivery = db.prepare(`SELECT ${summaryColumns} FROM deliveries WHERE delivery = ?`)
  const selectAttempts = db.prepare(
    `SELECT a.*, e.codec, e.lines FROM attempts a CROSS JOIN evidence e ON e.evidence = a.evidence
     WHERE a.delivery = ? ORDER BY a.number`,
  )
  const getEvent = createGetEvent(db, context)
  return {
    list: createList(db, context),
    get(deliveryId) {
      const number = parseId('dlv', context.salt, deliveryId)
      const row = number === undefined ? undefined : selectDelivery.get(number)
      if (number === undefined || row === undefined) return undefined
      const event = getEvent(Number(row['event']))
      if (event === undefined) return undefined
      const attemptRecords = selectAttempts.all(number).map((attempt) => attemptOf(context.words, attempt))
      return { ...summaryOf(context, row), event, attemptRecords }
    },
    getEvent(eventId) {
      const number = parseId('evt', context.salt, eventId)
      return number === undefined ? undefined : getEvent(number)
    },
  }
}

function createGetEvent(db: DatabaseSync, context: RowContext): (number: number) => StoredEvent | undefined {
  const select = db.prepare('SELECT * FROM events WHERE event = ?')
  return (number) => {
    const row = select.get(number)
    return row === undefined ? undefined : eventOf(context, row)
  }
}

function createList(db: DatabaseSync, context: RowContext): DeliveryReader['list'] {
  const prepare = createStatements(db)
  return (filter, page) => {
    const list = `${context.salt}:deliveries:${filter.sdkAppId}`
    const before = page.cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(list, page.cursor)
    const numbers = numbersOf(context, filter)
    if (numbers === undefined) return emptyPage
    const query = deliveryQuery(numbers, before)
    const rows = prepare(query.page).all(...query.pageParameters, page.limit + 1)
    const items = rows.slice(0, page.limit).map((row) => summaryOf(context, row))
    if (rows.length > page.limit) {
      return { items, nextCursor: formatCursor(list, Number(rows[page.limit - 1]?.['delivery'])) }
    }
    // Fewer than asked for: either the list ends, or the page has read as much as one page may.
    const last = prepare(query.lastScanned).get(...query.walkParameters)
    return { items, nextCursor: last === undefined ? null : formatCursor(list, Number(last['delivery'])) }
  }
}

/** Prepares a statement once per shape of filter: there are some dozens. */
function createStatements(db: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>()
  return (sql) => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
}

/** @returns `undefined` where a word or id of the filter is nowhere in the data file: nothing can match */
function numbersOf({ salt, words }: RowContext, filter: DeliveryFilter): NumberFilter | undefined {
  const webhook = filter.webhookId === undefined ? undefined : parseId('wh', salt, filter.webhookId)
  const command = filter.command === undefined ? undefined : words.numberOf(filter.command)
  const detail = filter.detail === undefined ? undefined : words.numberOf(filter.detail)
  if (filter.webhookId !== undefined && webhook === undefined) return undefined
  if (filter.command !== undefined && command === undefined) return undefined
  if (filter.detail !== undefined && detail === undefined) return undefined
  const symptom = filter.symptom === undefined ? undefined : symptomCodes[filter.symptom]
  return { app: filter.sdkAppId, states: filter.states, webhook, command, symptom, detail }
}
