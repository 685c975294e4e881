import type { ReactNode } from 'react'
import { classes } from '../look/classes.ts'
import { rowElementId, type RowPlace } from './feed-list.tsx'
import styles from './feed-row.module.css'

/** The frame of one row: its place, whether it is open or under the cursor, and that a click opens it. */
export function FeedRow(props: { place: RowPlace; onOpen: (id: string) => void; children: ReactNode }) {
  const { place } = props
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the listbox around it serves the keyboard
    <div
      id={rowElementId(place.id)}
      className={classes(styles.row, place.isSelected && styles.isSelected, place.isCursor && styles.isCursor)}
      style={{ transform: `translateY(${place.offsetPx}px)` }}
      // eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <option> may hold nothing but text
      role="option"
      aria-selected={place.isSelected}
      aria-posinset={place.position}
      aria-setsize={place.count}
      tabIndex={-1}
      onClick={() => props.onOpen(place.id)}
    >
      {props.children}
    </div>
  )
}

/** The parts of a row, by their names in the style sheet. */
export const rowParts = styles
