import { useEffect, useEffectEvent } from 'react'

/** Single keys by their character (`j`, `?`), `Enter`, `Escape`, and `g d` for one key after the other. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** Between the two keys of a pair. */
const pairMs = 1000

/**
 * Keys that act wherever the focus is, except where text is typed, and except where something on top of the page
 * (a menu, a dialog) has the keyboard. Keys with Ctrl, Alt or Meta belong to the browser.
 */
export function useKeys(keys: KeyMap): void {
  const onKey = useEffectEvent((event: KeyboardEvent, before: string | undefined) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return
    if (!(event.target instanceof Element) || isTakenBy(event.target, event.key)) return
    const act = (before === undefined ? undefined : keys[`${before} ${event.key}`]) ?? keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    act(event)
  })
  useEffect(() => {
    let before: { key: string; at: number } | undefined
    const listen = (event: KeyboardEvent) => {
      onKey(event, before !== undefined && event.timeStamp - before.at < pairMs ? before.key : undefined)
      before = { key: event.key, at: event.timeStamp }
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}

/** Ctrl-K, or Command-K, acts everywhere, also where text is typed: no browser needs it inside of a page. */
export function usePaletteKey(act: () => void): void {
  const onKey = useEffectEvent(act)
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      onKey()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}

function isTakenBy(target: Element, key: string): boolean {
  if (target.closest('[role="dialog"], [role="menu"]') !== null) return key !== '?'
  if (target.closest('input, textarea, select, [contenteditable]') !== null) return true
  // Enter presses a button or follows a link; it opens a row only from the list itself.
  return (key === 'Enter' || key === ' ') && target.closest('a, button, [role="tab"], [role="separator"]') !== null
}
