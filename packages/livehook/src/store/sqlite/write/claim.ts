// Leases deliveries that are due: first attempts before retries, but never without the retries' share (I6).

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { claimStride } from '../thread/claim-columns.ts'
import type { ClaimColumns, ClaimOrder } from '../thread/claim-columns.ts'
import { createRetryPlaces } from '../../shared/retry-share.ts'
import { fromDue } from '../rows/due.ts'
import { TextTable } from '../thread/text-table.ts'
import type { WriteContext } from './write-context.ts'

/** A claim stops at this many bytes of bodies, so that one with large bodies cannot fill the memory. */
const maxClaimBytes = 16_777_216

/** Columns that cross as numbers, in the order of `ClaimColumns`; the body's bytes and the places of its texts follow. */
const claimNumbers = ['delivery', 'webhook', 'event', 'app', 'created_at', 'attempts', 'failures'] as const

const eventAt = claimNumbers.indexOf('event')

type Row = Record<string, SQLOutputValue>

interface Wanted {
  readonly webhook: number
  /** 0: first attempts, 1: retries. */
  readonly isRetry: 0 | 1
  readonly limit: number
}

/** What one claim has collected. */
interface Collected {
  readonly rows: Row[]
  bytes: number
}

/** Prepares the verb: leases inside the running transaction and returns what was leased. */
export function createClaim(db: DatabaseSync, context: WriteContext): (order: ClaimOrder) => ClaimColumns {
  const take = createTake(db)
  const retryPlaces = createRetryPlaces()
  return (order) => {
    const collected: Collected = { rows: [], bytes: 0 }
    for (let at = 0; at < order.wanted.length; at += 2) {
      const webhook = order.wanted[at] ?? 0
      const limit = order.wanted[at + 1] ?? 0
      if (!context.webhooks.has(webhook)) continue
      const kept = retryPlaces(webhook, limit)
      const retries = take(order, { webhook, isRetry: 1, limit: kept }, collected)
      const first = take(order, { webhook, isRetry: 0, limit: limit - retries }, collected)
      const free = limit - retries - first
      // A share that was not used up says that no more retries are due.
      if (free > 0 && retries === kept) take(order, { webhook, isRetry: 1, limit: free }, collected)
    }
    return pack(collected, context)
  }
}

/** Prepares leasing of one kind: returns how many were leased. */
function createTake(db: DatabaseSync): (order: ClaimOrder, wanted: Wanted, into: Collected) => number {
  const select = db.prepare(
    `SELECT d.delivery, d.webhook, d.event, d.app, d.created_at, d.attempts, d.failures,
       d.command, e.platform, e.client_ip, e.traceparent, e.body
     FROM deliveries d INDEXED BY deliveries_due CROSS JOIN events e ON e.event = d.event
     WHERE d.webhook = ? AND d.is_retry = ? AND d.state = 2 AND d.due_at <= ? ORDER BY d.due_at, d.delivery LIMIT ?`,
  )
  // The same condition and order as above, so these are the rows that were read.
  const update = db.prepare(
    `UPDATE deliveries SET state = 1, due_at = NULL, lease_until = ?, lease_owner = ? WHERE delivery IN
       (SELECT delivery FROM ${fromDue} AND due_at <= ? ORDER BY due_at, delivery LIMIT ?)`,
  )
  return ({ now, leaseUntil, owner }, { webhook, isRetry, limit }, collected) => {
    if (limit <= 0) return 0
    let count = 0
    for (const row of select.iterate(webhook, isRetry, now, limit)) {
      if (collected.bytes > maxClaimBytes) break
      collected.bytes += bodyOf(row).byteLength
      collected.rows.push(row)
      count += 1
    }
    if (count > 0) update.run(leaseUntil, owner, webhook, isRetry, now, count)
    return count
  }
}

function pack({ rows, bytes }: Collected, { words, eventIds }: WriteContext): ClaimColumns {
  const numbers = new Float64Array(rows.length * claimStride)
  const table = new TextTable()
  const bodies = new Uint8Array(bytes)
  let offset = 0
  for (const [index, row] of rows.entries()) {
    const body = bodyOf(row)
    const at = index * claimStride
    for (const [position, column] of claimNumbers.entries()) numbers[at + position] = Number(row[column])
    numbers[at + eventAt] = eventIds.shuffled(numbers[at + eventAt] ?? 0)
    numbers[at + claimNumbers.length] = body.byteLength
    const traceparent = row['traceparent'] === null ? '' : String(row['traceparent'])
    const command = words.textOf(Number(row['command']))
    const texts = [command, words.textOf(Number(row['platform'])), String(row['client_ip']), traceparent]
    for (const [position, text] of texts.entries())
      numbers[at + claimNumbers.length + 1 + position] = table.placeOf(text)
    bodies.set(body, offset)
    offset += body.byteLength
  }
  return { numbers, texts: table.texts, bodies }
}

function bodyOf(row: Row): Uint8Array {
  if (row['body'] instanceof Uint8Array) return row['body']
  throw new Error('The data file lacks the body of an event.')
}
