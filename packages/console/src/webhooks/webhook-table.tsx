import { Link } from '@tanstack/react-router'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { CommandList } from './command-list.tsx'
import styles from './webhook-table.module.css'

/** One webhook a row. On narrow screens the cells stand below each other, each with its name. */
export function WebhookTable({ webhooks }: { webhooks: readonly Webhook[] }) {
  const { t } = useTranslation()
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('webhooks.name')}</th>
          <th scope="col">{t('webhooks.commands')}</th>
          <th scope="col">{t('webhooks.state')}</th>
          <th scope="col">{t('webhooks.health')}</th>
          <th scope="col">{t('webhooks.token')}</th>
        </tr>
      </thead>
      <tbody>
        {webhooks.map((webhook) => (
          <Row key={webhook.webhookId} webhook={webhook} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation()
  const { t: words } = useTranslation('registration')
  const params = { sdkAppId: String(webhook.sdkAppId), webhookId: webhook.webhookId }
  return (
    <tr>
      <td>
        <div className={styles.name}>
          <Link to="/apps/$sdkAppId/webhooks/$webhookId" params={params}>
            <Stranger text={webhook.name} />
          </Link>
        </div>
        <div className={styles.url}>
          <Stranger text={webhook.url} />
        </div>
        <Link
          to="/apps/$sdkAppId/deliveries"
          params={params}
          search={{ webhook: webhook.webhookId }}
          className={styles.link}
          aria-label={t('webhooks.showDeliveries', { name: webhook.name })}
        >
          {t('webhooks.deliveries')}
        </Link>
        <Link
          to="/apps/$sdkAppId/webhooks/$webhookId"
          params={params}
          search={{ tab: 'test' }}
          className={styles.link}
          aria-label={words('testOf', { name: webhook.name })}
        >
          {words('tab.test')}
        </Link>
      </td>
      <td data-name={t('webhooks.commands')}>
        <CommandList commands={webhook.commands} />
      </td>
      <td data-name={t('webhooks.state')}>
        <Switches webhook={webhook} />
      </td>
      <td data-name={t('webhooks.health')}>
        <Health webhook={webhook} />
      </td>
      <td data-name={t('webhooks.token')}>
        <Token webhook={webhook} />
      </td>
    </tr>
  )
}

/** Whether anything is sent, in words. */
export function Switches({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation()
  const { breaker, disabledReason } = webhook.health
  return (
    <ul className={styles.words}>
      {!webhook.enabled && disabledReason === null && <li className={styles.off}>{t('webhooks.disabled')}</li>}
      {!webhook.enabled && disabledReason === 'failing' && (
        <li className={styles.bad}>{t('webhooks.disabledFailing')}</li>
      )}
      {webhook.enabled && <li className={styles.ok}>{t('webhooks.enabled')}</li>}
      {webhook.paused && <li className={styles.wait}>{t('webhooks.paused')}</li>}
      {webhook.ratePerSecond === 0 && <li className={styles.wait}>{t('webhooks.rateZero')}</li>}
      {breaker === 'open' && <li className={styles.bad}>{t('webhooks.breakerOpen')}</li>}
      {breaker === 'half-open' && <li className={styles.wait}>{t('webhooks.breakerHalfOpen')}</li>}
    </ul>
  )
}

function Health({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation()
  const { lastSuccessAt, lastFailureAt, failingSince } = webhook.health
  const isFailing = lastFailureAt !== null && (lastSuccessAt === null || lastFailureAt > lastSuccessAt)
  return (
    <dl className={styles.health}>
      <div>
        <dt>{t('webhooks.lastSuccess')}</dt>
        <dd className={classes(lastSuccessAt !== null && !isFailing && styles.ok)}>
          {lastSuccessAt === null ? t('webhooks.never') : <Instant at={lastSuccessAt} />}
        </dd>
      </div>
      <div>
        <dt>{t('webhooks.lastFailure')}</dt>
        <dd className={classes(isFailing && styles.bad)}>
          {lastFailureAt === null ? t('webhooks.never') : <Instant at={lastFailureAt} />}
        </dd>
      </div>
      {failingSince !== null && (
        <div>
          <dt>{t('webhooks.failingSince')}</dt>
          <dd className={styles.bad}>
            <Instant at={failingSince} />
          </dd>
        </div>
      )}
    </dl>
  )
}

function Token({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation()
  const { sdkAppId, webhookId } = webhook
  if (!webhook.tokenSet) {
    return (
      <Link
        to="/apps/$sdkAppId/webhooks/$webhookId"
        params={{ sdkAppId: String(sdkAppId), webhookId }}
        search={{ tab: 'token' }}
        className={styles.wait}
      >
        {t('webhooks.tokenNotSet')}
      </Link>
    )
  }
  return (
    <span>
      {t('webhooks.tokenSet')}
      {webhook.tokenHint !== null && <code className={styles.hint}> …{webhook.tokenHint}</code>}
    </span>
  )
}
