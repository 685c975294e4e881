import type { Stats } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { summaryOf } from './series.ts'
import styles from './tiles.module.css'

/** The numbers that one looks for first. */
export function Tiles({ stats }: { stats: Stats }) {
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const number = new Intl.NumberFormat(tag)
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 })
  const sum = summaryOf(stats)
  const waiting = stats.backlog.reduce((total, one) => total + one.waiting, 0)
  const isExact = stats.backlog.every((one) => one.exact)
  const failedShare = sum.failedShare === null ? '–' : percent.format(sum.failedShare)
  return (
    <dl className={styles.tiles}>
      <Tile name={t('tile.succeeded')} value={number.format(sum.succeeded)} />
      <Tile name={t('tile.dead')} value={number.format(sum.dead)} isBad={sum.dead > 0} />
      <Tile
        name={t('tile.failedAttempts')}
        value={failedShare}
        more={t('tile.ofAttempts', { failed: number.format(sum.failed), attempts: number.format(sum.attempts) })}
      />
      <Tile name={t('tile.waiting')} value={`${number.format(waiting)}${isExact ? '' : '+'}`} more={t('tile.now')} />
      <Tile
        name={t('tile.decisions')}
        value={number.format(sum.decisions)}
        more={t('tile.denied', { denied: number.format(sum.denied) })}
      />
      <Tile name={t('tile.byPolicy')} value={number.format(sum.byPolicy)} more={t('tile.byPolicyMore')} />
    </dl>
  )
}

function Tile(props: { name: string; value: string; more?: string; isBad?: boolean }) {
  return (
    <div className={styles.tile}>
      <dt>{props.name}</dt>
      <dd>
        <span className={classes(styles.value, props.isBad === true && styles.bad)}>{props.value}</span>
        {props.more !== undefined && <span className={styles.more}>{props.more}</span>}
      </dd>
    </div>
  )
}
