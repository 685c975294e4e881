import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { FirstWebhook } from '../first-run/first-event.tsx'
import { CommandBlock } from '../look/command-block.tsx'
import { createWebhookCommand } from '../look/commands.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { WebhookTable } from './webhook-table.tsx'
import styles from './webhooks-page.module.css'

const route = getRouteApi('/signed-in/apps/$sdkAppId/webhooks')

/** Every delivery moves a webhook's health; it is read at this pace instead of with every one of them. */
const healthMs = 5000

/** The app's webhooks: where its events go, and how that is going. */
export function WebhooksPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const webhooks = useQuery({ ...webhooksQuery(api, sdkAppId), staleTime: 0, refetchInterval: healthMs })
  useDocumentTitle(t('webhooks.title'))
  return (
    <>
      <div className={styles.bar}>
        <h1 className={styles.title}>{t('webhooks.title')}</h1>
        <NewWebhookLink sdkAppId={sdkAppId} />
      </div>
      {webhooks.data === undefined && webhooks.error !== null && (
        <LoadError error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      )}
      {webhooks.data?.length === 0 && (
        <Notice title={t('empty.webhooksTitle')}>
          <p>{t('empty.webhooks')}</p>
          <FirstWebhook sdkAppId={sdkAppId} />
          <CommandBlock command={createWebhookCommand(window.location.origin, sdkAppId)} />
          <p>{t('empty.key')}</p>
        </Notice>
      )}
      {webhooks.data !== undefined && webhooks.data.length > 0 && (
        <>
          <WebhookTable webhooks={webhooks.data} />
          {webhooks.data.some((webhook) => !webhook.tokenSet) && (
            <p className={styles.note}>{t('webhooks.tokenNotSetHint')}</p>
          )}
        </>
      )}
    </>
  )
}

function NewWebhookLink({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation('registration')
  const may = useMay()
  if (!may.change) return null
  return (
    <Button
      size="compact-sm"
      className={styles.new}
      leftSection={<IconPlus size={14} stroke={2} aria-hidden />}
      renderRoot={(rest) => (
        <Link {...rest} to="/apps/$sdkAppId/webhooks/new" params={{ sdkAppId: String(sdkAppId) }} />
      )}
    >
      {t('newTitle')}
    </Button>
  )
}
