import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  Fragment,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react'
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import styles from './feed-list.module.css'
import type { FeedLoad } from './feed.ts'

export interface FeedListHandle {
  /** Moves the cursor by so many rows. */
  step(by: number): void
  scrollToTop(): void
  /** Gives the list the focus. If it is not to be seen (what is open stands in its place), it says so. */
  takeFocus(): boolean
}

/** What a row must know of its place; it goes to `FeedRow`. */
export interface RowPlace {
  readonly id: string
  readonly offsetPx: number
  /** From 1. */
  readonly position: number
  /** How many rows there are in all, -1 if that is not known yet. */
  readonly count: number
  readonly isSelected: boolean
  readonly isCursor: boolean
}

export interface FeedListProps<Item> {
  ref: Ref<FeedListHandle>
  label: string
  rows: readonly Item[]
  idOf: (item: Item) => string
  renderRow: (item: Item, place: RowPlace) => ReactNode
  load: FeedLoad
  isAtEnd: boolean
  selectedId: string | undefined
  cursorId: string | undefined
  onCursor: (id: string) => void
  /** Called when the list arrives at its top, and when it leaves it. */
  onTop: (isAtTop: boolean) => void
  onNeedMore: () => void
}

/** All rows have one height, so that a list of any length knows where each one is. Narrow ones have three lines. */
const rowHeights = { wide: 56, narrow: 76 } as const

export function rowElementId(id: string): string {
  return `row-${id}`
}

/** Within so many pixels of the top the list counts as being there. */
const topPx = 8

/** The next page is read this many rows before the end: as many as a hand on the wheel passes while a page is read. */
const rowsAhead = 120

/** The rows, of which only those in sight exist. One of them is the cursor; keys move it, Enter opens it. */
export function FeedList<Item>(props: FeedListProps<Item>) {
  const { rows, idOf, cursorId } = props
  const { scroller, listbox, virtualizer, step } = useRows(props)
  const items = virtualizer.getVirtualItems()
  const cursorIsDrawn = items.some((item) => item.key === cursorId)
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[event.key]
    if (by === undefined) return
    event.preventDefault()
    step(by)
  }
  return (
    <div ref={scroller} className={styles.scroller}>
      <div
        ref={listbox}
        className={styles.rows}
        style={{ height: virtualizer.getTotalSize() }}
        // eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- a <select> knows neither rows of two lines nor virtual ones
        role="listbox"
        aria-label={props.label}
        aria-activedescendant={cursorIsDrawn && cursorId !== undefined ? rowElementId(cursorId) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {items.map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          const id = idOf(row)
          return (
            <Fragment key={id}>
              {props.renderRow(row, {
                id,
                offsetPx: item.start,
                position: item.index + 1,
                count: props.isAtEnd ? rows.length : -1,
                isSelected: id === props.selectedId,
                isCursor: id === cursorId,
              })}
            </Fragment>
          )
        })}
      </div>
      <ListEnd load={props.load} isAtEnd={props.isAtEnd} onRetry={props.onNeedMore} />
    </div>
  )
}

function useRows<Item>(props: FeedListProps<Item>) {
  const { rows, idOf, cursorId, selectedId } = props
  const scroller = useRef<HTMLDivElement>(null)
  const listbox = useRef<HTMLDivElement>(null)
  const isNarrow = useMediaQuery('(max-width: 1359px)', false, { getInitialValueInEffect: false })
  const rowPx = isNarrow ? rowHeights.narrow : rowHeights.wide
  // eslint-disable-next-line react/incompatible-library -- the compiler that this warns about is not used here
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : idOf(row)
    },
    overscan: 12,
  })
  useEffect(() => virtualizer.measure(), [virtualizer, rowPx])
  const step = (by: number) => {
    const from = cursorId === undefined ? -1 : rows.findIndex((row) => idOf(row) === cursorId)
    // Without a cursor the first step lands on the first row in sight.
    const start = from === -1 ? Math.floor((scroller.current?.scrollTop ?? 0) / rowPx) : from + by
    const to = Math.max(0, Math.min(rows.length - 1, start))
    const row = rows[to]
    if (row === undefined) return
    props.onCursor(idOf(row))
    virtualizer.scrollToIndex(to, { align: 'auto' })
    listbox.current?.focus({ preventScroll: true })
  }
  useImperativeHandle(props.ref, () => ({
    step,
    scrollToTop: () => scroller.current?.scrollTo({ top: 0 }),
    takeFocus: () => {
      listbox.current?.focus({ preventScroll: true })
      return document.activeElement === listbox.current
    },
  }))

  const showSelected = useEffectEvent(() => {
    const index = rows.findIndex((row) => idOf(row) === selectedId)
    if (index > 0) virtualizer.scrollToIndex(index, { align: 'auto' })
  })
  // Once, when the list appears: an address that was opened or reloaded shows what it names.
  useEffect(() => showSelected(), [])

  const tellPlace = useEffectEvent(() => {
    const element = scroller.current
    if (element === null) return
    props.onTop(element.scrollTop <= topPx)
    const pxBelow = element.scrollHeight - element.scrollTop - element.clientHeight
    if (pxBelow < rowsAhead * rowPx && !props.isAtEnd && props.load.kind === 'idle') props.onNeedMore()
  })
  useEffect(() => tellPlace(), [rows.length])
  useEffect(() => {
    const element = scroller.current
    const listen = () => tellPlace()
    element?.addEventListener('scroll', listen, { passive: true })
    return () => element?.removeEventListener('scroll', listen)
  }, [])
  return { scroller, listbox, virtualizer, step }
}

/** Below the last row: more is on its way, or could not be loaded, or there is no more. */
function ListEnd({ load, isAtEnd, onRetry }: { load: FeedLoad; isAtEnd: boolean; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={styles.end}>
      {load.kind === 'failed' && load.what === 'more' ? (
        <>
          <span role="alert">{t('feed.moreFailed')}</span>
          <Button size="compact-xs" variant="default" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        </>
      ) : (
        <span>{isAtEnd ? t('feed.end') : t('feed.loadingMore')}</span>
      )}
    </div>
  )
}
