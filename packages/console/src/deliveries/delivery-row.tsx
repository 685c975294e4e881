import type { Delivery } from 'livehook/contract'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RowPlace } from '../feed/feed-list.tsx'
import { FeedRow, rowParts as styles } from '../feed/feed-row.tsx'
import { classes } from '../look/classes.ts'
import { StateMark } from '../look/state-mark.tsx'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { useCause } from '../text/use-cause.ts'
import { useWait } from './use-wait.ts'

export interface DeliveryRowProps extends RowPlace {
  delivery: Delivery
  webhookName: string | undefined
  hasNames: boolean
  onOpen: (deliveryId: string) => void
}

/** One delivery in the list: state, command, when; webhook, what is wrong, how often it was tried. */
export const DeliveryRow = memo(function DeliveryRow(props: DeliveryRowProps) {
  const { delivery } = props
  const wait = useWait(delivery)
  const causeOf = useCause()
  const { lastAttempt } = delivery
  const cause = lastAttempt === null || lastAttempt.symptom === 'none' ? '' : causeOf(lastAttempt)
  const isShort = wait?.kind === 'retry' || wait?.kind === 'turn'
  return (
    <FeedRow place={props} onOpen={props.onOpen}>
      <span className={styles.state}>
        <StateMark state={delivery.state} />
        {wait !== undefined && isShort && <span className={styles.next}>{wait.text}</span>}
      </span>
      <Stranger text={delivery.command} className={styles.command} />
      <Instant at={delivery.createdAt} className={styles.when} />
      <span className={styles.about}>
        <Trouble text={wait === undefined || isShort ? cause : wait.text} isBad={delivery.state === 'dead'} />
        <WebhookName {...props} />
        {delivery.subject !== undefined && (
          <>
            <span aria-hidden>·</span>
            <Stranger text={delivery.subject} className={styles.subject} />
          </>
        )}
      </span>
      <Tries delivery={delivery} />
    </FeedRow>
  )
})

function WebhookName({ webhookName, hasNames }: DeliveryRowProps) {
  const { t } = useTranslation()
  if (webhookName !== undefined) return <Stranger text={webhookName} className={styles.whose} />
  return hasNames ? <em className={styles.whose}>{t('deliveries.deletedWebhook')}</em> : <span> </span>
}

/** What is wrong, or what keeps it from being sent. */
function Trouble({ text, isBad = false }: { text: string; isBad?: boolean }) {
  if (text === '') return null
  return (
    <>
      <span className={classes(styles.trouble, isBad ? styles.bad : styles.wait)}>{text}</span>
      <span aria-hidden>·</span>
    </>
  )
}

function Tries({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation()
  return (
    <span className={styles.tries}>
      {delivery.attempts === 0 ? t('deliveries.noAttempts') : t('deliveries.attempts', { count: delivery.attempts })}
    </span>
  )
}
