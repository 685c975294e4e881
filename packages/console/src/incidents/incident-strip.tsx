import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IconAlertTriangle, IconProgressDown } from '@tabler/icons-react'
import type { Incident } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { useServices } from '../services.ts'
import { useNow } from '../text/clock.tsx'
import { formatCountdown, formatExact, formatRelative, formatShort } from '../text/format.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { useCause } from '../text/use-cause.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { IncidentActions } from './incident-actions.tsx'
import styles from './incident-strip.module.css'
import { incidentsQuery } from './queries.ts'
import { useDrain } from './use-drain.ts'

/** What is broken, above everything else: a line for each webhook that does not get what is meant for it. */
export function IncidentStrip({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation('overview')
  const { api } = useServices()
  const tag = useFormatTag()
  const { data, dataUpdatedAt } = useQuery(incidentsQuery(api))
  if (data === undefined || data.total === 0) return null
  const { items, total, broken, exact } = data
  const waiting = `${new Intl.NumberFormat(tag).format(data.waiting)}${exact ? '' : '+'}`
  const title = broken > 0 ? t('incident.broken', { count: broken }) : t('incident.draining', { count: total })
  return (
    <section className={classes(styles.strip, broken === 0 && styles.calm)} aria-label={t('incident.region')}>
      <h2 className={styles.title}>
        {broken > 0 ? (
          <IconAlertTriangle size={18} stroke={2} aria-hidden />
        ) : (
          <IconProgressDown size={18} stroke={2} aria-hidden />
        )}
        {title}
        <span className={styles.sum}>{t('incident.waiting', { waiting })}</span>
      </h2>
      <ul className={styles.lines}>
        {items.map((incident) => (
          <Line
            key={incident.webhookId}
            incident={incident}
            readAt={dataUpdatedAt}
            isForeign={incident.sdkAppId !== sdkAppId}
          />
        ))}
      </ul>
      {total > items.length && <p className={styles.more}>{t('incident.more', { count: total - items.length })}</p>}
    </section>
  )
}

interface LineProps {
  incident: Incident
  /** Epoch milliseconds. */
  readAt: number
  /** Whether it is of another app than the one that is open. */
  isForeign: boolean
}

function Line({ incident, readAt, isForeign }: LineProps) {
  const { t } = useTranslation('overview')
  const causeOf = useCause()
  const { lastFailure, trouble } = incident
  const isStopped = trouble === 'off' || trouble === 'paused' || trouble === 'rate_zero'
  const isCalm = isStopped || trouble === 'draining'
  const cause =
    isCalm || trouble === 'asks_held' || lastFailure === null ? t(`incident.trouble.${trouble}`) : causeOf(lastFailure)
  return (
    <li className={styles.line}>
      <div className={styles.what}>
        <p className={styles.head}>
          <strong className={classes(styles.cause, isCalm && styles.calmCause)}>{cause}</strong>{' '}
          <span className={styles.name}>
            <Stranger text={incident.name} />
            {isForeign && (
              <>
                {' · '}
                <Stranger text={incident.appName} />
              </>
            )}
          </span>{' '}
          <Stranger text={incident.url} className={styles.url} />
        </p>
        <Facts incident={incident} readAt={readAt} isCalm={isCalm} />
      </div>
      <IncidentActions incident={incident} canTry={!isStopped && trouble !== 'switched_off'} />
    </li>
  )
}

/** Since when, how much waits since when, when it is tried next, and the last error with its code. */
function Facts({ incident, readAt, isCalm }: { incident: Incident; readAt: number; isCalm: boolean }) {
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const { failingSince, lastFailure, trouble, oldestWaitingAt, sdkAppId, webhookId } = incident
  const waiting = `${new Intl.NumberFormat(tag).format(incident.waiting)}${incident.exact ? '' : '+'}`
  return (
    <p className={styles.facts}>
      {!isCalm && <span className={styles.word}>{t(`incident.trouble.${trouble}`)}</span>}
      {failingSince !== null && <Since at={failingSince} word="failingSince" />}
      <Link
        to="/apps/$sdkAppId/deliveries"
        params={{ sdkAppId: String(sdkAppId) }}
        search={{ state: 'pending', webhook: webhookId }}
        className={styles.waiting}
      >
        {t('incident.waiting', { waiting })}
      </Link>
      {oldestWaitingAt !== null && <Since at={oldestWaitingAt} word="oldest" />}
      <NextTry incident={incident} />
      <Draining incident={incident} readAt={readAt} />
      {!isCalm && lastFailure !== null && (
        <Link
          to="/apps/$sdkAppId/deliveries"
          params={{ sdkAppId: String(sdkAppId) }}
          search={{ delivery: lastFailure.deliveryId }}
        >
          {t('incident.lastError')} <code>{lastFailure.detail}</code>, <Instant at={lastFailure.at} />
        </Link>
      )}
    </p>
  )
}

function Since({ at, word }: { at: string; word: 'failingSince' | 'oldest' }) {
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const now = useNow()
  const atMs = Date.parse(at)
  const words = { at: formatShort(atMs, tag), ago: formatRelative(Math.min(atMs, now), now, tag) }
  return (
    <time dateTime={at} title={formatExact(atMs, tag)}>
      {t(`incident.${word}`, words)}
    </time>
  )
}

function NextTry({ incident: { nextTryAt, trouble } }: { incident: Incident }) {
  const { t } = useTranslation('overview')
  const now = useNow()
  if (nextTryAt === null || trouble === 'draining') return null
  const leftMs = Date.parse(nextTryAt) - now
  return <span>{leftMs <= 0 ? t('incident.trying') : t('incident.nextTry', { left: formatCountdown(leftMs) })}</span>
}

function Draining({ incident, readAt }: { incident: Incident; readAt: number }) {
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const drain = useDrain(incident, readAt)
  if (drain === undefined || incident.waiting === 0) return null
  const perSecond = new Intl.NumberFormat(tag, { maximumSignificantDigits: 2 }).format(drain.perSecond)
  const left = formatCountdown(drain.leftMs)
  return <span>{t(incident.exact ? 'incident.drain' : 'incident.drainAtLeast', { perSecond, left })}</span>
}
