import { Button } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import { visibleText } from '../text/visible-text.ts'

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main>
      <Notice title={t('error.notFoundTitle')} isPage>
        <p>{t('error.notFound')}</p>
        <div>
          <Button component="a" href="/" size="compact-sm" variant="default">
            {t('error.home')}
          </Button>
        </div>
      </Notice>
    </main>
  )
}

/** Where a page broke: by the API's failure, which may pass, or by a fault of the console itself. */
export function CrashPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  const reload = () => window.location.reload()
  if (error instanceof ApiError) {
    return (
      <main>
        <LoadError error={error} onRetry={reload} isPage />
      </main>
    )
  }
  return (
    <main>
      <Notice title={t('error.crashTitle')} role="alert" isPage>
        <p>{t('error.crash')}</p>
        <p>
          <code>{visibleText(error instanceof Error ? error.message : String(error))}</code>
        </p>
        <div>
          <Button size="compact-sm" variant="default" onClick={() => (reset(), reload())}>
            {t('error.reload')}
          </Button>
        </div>
      </Notice>
    </main>
  )
}
