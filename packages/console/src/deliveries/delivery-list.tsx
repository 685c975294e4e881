import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { Delivery } from 'livehook/contract'
import { useEffect, useEffectEvent, useImperativeHandle, useRef, type KeyboardEvent, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './delivery-list.module.css'
import { DeliveryRow, deliveryRowPx, rowElementId } from './delivery-row.tsx'
import type { FeedLoad } from './feed.ts'
import { ListEnd } from './list-end.tsx'

export interface DeliveryListHandle {
  /** Moves the cursor by so many rows. */
  step(by: number): void
  scrollToTop(): void
  /** Gives the list the focus. Where it is not to be seen (a delivery stands in its place), it says so. */
  takeFocus(): boolean
}

export interface DeliveryListProps {
  ref: Ref<DeliveryListHandle>
  rows: readonly Delivery[]
  /** Names by id; absent until they are known. */
  webhookNames: ReadonlyMap<string, string> | undefined
  load: FeedLoad
  isAtEnd: boolean
  selectedId: string | undefined
  cursorId: string | undefined
  onCursor: (deliveryId: string) => void
  onOpen: (deliveryId: string) => void
  /** Called when the list arrives at its top, and when it leaves it. */
  onTop: (isAtTop: boolean) => void
  onNeedMore: () => void
}

/** Within so many pixels of the top the list counts as being there. */
const topPx = 8

/** The next page is read this many rows before the end. */
const rowsAhead = 30

/** The rows, of which only those in sight exist. One of them is the cursor; keys move it, Enter opens it. */
export function DeliveryList(props: DeliveryListProps) {
  const { t } = useTranslation()
  const { rows, cursorId } = props
  const { scroller, listbox, virtualizer, step } = useRows(props)
  const items = virtualizer.getVirtualItems()
  const cursorIsDrawn = items.some((item) => rows[item.index]?.deliveryId === cursorId)
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
        aria-label={t('deliveries.list')}
        aria-activedescendant={cursorIsDrawn && cursorId !== undefined ? rowElementId(cursorId) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {items.map((item) => {
          const delivery = rows[item.index]
          if (delivery === undefined) return null
          return (
            <DeliveryRow
              key={item.key}
              delivery={delivery}
              webhookName={props.webhookNames?.get(delivery.webhookId)}
              hasNames={props.webhookNames !== undefined}
              offsetPx={item.start}
              position={item.index + 1}
              count={props.isAtEnd ? rows.length : -1}
              isSelected={delivery.deliveryId === props.selectedId}
              isCursor={delivery.deliveryId === cursorId}
              onOpen={props.onOpen}
            />
          )
        })}
      </div>
      <ListEnd load={props.load} isAtEnd={props.isAtEnd} onRetry={props.onNeedMore} />
    </div>
  )
}

function useRows(props: DeliveryListProps) {
  const { rows, cursorId, selectedId } = props
  const scroller = useRef<HTMLDivElement>(null)
  const listbox = useRef<HTMLDivElement>(null)
  const isNarrow = useMediaQuery('(max-width: 899px)', false, { getInitialValueInEffect: false })
  const rowPx = isNarrow ? deliveryRowPx.narrow : deliveryRowPx.wide
  // eslint-disable-next-line react/incompatible-library -- the compiler that this warns about is not used here
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => rows[index]?.deliveryId ?? index,
    overscan: 8,
  })
  useEffect(() => virtualizer.measure(), [virtualizer, rowPx])
  const step = (by: number) => {
    const from = rows.findIndex((row) => row.deliveryId === cursorId)
    // Without a cursor the first step lands on the first row in sight.
    const start = from === -1 ? Math.floor((scroller.current?.scrollTop ?? 0) / rowPx) : from + by
    const to = Math.max(0, Math.min(rows.length - 1, start))
    const row = rows[to]
    if (row === undefined) return
    props.onCursor(row.deliveryId)
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
    const index = rows.findIndex((row) => row.deliveryId === selectedId)
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
