import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import type { FeedListHandle } from '../feed/feed-list.tsx'
import { FeedRoom } from '../feed/feed-room.tsx'
import { isEmptyFilter } from '../feed/filter-text.ts'
import { useFocusOnChange } from '../feed/use-focus-on-change.ts'
import { useListView } from '../feed/use-list-view.ts'
import { useMay } from '../frame/use-may.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { useServices } from '../services.ts'
import { DeliveriesBar } from './deliveries-bar.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { DeliveryRow } from './delivery-row.tsx'
import { deliveryGrammar, readFilter, type DeliveryFilter } from './filter.ts'
import { ListPlaceholder } from './list-placeholder.tsx'
import { idOf, useDeliverySource } from './use-deliveries.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId/deliveries')

// Opened by few, seldom.
const RedeliveriesPanel = lazy(async () => ({
  default: (await import('../redeliveries/redeliveries-panel.tsx')).RedeliveriesPanel,
}))

/** The list of deliveries, live, and the one that is open. */
export function DeliveriesPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const may = useMay()
  const navigate = route.useNavigate()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const search = route.useSearch()
  const filter = readFilter({ ...search })
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  const isPanelOpen = search.panel === 'redeliveries' && may.change
  const isAsideOpen = search.delivery !== undefined || isPanelOpen
  const close = () => void navigate({ search: (now) => readFilter({ ...now }) })
  const list = useRef<FeedListHandle>(null)
  const view = useListView(list, {
    ...useDeliverySource(sdkAppId, filter),
    openId: search.delivery,
    isAsideOpen,
    onOpen: (delivery, replace) =>
      void navigate({ search: (now) => ({ ...readFilter({ ...now }), delivery }), replace }),
    onClose: close,
  })
  const changeFilter = (next: DeliveryFilter) => {
    view.forgetCursor()
    // Who has the redeliveries open sees what another filter would redeliver.
    void navigate({ search: isPanelOpen ? { ...next, panel: 'redeliveries' } : next })
  }
  const togglePanel = () => (isPanelOpen ? close() : void navigate({ search: { ...filter, panel: 'redeliveries' } }))
  const panel = useFocusOnChange(search.delivery, list)
  useDocumentTitle(t('deliveries.title'))

  const { rows, nextCursor } = view.snapshot.feed
  const names =
    webhooks.data === undefined ? undefined : new Map(webhooks.data.map(({ webhookId, name }) => [webhookId, name]))
  const { load } = view.snapshot
  const isFiltered = !isEmptyFilter(deliveryGrammar, filter)
  // Nothing to list and nothing to open: the whole room says what to do first.
  const isBare = rows.length === 0 && load.kind !== 'loading' && !isFiltered && !isAsideOpen
  const placeholder = (
    <ListPlaceholder
      load={load}
      isFiltered={isFiltered}
      hasMore={typeof nextCursor === 'string'}
      sdkAppId={sdkAppId}
      webhooks={webhooks.data}
      onRetry={() => void view.feed.loadFirst()}
      onMore={() => void view.feed.loadMore()}
      onClear={() => changeFilter({})}
    />
  )
  const bar = (
    <DeliveriesBar
      sdkAppId={sdkAppId}
      filter={filter}
      isPaused={view.isPaused}
      webhookNames={names}
      onFilter={changeFilter}
      onPause={view.togglePaused}
      redeliveries={may.change ? { isOpen: isPanelOpen, onToggle: togglePanel } : undefined}
    />
  )
  const aside = isPanelOpen ? (
    <Suspense fallback={<div />}>
      <RedeliveriesPanel sdkAppId={sdkAppId} filter={filter} onClose={close} />
    </Suspense>
  ) : (
    <DeliveryPanel
      ref={panel}
      deliveryId={search.delivery}
      hasChoice={rows.length > 0}
      summary={rows.find((row) => row.deliveryId === search.delivery)}
      attempt={search.attempt === undefined ? undefined : Number(search.attempt)}
      tab={search.tab}
      onLook={(at) => void navigate({ search: (now) => ({ ...now, ...at }), replace: true })}
      onClose={close}
    />
  )
  return (
    <FeedRoom
      list={list}
      view={view}
      label={t('deliveries.list')}
      idOf={idOf}
      renderRow={(delivery, place) => (
        <DeliveryRow
          {...place}
          delivery={delivery}
          webhookName={names?.get(delivery.webhookId)}
          hasNames={names !== undefined}
          onOpen={view.open}
        />
      )}
      openId={search.delivery}
      isAsideOpen={isAsideOpen}
      bar={bar}
      placeholder={placeholder}
      isBare={isBare}
      aside={aside}
    />
  )
}
