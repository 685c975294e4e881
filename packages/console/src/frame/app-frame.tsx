import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Outlet, useNavigate } from '@tanstack/react-router'
import type { StreamEvent } from 'livehook/contract'
import { useEffect, useMemo, type ReactNode } from 'react'
import { appsQuery, isDeliveryKey, webhooksQuery } from '../api/queries.ts'
import { createLive, isOfDelivery } from '../live/live.ts'
import { LiveProvider, useLive } from '../live/live-context.ts'
import { LoadError } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { NotFoundPage } from './error-pages.tsx'
import { Frame } from './frame.tsx'
import { rememberApp } from './last-app.ts'
import { roomsFor } from './rooms.ts'
import { useKeys } from './use-keys.ts'
import { useMay } from './use-may.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId')

/** Everything about one app: its live stream, and the room that is open. */
export function AppFrame() {
  const { api } = useServices()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const apps = useQuery(appsQuery(api))
  const isKnown = apps.data?.some((app) => app.sdkAppId === sdkAppId)
  useEffect(() => {
    if (isKnown === true) rememberApp(sdkAppId)
  }, [isKnown, sdkAppId])
  if (isKnown === false) return <NotFoundPage />
  if (isKnown === undefined) {
    return (
      <Frame apps={[]} sdkAppId={undefined}>
        {apps.error !== null && <LoadError error={apps.error} onRetry={() => void apps.refetch()} isPage />}
      </Frame>
    )
  }
  return (
    // Another app is another life: nothing of the one before may linger.
    <AppLive key={sdkAppId} sdkAppId={sdkAppId}>
      <Frame apps={apps.data ?? []} sdkAppId={sdkAppId}>
        <Outlet />
      </Frame>
      <StreamToCache sdkAppId={sdkAppId} />
      <RoomKeys sdkAppId={sdkAppId} />
    </AppLive>
  )
}

function AppLive({ sdkAppId, children }: { sdkAppId: number; children: ReactNode }) {
  const { openSource, checkSession } = useServices()
  const live = useMemo(
    () =>
      createLive({
        sdkAppId,
        openSource,
        isOnline: () => navigator.onLine,
        now: () => Date.now(),
        onRefused: checkSession,
      }),
    [sdkAppId, openSource, checkSession],
  )
  useEffect(() => {
    live.open()
    return () => live.close()
  }, [live])
  return <LiveProvider value={live}>{children}</LiveProvider>
}

/** Tells the query cache what the stream says has changed. */
function StreamToCache({ sdkAppId }: { sdkAppId: number }) {
  const { api } = useServices()
  const queryClient = useQueryClient()
  const onBatch = (events: readonly StreamEvent[]) => {
    const changed = new Set<string>()
    for (const event of events) {
      if (isOfDelivery(event)) changed.add(event.delivery.deliveryId)
    }
    if (changed.size > 0) {
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => isDeliveryKey(queryKey, changed) })
    }
    if (events.some((event) => event.kind === 'app_created')) {
      void queryClient.invalidateQueries({ queryKey: appsQuery(api).queryKey })
    }
    if (events.some((event) => event.kind === 'webhook_changed' || event.kind === 'breaker')) {
      void queryClient.invalidateQueries({ queryKey: webhooksQuery(api, sdkAppId).queryKey })
    }
  }
  useLive({ onBatch, onReconnected: () => void queryClient.invalidateQueries() })
  return null
}

function RoomKeys({ sdkAppId }: { sdkAppId: number }) {
  const navigate = useNavigate()
  const may = useMay()
  const params = { sdkAppId: String(sdkAppId) }
  useKeys(Object.fromEntries(roomsFor(may).map(({ key, to }) => [`g ${key}`, () => void navigate({ to, params })])))
  return null
}
