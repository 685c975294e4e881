import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { appsQuery } from '../api/queries.ts'
import { CommandBlock } from '../look/command-block.tsx'
import { createAppCommand } from '../look/commands.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Frame } from './frame.tsx'
import { rememberedApp } from './last-app.ts'

/** No stream is open before there is an app, so the first one is looked for. */
const lookForAppMs = 2000

/** The start: leads to the app that was looked at last, or says how to make the first one. */
export function HomePage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const apps = useQuery({ ...appsQuery(api), staleTime: 0, refetchInterval: lookForAppMs })
  useDocumentTitle(t('frame.banner'))
  const remembered = rememberedApp()
  const app = apps.data?.find((known) => known.sdkAppId === remembered) ?? apps.data?.[0]
  if (app !== undefined) {
    return <Navigate to="/apps/$sdkAppId/deliveries" params={{ sdkAppId: String(app.sdkAppId) }} replace />
  }
  return (
    <Frame apps={[]} sdkAppId={undefined}>
      {apps.error !== null && <LoadError error={apps.error} onRetry={() => void apps.refetch()} isPage />}
      {apps.data !== undefined && (
        <Notice title={t('empty.appsTitle')} isPage>
          <p>{t('empty.apps')}</p>
          <CommandBlock command={createAppCommand(window.location.origin)} />
          <p>{t('empty.key')}</p>
          <p>{t('empty.appsAfter')}</p>
        </Notice>
      )}
    </Frame>
  )
}
