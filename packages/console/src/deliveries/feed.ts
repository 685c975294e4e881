// The list of deliveries with a life: reads pages, takes what the stream brings, tells whoever draws it.
// What becomes of the rows is decided in feed-state.ts.

import type { Delivery } from 'livehook/contract'
import type { Api } from '../api/api.ts'
import { emptyFeed, maxHeld, moveFeed, type FeedMove, type FeedState } from './feed-state.ts'
import type { DeliveryFilter } from './filter.ts'

export type FeedLoad =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading'; readonly what: 'first' | 'more' }
  | { readonly kind: 'failed'; readonly what: 'first' | 'more'; readonly error: Error }

export interface FeedSnapshot {
  readonly feed: FeedState
  readonly load: FeedLoad
}

export interface Feed {
  readonly snapshot: () => FeedSnapshot
  readonly subscribe: (listener: () => void) => () => void
  /** Reads the first page (again). */
  loadFirst(): Promise<void>
  /** Reads the next page, unless there is none or it is on its way. */
  loadMore(): Promise<void>
  arrive(deliveries: readonly Delivery[]): void
  /** After a broken stream. */
  catchUp(): Promise<void>
  /** Whether new deliveries may go on top as they come. Turning it on shows what was held. */
  setFollowed(followed: boolean): void
  /** Shows what was held. */
  release(): void
  close(): void
}

const pageSize = 100

/** A list that is only watched is cut back to its first page before it grows without end. */
const maxFollowedRows = 2000

export interface FeedDeps {
  readonly api: Api
  readonly sdkAppId: number
  readonly filter: DeliveryFilter
  /** A page could not be read: perhaps the session has ended. */
  readonly onRefused: () => void
}

export function createFeed(deps: FeedDeps): Feed {
  const { api, sdkAppId, filter } = deps
  const listeners = new Set<() => void>()
  const abort = new AbortController()
  let current: FeedSnapshot = { feed: emptyFeed(filter), load: { kind: 'loading', what: 'first' } }
  let followed = true

  const put = (next: Partial<FeedSnapshot>) => {
    if (abort.signal.aborted) return
    current = { ...current, ...next }
    for (const listener of listeners) listener()
  }
  const move = (feedMove: FeedMove) => put({ feed: moveFeed(current.feed, feedMove) })
  const readPage = (cursor?: string) =>
    api.listDeliveries({ sdkAppId, filter, limit: pageSize, cursor, signal: abort.signal })

  const load = async (what: 'first' | 'more', cursor?: string) => {
    put({ load: { kind: 'loading', what } })
    try {
      const page = await readPage(cursor)
      move(what === 'first' ? { kind: 'started', page } : { kind: 'continued', page })
      put({ load: { kind: 'idle' } })
    } catch (error) {
      if (abort.signal.aborted) return
      put({ load: { kind: 'failed', what, error: toError(error) } })
      deps.onRefused()
    }
  }
  const feed: Feed = {
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
    arrive: (deliveries) => {
      // Before the first page stands, whatever arrives will be on it.
      if (current.feed.nextCursor === undefined) return
      move({ kind: 'arrived', deliveries, followed })
      if (followed && current.feed.rows.length > maxFollowedRows) void load('first')
    },
    catchUp: async () => {
      if (current.feed.nextCursor === undefined) return load('first')
      try {
        move({ kind: 'caught_up', page: await readPage(), followed })
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
