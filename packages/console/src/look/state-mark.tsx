import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconClockHour4,
  type Icon,
} from '@tabler/icons-react'
import type { Delivery } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from './classes.ts'
import styles from './state-mark.module.css'

const icons: Readonly<Record<Delivery['state'], Icon>> = {
  pending: IconClockHour4,
  claimed: IconCircleDashed,
  succeeded: IconCircleCheck,
  dead: IconCircleX,
  cancelled: IconCircleMinus,
}

/** A delivery's state: icon, word and colour, each of which says it alone. */
export function StateMark({ state }: { state: Delivery['state'] }) {
  const { t } = useTranslation()
  const Mark = icons[state]
  return (
    <span className={classes(styles.mark, styles[state])}>
      <Mark size={16} stroke={2} aria-hidden className={styles.icon} />
      {t(`state.${state}`)}
    </span>
  )
}
