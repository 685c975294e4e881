import { IconCircleCheck, IconCircleX, IconEyeOff, type Icon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import type { VerdictWord } from './filter.ts'
import styles from './verdict-mark.module.css'

const icons: Readonly<Record<VerdictWord, Icon>> = { allow: IconCircleCheck, deny: IconCircleX, drop: IconEyeOff }

/** A verdict: icon, word and colour, each of which says it alone. */
export function VerdictMark({ verdict }: { verdict: VerdictWord }) {
  const { t } = useTranslation('decisions')
  const Mark = icons[verdict]
  return (
    <span className={classes(styles.mark, styles[verdict])}>
      <Mark size={16} stroke={2} aria-hidden className={styles.icon} />
      {t(`verdict.${verdict}`)}
    </span>
  )
}
