import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { MenuChip, Segments } from '../feed/bar/choice.tsx'
import { FilterChips } from '../feed/bar/filter-chips.tsx'
import { appsQuery, webhooksQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import styles from '../look/page.module.css'
import { keysQuery } from '../keys/queries.ts'
import { useServices } from '../services.ts'
import { auditActions } from './actions.ts'
import { AuditList } from './audit-list.tsx'
import type { AuditSearch } from './audit-search.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId/audit')

/** Who changed what, from where, and what it was before. */
export function AuditPage() {
  const { t } = useTranslation('audit')
  const { t: base } = useTranslation()
  const { api } = useServices()
  const may = useMay()
  const navigate = route.useNavigate()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const search = route.useSearch()
  const { entry, scope, action, actor } = search
  const filter = { action, actor, ...(scope === 'app' ? { sdkAppId } : {}) }
  const log = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => api.listAudit(withoutAbsent(filter), pageParam),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled: may.change,
    staleTime: 0,
  })
  const names = useNames(sdkAppId, may.administer)
  useDocumentTitle(t('title'))
  const change = (next: AuditSearch) => void navigate({ search: next })
  if (!may.change) {
    return (
      <Notice title={t('title')} isPage>
        <p>{t('notAllowed')}</p>
      </Notice>
    )
  }
  const { action: _action, entry: _entry, ...withoutAction } = search
  const { actor: _actor, ...withoutActor } = search
  const { scope: _scope, ...withoutScope } = search
  const entries = log.data?.pages.flatMap((page) => page.items)
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <h1 className={styles.title}>{t('title')}</h1>
        {may.administer && (
          <Segments
            label={t('scope')}
            all={t('everything')}
            value={scope}
            choices={[['app', t('thisApp')]]}
            onChoose={(value) => change(value === undefined ? withoutScope : { ...withoutScope, scope: value })}
          />
        )}
        <MenuChip
          word={t('action')}
          any={t('anyAction')}
          value={auditActions.find((known) => known === action)}
          choices={auditActions.map((known) => [known, t(`actionWord.${known}`)] as const)}
          onChoose={(value) => change(value === undefined ? withoutAction : { ...withoutAction, action: value })}
        />
        <FilterChips
          chips={actor === undefined ? [] : [{ member: t('actor'), word: actor, onRemove: () => change(withoutActor) }]}
        />
      </div>
      <div className={styles.body}>
        {entries === undefined && log.error !== null && (
          <LoadError error={log.error} onRetry={() => void log.refetch()} />
        )}
        {entries?.length === 0 && (
          <Notice title={t('emptyTitle')}>
            <p>{t('empty')}</p>
          </Notice>
        )}
        {entries !== undefined && entries.length > 0 && (
          <AuditList
            entries={entries}
            names={names}
            openId={entry}
            onOpen={(auditId) =>
              change({
                ...withoutAction,
                ...(action === undefined ? {} : { action }),
                ...(auditId === undefined ? {} : { entry: auditId }),
              })
            }
            onActor={(id) => change({ ...withoutActor, actor: id })}
          />
        )}
        {log.hasNextPage && (
          <div>
            <Button
              size="compact-sm"
              variant="default"
              loading={log.isFetchingNextPage}
              onClick={() => void log.fetchNextPage()}
            >
              {base('empty.lookFurther')}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

/** Names of the apps, of this app's webhooks, and of the keys if they may be read. */
function useNames(sdkAppId: number, mayReadKeys: boolean): ReadonlyMap<string, string> {
  const { api } = useServices()
  const apps = useQuery(appsQuery(api))
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  const keys = useQuery({ ...keysQuery(api), enabled: mayReadKeys, refetchInterval: false })
  return new Map([
    ...(apps.data ?? []).map((app) => [String(app.sdkAppId), app.name] as const),
    ...(webhooks.data ?? []).map(({ webhookId, name }) => [webhookId, name] as const),
    ...(keys.data ?? []).map(({ keyId, name }) => [keyId, name] as const),
  ])
}

function withoutAbsent(filter: { action: string | undefined; actor: string | undefined; sdkAppId?: number }) {
  const { action, actor, sdkAppId } = filter
  return {
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(sdkAppId === undefined ? {} : { sdkAppId }),
  }
}
