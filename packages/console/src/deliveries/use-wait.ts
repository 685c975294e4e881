import { useQuery } from '@tanstack/react-query'
import type { Delivery, Incident } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { assertNever } from '../assert.ts'
import { incidentsQuery } from '../incidents/queries.ts'
import { useServices } from '../services.ts'
import { useNow } from '../text/clock.tsx'
import { formatCountdown } from '../text/format.ts'
import { useCause } from '../text/use-cause.ts'

type Waiting = Pick<Delivery, 'state' | 'dueAt' | 'webhookId'>

/** What a delivery that waits is waiting for. */
export type Wait =
  /** Behind its webhook's open breaker, until one attempt may find out; `leftMs` is 0 while one does. */
  | { readonly kind: 'held'; readonly incident: Incident; readonly leftMs: number }
  /** A person, or the service, stopped its webhook. */
  | { readonly kind: 'stopped'; readonly by: 'switched_off' | 'off' | 'paused' | 'rate_zero' }
  /** Its retry is due then. */
  | { readonly kind: 'retry'; readonly leftMs: number }
  /** It is due, and others are before it. */
  | { readonly kind: 'turn' }

/**
 * Pure. A time that has passed is never the next one: what is due and does not go waits for something, and this says what.
 * @param incident of its webhook, if there is one
 */
export function waitOf({ state, dueAt }: Waiting, incident: Incident | undefined, now: number): Wait | undefined {
  if (state !== 'pending' || dueAt === null) return undefined
  const retryMs = Math.max(0, Date.parse(dueAt) - now)
  switch (incident?.trouble) {
    case 'switched_off':
    case 'off':
    case 'paused':
    case 'rate_zero':
      return { kind: 'stopped', by: incident.trouble }
    case 'held': {
      const heldMs = incident.nextTryAt === null ? 0 : Math.max(0, Date.parse(incident.nextTryAt) - now)
      return { kind: 'held', incident, leftMs: Math.max(retryMs, heldMs) }
    }
    case 'failing':
    case 'asks_held':
    case 'draining':
    case undefined:
      return retryMs > 0 ? { kind: 'retry', leftMs: retryMs } : { kind: 'turn' }
    default:
      return undefined
  }
}

/** What a delivery waits for, with the words for it; nothing if it does not wait. */
export function useWait(delivery: Waiting): { readonly kind: Wait['kind']; readonly text: string } | undefined {
  const { api } = useServices()
  const now = useNow()
  const { data } = useQuery(incidentsQuery(api))
  const textOf = useWaitText()
  const wait = waitOf(
    delivery,
    data?.items.find(({ webhookId }) => webhookId === delivery.webhookId),
    now,
  )
  return wait === undefined ? undefined : { kind: wait.kind, text: textOf(wait) }
}

function useWaitText(): (wait: Wait) => string {
  const { t } = useTranslation()
  const causeOf = useCause()
  return (wait) => {
    switch (wait.kind) {
      case 'held': {
        const { lastFailure } = wait.incident
        const cause = lastFailure === null ? t('wait.breaker') : causeOf(lastFailure)
        if (wait.leftMs === 0) return t('wait.heldTrying', { cause })
        return t('wait.held', { cause, left: formatCountdown(wait.leftMs) })
      }
      case 'stopped':
        return t(`wait.${wait.by}`)
      case 'retry':
        return t('wait.retry', { left: formatCountdown(wait.leftMs) })
      case 'turn':
        return t('wait.turn')
      default:
        return assertNever(wait)
    }
  }
}
