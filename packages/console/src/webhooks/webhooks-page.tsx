import { Button, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../frame/use-keys.ts'
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

/** The app's webhooks: where its events go, and how that is going. Read page by page, found by a part of what they are. */
export function WebhooksPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const [q, setQ] = useState('')
  const list = useInfiniteQuery({
    queryKey: ['webhooks', sdkAppId, 'found', q],
    queryFn: ({ pageParam }) => api.findWebhooks(sdkAppId, { q, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 0,
    // Of a long list the first page alone would be worth its price.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : healthMs),
  })
  useDocumentTitle(t('webhooks.title'))
  const webhooks = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const total = list.data?.pages[0]?.total
  const isBare = total === 0 && q === ''
  const { hasNextPage, isFetching, fetchNextPage } = list
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <h1 className={styles.title}>{t('webhooks.title')}</h1>
        {!isBare && <SearchBox onSearch={setQ} />}
        {total !== undefined && !isBare && (
          <output className={styles.count}>{t('webhooks.count', { count: total })}</output>
        )}
        <NewWebhookLink sdkAppId={sdkAppId} />
      </div>
      {list.data === undefined && list.error !== null && (
        <LoadError error={list.error} onRetry={() => void list.refetch()} />
      )}
      {isBare && (
        <Notice title={t('empty.webhooksTitle')}>
          <p>{t('empty.webhooks')}</p>
          <FirstWebhook sdkAppId={sdkAppId} />
          <CommandBlock command={createWebhookCommand(window.location.origin, sdkAppId)} />
          <p>{t('empty.key')}</p>
        </Notice>
      )}
      {total === 0 && q !== '' && <p className={styles.note}>{t('webhooks.noneFound')}</p>}
      {webhooks.length > 0 && (
        <WebhookTable
          webhooks={webhooks}
          canReadOn={hasNextPage && !isFetching}
          onReadOn={() => void fetchNextPage({ cancelRefetch: false })}
          note={webhooks.some((webhook) => !webhook.tokenSet) ? t('webhooks.tokenNotSetHint') : undefined}
        />
      )}
    </div>
  )
}

/** While one types, the service is asked after a moment's rest. */
const restMs = 250

function SearchBox({ onSearch }: { onSearch: (q: string) => void }) {
  const { t } = useTranslation()
  const box = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  useKeys({ '/': () => box.current?.focus() })
  useEffect(() => {
    const timer = window.setTimeout(() => onSearch(text.trim()), restMs)
    return () => window.clearTimeout(timer)
  }, [text, onSearch])
  return (
    <TextInput
      ref={box}
      size="xs"
      type="search"
      className={styles.search}
      aria-label={t('webhooks.search')}
      placeholder={t('webhooks.search')}
      maxLength={256}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
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
