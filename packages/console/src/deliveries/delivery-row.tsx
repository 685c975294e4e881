import type { Delivery } from 'livehook/contract'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { StateMark } from '../look/state-mark.tsx'
import { Instant, useWhen } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import styles from './delivery-row.module.css'

/** All rows have one height, so that a list of any length knows where each one is. Narrow ones have three lines. */
export const deliveryRowPx = { wide: 56, narrow: 76 } as const

export function rowElementId(deliveryId: string): string {
  return `row-${deliveryId}`
}

export interface DeliveryRowProps {
  delivery: Delivery
  webhookName: string | undefined
  hasNames: boolean
  offsetPx: number
  /** From 1. */
  position: number
  /** How many rows there are in all, -1 where that is not known yet. */
  count: number
  isSelected: boolean
  isCursor: boolean
  onOpen: (deliveryId: string) => void
}

/** One delivery in the list: state, command, when; webhook, what is wrong, how often it was tried. */
export const DeliveryRow = memo(function DeliveryRow(props: DeliveryRowProps) {
  const { delivery, isSelected, isCursor } = props
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the listbox around it serves the keyboard
    <div
      id={rowElementId(delivery.deliveryId)}
      className={classes(styles.row, isSelected && styles.isSelected, isCursor && styles.isCursor)}
      style={{ transform: `translateY(${props.offsetPx}px)` }}
      // eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <option> may hold nothing but text
      role="option"
      aria-selected={isSelected}
      aria-posinset={props.position}
      aria-setsize={props.count}
      tabIndex={-1}
      onClick={() => props.onOpen(delivery.deliveryId)}
    >
      <span className={styles.state}>
        <StateMark state={delivery.state} />
        {delivery.state === 'pending' && delivery.attempts > 0 && delivery.dueAt !== null && (
          <NextTry dueAt={delivery.dueAt} />
        )}
      </span>
      <Stranger text={delivery.command} className={styles.command} />
      <Instant at={delivery.createdAt} className={styles.when} />
      <span className={styles.about}>
        <Trouble delivery={delivery} />
        <WebhookName {...props} />
      </span>
      <Tries delivery={delivery} />
    </div>
  )
})

function WebhookName({ webhookName, hasNames }: DeliveryRowProps) {
  const { t } = useTranslation()
  if (webhookName !== undefined) return <Stranger text={webhookName} />
  return hasNames ? <em>{t('deliveries.deletedWebhook')}</em> : <span> </span>
}

function Trouble({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation()
  const symptom = delivery.lastAttempt?.symptom ?? 'none'
  if (symptom === 'none') return null
  return (
    <>
      <span className={delivery.state === 'dead' ? styles.bad : styles.wait}>{t(`symptom.${symptom}`)}</span>
      {' · '}
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

function NextTry({ dueAt }: { dueAt: string }) {
  const { t } = useTranslation()
  return <span className={styles.next}>{t('deliveries.next', { when: useWhen()(dueAt) })}</span>
}
