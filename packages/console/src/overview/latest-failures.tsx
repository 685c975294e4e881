import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Delivery, Stats, Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import type { TimeRange } from '../feed/time-range.ts'
import { useServices } from '../services.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { useCause } from '../text/use-cause.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { Card } from './card.tsx'
import { latestFailuresQuery } from './queries.ts'
import styles from './latest-failures.module.css'

/** The newest deliveries that were given up; each leads to its diagnosis. */
export function LatestFailures(props: {
  sdkAppId: number
  range: TimeRange
  stats: Stats
  webhooks: readonly Webhook[] | undefined
}) {
  const { t } = useTranslation('overview')
  const { api } = useServices()
  const { sdkAppId, range } = props
  const failures = useQuery(latestFailuresQuery(api, sdkAppId, range))
  return (
    <Card title={t('latest')}>
      {failures.data?.length === 0 && <NoneDead sdkAppId={sdkAppId} stats={props.stats} />}
      <ol className={styles.list}>
        {failures.data?.map((delivery) => (
          <li key={delivery.deliveryId}>
            <Failure
              delivery={delivery}
              name={props.webhooks?.find((webhook) => webhook.webhookId === delivery.webhookId)?.name}
            />
          </li>
        ))}
      </ol>
      {failures.data !== undefined && failures.data.length > 0 && (
        <Link
          to="/apps/$sdkAppId/deliveries"
          params={{ sdkAppId: String(sdkAppId) }}
          search={{ state: 'dead', ...range }}
        >
          {t('allDead')}
        </Link>
      )}
    </Card>
  )
}

/** If nothing was given up, something may still be held: that is no good news. */
function NoneDead({ sdkAppId, stats }: { sdkAppId: number; stats: Stats }) {
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const waiting = stats.backlog.reduce((sum, one) => sum + one.waiting, 0)
  if (waiting === 0) return <p className={styles.none}>{t('noneDead')}</p>
  return (
    <p className={styles.none}>
      {t('noneDeadYet', { waiting: new Intl.NumberFormat(tag).format(waiting) })}{' '}
      <Link to="/apps/$sdkAppId/deliveries" params={{ sdkAppId: String(sdkAppId) }} search={{ state: 'pending' }}>
        {t('showWaiting')}
      </Link>
    </p>
  )
}

function Failure({ delivery, name }: { delivery: Delivery; name: string | undefined }) {
  const { t } = useTranslation()
  const causeOf = useCause()
  return (
    <Link
      to="/apps/$sdkAppId/deliveries"
      params={{ sdkAppId: String(delivery.sdkAppId) }}
      search={{ state: 'dead', delivery: delivery.deliveryId }}
      className={styles.failure}
    >
      <Stranger text={delivery.command} className={styles.command} />
      <span className={styles.symptom}>
        {delivery.lastAttempt !== null && causeOf(delivery.lastAttempt)} <code>{delivery.lastAttempt?.detail}</code>
      </span>
      <span className={styles.name}>
        {name === undefined ? <em>{t('deliveries.deletedWebhook')}</em> : <Stranger text={name} />}
      </span>
      <Instant at={delivery.createdAt} className={styles.when} />
    </Link>
  )
}
