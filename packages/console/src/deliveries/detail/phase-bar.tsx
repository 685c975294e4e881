import type { Attempt } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from '../../look/classes.ts'
import { formatDuration } from '../../text/format.ts'
import styles from './phase-bar.module.css'
import { phaseSpans } from './phases.ts'

/** One line: the phases of an attempt behind each other, to a scale that all attempts of a delivery share. */
export function PhaseBar({ attempt, longestMs }: { attempt: Attempt; longestMs: number }) {
  return (
    <span className={styles.line} aria-hidden>
      {phaseSpans(attempt).map((span) => (
        <span
          key={span.phase}
          className={classes(styles.part, styles[span.phase])}
          style={{ width: `${(span.ms / longestMs) * 100}%` }}
        />
      ))}
    </span>
  )
}

/** All phases of one attempt, below each other, with their milliseconds. */
export function PhaseTable({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation()
  const spans = phaseSpans(attempt)
  const totalMs = Math.max(
    attempt.durationMs,
    spans.reduce((sum, span) => sum + span.ms, 0),
    0.001,
  )
  if (spans.length === 0) return null
  return (
    <ol className={styles.list} aria-label={t('detail.phases', { number: attempt.number })}>
      {spans.map((span) => (
        <li key={span.phase} className={styles.entry}>
          <span className={styles.name}>{t(`phase.${span.phase}`)}</span>
          <span className={styles.track} aria-hidden>
            <span style={{ width: `${(span.startMs / totalMs) * 100}%` }} />
            <span
              className={classes(styles.part, styles[span.phase])}
              style={{ width: `${(span.ms / totalMs) * 100}%` }}
            />
          </span>
          <span className={styles.ms}>{formatDuration(span.ms)}</span>
          <span className={styles.end}>{span.isLast && t('detail.stoppedHere')}</span>
        </li>
      ))}
    </ol>
  )
}
