import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLive } from '../live/live-context.ts'

/** Charts are read again at most this often, however much happens. */
const rhythmMs = 3000

/** And at least this often, since time goes on where nothing happens. */
const longestRhythms = 20

/** Reads what the overview shows again while something happens; not while it is held. */
export function useFreshness({ sdkAppId, isHeld }: { sdkAppId: number; isHeld: boolean }): void {
  const cache = useQueryClient()
  const hasChanged = useRef(false)
  useLive({
    onBatch: () => {
      hasChanged.current = true
    },
    onReconnected: () => {
      hasChanged.current = true
    },
  })
  useEffect(() => {
    if (isHeld) return undefined
    let rhythms = 0
    const timer = window.setInterval(() => {
      rhythms += 1
      if (!hasChanged.current && rhythms < longestRhythms) return
      hasChanged.current = false
      rhythms = 0
      for (const kind of ['stats', 'latest-failures', 'webhooks']) {
        void cache.invalidateQueries({ queryKey: [kind, sdkAppId] })
      }
    }, rhythmMs)
    return () => window.clearInterval(timer)
  }, [cache, sdkAppId, isHeld])
}
