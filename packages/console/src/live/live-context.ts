// The live stream of the app that is open, for anyone who below wants to hear it.

import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { StreamEvent } from 'livehook/contract'
import type { Live, LiveState } from './live.ts'

const LiveContext = createContext<Live | null>(null)
export const LiveProvider = LiveContext.Provider

/** `connecting` if no app is open. */
export function useLiveState(): LiveState {
  const live = use(LiveContext)
  return useSyncExternalStore(
    (listener) => live?.onState(listener) ?? (() => undefined),
    () => live?.state() ?? 'connecting',
  )
}

/** When the service last said anything, epoch milliseconds. Read while something else draws again: it tells no one by itself. */
export function useLastNewsAt(): number | undefined {
  return use(LiveContext)?.lastNewsAt()
}

/** Hears every batch, and hears when a broken stream stands again. */
export function useLive(listeners: {
  onBatch: (events: readonly StreamEvent[]) => void
  onReconnected: () => void
}): void {
  const live = use(LiveContext)
  const onBatch = useEffectEvent(listeners.onBatch)
  const onReconnected = useEffectEvent(listeners.onReconnected)
  useEffect(() => {
    if (live === null) return undefined
    const ends = [live.onBatch((events) => onBatch(events)), live.onReconnected(() => onReconnected())]
    return () => {
      for (const end of ends) end()
    }
  }, [live])
}
