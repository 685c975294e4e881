import { Link } from '@tanstack/react-router'
import type { Stats } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { failureSymptoms } from '../deliveries/symptoms.ts'
import type { TimeRange } from '../feed/time-range.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { Card } from './card.tsx'
import { summaryOf } from './series.ts'
import styles from './symptoms.module.css'

/** What attempts failed by, the most frequent first; each leads to its deliveries. */
export function Symptoms({ stats, sdkAppId, range }: { stats: Stats; sdkAppId: number; range: TimeRange }) {
  const { t } = useTranslation('overview')
  const { t: base } = useTranslation()
  const tag = useFormatTag()
  const counts = failureSymptoms
    .map((symptom) => ({ symptom, count: stats.total.symptoms[symptom] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => other.count - one.count)
  const most = counts[0]?.count ?? 1
  const { failed, attempts, failedShare } = summaryOf(stats)
  const number = new Intl.NumberFormat(tag)
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 })
  return (
    <Card title={t('symptoms')}>
      {counts.length === 0 && <p className={styles.none}>{t('noFailures')}</p>}
      {failed > 0 && (
        <p className={styles.none}>
          {t('failedAttempts', {
            failed: number.format(failed),
            attempts: number.format(attempts),
            share: percent.format(failedShare ?? 0),
          })}
        </p>
      )}
      <ol className={styles.list}>
        {counts.map(({ symptom, count }) => (
          <li key={symptom} className={styles.entry}>
            <Link
              to="/apps/$sdkAppId/deliveries"
              params={{ sdkAppId: String(sdkAppId) }}
              search={{ symptom, ...range }}
              className={styles.name}
            >
              {base(`group.${symptom}`)}
            </Link>
            <span className={styles.count}>{new Intl.NumberFormat(tag).format(count)}</span>
            <span className={styles.track} aria-hidden>
              <span style={{ width: `${(count / most) * 100}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
