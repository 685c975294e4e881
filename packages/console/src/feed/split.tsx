import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import styles from './split.module.css'

const storageKey = 'livehook.list-width'
const leastPercent = 25
const mostPercent = 70
const usualPercent = 44
const stepPercent = 2

/** Two panes side by side, with a line between them that moves by pointer and by arrow keys. */
export function Split({ label, children }: { label: string; children: readonly [ReactNode, ReactNode] }) {
  const [percent, setPercent] = useState(readPercent)
  const change = (next: number) => {
    const bounded = Math.min(mostPercent, Math.max(leastPercent, next))
    setPercent(bounded)
    keepPercent(bounded)
  }
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const panes = event.currentTarget.parentElement
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || panes === null) return
    const { left, width } = panes.getBoundingClientRect()
    change(((event.clientX - left) / width) * 100)
  }
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -stepPercent : event.key === 'ArrowRight' ? stepPercent : 0
    if (by === 0) return
    event.preventDefault()
    change(percent + by)
  }
  return (
    <div className={styles.panes} style={{ '--first': `${percent}%` }}>
      {children[0]}
      <div
        className={styles.line}
        // eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <hr> cannot be moved
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={Math.round(percent)}
        aria-valuemin={leastPercent}
        aria-valuemax={mostPercent}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDoubleClick={() => change(usualPercent)}
        onKeyDown={step}
      />
      {children[1]}
    </div>
  )
}

function readPercent(): number {
  try {
    const stored = Number(localStorage.getItem(storageKey))
    return stored >= leastPercent && stored <= mostPercent ? stored : usualPercent
  } catch {
    return usualPercent
  }
}

function keepPercent(percent: number): void {
  try {
    localStorage.setItem(storageKey, String(Math.round(percent)))
  } catch {
    // Storage is forbidden: the width lasts as long as the page.
  }
}
