import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { FeedList, type FeedListHandle } from '../feed/feed-list.tsx'
import styles from '../feed/feed-page.module.css'
import { isEmptyFilter } from '../feed/filter-text.ts'
import { HeldChip } from '../feed/held-chip.tsx'
import { Split } from '../feed/split.tsx'
import { useFocusOnChange } from '../feed/use-focus-on-change.ts'
import { useListView } from '../feed/use-list-view.ts'
import { useMay } from '../frame/use-may.ts'
import { classes } from '../look/classes.ts'
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
  const close = () => void navigate({ search: (now) => readFilter({ ...now }) })
  const list = useRef<FeedListHandle>(null)
  const view = useListView(list, {
    ...useDeliverySource(sdkAppId, filter),
    openId: search.delivery,
    isAsideOpen: search.delivery !== undefined || isPanelOpen,
    onOpen: (delivery, replace) =>
      void navigate({ search: (now) => ({ ...readFilter({ ...now }), delivery }), replace }),
    onClose: close,
  })
  const changeFilter = (next: DeliveryFilter) => {
    view.forgetCursor()
    // Who has the redeliveries open sees what another filter would redeliver.
    void navigate({ search: isPanelOpen ? { ...next, panel: 'redeliveries' } : next })
  }
  const panel = useFocusOnChange(search.delivery, list)
  useDocumentTitle(t('deliveries.title'))

  const { rows, held, nextCursor } = view.snapshot.feed
  const names =
    webhooks.data === undefined ? undefined : new Map(webhooks.data.map(({ webhookId, name }) => [webhookId, name]))
  const { load } = view.snapshot
  const isFiltered = !isEmptyFilter(deliveryGrammar, filter)
  // Nothing to list and nothing to open: the whole room says what to do first.
  const isBare =
    rows.length === 0 && load.kind !== 'loading' && !isFiltered && search.delivery === undefined && !isPanelOpen
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
  return (
    <div className={classes(styles.page, (search.delivery !== undefined || isPanelOpen) && styles.isOpen)}>
      <DeliveriesBar
        filter={filter}
        isPaused={view.isPaused}
        webhookNames={names}
        onFilter={changeFilter}
        onPause={view.togglePaused}
        redeliveries={
          may.change
            ? {
                isOpen: isPanelOpen,
                onToggle: () =>
                  isPanelOpen ? close() : void navigate({ search: { ...filter, panel: 'redeliveries' } }),
              }
            : undefined
        }
      />
      {isBare ? (
        placeholder
      ) : (
        <Split label={t('feed.resize')}>
          <div className={styles.list}>
            {rows.length === 0 ? (
              placeholder
            ) : (
              <FeedList
                ref={list}
                label={t('deliveries.list')}
                rows={rows}
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
                load={load}
                isAtEnd={nextCursor === null}
                selectedId={search.delivery}
                cursorId={view.cursorId}
                onCursor={view.moveCursor}
                onTop={view.setAtTop}
                onNeedMore={() => void view.feed.loadMore()}
              />
            )}
            {held.length > 0 && (
              <HeldChip count={held.length} isMore={view.snapshot.feed.hasGap} onShow={view.showHeld} />
            )}
          </div>
          {isPanelOpen ? (
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
          )}
        </Split>
      )}
    </div>
  )
}
