import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLive } from '../live/live-context.ts'

/** Charts are read again at most this often, however much happens. */
const rhythmMs = 3000

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
    const timer = window.setInterval(() => {
      if (!hasChanged.current) return
      hasChanged.current = false
      for (const kind of ['stats', 'latest-failures', 'webhooks']) {
        void cache.invalidateQueries({ queryKey: [kind, sdkAppId] })
      }
    }, rhythmMs)
    return () => window.clearInterval(timer)
  }, [cache, sdkAppId, isHeld])
}
