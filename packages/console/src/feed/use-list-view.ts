import { useEffect, useState, type RefObject } from 'react'
import { useKeys } from '../frame/use-keys.ts'
import type { FeedListHandle } from './feed-list.tsx'
import type { Created } from './feed-state.ts'
import type { Feed, FeedSnapshot } from './feed.ts'
import { useFeed, type FeedSource } from './use-feed.ts'

export interface ListViewDeps<Item> extends FeedSource<Item> {
  /** The id of the row that is open beside the list. */
  readonly openId: string | undefined
  /** Whether anything is open there: a row, or something else. */
  readonly isAsideOpen: boolean
  /** Puts what is opened into the address; `replace` if something else was open before. */
  readonly onOpen: (id: string, replace: boolean) => void
  readonly onClose: () => void
}

/** A list, and what it does. */
export interface ListView<Item> {
  readonly feed: Feed<Item>
  readonly snapshot: FeedSnapshot<Item>
  readonly isPaused: boolean
  /** The row that keys have come to. */
  readonly cursorId: string | undefined
  readonly setAtTop: (isAtTop: boolean) => void
  /** Whether the pointer or the focus is in the list: what is about to be chosen must not move away. */
  readonly setTouched: (isTouched: boolean) => void
  readonly open: (id: string) => void
  readonly moveCursor: (id: string) => void
  readonly togglePaused: () => void
  /** Another filter is another list: nothing of it is under the cursor. */
  readonly forgetCursor: () => void
  readonly showHeld: () => void
}

/** A list and what is open beside it: how both change by keys and clicks. */
export function useListView<Item extends Created>(
  list: RefObject<FeedListHandle | null>,
  deps: ListViewDeps<Item>,
): ListView<Item> {
  const { openId } = deps
  const { feed, snapshot } = useFeed(deps)
  const [isPaused, setPaused] = useState(false)
  const [isAtTop, setAtTop] = useState(true)
  const [isTouched, setTouched] = useState(false)
  const [cursorId, setCursorId] = useState<string | undefined>(openId)

  const isFollowed = isAtTop && !isPaused && !isTouched && openId === undefined && cursorId === undefined
  useEffect(() => feed.setFollowed(isFollowed), [feed, isFollowed])

  const open = (id: string) => {
    setCursorId(id)
    if (id !== openId) deps.onOpen(id, openId !== undefined)
  }
  const moveCursor = (id: string) => {
    if (openId === undefined) setCursorId(id)
    else open(id)
  }
  const backToTop = () => {
    setCursorId(undefined)
    list.current?.scrollToTop()
  }
  const togglePaused = () => setPaused((now) => !now)
  useKeys({
    j: () => list.current?.step(1),
    k: () => list.current?.step(-1),
    Enter: () => cursorId !== undefined && open(cursorId),
    Escape: () => (deps.isAsideOpen ? deps.onClose() : backToTop()),
    p: togglePaused,
  })
  return {
    feed,
    snapshot,
    isPaused,
    cursorId,
    setAtTop,
    setTouched,
    open,
    moveCursor,
    togglePaused,
    forgetCursor: () => setCursorId(undefined),
    showHeld: () => {
      feed.release()
      backToTop()
    },
  }
}
