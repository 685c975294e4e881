// The list of deliveries as a value: pages that were read, and what the stream brought since. Pure.
//
// The promise: what one is reading never moves. New deliveries go on top only while the list is *followed* (scrolled to
// the top, nothing selected, not paused); otherwise they are counted and wait until they are asked for.

import type { Delivery, List } from 'livehook/contract'
import { assertNever } from '../assert.ts'
import { passesFilter, type DeliveryFilter } from './filter.ts'

export interface FeedState {
  readonly filter: DeliveryFilter
  /** Newest first. */
  readonly rows: readonly Delivery[]
  /** New ones that wait for being asked for, newest first. */
  readonly held: readonly Delivery[]
  /** Where the next page begins; `null` at the end, `undefined` before the first page came. */
  readonly nextCursor: string | null | undefined
  /** The stream broke off and more was missed than one page holds: the rows are right, but not all are there. */
  readonly hasGap: boolean
}

export type FeedMove =
  /** The first page came: everything starts anew. */
  | { readonly kind: 'started'; readonly page: List<Delivery> }
  /** A further page came. */
  | { readonly kind: 'continued'; readonly page: List<Delivery> }
  /** The stream brought deliveries, in order of arrival. */
  | { readonly kind: 'arrived'; readonly deliveries: readonly Delivery[]; readonly followed: boolean }
  /** After a broken stream the first page was read again, to learn what was missed. */
  | { readonly kind: 'caught_up'; readonly page: List<Delivery>; readonly followed: boolean }
  /** Show what was held. */
  | { readonly kind: 'released' }

/** More than this is not held back: the count says "999+", and showing them reads the list anew. */
export const maxHeld = 1000

export function emptyFeed(filter: DeliveryFilter): FeedState {
  return { filter, rows: [], held: [], nextCursor: undefined, hasGap: false }
}

/** The feed after a move. */
export function moveFeed(state: FeedState, move: FeedMove): FeedState {
  switch (move.kind) {
    case 'started':
      return { ...emptyFeed(state.filter), rows: move.page.items, nextCursor: move.page.nextCursor }
    case 'continued':
      return { ...state, rows: append(state.rows, move.page.items), nextCursor: move.page.nextCursor }
    case 'arrived':
      return arrive(state, move.deliveries, move.followed)
    case 'caught_up':
      return catchUp(state, move.page, move.followed)
    case 'released':
      return { ...state, rows: merge(state.held, state.rows), held: [] }
    default:
      return assertNever(move)
  }
}

function arrive(state: FeedState, deliveries: readonly Delivery[], followed: boolean): FeedState {
  const latest = new Map(deliveries.map((delivery) => [delivery.deliveryId, delivery]))
  const shown = update(state.rows, latest)
  const held = update(state.held, latest)
  const known = new Set([...state.rows, ...state.held].map((delivery) => delivery.deliveryId))
  const fresh = [...latest.values()].filter(
    (delivery) =>
      !known.has(delivery.deliveryId) && passesFilter(state.filter, delivery) && isNewerThanTheEnd(state, delivery),
  )
  if (!followed) return { ...state, rows: shown, held: merge(fresh, held).slice(0, maxHeld) }
  // Followed, nobody reads a particular row: those that no longer belong into the list may leave it.
  const passing = merge([...fresh, ...held], shown).filter((delivery) => passesFilter(state.filter, delivery))
  return { ...state, rows: passing, held: [] }
}

function catchUp(state: FeedState, page: List<Delivery>, followed: boolean): FeedState {
  const known = new Set([...state.rows, ...state.held].map((delivery) => delivery.deliveryId))
  const overlaps = page.nextCursor === null || page.items.some((delivery) => known.has(delivery.deliveryId))
  if (overlaps) return arrive(state, page.items, followed)
  if (followed) return moveFeed(state, { kind: 'started', page })
  return { ...state, held: page.items, hasGap: true }
}

/** An old delivery that is settled now, but whose page was not read yet, comes with its page. */
function isNewerThanTheEnd(state: FeedState, delivery: Delivery): boolean {
  const last = state.rows.at(-1)
  return state.nextCursor === null || last === undefined || compare(delivery, last) < 0
}

function update(rows: readonly Delivery[], latest: ReadonlyMap<string, Delivery>): readonly Delivery[] {
  if (!rows.some((row) => latest.has(row.deliveryId))) return rows
  return rows.map((row) => later(row, latest.get(row.deliveryId)))
}

/** The stream may bring what a page that was read meanwhile knows better: attempts only ever grow. */
function later(known: Delivery, arrived: Delivery | undefined): Delivery {
  return arrived !== undefined && arrived.attempts >= known.attempts ? arrived : known
}

function append(rows: readonly Delivery[], more: readonly Delivery[]): readonly Delivery[] {
  const known = new Set(rows.map((row) => row.deliveryId))
  return [...rows, ...more.filter((row) => !known.has(row.deliveryId))]
}

function merge(fresh: readonly Delivery[], rows: readonly Delivery[]): readonly Delivery[] {
  return fresh.length === 0 ? rows : [...fresh, ...rows].toSorted(compare)
}

/** Newest first; of one instant, the higher number first (ids of one store grow with it). */
function compare(one: Delivery, other: Delivery): number {
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt ? -1 : 1
  if (one.deliveryId === other.deliveryId) return 0
  return one.deliveryId > other.deliveryId ? -1 : 1
}
