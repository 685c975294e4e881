import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconRefresh, IconTable } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import bar from '../feed/bar/feed-bar.module.css'
import { PauseButton } from '../feed/bar/pause-button.tsx'
import { RangePicker } from '../feed/bar/range-picker.tsx'
import { readTimeRange, type TimeRange } from '../feed/time-range.ts'
import { IncidentStrip } from '../incidents/incident-strip.tsx'
import { useKeys } from '../frame/use-keys.ts'
import { classes } from '../look/classes.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { usualRange } from './chart-window.ts'
import { LatestFailures } from './latest-failures.tsx'
import styles from './overview-page.module.css'
import { statsQuery } from './queries.ts'
import { Symptoms } from './symptoms.tsx'
import { Tiles } from './tiles.tsx'
import { useFreshness } from './use-freshness.ts'
import { WebhooksHealth } from './webhooks-health.tsx'

const route = getRouteApi('/signed-in/apps/$sdkAppId/overview')

// What is broken must not wait for what draws charts.
const Charts = lazy(async () => ({ default: (await import('./charts.tsx')).Charts }))

/** How an app is doing: what happened over time, what fails, and what waits. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const { api } = useServices()
  const navigate = route.useNavigate()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const { view, ...search } = route.useSearch()
  const chosen = readTimeRange({ ...search })
  const range = Object.keys(chosen).length === 0 ? usualRange : chosen
  const [isPaused, setPaused] = useState(false)
  const stats = useQuery({ ...statsQuery(api, sdkAppId, range), placeholderData: keepPreviousData })
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  useFreshness({ sdkAppId, isHeld: isPaused || range.to !== undefined })
  useDocumentTitle(t('title'))
  const togglePaused = () => setPaused(!isPaused)
  const refresh = () => void Promise.all([stats.refetch(), webhooks.refetch()])
  useKeys({ p: togglePaused, r: refresh })
  const changeRange = (next: TimeRange) =>
    void navigate({ search: (now) => ({ ...(now.view === undefined ? {} : { view: now.view }), ...next }) })
  const toggleTable = () =>
    void navigate({
      search: (now) => ({ ...readTimeRange({ ...now }), ...(view === undefined ? { view: 'table' } : {}) }),
    })
  return (
    <div className={styles.page}>
      <div className={bar.bar}>
        <h1 className={bar.title}>{t('title')}</h1>
        <RangePicker range={range} onRange={changeRange} />
        <button
          type="button"
          className={classes(bar.chip, view === 'table' && bar.isOn)}
          aria-pressed={view === 'table'}
          onClick={toggleTable}
        >
          <IconTable size={14} stroke={2} aria-hidden />
          {t('asTable')}
        </button>
        <span className={styles.space} />
        <button type="button" className={bar.chip} onClick={refresh}>
          <IconRefresh size={14} stroke={2} aria-hidden />
          {t('refresh')}
        </button>
        <PauseButton isPaused={isPaused} onPause={togglePaused} />
      </div>
      {stats.data === undefined ? (
        stats.error !== null && <LoadError error={stats.error} onRetry={refresh} />
      ) : (
        <div className={styles.body}>
          <IncidentStrip sdkAppId={sdkAppId} />
          <Tiles stats={stats.data} sdkAppId={sdkAppId} webhookCount={webhooks.data?.length} />
          <Suspense fallback={null}>
            <Charts stats={stats.data} webhooks={webhooks.data ?? []} asTable={view === 'table'} />
          </Suspense>
          <div className={styles.columns}>
            <Symptoms stats={stats.data} sdkAppId={sdkAppId} range={range} />
            <WebhooksHealth stats={stats.data} sdkAppId={sdkAppId} webhooks={webhooks.data} />
          </div>
          <LatestFailures stats={stats.data} sdkAppId={sdkAppId} range={range} webhooks={webhooks.data} />
        </div>
      )}
    </div>
  )
}
