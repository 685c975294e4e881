import { Button } from '@mantine/core'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { CommandBlock } from '../look/command-block.tsx'
import { createWebhookCommand, sendEventCommand } from '../look/commands.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import type { FeedLoad } from './feed.ts'
import styles from './list-placeholder.module.css'

/** What stands where no rows are: they are on their way, they could not be loaded, or there are none, and what then. */
export function ListPlaceholder(props: {
  load: FeedLoad
  isFiltered: boolean
  sdkAppId: number
  webhooks: readonly Webhook[] | undefined
  onRetry: () => void
  onClear: () => void
}) {
  const { t } = useTranslation()
  if (props.load.kind === 'failed') return <LoadError error={props.load.error} onRetry={props.onRetry} />
  if (props.load.kind === 'loading' || props.webhooks === undefined) return <RowsToCome />
  if (props.isFiltered) {
    return (
      <Notice title={t('empty.filteredTitle')}>
        <p>{t('empty.filtered')}</p>
        <div>
          <Button size="compact-sm" variant="default" onClick={props.onClear}>
            {t('deliveries.clearFilter')}
          </Button>
        </div>
      </Notice>
    )
  }
  const { origin } = window.location
  const hasWebhook = props.webhooks.length > 0
  const commands = props.webhooks.flatMap((webhook) => webhook.commands)
  return (
    <Notice title={t('empty.deliveriesTitle')}>
      <p>{hasWebhook ? t('empty.deliveries') : t('empty.deliveriesNoWebhook')}</p>
      <CommandBlock
        command={
          hasWebhook ? sendEventCommand(origin, props.sdkAppId, commands) : createWebhookCommand(origin, props.sdkAppId)
        }
      />
      <p>{t('empty.key')}</p>
    </Notice>
  )
}

function RowsToCome() {
  return (
    <div className={styles.rows} aria-hidden>
      {Array.from({ length: 14 }, (_, index) => (
        <div key={index} className={styles.row}>
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  )
}
