// Accept requests as they cross from the client to the writer's thread: numbers in two arrays, all bodies in one, so
// that a batch costs the border a handful of objects instead of thousands.

import type { AcceptRequest, AcceptResult } from '../../port/flow.ts'
import { StoreError } from '../../port/errors.ts'
import { formatId, parseId } from '../../../domain/ids.ts'
import { assert } from '../../../domain/assert.ts'
import { TextTable } from './text-table.ts'

export interface AcceptColumns {
  /**
   * Nine numbers per request: app, acceptedAt, body's bytes, how many deliveries; where in `texts` its command, platform, client
   * IP and traceparent (empty: none) stand; and the owner of its leases.
   */
  readonly numbers: Float64Array
  readonly texts: readonly string[]
  /** Two numbers per delivery: webhook, leaseUntil (0: not leased). */
  readonly deliveries: Float64Array
  /** How many requests each call has, in order: a call is kept whole or not at all. */
  readonly calls: readonly number[]
  readonly idempotency: readonly {
    readonly request: number
    readonly key: string
    readonly bodyHash: Uint8Array
  }[]
  readonly bodies: Uint8Array
}

const acceptStride = 9

/** Per request: what came of it (`acceptKinds`), the event, its first delivery, how many deliveries. */
export const acceptedStride = 4
export const acceptKinds = { accepted: 0, duplicate: 1, conflict: 2, notKept: 3 } as const
/** Instead of an event: the conflict is with a request of the same call. */
export const noEvent = -1

/**
 * Checks what the writer would stumble over, before a request joins a batch with others.
 * @throws StoreError `not_found` if a webhook does not belong to this store
 */
export function checkAccept(salt: string, requests: readonly AcceptRequest[]): void {
  for (const request of requests) {
    for (const { webhookId } of request.deliveries) {
      if (parseId('wh', salt, webhookId) === undefined) {
        throw new StoreError('not_found', `There is no webhook ${webhookId}.`)
      }
    }
  }
}

/** A row for each event and one for each of its deliveries. */
export function acceptRows(requests: readonly AcceptRequest[]): number {
  let rows = requests.length
  for (const request of requests) rows += request.deliveries.length
  return rows
}

export function acceptBytes(requests: readonly AcceptRequest[]): number {
  let bytes = 0
  for (const request of requests) bytes += request.body.byteLength
  return bytes
}

/** The requests of one sender, and the owner of their leases. */
export interface AcceptOrder {
  readonly requests: readonly AcceptRequest[]
  readonly owner: number
}

export function packAccepts(salt: string, orders: readonly AcceptOrder[]): AcceptColumns {
  const requests = orders.flatMap((order) => order.requests)
  const owners = orders.flatMap((order) => order.requests.map(() => order.owner))
  const numbers = new Float64Array(requests.length * acceptStride)
  const table = new TextTable()
  const deliveries: number[] = []
  const idempotency: { request: number; key: string; bodyHash: Uint8Array }[] = []
  // A buffer of its own, never one from Buffer's pool: it is handed over to the other thread.
  const bodies = new Uint8Array(acceptBytes(requests))
  let offset = 0
  for (const [index, request] of requests.entries()) {
    const at = index * acceptStride
    numbers[at] = request.sdkAppId
    numbers[at + 1] = Math.round(request.acceptedAt)
    numbers[at + 2] = request.body.byteLength
    numbers[at + 3] = request.deliveries.length
    numbers[at + 4] = table.placeOf(request.command)
    numbers[at + 5] = table.placeOf(request.optPlatform)
    numbers[at + 6] = table.placeOf(request.clientIp)
    numbers[at + 7] = table.placeOf(request.traceparent ?? '')
    numbers[at + 8] = owners[index] ?? 0
    for (const { webhookId, leaseUntil } of request.deliveries) {
      const webhook = parseId('wh', salt, webhookId)
      assert(webhook !== undefined, 'An accept request passed the check with an unknown webhook.')
      deliveries.push(webhook, Math.round(leaseUntil ?? 0))
    }
    if (request.idempotency !== undefined) idempotency.push({ request: index, ...request.idempotency })
    bodies.set(request.body, offset)
    offset += request.body.byteLength
  }
  const calls = orders.map((order) => order.requests.length)
  return { numbers, texts: table.texts, deliveries: Float64Array.from(deliveries), calls, idempotency, bodies }
}

/** A request on the writer's side of the border. */
export interface UnpackedAccept {
  readonly app: number
  readonly acceptedAt: number
  readonly command: string
  readonly platform: string
  readonly clientIp: string
  readonly traceparent: string
  readonly owner: number
  readonly body: Uint8Array
  readonly idempotency: { readonly key: string; readonly bodyHash: Uint8Array } | undefined
  /** Two numbers per delivery: webhook, leaseUntil (0: not leased). */
  readonly deliveries: Float64Array
}

/** The requests of each call. */
export function unpackAccepts(columns: AcceptColumns): UnpackedAccept[][] {
  const requests = unpackRequests(columns)
  let start = 0
  return columns.calls.map((count) => {
    start += count
    return requests.slice(start - count, start)
  })
}

function unpackRequests(columns: AcceptColumns): UnpackedAccept[] {
  const { numbers, texts, deliveries, bodies } = columns
  const keys = new Map(columns.idempotency.map((entry) => [entry.request, entry]))
  const requests: UnpackedAccept[] = []
  let bodyAt = 0
  let deliveryAt = 0
  for (let index = 0; index * acceptStride < numbers.length; index += 1) {
    const at = index * acceptStride
    const text = (position: number): string => texts[numbers[at + position] ?? 0] ?? ''
    const bodyEnd = bodyAt + (numbers[at + 2] ?? 0)
    const deliveryEnd = deliveryAt + (numbers[at + 3] ?? 0) * 2
    requests.push({
      app: numbers[at] ?? 0,
      acceptedAt: numbers[at + 1] ?? 0,
      command: text(4),
      platform: text(5),
      clientIp: text(6),
      traceparent: text(7),
      owner: numbers[at + 8] ?? 0,
      body: bodies.subarray(bodyAt, bodyEnd),
      idempotency: keys.get(index),
      deliveries: deliveries.subarray(deliveryAt, deliveryEnd),
    })
    bodyAt = bodyEnd
    deliveryAt = deliveryEnd
  }
  return requests
}

/** Reads the results of `count` requests, from the request at `start` on. */
export function unpackAccepted(
  salt: string,
  numbers: Float64Array,
  range: { readonly start: number; readonly count: number },
): AcceptResult[] {
  const results: AcceptResult[] = []
  for (let index = range.start; index < range.start + range.count; index += 1) {
    const at = index * acceptedStride
    if (numbers[at] === acceptKinds.notKept) {
      results.push({ kind: 'not_kept' })
      continue
    }
    const event = numbers[at + 1] ?? 0
    if (numbers[at] === acceptKinds.conflict) {
      results.push({ kind: 'conflict', eventId: event === noEvent ? null : formatId('evt', salt, event) })
      continue
    }
    const eventId = formatId('evt', salt, event)
    const first = numbers[at + 2] ?? 0
    const count = numbers[at + 3] ?? 0
    const deliveryIds: string[] = []
    for (let number = first; number < first + count; number += 1) deliveryIds.push(formatId('dlv', salt, number))
    results.push({ kind: numbers[at] === acceptKinds.duplicate ? 'duplicate' : 'accepted', eventId, deliveryIds })
  }
  return results
}
