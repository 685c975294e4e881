import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { appsQuery } from '../api/queries.ts'
import { Frame } from '../frame/frame.tsx'
import { useDocumentTitle } from '../look/document-title.ts'
import { Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Ways } from './first-app.tsx'

/** One more app. */
export function NewAppPage() {
  const { t } = useTranslation('firstRun')
  const { api } = useServices()
  const apps = useQuery(appsQuery(api))
  useDocumentTitle(t('app.newTitle'))
  return (
    <Frame apps={apps.data ?? []} sdkAppId={undefined}>
      <Notice title={t('app.newTitle')} isPage>
        <Ways onMaking={() => undefined} />
      </Notice>
    </Frame>
  )
}
