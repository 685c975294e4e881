import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Delivery, Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import type { TimeRange } from '../feed/time-range.ts'
import { useServices } from '../services.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { Card } from './charts.tsx'
import { latestFailuresQuery } from './queries.ts'
import styles from './latest-failures.module.css'

/** The newest deliveries that were given up; each leads to its diagnosis. */
export function LatestFailures(props: {
  sdkAppId: number
  range: TimeRange
  webhooks: readonly Webhook[] | undefined
}) {
  const { t } = useTranslation('overview')
  const { api } = useServices()
  const { sdkAppId, range } = props
  const failures = useQuery(latestFailuresQuery(api, sdkAppId, range))
  return (
    <Card title={t('latest')}>
      {failures.data?.length === 0 && <p className={styles.none}>{t('noneDead')}</p>}
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

function Failure({ delivery, name }: { delivery: Delivery; name: string | undefined }) {
  const { t } = useTranslation()
  const symptom = delivery.lastAttempt?.symptom ?? 'none'
  return (
    <Link
      to="/apps/$sdkAppId/deliveries"
      params={{ sdkAppId: String(delivery.sdkAppId) }}
      search={{ state: 'dead', delivery: delivery.deliveryId }}
      className={styles.failure}
    >
      <Stranger text={delivery.command} className={styles.command} />
      <span className={styles.symptom}>
        {t(`symptom.${symptom}`)} <code>{delivery.lastAttempt?.detail}</code>
      </span>
      <span className={styles.name}>
        {name === undefined ? <em>{t('deliveries.deletedWebhook')}</em> : <Stranger text={name} />}
      </span>
      <Instant at={delivery.createdAt} className={styles.when} />
    </Link>
  )
}
