import { useQuery } from '@tanstack/react-query'
import type { Incident, Stats } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { incidentsQuery } from '../incidents/queries.ts'
import { classes } from '../look/classes.ts'
import { useServices } from '../services.ts'
import { useWhen } from '../text/instant.tsx'
import { useFormatTag } from '../text/use-format-tag.ts'
import { summaryOf } from './series.ts'
import styles from './tiles.module.css'

/** The numbers that one looks for first. */
export function Tiles(props: { stats: Stats; sdkAppId: number; webhookCount: number | undefined }) {
  const { stats, sdkAppId, webhookCount } = props
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const number = new Intl.NumberFormat(tag)
  const { api } = useServices()
  const when = useWhen()
  const incidents = useQuery(incidentsQuery(api))
  const failing = incidents.data?.items.filter((one) => one.sdkAppId === sdkAppId && isFailing(one)).length
  const sum = summaryOf(stats)
  const waiting = stats.backlog.reduce((total, one) => total + one.waiting, 0)
  const isExact = stats.backlog.every((one) => one.exact)
  const oldestAt = stats.backlog.map((one) => one.oldestCreatedAt).toSorted()[0]
  return (
    <dl className={styles.tiles}>
      <Tile name={t('tile.succeeded')} value={number.format(sum.succeeded)} />
      <Tile name={t('tile.dead')} value={number.format(sum.dead)} isBad={sum.dead > 0} />
      <Tile
        name={t('tile.failing')}
        value={failing === undefined ? '–' : number.format(failing)}
        isBad={failing !== undefined && failing > 0}
        {...(webhookCount === undefined ? {} : { more: t('tile.ofWebhooks', { count: webhookCount }) })}
      />
      <Tile
        name={t('tile.waiting')}
        value={`${number.format(waiting)}${isExact ? '' : '+'}`}
        isBad={waiting > 0 && failing !== undefined && failing > 0}
        more={oldestAt === undefined ? t('tile.now') : t('tile.oldest', { when: when(oldestAt) })}
      />
      <Tile
        name={t('tile.decisions')}
        value={number.format(sum.decisions)}
        more={t('tile.denied', { denied: number.format(sum.denied) })}
      />
      <Tile name={t('tile.byPolicy')} value={number.format(sum.byPolicy)} more={t('tile.byPolicyMore')} />
    </dl>
  )
}

/** What a person stopped, and what catches up, fails no more. */
function isFailing({ trouble }: Incident): boolean {
  return trouble === 'switched_off' || trouble === 'held' || trouble === 'failing' || trouble === 'asks_held'
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
