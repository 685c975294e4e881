import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import type { FeedListHandle } from '../feed/feed-list.tsx'
import { FeedRoom } from '../feed/feed-room.tsx'
import type { FeedLoad } from '../feed/feed.ts'
import { isEmptyFilter } from '../feed/filter-text.ts'
import { FilteredOut, RowsToCome } from '../feed/no-rows.tsx'
import { useFocusOnChange } from '../feed/use-focus-on-change.ts'
import { useListView } from '../feed/use-list-view.ts'
import { CommandBlock } from '../look/command-block.tsx'
import { askCommand } from '../look/commands.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { DecisionPanel } from './decision-panel.tsx'
import { DecisionRow } from './decision-row.tsx'
import { DecisionsBar } from './decisions-bar.tsx'
import { decisionGrammar, readDecisionFilter, type DecisionFilter } from './filter.ts'
import { idOf, useDecisionSource } from './use-decisions.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId/decisions')

/** The list of decisions, live, and the one that is open. */
export function DecisionsPage() {
  const { t } = useTranslation('decisions')
  const { api } = useServices()
  const navigate = route.useNavigate()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const search = route.useSearch()
  const filter = readDecisionFilter({ ...search })
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  const close = () => void navigate({ search: (now) => readDecisionFilter({ ...now }) })
  const list = useRef<FeedListHandle>(null)
  const view = useListView(list, {
    ...useDecisionSource(sdkAppId, filter),
    openId: search.decision,
    isAsideOpen: search.decision !== undefined,
    onOpen: (decision, replace) =>
      void navigate({ search: (now) => ({ ...readDecisionFilter({ ...now }), decision }), replace }),
    onClose: close,
  })
  const changeFilter = (next: DecisionFilter) => {
    view.forgetCursor()
    void navigate({ search: next })
  }
  const panel = useFocusOnChange(search.decision, list)
  useDocumentTitle(t('title'))

  const { load } = view.snapshot
  const { rows, nextCursor } = view.snapshot.feed
  const names = new Map(webhooks.data?.map(({ webhookId, name }) => [webhookId, name]))
  const isFiltered = !isEmptyFilter(decisionGrammar, filter)
  const isBare = rows.length === 0 && load.kind !== 'loading' && !isFiltered && search.decision === undefined
  const placeholder = isFiltered ? (
    <FilteredOut
      hasMore={typeof nextCursor === 'string'}
      onMore={() => void view.feed.loadMore()}
      onClear={() => changeFilter({})}
    />
  ) : (
    <NoDecisions sdkAppId={sdkAppId} />
  )
  const noRows = <NoRows load={load} onRetry={() => void view.feed.loadFirst()} placeholder={placeholder} />
  const bar = (
    <DecisionsBar
      filter={filter}
      isPaused={view.isPaused}
      webhookNames={names}
      onFilter={changeFilter}
      onPause={view.togglePaused}
    />
  )
  const aside = (
    <DecisionPanel
      ref={panel}
      decisionId={search.decision}
      hasChoice={rows.length > 0}
      webhookNames={names}
      tab={search.tab}
      onTab={(tab) => void navigate({ search: (now) => ({ ...now, tab }), replace: true })}
      onClose={close}
    />
  )
  return (
    <FeedRoom
      list={list}
      view={view}
      label={t('list')}
      idOf={idOf}
      renderRow={(decision, place) => (
        <DecisionRow
          {...place}
          decision={decision}
          webhookName={decision.webhookId === null ? undefined : names.get(decision.webhookId)}
          onOpen={view.open}
        />
      )}
      openId={search.decision}
      isAsideOpen={search.decision !== undefined}
      bar={bar}
      placeholder={noRows}
      isBare={isBare}
      aside={aside}
    />
  )
}

/** What stands where no rows are: they are on their way, they could not be loaded, or there are none. */
function NoRows(props: { load: FeedLoad; onRetry: () => void; placeholder: ReactNode }) {
  if (props.load.kind === 'failed') return <LoadError error={props.load.error} onRetry={props.onRetry} />
  return props.load.kind === 'loading' ? <RowsToCome /> : props.placeholder
}

/** No one has asked yet: how to. */
function NoDecisions({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation('decisions')
  const { t: base } = useTranslation()
  return (
    <Notice title={t('emptyTitle')}>
      <p>{t('empty')}</p>
      <CommandBlock command={askCommand(window.location.origin, sdkAppId)} />
      <p>{t('emptyWebhook')}</p>
      <p>{base('empty.key')}</p>
    </Notice>
  )
}
