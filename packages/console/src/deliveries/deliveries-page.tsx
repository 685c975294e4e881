import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { classes } from '../look/classes.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { useServices } from '../services.ts'
import styles from './deliveries-page.module.css'
import { DeliveriesBar } from './deliveries-bar.tsx'
import { DeliveryList, type DeliveryListHandle } from './delivery-list.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { maxHeld } from './feed-state.ts'
import { isEmptyFilter, readFilter } from './filter.ts'
import { ListPlaceholder } from './list-placeholder.tsx'
import { Split } from './split.tsx'
import { useFocusOnChange } from './use-focus-on-change.ts'
import { useListView } from './use-list-view.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId/deliveries')

/** The list of deliveries, live, and the one that is open. */
export function DeliveriesPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const search = route.useSearch()
  const filter = readFilter({ ...search })
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  const list = useRef<DeliveryListHandle>(null)
  const view = useListView(sdkAppId, search, list)
  const { rows, held } = view.snapshot.feed
  const panel = useFocusOnChange(search.delivery, list)
  useDocumentTitle(t('deliveries.title'))

  const names = new Map(webhooks.data?.map((webhook) => [webhook.webhookId, webhook.name]))
  const selected = rows.find((row) => row.deliveryId === search.delivery)
  const { load } = view.snapshot
  // Nothing to list and nothing to open: the whole room says what to do first.
  const isBare = rows.length === 0 && load.kind !== 'loading' && isEmptyFilter(filter) && search.delivery === undefined
  const placeholder = (
    <ListPlaceholder
      load={load}
      isFiltered={!isEmptyFilter(filter)}
      sdkAppId={sdkAppId}
      webhooks={webhooks.data}
      onRetry={() => void view.feed.loadFirst()}
      onClear={() => view.changeFilter({})}
    />
  )
  return (
    <div className={classes(styles.page, search.delivery !== undefined && styles.isOpen)}>
      <DeliveriesBar
        filter={filter}
        isPaused={view.isPaused}
        onFilter={view.changeFilter}
        onPause={view.togglePaused}
      />
      {isBare ? (
        placeholder
      ) : (
        <Split label={t('deliveries.resize')}>
          <div className={styles.list}>
            {rows.length === 0 ? (
              placeholder
            ) : (
              <DeliveryList
                ref={list}
                rows={rows}
                webhookNames={webhooks.data === undefined ? undefined : names}
                load={load}
                isAtEnd={view.snapshot.feed.nextCursor === null}
                selectedId={search.delivery}
                cursorId={view.cursorId}
                onCursor={view.moveCursor}
                onOpen={view.open}
                onTop={view.setAtTop}
                onNeedMore={() => void view.feed.loadMore()}
              />
            )}
            {held.length > 0 && (
              <HeldChip count={held.length} isMore={view.snapshot.feed.hasGap} onShow={view.showHeld} />
            )}
          </div>
          <DeliveryPanel
            ref={panel}
            deliveryId={search.delivery}
            hasChoice={rows.length > 0}
            summary={selected}
            attempt={search.attempt === undefined ? undefined : Number(search.attempt)}
            tab={search.tab}
            onLook={view.look}
            onClose={view.close}
          />
        </Split>
      )}
    </div>
  )
}

function HeldChip(props: { count: number; isMore: boolean; onShow: () => void }) {
  const { t } = useTranslation()
  const { count } = props
  const isMany = props.isMore || count >= maxHeld
  const many = { count: maxHeld - 1 }
  return (
    <button
      type="button"
      className={styles.held}
      aria-label={isMany ? t('deliveries.showMany', many) : t('deliveries.showNew', { count })}
      onClick={props.onShow}
    >
      <span aria-hidden>↑ </span>
      {isMany ? t('deliveries.newMany', many) : t('deliveries.new', { count })}
    </button>
  )
}
