import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useLastNewsAt, useLiveState } from '../live/live-context.ts'
import { classes } from '../look/classes.ts'
import { useNow } from '../text/clock.tsx'
import { formatClockTime, formatSpan } from '../text/format.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import styles from './live-mark.module.css'

/** Whether what is shown is up to date, in a word; what that means on hover. */
export function LiveMark() {
  const { t } = useTranslation()
  const state = useLiveState()
  return (
    <Tooltip label={t(`live.${state}Hint`)} multiline maw={280} position="top-start">
      {/* The seconds of a silence are for the eyes: read out, they would never end. */}
      <output className={classes(styles.mark, styles[state])} aria-live={state === 'silent' ? 'off' : 'polite'}>
        <span className={styles.dot} aria-hidden />
        {state === 'silent' ? <SilentFor /> : t(`live.${state}`)}
      </output>
    </Tooltip>
  )
}

function SilentFor() {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const now = useNow()
  const lastNewsAt = useLastNewsAt() ?? now
  return <>{t('live.silent', { time: formatSpan(now - lastNewsAt, tag) })}</>
}

/** Says across the page that what it shows may be out of date, and since when. */
export function StaleBanner() {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const state = useLiveState()
  const lastNewsAt = useLastNewsAt()
  if (state !== 'silent' && state !== 'offline') return null
  const since = lastNewsAt === undefined ? undefined : formatClockTime(lastNewsAt, tag)
  return (
    <p className={classes(styles.banner, styles[state])} role="alert">
      <strong>{t(`live.banner.${state}`)}</strong>{' '}
      {since === undefined ? t('live.banner.never') : t('live.banner.since', { time: since })}
    </p>
  )
}
