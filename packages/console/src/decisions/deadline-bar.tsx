import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { formatDuration } from '../text/format.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import styles from './deadline-bar.module.css'

/** From this share of the deadline on, an answer was close to being too late. */
const closeShare = 0.8

/** How long the decision took of the time that there was. */
export function DeadlineBar({ durationMs, deadlineMs }: { durationMs: number; deadlineMs: number }) {
  const { t } = useTranslation('decisions')
  const tag = useFormatTag()
  const share = durationMs / Math.max(1, deadlineMs)
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumSignificantDigits: 2 }).format(share)
  return (
    <section aria-label={t('time')}>
      <p className={styles.words}>
        <strong>{formatDuration(durationMs)}</strong>{' '}
        {t('ofDeadline', { deadline: formatDuration(deadlineMs), percent })}
      </p>
      <span className={styles.track} aria-hidden>
        <span
          className={classes(styles.fill, share >= closeShare && styles.isClose)}
          style={{ width: `${Math.min(1, share) * 100}%` }}
        />
      </span>
    </section>
  )
}
