// One ticking clock for the whole page: a second hand, so that "12s ago" stays true without a timer per row.

import { createContext, use, useSyncExternalStore } from 'react'

export interface Clock {
  /** Epoch milliseconds of the last tick. */
  readonly now: () => number
  readonly subscribe: (onTick: () => void) => () => void
}

/** Ticks once a second while anybody looks. */
export function createClock(readNow: () => number): Clock {
  const listeners = new Set<() => void>()
  let current = readNow()
  let timer: number | undefined
  const tick = () => {
    current = readNow()
    for (const listener of listeners) listener()
  }
  return {
    now: () => current,
    subscribe: (onTick) => {
      if (listeners.size === 0) {
        current = readNow()
        timer = window.setInterval(tick, 1000)
      }
      listeners.add(onTick)
      return () => {
        listeners.delete(onTick)
        if (listeners.size > 0) return
        window.clearInterval(timer)
      }
    },
  }
}

const ClockContext = createContext<Clock | null>(null)
export const ClockProvider = ClockContext.Provider

export function useNow(): number {
  const clock = use(ClockContext)
  if (clock === null) throw new Error('useNow needs a ClockProvider around it.')
  return useSyncExternalStore(clock.subscribe, clock.now)
}
