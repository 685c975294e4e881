import { useQuery } from '@tanstack/react-query'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { decisionQuery } from '../api/queries.ts'
import { NoneOpen } from '../feed/none-open.tsx'
import { PanelHead } from '../feed/panel-head.tsx'
import styles from '../feed/panel.module.css'
import { CopyLinkButton } from '../look/copy-button.tsx'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import type { DecisionTab } from './decision-search.ts'
import { DecisionView } from './decision-view.tsx'
import { VerdictMark } from './verdict-mark.tsx'

export interface DecisionPanelProps {
  /** Absent: none is open. */
  decisionId: string | undefined
  /** Whether there is anything to open. */
  hasChoice: boolean
  webhookNames: ReadonlyMap<string, string>
  tab: DecisionTab | undefined
  onTab: (tab: DecisionTab) => void
  onClose: () => void
}

/** One decision: what was decided, by whom, how fast, and what was changed. */
export function DecisionPanel({ ref, ...props }: DecisionPanelProps & { ref: Ref<HTMLElement> }) {
  const { t } = useTranslation('decisions')
  return (
    <section ref={ref} className={styles.panel} aria-label={t('region')} tabIndex={-1}>
      {props.decisionId === undefined && props.hasChoice && <NoneOpen title={t('selectTitle')} text={t('select')} />}
      {props.decisionId !== undefined && <Open {...props} decisionId={props.decisionId} />}
    </section>
  )
}

function Open(props: DecisionPanelProps & { decisionId: string }) {
  const { t } = useTranslation('decisions')
  const { t: base } = useTranslation()
  const { api } = useServices()
  const detail = useQuery(decisionQuery(api, props.decisionId))
  const { data, error } = detail
  return (
    <>
      <PanelHead
        onClose={props.onClose}
        heading={
          data !== undefined && (
            <>
              <VerdictMark verdict={data.verdict} />
              <h2 className={styles.command}>
                <Stranger text={data.command} />
              </h2>
            </>
          )
        }
        actions={<CopyLinkButton label={base('detail.copyLink')} />}
      />
      {/* A new decision starts at its top. */}
      <div key={props.decisionId} className={styles.body}>
        {data !== undefined && (
          <DecisionView detail={data} webhookNames={props.webhookNames} tab={props.tab} onTab={props.onTab} />
        )}
        {error !== null &&
          data === undefined &&
          (error instanceof ApiError && error.status === 404 ? (
            <Notice title={t('notFoundTitle')} role="alert">
              <p>{t('notFound')}</p>
            </Notice>
          ) : (
            <LoadError error={error} onRetry={() => void detail.refetch()} />
          ))}
      </div>
    </>
  )
}
