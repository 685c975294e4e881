import type { Attempt, DeliveryDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from '../../look/classes.ts'
import { formatDuration } from '../../text/format.ts'
import { useCause } from '../../text/use-cause.ts'
import { AdviceList } from './advice-list.tsx'
import styles from './diagnosis-card.module.css'
import { noRedelivery } from '../moves.ts'
import { useWait } from '../use-wait.ts'

/** First of all, in words: what is wrong, what to do about it, and what happens next by itself. */
export function DiagnosisCard({ detail }: { detail: DeliveryDetail }) {
  const { t, i18n } = useTranslation()
  const last = detail.attempts.at(-1)
  const hasFailed = last !== undefined && last.symptom !== 'none'
  const advice = i18n.language === 'zh' ? detail.advice.zh : detail.advice.en
  return (
    <section className={classes(styles.card, styles[toneOf(detail)])} aria-label={t('detail.diagnosis')}>
      {hasFailed ? <Failure attempt={last} /> : <h3 className={styles.title}>{headline()}</h3>}
      {hasFailed && <AdviceList sentences={advice} heading={t(`symptom.${last.symptom}`)} />}
      {!hasFailed && detail.state === 'succeeded' && last !== undefined && (
        <p>{t('detail.deliveredText', { status: last.status ?? '', duration: formatDuration(last.durationMs) })}</p>
      )}
      <Next detail={detail} />
    </section>
  )

  function headline(): string {
    if (detail.state === 'succeeded') return t('detail.delivered')
    if (detail.state === 'cancelled') return t('detail.cancelled')
    return detail.state === 'claimed' ? t('detail.sending') : t('detail.firstWaits')
  }
}

/** What was wrong in plain words, and its stable code. */
function Failure({ attempt }: { attempt: Attempt }) {
  const causeOf = useCause()
  return (
    <h3 className={styles.title}>
      {causeOf(attempt)} <code className={styles.code}>{attempt.detail}</code>
    </h3>
  )
}

function toneOf(detail: DeliveryDetail): 'ok' | 'wait' | 'bad' | 'off' {
  if (detail.state === 'succeeded') return 'ok'
  if (detail.state === 'cancelled') return 'off'
  return detail.state === 'dead' ? 'bad' : 'wait'
}

/** What happens next by itself, or why nothing does. */
function Next({ detail }: { detail: DeliveryDetail }) {
  const { t } = useTranslation()
  const wait = useWait(detail)
  const obstacle = noRedelivery(detail)
  if (detail.reason !== null || obstacle !== undefined) {
    return (
      <>
        {detail.reason !== null && <p className={styles.next}>{reasonText(detail.reason)}</p>}
        {obstacle !== undefined && <p>{t(`detail.noRedelivery.${obstacle}`)}</p>}
      </>
    )
  }
  return wait === undefined ? null : <p className={styles.next}>{wait.text}</p>

  function reasonText(reason: string): string {
    switch (reason) {
      case 'retries_exhausted':
      case 'no_retry':
      case 'gone':
      case 'webhook_deleted':
      case 'app_deleted':
      case 'by_request':
        return t(`reason.${reason}`)
      default:
        return t('reason.other', { reason })
    }
  }
}
