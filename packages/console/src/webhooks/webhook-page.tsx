import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { CopyIconButton } from '../look/copy-button.tsx'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { SettingsTab } from './settings-tab.tsx'
import { TestTab } from './test/test-tab.tsx'
import { TokenTab } from './token/token-tab.tsx'
import { WebhookBar } from './webhook-bar.tsx'
import styles from './webhook-page.module.css'
import { webhookTabs } from './webhook-search.ts'
import { Switches } from './webhook-table.tsx'

const route = getRouteApi('/signed-in/apps/$sdkAppId/webhooks/$webhookId')

/** One webhook: its settings, its token, its staged test. */
export function WebhookPage() {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const { webhookId, ...params } = route.useParams()
  const sdkAppId = Number(params.sdkAppId)
  const webhooks = useQuery({ ...webhooksQuery(api, sdkAppId), staleTime: 0 })
  const webhook = webhooks.data?.find((known) => known.webhookId === webhookId)
  useDocumentTitle(webhook?.name ?? t('title'))
  if (webhook !== undefined) return <WebhookView key={webhookId} webhook={webhook} all={webhooks.data ?? []} />
  if (webhooks.data === undefined) {
    return webhooks.error === null ? null : (
      <LoadError error={webhooks.error} onRetry={() => void webhooks.refetch()} isPage />
    )
  }
  return (
    <Notice title={t('gone.title')} isPage>
      <p>{t('gone.text')}</p>
      <p>
        <Link to="/apps/$sdkAppId/webhooks" params={params}>
          {t('gone.back')}
        </Link>
      </p>
    </Notice>
  )
}

function WebhookView({ webhook, all }: { webhook: Webhook; all: readonly Webhook[] }) {
  const { t } = useTranslation('registration')
  const navigate = useNavigate()
  const { tab = 'settings' } = route.useSearch()
  const { sdkAppId, webhookId } = webhook
  const params = { sdkAppId: String(sdkAppId), webhookId }
  const choose = (value: string | null) => {
    const chosen = webhookTabs.find((known) => known === value)
    if (chosen === undefined) return
    const search = chosen === 'settings' ? {} : { tab: chosen }
    void navigate({ to: '/apps/$sdkAppId/webhooks/$webhookId', params, search, replace: true })
  }
  return (
    <>
      <WebhookBar sdkAppId={sdkAppId} title={webhook.name}>
        <div className={styles.state}>
          <Switches webhook={webhook} />
        </div>
        <Link
          to="/apps/$sdkAppId/deliveries"
          params={params}
          search={{ webhook: webhookId }}
          className={styles.deliveries}
        >
          {t('deliveries')}
        </Link>
      </WebhookBar>
      <p className={styles.url}>
        <Stranger text={webhook.url} />
        <span className={styles.id}>
          {webhookId}
          <CopyIconButton text={webhookId} label={t('copyId')} />
        </span>
      </p>
      <Tabs value={tab} onChange={choose} keepMounted={false} className={styles.tabs}>
        <Tabs.List>
          <Tabs.Tab value="settings">{t('tab.settings')}</Tabs.Tab>
          <Tabs.Tab value="token">{t('tab.token')}</Tabs.Tab>
          <Tabs.Tab value="test">{t('tab.test')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="settings">
          <SettingsTab webhook={webhook} all={all} />
        </Tabs.Panel>
        <Tabs.Panel value="token">
          <TokenTab webhook={webhook} />
        </Tabs.Panel>
        <Tabs.Panel value="test">
          <TestTab webhook={webhook} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
