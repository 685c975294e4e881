import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { appsQuery } from '../api/queries.ts'
import { incidentsQuery } from '../incidents/queries.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Frame } from './frame.tsx'
import { rememberedApp } from './last-app.ts'

// Seen once in the life of a store.
const FirstApp = lazy(async () => ({ default: (await import('../first-run/first-app.tsx')).FirstApp }))

/** No stream is open before there is an app, so the first one is looked for. */
const lookForAppMs = 2000

/** The start: leads to the app that was looked at last, or says how to make the first one. */
export function HomePage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const apps = useQuery({ ...appsQuery(api), staleTime: 0, refetchInterval: lookForAppMs })
  // Anyone who makes an app is led on from there, and not by its appearing.
  const [isMaking, setMaking] = useState(false)
  useDocumentTitle(t('frame.banner'))
  const remembered = rememberedApp()
  const app = apps.data?.find((known) => known.sdkAppId === remembered) ?? apps.data?.[0]
  const incidents = useQuery({ ...incidentsQuery(api), retry: false })
  if (app !== undefined && !isMaking && !incidents.isPending) {
    // What is broken comes before everything else.
    const to = (incidents.data?.broken ?? 0) > 0 ? '/apps/$sdkAppId/overview' : '/apps/$sdkAppId/deliveries'
    return <Navigate to={to} params={{ sdkAppId: String(app.sdkAppId) }} replace />
  }
  return (
    <Frame apps={[]} sdkAppId={undefined}>
      {apps.error !== null && <LoadError error={apps.error} onRetry={() => void apps.refetch()} isPage />}
      {(apps.data?.length === 0 || isMaking) && (
        <Suspense fallback={null}>
          <FirstApp onMaking={setMaking} />
        </Suspense>
      )}
    </Frame>
  )
}
