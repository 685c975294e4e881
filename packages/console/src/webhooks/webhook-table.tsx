import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { Webhook } from 'livehook/contract'
import { useEffect, useEffectEvent, useRef, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { CommandList } from './command-list.tsx'
import styles from './webhook-table.module.css'

/** A row's height before it is known. */
const usualRowPx = 110

/** The next page is read this many rows before the end. */
const rowsAhead = 20

/**
 * One webhook a row; of a long list only those in sight exist. On narrow screens the cells stand below each other, each with
 * its name.
 */
export function WebhookTable(props: {
  webhooks: readonly Webhook[]
  /** Whether there is another page, and nothing is on its way. */
  canReadOn: boolean
  onReadOn: () => void
  /** Stands below the last one. */
  note: string | undefined
}) {
  const { t } = useTranslation()
  const { webhooks } = props
  const scroller = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react/incompatible-library -- the compiler that this warns about is not used here
  const virtualizer = useVirtualizer({
    count: webhooks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => usualRowPx,
    getItemKey: (index) => webhooks[index]?.webhookId ?? index,
    overscan: 6,
  })
  const shown = virtualizer.getVirtualItems()
  const [first, last] = [shown[0], shown.at(-1)]
  const readOn = useEffectEvent(props.onReadOn)
  const shallReadOn = props.canReadOn && last !== undefined && last.index >= webhooks.length - rowsAhead
  useEffect(() => {
    if (shallReadOn) readOn()
  }, [shallReadOn, webhooks.length])
  return (
    <div ref={scroller} className={styles.scroller}>
      <table className={styles.table} aria-rowcount={webhooks.length + 1}>
        <thead>
          <tr>
            <th scope="col">{t('webhooks.name')}</th>
            <th scope="col">{t('webhooks.commands')}</th>
            <th scope="col">{t('webhooks.state')}</th>
            <th scope="col">{t('webhooks.health')}</th>
            <th scope="col">{t('webhooks.token')}</th>
          </tr>
        </thead>
        <Gap heightPx={first?.start ?? 0} />
        <tbody>
          {shown.map(({ index, key }) => {
            const webhook = webhooks[index]
            return webhook && <Row key={key} ref={virtualizer.measureElement} index={index} webhook={webhook} />
          })}
        </tbody>
        <Gap heightPx={virtualizer.getTotalSize() - (last?.end ?? 0)} />
      </table>
      {props.note !== undefined && <p className={styles.note}>{props.note}</p>}
    </div>
  )
}

/** The room of rows that are not in sight. */
function Gap({ heightPx }: { heightPx: number }) {
  if (heightPx <= 0) return null
  return (
    <tbody aria-hidden>
      <tr className={styles.gap}>
        <td colSpan={5} style={{ height: heightPx, padding: 0, border: 0 }}>
          {'\u00a0'}
        </td>
      </tr>
    </tbody>
  )
}

function Row({ webhook, index, ref }: { webhook: Webhook; index: number; ref: Ref<HTMLTableRowElement> }) {
  const { t } = useTranslation()
  const { t: words } = useTranslation('registration')
  const params = { sdkAppId: String(webhook.sdkAppId), webhookId: webhook.webhookId }
  return (
    <tr ref={ref} data-index={index} aria-rowindex={index + 2}>
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
