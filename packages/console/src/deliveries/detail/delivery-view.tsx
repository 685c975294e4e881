import type { DeliveryDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { CopyIconButton } from '../../look/copy-button.tsx'
import { ExactInstant } from '../../text/instant.tsx'
import { Stranger } from '../../text/stranger.tsx'
import { AttemptList } from './attempt-list.tsx'
import { AttemptView } from './attempt-view.tsx'
import type { DeliverySearch, DetailTab } from '../delivery-search.ts'
import styles from './delivery-view.module.css'
import { DiagnosisCard } from './diagnosis-card.tsx'

export interface DeliveryViewProps {
  detail: DeliveryDetail
  /** The attempt that is looked at; else the last. */
  attempt: number | undefined
  tab: DetailTab | undefined
  onLook: (at: Pick<DeliverySearch, 'attempt' | 'tab'>) => void
}

/** All that is known of a delivery: the diagnosis, the facts, the attempts. */
export function DeliveryView({ detail, attempt, tab, onLook }: DeliveryViewProps) {
  const shown = detail.attempts.find((known) => known.number === attempt) ?? detail.attempts.at(-1)
  return (
    <>
      <DiagnosisCard detail={detail} />
      <Facts detail={detail} url={shown?.evidence.url ?? detail.webhook?.url} />
      <AttemptList
        attempts={detail.attempts}
        shownNumber={shown?.number}
        onShow={(number) => onLook({ attempt: String(number) })}
      />
      <AttemptView
        detail={detail}
        attempt={shown}
        tab={tab ?? usualTab(detail)}
        onTab={(next) => onLook({ tab: next })}
      />
    </>
  )
}

/** What one wants to see first: what was answered, where something was. */
function usualTab(detail: DeliveryDetail): DetailTab {
  const last = detail.attempts.at(-1)
  if (last === undefined || last.symptom === 'none') return 'request'
  return last.evidence.status === undefined ? 'connection' : 'answer'
}

/** @param props.url if the attempt that is looked at went */
function Facts({ detail, url }: { detail: DeliveryDetail; url: string | undefined }) {
  const { t } = useTranslation()
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t('detail.id')}</dt>
        <dd className={styles.id}>
          <code>{detail.deliveryId}</code>
          <CopyIconButton text={detail.deliveryId} label={t('copy.copy')} />
        </dd>
      </div>
      <div>
        <dt>{t('detail.event')}</dt>
        <dd className={styles.id}>
          <code>{detail.eventId}</code>
          <CopyIconButton text={detail.eventId} label={t('copy.copy')} />
        </dd>
      </div>
      <div>
        <dt>{t('detail.created')}</dt>
        <dd>
          <ExactInstant at={detail.createdAt} />
        </dd>
      </div>
      <div>
        <dt>{t('detail.client')}</dt>
        <dd>
          <Stranger text={`${detail.event.clientIp} · ${detail.event.optPlatform}`} />
        </dd>
      </div>
      <div className={styles.wide}>
        <dt>{t('detail.webhook')}</dt>
        <dd>
          {detail.webhook === null ? (
            <em>{t('deliveries.deletedWebhook')}</em>
          ) : (
            <>
              <Stranger text={detail.webhook.name} /> <Stranger text={url ?? ''} className={styles.url} />
            </>
          )}
        </dd>
      </div>
    </dl>
  )
}
