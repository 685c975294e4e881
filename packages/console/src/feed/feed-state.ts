// A live list as a value: pages that were read, and what the stream brought since. Pure.
//
// The promise: what one is reading never moves. New rows go on top only while the list is *followed* (scrolled to the
// top, nothing selected, not paused); otherwise they are counted and wait until they are asked for.

import type { List } from 'livehook/contract'
import { assertNever } from '../assert.ts'

/** What a list must know of its rows. */
export interface FeedRules<Item> {
  readonly idOf: (item: Item) => string
  /** Whether a row belongs into the list, as it stands now. */
  readonly passes: (item: Item) => boolean
  /** Whether what the stream brought is at least as new as what is known of the same row. */
  readonly isAsNew: (arrived: Item, known: Item) => boolean
  /** What arrived, with what only the known row tells; what arrived alone if this is left out. */
  readonly complete?: (arrived: Item, known: Item) => Item
}

/** A row's place in the list follows from when it came to be. */
export interface Created {
  /** RFC 3339. */
  readonly createdAt: string
}

export interface FeedState<Item> {
  /** Newest first. */
  readonly rows: readonly Item[]
  /** New ones that wait for being asked for, newest first. */
  readonly held: readonly Item[]
  /** Where the next page begins; `null` at the end, `undefined` before the first page came. */
  readonly nextCursor: string | null | undefined
  /** The stream broke off and more was missed than one page holds: the rows are right, but not all are there. */
  readonly hasGap: boolean
}

export type FeedMove<Item> =
  /** The first page came: everything starts again. */
  | { readonly kind: 'started'; readonly page: List<Item> }
  /** A further page came. */
  | { readonly kind: 'continued'; readonly page: List<Item> }
  /** The stream brought rows, in order of arrival. */
  | { readonly kind: 'arrived'; readonly items: readonly Item[]; readonly followed: boolean }
  /** After a broken stream the first page was read again, to learn what was missed. */
  | { readonly kind: 'caught_up'; readonly page: List<Item>; readonly followed: boolean }
  /** Show what was held. */
  | { readonly kind: 'released' }

/** More than this is not held back: the count says "999+", and showing them reads the list again. */
export const maxHeld = 1000

export function emptyFeed<Item>(): FeedState<Item> {
  return { rows: [], held: [], nextCursor: undefined, hasGap: false }
}

/** Builds the function that gives the feed after a move. */
export function createFeedMoves<Item extends Created>(rules: FeedRules<Item>) {
  const { idOf, passes } = rules

  return function move(state: FeedState<Item>, feedMove: FeedMove<Item>): FeedState<Item> {
    switch (feedMove.kind) {
      case 'started':
        return { ...emptyFeed(), rows: feedMove.page.items, nextCursor: feedMove.page.nextCursor }
      case 'continued':
        return { ...state, rows: append(state.rows, feedMove.page.items), nextCursor: feedMove.page.nextCursor }
      case 'arrived':
        return arrive(state, feedMove.items, feedMove.followed)
      case 'caught_up':
        return catchUp(state, feedMove.page, feedMove.followed)
      case 'released':
        return { ...state, rows: merge(state.held, state.rows), held: [] }
      default:
        return assertNever(feedMove)
    }
  }

  function arrive(state: FeedState<Item>, items: readonly Item[], followed: boolean): FeedState<Item> {
    const latest = new Map(items.map((item) => [idOf(item), item]))
    const known = new Set<string>()
    const shown = update(state.rows, latest, known)
    const held = update(state.held, latest, known)
    const fresh = [...latest.values()].filter(
      (item) => !known.has(idOf(item)) && passes(item) && isNewerThanTheEnd(state, item),
    )
    if (!followed) return { ...state, rows: shown, held: merge(fresh, held).slice(0, maxHeld) }
    // Followed, no one reads a particular row: those that no longer belong into the list may leave it.
    return { ...state, rows: merge([...fresh, ...held], shown).filter(passes), held: [] }
  }

  function catchUp(state: FeedState<Item>, page: List<Item>, followed: boolean): FeedState<Item> {
    const known = new Set([...state.rows, ...state.held].map(idOf))
    const overlaps = page.nextCursor === null || page.items.some((item) => known.has(idOf(item)))
    if (overlaps) return arrive(state, page.items, followed)
    if (followed) return { ...emptyFeed(), rows: page.items, nextCursor: page.nextCursor }
    return { ...state, held: page.items, hasGap: true }
  }

  /** An old row that changed now, but whose page was not read yet, comes with its page. */
  function isNewerThanTheEnd(state: FeedState<Item>, item: Item): boolean {
    const last = state.rows.at(-1)
    return state.nextCursor === null || last === undefined || compare(item, last) < 0
  }

  /** The rows with what arrived of them; `known` learns which of the arrived are among them. */
  function update(rows: readonly Item[], latest: ReadonlyMap<string, Item>, known: Set<string>): readonly Item[] {
    let next: Item[] | undefined
    for (const [index, row] of rows.entries()) {
      const id = idOf(row)
      const arrived = latest.get(id)
      if (arrived === undefined) continue
      known.add(id)
      // The stream may bring what a page that was read meanwhile knows better.
      if (!rules.isAsNew(arrived, row)) continue
      next ??= [...rows]
      next[index] = rules.complete?.(arrived, row) ?? arrived
    }
    return next ?? rows
  }

  function append(rows: readonly Item[], more: readonly Item[]): readonly Item[] {
    const known = new Set(rows.map(idOf))
    return [...rows, ...more.filter((row) => !known.has(idOf(row)))]
  }

  function merge(fresh: readonly Item[], rows: readonly Item[]): readonly Item[] {
    return fresh.length === 0 ? rows : [...fresh, ...rows].toSorted(compare)
  }

  /** Newest first; of one instant, the higher number first (ids of one store grow with it). */
  function compare(one: Item, other: Item): number {
    if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt ? -1 : 1
    const [oneId, otherId] = [idOf(one), idOf(other)]
    if (oneId === otherId) return 0
    return oneId > otherId ? -1 : 1
  }
}
