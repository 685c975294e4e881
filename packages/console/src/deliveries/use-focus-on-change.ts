import { useEffect, useRef, type RefObject } from 'react'
import type { DeliveryListHandle } from './delivery-list.tsx'

/** Where what had the focus is gone (the list's place was taken, or given back), its successor gets it. */
export function useFocusOnChange(delivery: string | undefined, list: RefObject<DeliveryListHandle | null>) {
  const panel = useRef<HTMLElement>(null)
  const before = useRef(delivery)
  useEffect(() => {
    if (before.current === delivery) return
    before.current = delivery
    if (document.activeElement !== document.body && document.activeElement?.checkVisibility() !== false) return
    if (list.current?.takeFocus() !== true) panel.current?.focus()
  }, [delivery, list])
  return panel
}
