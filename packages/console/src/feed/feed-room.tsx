import { useRef, type FocusEvent, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { FeedList, type FeedListHandle, type RowPlace } from './feed-list.tsx'
import styles from './feed-page.module.css'
import { maxHeld, type Created } from './feed-state.ts'
import { Split } from './split.tsx'
import type { ListView } from './use-list-view.ts'

export interface FeedRoomProps<Item> {
  list: RefObject<FeedListHandle | null>
  view: ListView<Item>
  /** What the list is called. */
  label: string
  idOf: (item: Item) => string
  renderRow: (item: Item, place: RowPlace) => ReactNode
  /** The id of the row that is open. */
  openId: string | undefined
  isAsideOpen: boolean
  /** The filter above. */
  bar: ReactNode
  /** What stands where no rows are. */
  placeholder: ReactNode
  /** There is nothing to list and nothing to open: the placeholder has the whole room. */
  isBare: boolean
  /** What is open. */
  aside: ReactNode
}

/** A room with a live list: the filter above, the list at the left, what is open at the right. */
export function FeedRoom<Item extends Created>({ list, ...props }: FeedRoomProps<Item>) {
  const { t } = useTranslation()
  const { view, isAsideOpen } = props
  const { load } = view.snapshot
  const { rows, held, hasGap, nextCursor } = view.snapshot.feed
  const touch = useTouch(view.setTouched)
  return (
    <div className={classes(styles.page, isAsideOpen && styles.isOpen)}>
      {props.bar}
      {props.isBare ? (
        props.placeholder
      ) : (
        <Split label={t('feed.resize')}>
          <div className={styles.list} {...touch}>
            {rows.length === 0 ? (
              props.placeholder
            ) : (
              <FeedList
                ref={list}
                label={props.label}
                rows={rows}
                idOf={props.idOf}
                renderRow={props.renderRow}
                load={load}
                isAtEnd={nextCursor === null}
                selectedId={props.openId}
                cursorId={view.cursorId}
                onCursor={view.moveCursor}
                onTop={view.setAtTop}
                onNeedMore={() => void view.feed.loadMore()}
              />
            )}
            {held.length > 0 && <HeldChip count={held.length} isMore={hasGap} onShow={view.showHeld} />}
          </div>
          {props.aside}
        </Split>
      )}
    </div>
  )
}

/** Tells whether the pointer or the focus is inside. */
function useTouch(onTouched: (isTouched: boolean) => void) {
  const inside = useRef({ pointer: false, focus: false })
  const note = (change: Partial<typeof inside.current>) => {
    inside.current = { ...inside.current, ...change }
    onTouched(inside.current.pointer || inside.current.focus)
  }
  return {
    onPointerEnter: () => note({ pointer: true }),
    onPointerLeave: () => note({ pointer: false }),
    onFocus: () => note({ focus: true }),
    onBlur: (event: FocusEvent) => note({ focus: event.currentTarget.contains(event.relatedTarget) }),
  }
}

/** How many new rows wait for being asked for, and the button that shows them. */
function HeldChip(props: { count: number; isMore: boolean; onShow: () => void }) {
  const { t } = useTranslation()
  const { count } = props
  const isMany = props.isMore || count >= maxHeld
  const many = { count: maxHeld - 1 }
  return (
    <button
      type="button"
      className={styles.held}
      aria-label={isMany ? t('feed.showMany', many) : t('feed.showNew', { count })}
      onClick={props.onShow}
    >
      <span aria-hidden>↑ </span>
      {isMany ? t('feed.newMany', many) : t('feed.new', { count })}
    </button>
  )
}
