import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState, type RefObject } from 'react'
import { useKeys } from '../frame/use-keys.ts'
import type { DeliveryListHandle } from './delivery-list.tsx'
import type { DeliverySearch } from './delivery-search.ts'
import { readFilter, type DeliveryFilter } from './filter.ts'
import { useFeed } from './use-feed.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId/deliveries')

/** What is looked at, how it changes by keys and clicks, and what of it stands in the address. */
export function useListView(sdkAppId: number, search: DeliverySearch, list: RefObject<DeliveryListHandle | null>) {
  const navigate = route.useNavigate()
  const { feed, snapshot } = useFeed(sdkAppId, readFilter({ ...search }))
  const [isPaused, setPaused] = useState(false)
  const [isAtTop, setAtTop] = useState(true)
  const [cursorId, setCursorId] = useState<string | undefined>(search.delivery)

  const isFollowed = isAtTop && !isPaused && search.delivery === undefined && cursorId === undefined
  useEffect(() => feed.setFollowed(isFollowed), [feed, isFollowed])

  const open = (delivery: string) => {
    setCursorId(delivery)
    const hasOther = search.delivery !== undefined
    if (delivery !== search.delivery) {
      void navigate({ search: (now) => ({ ...readFilter({ ...now }), delivery }), replace: hasOther })
    }
  }
  const moveCursor = (deliveryId: string) => {
    if (search.delivery === undefined) setCursorId(deliveryId)
    else open(deliveryId)
  }
  const close = () => void navigate({ search: (now) => readFilter({ ...now }) })
  const backToTop = () => {
    setCursorId(undefined)
    list.current?.scrollToTop()
  }
  const togglePaused = () => setPaused((now) => !now)
  useKeys({
    j: () => list.current?.step(1),
    k: () => list.current?.step(-1),
    Enter: () => cursorId !== undefined && open(cursorId),
    Escape: () => (search.delivery === undefined ? backToTop() : close()),
    p: togglePaused,
  })
  return {
    feed,
    snapshot,
    isPaused,
    cursorId,
    setAtTop,
    open,
    moveCursor,
    close,
    togglePaused,
    changeFilter: (filter: DeliveryFilter) => {
      setCursorId(undefined)
      void navigate({ search: filter })
    },
    look: (at: Pick<DeliverySearch, 'attempt' | 'tab'>) =>
      void navigate({ search: (now) => ({ ...now, ...at }), replace: true }),
    showHeld: () => {
      feed.release()
      backToTop()
    },
  }
}
