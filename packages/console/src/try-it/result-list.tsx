import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AskAnswer, EventAccepted } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { deliveryQuery } from '../api/queries.ts'
import { classes } from '../look/classes.ts'
import { StateMark } from '../look/state-mark.tsx'
import { useServices } from '../services.ts'
import { formatDuration } from '../text/format.ts'
import { Stranger } from '../text/stranger.tsx'
import { useCause } from '../text/use-cause.ts'
import { visibleText } from '../text/visible-text.ts'
import styles from './result-list.module.css'
import type { NumberedResult } from './results.ts'

/** What was sent and asked here, the newest first, and how it stands now. */
export function ResultList({ sdkAppId, results }: { sdkAppId: number; results: readonly NumberedResult[] }) {
  const { t } = useTranslation('tryIt')
  if (results.length === 0) return <p className={styles.none}>{t('noResults')}</p>
  return (
    <ol className={styles.list}>
      {results.map(({ number, result }) => (
        <li key={number} className={styles.result}>
          <h3 className={styles.word}>{result.command}</h3>
          {result.kind === 'sent' ? (
            <Sent sdkAppId={sdkAppId} accepted={result.accepted} />
          ) : (
            <Asked sdkAppId={sdkAppId} answer={result.answer} />
          )}
        </li>
      ))}
    </ol>
  )
}

function Sent({ sdkAppId, accepted }: { sdkAppId: number; accepted: EventAccepted }) {
  const { t } = useTranslation('tryIt')
  return (
    <>
      <output className={styles.line}>
        {t(`status.${accepted.status}`)} <code className={styles.id}>{accepted.eventId}</code>
      </output>
      <ul className={styles.deliveries}>
        {accepted.deliveries.map((deliveryId) => (
          <li key={deliveryId}>
            <DeliveryLine sdkAppId={sdkAppId} deliveryId={deliveryId} />
          </li>
        ))}
      </ul>
    </>
  )
}

/** One delivery as it stands: the live stream keeps it true. */
function DeliveryLine({ sdkAppId, deliveryId }: { sdkAppId: number; deliveryId: string }) {
  const { t: words } = useTranslation('tryIt')
  const causeOf = useCause()
  const { api } = useServices()
  const { data } = useQuery(deliveryQuery(api, deliveryId))
  const last = data?.attempts.at(-1)
  return (
    <div className={styles.delivery}>
      {data !== undefined && <StateMark state={data.state} />}
      {data?.webhook !== undefined && data.webhook !== null && <Stranger text={data.webhook.name} />}
      {last !== undefined && (
        <span className={styles.note}>
          {last.symptom !== 'none' && `${causeOf(last)} · `}
          {formatDuration(last.durationMs)}
        </span>
      )}
      <Link
        to="/apps/$sdkAppId/deliveries"
        params={{ sdkAppId: String(sdkAppId) }}
        search={{ delivery: deliveryId }}
        className={styles.open}
      >
        {words('openDelivery')}
      </Link>
    </div>
  )
}

function Asked({ sdkAppId, answer }: { sdkAppId: number; answer: AskAnswer }) {
  const { t } = useTranslation('tryIt')
  const replaced = Object.keys(answer.replace)
  return (
    <>
      <output className={styles.line}>
        <span className={classes(styles.verdict, styles[answer.verdict])}>{t(`verdict.${answer.verdict}`)}</span>{' '}
        {t(`decidedBy.${answer.decidedBy}`)}
      </output>
      <p className={styles.note}>
        {t('took', { duration: formatDuration(answer.durationMs), deadline: formatDuration(answer.deadlineMs) })}
        {answer.rule !== null && ` · ${t('rule', { rule: answer.rule })}`}
      </p>
      {answer.verdict === 'deny' && (
        <p className={styles.note}>
          {t('clientSees', { code: answer.errorCode })} <Stranger text={answer.errorInfo} />
        </p>
      )}
      {replaced.length > 0 && (
        <pre className={styles.replaced}>
          <code dir="ltr">{visibleText(JSON.stringify(answer.replace, undefined, 2))}</code>
        </pre>
      )}
      <Link
        to="/apps/$sdkAppId/decisions"
        params={{ sdkAppId: String(sdkAppId) }}
        search={{ decision: answer.decisionId }}
        className={styles.open}
      >
        {t('openDecision')}
      </Link>
    </>
  )
}
