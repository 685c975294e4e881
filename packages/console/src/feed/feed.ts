// A live list with a life: reads pages, takes what the stream brings, tells anyone who draws it.
// What becomes of the rows is decided in feed-state.ts.

import type { List } from 'livehook/contract'
import {
  createFeedMoves,
  emptyFeed,
  maxHeld,
  type Created,
  type FeedMove,
  type FeedRules,
  type FeedState,
} from './feed-state.ts'

export type FeedLoad =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading'; readonly what: 'first' | 'more' }
  | { readonly kind: 'failed'; readonly what: 'first' | 'more'; readonly error: Error }

export interface FeedSnapshot<Item> {
  readonly feed: FeedState<Item>
  readonly load: FeedLoad
}

export interface Feed<Item> {
  readonly snapshot: () => FeedSnapshot<Item>
  readonly subscribe: (listener: () => void) => () => void
  /** Reads the first page (again). */
  loadFirst(): Promise<void>
  /** Reads the next page, unless there is none or it is on its way. */
  loadMore(): Promise<void>
  arrive(items: readonly Item[]): void
  /** After a broken stream. */
  catchUp(): Promise<void>
  /** Whether new rows may go on top as they come. Turning it on shows what was held. */
  setFollowed(followed: boolean): void
  /** Shows what was held. */
  release(): void
  close(): void
}

export interface FeedPageRequest {
  /** 1 to 200. */
  readonly limit: number
  readonly cursor?: string | undefined
  readonly signal: AbortSignal
}

export interface FeedDeps<Item> {
  readonly rules: FeedRules<Item>
  readonly readPage: (request: FeedPageRequest) => Promise<List<Item>>
  /** A page could not be read: perhaps the session has ended. */
  readonly onRefused: () => void
}

const firstPageSize = 100
/** As many as one page may hold: who scrolls shall not wait. */
const nextPageSize = 200

/** A list that is only watched is cut back to its first page before it grows without end. */
const maxFollowedRows = 2000

/** The service reads a bounded number of rows a page, so that a filter that few pass may give empty pages that lead on. */
const maxEmptyPages = 20

export function createFeed<Item extends Created>(deps: FeedDeps<Item>): Feed<Item> {
  const moveFeed = createFeedMoves(deps.rules)
  const listeners = new Set<() => void>()
  const abort = new AbortController()
  let current: FeedSnapshot<Item> = { feed: emptyFeed(), load: { kind: 'loading', what: 'first' } }
  let followed = true

  const put = (next: Partial<FeedSnapshot<Item>>) => {
    if (abort.signal.aborted) return
    current = { ...current, ...next }
    for (const listener of listeners) listener()
  }
  const move = (feedMove: FeedMove<Item>) => put({ feed: moveFeed(current.feed, feedMove) })
  const readPage = (limit: number, cursor?: string) => deps.readPage({ limit, cursor, signal: abort.signal })
  const readFilledPage = async (limit: number, from: string | undefined): Promise<List<Item>> => {
    let cursor = from
    for (let pages = 1; ; pages += 1) {
      const page = await readPage(limit, cursor)
      if (page.items.length > 0 || page.nextCursor === null || pages === maxEmptyPages) return page
      cursor = page.nextCursor
    }
  }

  const load = async (what: 'first' | 'more', cursor?: string) => {
    put({ load: { kind: 'loading', what } })
    try {
      const page = await readFilledPage(what === 'first' ? firstPageSize : nextPageSize, cursor)
      move(what === 'first' ? { kind: 'started', page } : { kind: 'continued', page })
      put({ load: { kind: 'idle' } })
    } catch (error) {
      if (abort.signal.aborted) return
      put({ load: { kind: 'failed', what, error: toError(error) } })
      deps.onRefused()
    }
  }
  const feed: Feed<Item> = {
    snapshot: () => current,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    loadFirst: () => load('first'),
    loadMore: async () => {
      const cursor = current.feed.nextCursor
      if (typeof cursor !== 'string' || current.load.kind === 'loading') return
      await load('more', cursor)
    },
    arrive: (items) => {
      // Before the first page stands, whatever arrives will be on it.
      if (current.feed.nextCursor === undefined || items.length === 0) return
      move({ kind: 'arrived', items, followed })
      if (followed && current.feed.rows.length > maxFollowedRows) void load('first')
    },
    catchUp: async () => {
      if (current.feed.nextCursor === undefined) return load('first')
      try {
        move({ kind: 'caught_up', page: await readPage(firstPageSize), followed })
      } catch {
        // The service went away again; when it is back there is a next time.
      }
    },
    setFollowed: (next) => {
      if (followed === next) return
      followed = next
      if (next) feed.release()
    },
    release: () => {
      if (current.feed.hasGap || current.feed.held.length >= maxHeld) void load('first')
      else if (current.feed.held.length > 0) move({ kind: 'released' })
    },
    close: () => abort.abort(),
  }
  return feed
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
