import { useQuery } from '@tanstack/react-query'
import type { Delivery, DeliveryDetail } from 'livehook/contract'
import { Fragment, lazy, Suspense, useEffect, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { deliveryQuery } from '../api/queries.ts'
import { NoneOpen } from '../feed/none-open.tsx'
import { PanelHead } from '../feed/panel-head.tsx'
import styles from '../feed/panel.module.css'
import { CopyLinkButton } from '../look/copy-button.tsx'
import { LoadError, Notice } from '../look/notice.tsx'
import { StateMark } from '../look/state-mark.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { CurlButton } from './curl-button.tsx'
import type { DeliverySearch, DetailTab } from './delivery-search.ts'
import { MoveButtons } from './move-buttons.tsx'

export interface DeliveryPanelProps {
  /** Absent: none is open. */
  deliveryId: string | undefined
  /** Whether there is anything to open. */
  hasChoice: boolean
  /** What the list knows of it, to be shown until all is known. */
  summary: Delivery | undefined
  /** The attempt that is looked at; else the last. */
  attempt: number | undefined
  tab: DetailTab | undefined
  onLook: (at: Pick<DeliverySearch, 'attempt' | 'tab'>) => void
  onClose: () => void
}

// Read as soon as the list stands, so that the first click need not wait for it; the list itself does not either.
const loadView = async () => ({ default: (await import('./detail/delivery-view.tsx')).DeliveryView })
const DeliveryView = lazy(loadView)

/** One delivery: what is wrong and what to do, then each attempt in all that is known of it. */
export function DeliveryPanel({ ref, ...props }: DeliveryPanelProps & { ref: Ref<HTMLElement> }) {
  const { t } = useTranslation()
  useEffect(() => void loadView(), [])
  return (
    <section ref={ref} className={styles.panel} aria-label={t('detail.region')} tabIndex={-1}>
      {props.deliveryId === undefined && props.hasChoice && (
        <NoneOpen title={t('empty.selectTitle')} text={t('empty.select')} />
      )}
      {props.deliveryId !== undefined && <Open {...props} deliveryId={props.deliveryId} />}
    </section>
  )
}

function Open(props: DeliveryPanelProps & { deliveryId: string }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { deliveryId, summary } = props
  const detail = useQuery(deliveryQuery(api, deliveryId))
  const known = detail.data ?? summary
  return (
    <>
      <Head known={known} detail={detail.data} onClose={props.onClose} />
      {/* A new delivery starts at its top. */}
      <div key={deliveryId} className={styles.body}>
        {detail.data !== undefined && (
          <Suspense fallback={null}>
            <DeliveryView detail={detail.data} attempt={props.attempt} tab={props.tab} onLook={props.onLook} />
          </Suspense>
        )}
        {detail.error !== null && detail.data === undefined && (
          <>
            {detail.error instanceof ApiError && detail.error.status === 404 ? (
              <Notice title={t('detail.notFoundTitle')} role="alert">
                <p>{t('detail.notFound')}</p>
              </Notice>
            ) : (
              <LoadError error={detail.error} onRetry={() => void detail.refetch()} />
            )}
          </>
        )}
      </div>
    </>
  )
}

/** What it is, and what can be done with it. */
function Head(props: {
  known: Delivery | DeliveryDetail | undefined
  detail: DeliveryDetail | undefined
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { known, detail } = props
  return (
    <PanelHead
      onClose={props.onClose}
      heading={
        known !== undefined && (
          <>
            <StateMark state={known.state} />
            <h2 className={styles.command}>
              <Stranger text={known.command} />
            </h2>
          </>
        )
      }
      actions={
        <>
          {detail !== undefined && (
            // What went wrong with one delivery says nothing of the next.
            <Fragment key={detail.deliveryId}>
              <MoveButtons detail={detail} />
              <CurlButton detail={detail} />
            </Fragment>
          )}
          <CopyLinkButton label={t('detail.copyLink')} />
        </>
      }
    />
  )
}
