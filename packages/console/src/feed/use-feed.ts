import type { StreamEvent } from 'livehook/contract'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useLive } from '../live/live-context.ts'
import { useServices } from '../services.ts'
import type { Created, FeedRules } from './feed-state.ts'
import { createFeed, type Feed, type FeedDeps, type FeedSnapshot } from './feed.ts'

export interface FeedSource<Item> {
  /** What the list depends on, as a text: another text is another list. */
  readonly key: string
  readonly rules: FeedRules<Item>
  readonly readPage: FeedDeps<Item>['readPage']
  /** What events of the stream say about rows. */
  readonly itemsOf: (events: readonly StreamEvent[]) => readonly Item[]
}

/** A live list of an app. */
export function useFeed<Item extends Created>(
  source: FeedSource<Item>,
): {
  feed: Feed<Item>
  snapshot: FeedSnapshot<Item>
} {
  const { checkSession } = useServices()
  const { key } = source
  const feed = useMemo(
    () => createFeed({ rules: source.rules, readPage: source.readPage, onRefused: checkSession }),
    // eslint-disable-next-line react/exhaustive-deps -- the source is compared by its key, not by identity
    [key, checkSession],
  )
  useEffect(() => {
    void feed.loadFirst()
    return () => feed.close()
  }, [feed])
  useLive({
    onBatch: (events) => feed.arrive(source.itemsOf(events)),
    onReconnected: () => void feed.catchUp(),
  })
  return { feed, snapshot: useSyncExternalStore(feed.subscribe, feed.snapshot) }
}
