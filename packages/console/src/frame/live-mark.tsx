import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { LiveState } from '../live/live.ts'
import { classes } from '../look/classes.ts'
import styles from './live-mark.module.css'

/** Whether what is shown is up to date, in a word; what that means on hover. */
export function LiveMark({ state }: { state: LiveState }) {
  const { t } = useTranslation()
  return (
    <Tooltip label={t(`live.${state}Hint`)} multiline maw={280} position="top-start">
      <output className={classes(styles.mark, styles[state])}>
        <span className={styles.dot} aria-hidden />
        {t(`live.${state}`)}
      </output>
    </Tooltip>
  )
}
