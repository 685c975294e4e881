import { Link } from '@tanstack/react-router'
import type { Stats, Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { formatExact } from '../text/format.ts'
import { useWhen } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { useFormatTag } from '../text/use-format-tag.ts'
import { Card } from './card.tsx'
import styles from './webhooks-health.module.css'

/** The worst of them; the webhooks' own page has all. */
const shownWebhooks = 20

/** What waits for each webhook and since when, and whether its breaker lets anything through. */
export function WebhooksHealth(props: { stats: Stats; sdkAppId: number; webhooks: readonly Webhook[] | undefined }) {
  const { t } = useTranslation('overview')
  const { stats, webhooks } = props
  return (
    <Card title={t('health')}>
      {webhooks?.length === 0 && <p className={styles.none}>{t('noWebhooks')}</p>}
      {webhooks !== undefined && webhooks.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('webhook')}</th>
              <th scope="col">{t('breaker')}</th>
              <th scope="col">{t('waiting')}</th>
              <th scope="col">{t('oldestDue')}</th>
            </tr>
          </thead>
          <tbody>
            {worstFirst(webhooks, stats)
              .slice(0, shownWebhooks)
              .map((webhook) => (
                <Row key={webhook.webhookId} webhook={webhook} stats={stats} sdkAppId={props.sdkAppId} />
              ))}
          </tbody>
        </table>
      )}
      {webhooks !== undefined && webhooks.length > shownWebhooks && (
        <Link to="/apps/$sdkAppId/webhooks" params={{ sdkAppId: String(props.sdkAppId) }}>
          {t('allWebhooks', { count: webhooks.length })}
        </Link>
      )}
    </Card>
  )
}

function Row({ webhook, stats, sdkAppId }: { webhook: Webhook; stats: Stats; sdkAppId: number }) {
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const backlog = stats.backlog.find((one) => one.webhookId === webhook.webhookId)
  return (
    <tr>
      <th scope="row">
        <Link
          to="/apps/$sdkAppId/deliveries"
          params={{ sdkAppId: String(sdkAppId) }}
          search={{ webhook: webhook.webhookId }}
        >
          <Stranger text={webhook.name} />
        </Link>
      </th>
      <td>
        <Standing webhook={webhook} />
      </td>
      <td>
        {backlog === undefined
          ? '0'
          : `${new Intl.NumberFormat(tag).format(backlog.waiting)}${backlog.exact ? '' : '+'}`}
      </td>
      <td>{backlog === undefined ? t('none') : <Due at={backlog.oldestDueAt} />}</td>
    </tr>
  )
}

/** A due that has passed says how late it is; one to come, when. */
function Due({ at }: { at: string }) {
  const tag = useFormatTag()
  const when = useWhen()
  return (
    <time dateTime={at} title={formatExact(Date.parse(at), tag)}>
      {when(at)}
    </time>
  )
}

/** In one word, what keeps deliveries from being sent; if nothing does, that. */
function Standing({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('overview')
  const { breaker, disabledReason } = webhook.health
  if (!webhook.enabled) return <span className={styles.bad}>{t(disabledReason === null ? 'off' : 'offFailing')}</span>
  if (webhook.paused) return <span className={styles.wait}>{t('paused')}</span>
  const words = { closed: t('breakerClosed'), open: t('breakerOpen'), 'half-open': t('breakerHalfOpen') }
  const tone = { closed: styles.ok, open: styles.bad, 'half-open': styles.wait }
  return <span className={tone[breaker]}>{words[breaker]}</span>
}

function worstFirst(webhooks: readonly Webhook[], stats: Stats): readonly Webhook[] {
  const waiting = new Map(stats.backlog.map((one) => [one.webhookId, one.waiting]))
  const weightOf = ({ webhookId, health }: Webhook) =>
    (health.breaker === 'closed' ? 0 : 1e9) + (waiting.get(webhookId) ?? 0)
  return webhooks.toSorted((one, other) => weightOf(other) - weightOf(one))
}
