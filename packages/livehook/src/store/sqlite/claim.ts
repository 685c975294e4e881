// Leases deliveries that are due: first attempts before retries, but never without the retries' share (I6).

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { claimStride } from './claim-columns.ts'
import type { ClaimColumns, ClaimOrder } from './claim-columns.ts'
import { dueKinds } from './due.ts'
import type { DueKind } from './due.ts'
import type { WordWriter } from './words.ts'
import type { WriteContext } from './write-context.ts'

/** A claim stops at this many bytes of bodies, so that one with large bodies cannot fill the memory. */
const maxClaimBytes = 16_777_216

/** One place in so many is a retry's, if one is due. A claim of a single place gives it every so many times. */
const placesPerRetry = 4

/** Columns that cross as numbers, in the order of `ClaimColumns`; the body's bytes follow. */
const claimNumbers = ['delivery', 'webhook', 'event', 'app', 'created_at', 'attempts', 'failures'] as const

type Row = Record<string, SQLOutputValue>

/** @returns how many were leased */
type Take = (order: ClaimOrder, wanted: { readonly webhook: number; readonly limit: number }, into: Collected) => number

/** What one claim has collected. */
interface Collected {
  readonly rows: Row[]
  bytes: number
}

/** Prepares the verb: leases inside the running transaction and returns what was leased. */
export function createClaim(db: DatabaseSync, context: WriteContext): (order: ClaimOrder) => ClaimColumns {
  const takeFirst = createTake(db, dueKinds.first)
  const takeRetries = createTake(db, dueKinds.retry)
  const retryPlaces = createRetryPlaces()
  return (order) => {
    const collected: Collected = { rows: [], bytes: 0 }
    for (let at = 0; at < order.wanted.length; at += 2) {
      const webhook = order.wanted[at] ?? 0
      const limit = order.wanted[at + 1] ?? 0
      if (!context.webhooks.has(webhook)) continue
      const kept = retryPlaces(webhook, limit)
      const retries = takeRetries(order, { webhook, limit: kept }, collected)
      const first = takeFirst(order, { webhook, limit: limit - retries }, collected)
      const free = limit - retries - first
      // A share that was not used up says that no more retries are due.
      if (free > 0 && retries === kept) takeRetries(order, { webhook, limit: free }, collected)
    }
    return pack(collected, context.words)
  }
}

/** How many places of a claim are kept for retries. */
function createRetryPlaces(): (webhook: number, limit: number) => number {
  const single = new Map<number, number>()
  return (webhook, limit) => {
    if (limit !== 1) return limit === 0 ? 0 : Math.max(1, Math.floor(limit / placesPerRetry))
    const count = (single.get(webhook) ?? 0) + 1
    single.set(webhook, count % placesPerRetry)
    return count === placesPerRetry ? 1 : 0
  }
}

/** Prepares leasing of one kind. */
function createTake(db: DatabaseSync, { index, where }: DueKind): Take {
  const due = `${where} AND due_at <= ? ORDER BY due_at, delivery LIMIT ?`
  const select = db.prepare(
    `SELECT d.delivery, d.webhook, d.event, d.app, d.created_at, d.attempts, d.failures,
       d.command, e.platform, e.client_ip, e.traceparent, e.body
     FROM deliveries d INDEXED BY ${index} CROSS JOIN events e ON e.event = d.event WHERE ${due}`,
  )
  // The same condition and order as above, so these are the rows that were read.
  const update = db.prepare(
    `UPDATE deliveries SET state = 1, due_at = NULL, lease_until = ? WHERE delivery IN
       (SELECT delivery FROM deliveries INDEXED BY ${index} WHERE ${due})`,
  )
  return ({ now, leaseUntil }, { webhook, limit }, collected) => {
    if (limit <= 0) return 0
    let count = 0
    for (const row of select.iterate(webhook, now, limit)) {
      if (collected.bytes > maxClaimBytes) break
      collected.bytes += bodyOf(row).byteLength
      collected.rows.push(row)
      count += 1
    }
    if (count > 0) update.run(leaseUntil, webhook, now, count)
    return count
  }
}

function pack({ rows, bytes }: Collected, words: WordWriter): ClaimColumns {
  const numbers = new Float64Array(rows.length * claimStride)
  const texts: string[] = []
  const bodies = new Uint8Array(bytes)
  let offset = 0
  for (const [index, row] of rows.entries()) {
    const body = bodyOf(row)
    const at = index * claimStride
    for (const [position, column] of claimNumbers.entries()) numbers[at + position] = Number(row[column])
    numbers[at + claimNumbers.length] = body.byteLength
    const traceparent = row['traceparent'] === null ? '' : String(row['traceparent'])
    const command = words.textOf(Number(row['command']))
    texts.push(command, words.textOf(Number(row['platform'])), String(row['client_ip']), traceparent)
    bodies.set(body, offset)
    offset += body.byteLength
  }
  return { numbers, texts, bodies }
}

function bodyOf(row: Row): Uint8Array {
  if (row['body'] instanceof Uint8Array) return row['body']
  throw new Error('The data file lacks the body of an event.')
}
