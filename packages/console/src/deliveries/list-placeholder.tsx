import { useQuery } from '@tanstack/react-query'
import type { Webhook } from 'livehook/contract'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { commandsQuery } from '../api/queries.ts'
import type { FeedLoad } from '../feed/feed.ts'
import { FilteredOut, RowsToCome } from '../feed/no-rows.tsx'
import { CommandBlock } from '../look/command-block.tsx'
import { createWebhookCommand, sendEventCommand } from '../look/commands.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'

// Seen while an app is new.
const FirstEvent = lazy(async () => ({ default: (await import('../first-run/first-event.tsx')).FirstEvent }))

/** The line that hands in an event, or asks, of a command that a webhook here wants: once the catalogue says which is which. */
function SendEvent({ sdkAppId, wanted }: { sdkAppId: number; wanted: readonly string[] }) {
  const { api } = useServices()
  const { data } = useQuery(commandsQuery(api, sdkAppId))
  if (data === undefined) return null
  return <CommandBlock command={sendEventCommand(window.location.origin, sdkAppId, { wanted, known: data })} />
}

/** What stands where no rows are: they are on their way, they could not be loaded, or there are none, and what then. */
export function ListPlaceholder(props: {
  load: FeedLoad
  isFiltered: boolean
  /** Whether older ones were not looked at. */
  hasMore: boolean
  sdkAppId: number
  webhooks: readonly Webhook[] | undefined
  onRetry: () => void
  onMore: () => void
  onClear: () => void
}) {
  const { t } = useTranslation()
  if (props.load.kind === 'failed') return <LoadError error={props.load.error} onRetry={props.onRetry} />
  if (props.load.kind === 'loading' || props.webhooks === undefined) return <RowsToCome />
  if (props.isFiltered) {
    return <FilteredOut hasMore={props.hasMore} onMore={props.onMore} onClear={props.onClear} />
  }
  const { origin } = window.location
  const hasWebhook = props.webhooks.length > 0
  const commands = props.webhooks.flatMap((webhook) => webhook.commands)
  return (
    <Notice title={t('empty.deliveriesTitle')}>
      <p>{hasWebhook ? t('empty.deliveries') : t('empty.deliveriesNoWebhook')}</p>
      <Suspense fallback={null}>
        <FirstEvent sdkAppId={props.sdkAppId} webhooks={props.webhooks} />
      </Suspense>
      {hasWebhook ? (
        <SendEvent sdkAppId={props.sdkAppId} wanted={commands} />
      ) : (
        <CommandBlock command={createWebhookCommand(origin, props.sdkAppId)} />
      )}
      <p>{t('empty.key')}</p>
    </Notice>
  )
}
