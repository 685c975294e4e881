import { useEffect, useRef, type RefObject } from 'react'
import type { FeedListHandle } from './feed-list.tsx'

/** Where what had the focus is gone (the list's place was taken, or given back), its successor gets it. */
export function useFocusOnChange(openId: string | undefined, list: RefObject<FeedListHandle | null>) {
  const panel = useRef<HTMLElement>(null)
  const before = useRef(openId)
  useEffect(() => {
    if (before.current === openId) return
    before.current = openId
    if (document.activeElement !== document.body && document.activeElement?.checkVisibility() !== false) return
    if (list.current?.takeFocus() !== true) panel.current?.focus()
  }, [openId, list])
  return panel
}
