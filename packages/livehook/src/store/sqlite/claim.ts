// Leases deliveries that are due.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { claimStride } from './claim-columns.ts'
import type { ClaimColumns, ClaimOrder } from './claim-columns.ts'
import type { WordWriter } from './words.ts'
import type { WriteContext } from './write-context.ts'

/** A claim stops at this many bytes of bodies, so that one with large bodies cannot fill the memory. */
const maxClaimBytes = 16_777_216

/** Columns that cross as numbers, in the order of `ClaimColumns`; the body's bytes follow. */
const claimNumbers = ['delivery', 'webhook', 'event', 'app', 'accepted_at', 'attempts', 'failures'] as const

type Row = Record<string, SQLOutputValue>

/** Prepares the verb: leases inside the running transaction and returns what was leased. */
export function createClaim(db: DatabaseSync, context: WriteContext): (order: ClaimOrder) => ClaimColumns {
  const select = db.prepare(
    `SELECT d.delivery, d.webhook, d.event, d.app, e.accepted_at, d.attempts, d.failures,
       d.command, e.platform, e.client_ip, e.traceparent, e.body
     FROM deliveries d CROSS JOIN events e ON e.event = d.event
     WHERE d.webhook = ? AND d.state = 2 AND d.due_at <= ?
     ORDER BY d.due_at, d.delivery LIMIT ?`,
  )
  // The same condition and order as above, so these are the rows that were read.
  const update = db.prepare(
    `UPDATE deliveries SET state = 1, due_at = NULL, lease_until = ? WHERE delivery IN
       (SELECT delivery FROM deliveries WHERE webhook = ? AND state = 2 AND due_at <= ? ORDER BY due_at, delivery LIMIT ?)`,
  )
  return ({ wanted, now, leaseUntil }) => {
    const rows: Row[] = []
    let bytes = 0
    for (let at = 0; at < wanted.length; at += 2) {
      const webhook = wanted[at] ?? 0
      if (!context.liveWebhooks.has(webhook)) continue
      let count = 0
      for (const row of select.iterate(webhook, now, wanted[at + 1] ?? 0)) {
        if (bytes > maxClaimBytes) break
        bytes += bodyOf(row).byteLength
        count += 1
        rows.push(row)
      }
      if (count > 0) update.run(leaseUntil, webhook, now, count)
    }
    return pack(rows, bytes, context.words)
  }
}

function pack(rows: readonly Row[], bytes: number, words: WordWriter): ClaimColumns {
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
