import type { Attempt } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from '../../look/classes.ts'
import { formatClock, formatDuration, formatExact } from '../../text/format.ts'
import { useFormatTag } from '../../text/use-format-tag.ts'
import styles from './attempt-list.module.css'
import { PhaseBar } from './phase-bar.tsx'

/** The attempts, newest first, each with its time, its phases to one scale, and how it ended. */
export function AttemptList(props: {
  attempts: readonly Attempt[]
  shownNumber: number | undefined
  onShow: (number: number) => void
}) {
  const { t } = useTranslation()
  const longestMs = Math.max(1, ...props.attempts.map((attempt) => attempt.durationMs))
  return (
    <section>
      <h3 className={styles.title}>{t('detail.attempts')}</h3>
      {props.attempts.length === 0 && <p className={styles.none}>{t('detail.noAttempts')}</p>}
      <ol className={styles.list} reversed>
        {props.attempts.toReversed().map((attempt) => (
          <li key={attempt.number}>
            <AttemptButton
              attempt={attempt}
              longestMs={longestMs}
              isShown={attempt.number === props.shownNumber}
              onShow={props.onShow}
            />
          </li>
        ))}
      </ol>
    </section>
  )
}

function AttemptButton(props: {
  attempt: Attempt
  longestMs: number
  isShown: boolean
  onShow: (number: number) => void
}) {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const { attempt } = props
  const at = Date.parse(attempt.at)
  return (
    <button
      type="button"
      className={classes(styles.attempt, props.isShown && styles.isShown)}
      aria-pressed={props.isShown}
      onClick={() => props.onShow(attempt.number)}
    >
      <span className={styles.number}>{attempt.number}</span>
      <time dateTime={attempt.at} title={formatExact(at, tag)} className={styles.at}>
        {formatClock(at, tag)}
      </time>
      <span className={styles.bar}>
        <PhaseBar attempt={attempt} longestMs={props.longestMs} />
      </span>
      <span className={styles.duration}>{formatDuration(attempt.durationMs)}</span>
      <span className={attempt.symptom === 'none' ? styles.ok : styles.bad}>
        {attempt.symptom === 'none' ? t('symptom.none') : attempt.detail}
      </span>
    </button>
  )
}
