// Deliveries that a person moves, one at a time: redeliver, cancel, bring a kept event to one more webhook.

import { assertNever } from '../../domain/assert.ts'
import { noDelivery, noEvent } from '../../domain/errors/missing.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { DeliverySummary } from '../../store/port/deliveries.ts'
import type { Store } from '../../store/port/port.ts'
import type { Backlog } from '../../store/port/stats.ts'
import type { AddDeliveryResult, CancelResult, RedeliverResult } from '../../store/port/redelivery.ts'
import type { Deliverer, Tried } from '../deliver/deliver.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'

export interface RedeliveryDeps {
  readonly store: Pick<Store, 'redeliver' | 'cancel' | 'addDelivery' | 'getDelivery' | 'readBacklogOf'>
  readonly deliverer: Pick<Deliverer, 'expect' | 'push' | 'tryNow'>
  readonly webhooks: Pick<WebhookRegistry, 'get'>
  readonly events: ServiceEvents
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** What came of a person's push. */
export interface Push extends Pick<Backlog, 'waiting' | 'exact'> {
  readonly tried: Tried
}

export interface Redelivery {
  /**
   * Makes an ended delivery due now, with its retries before it again, or one that waits; the `webhook-id` stays. An open
   * breaker lets one attempt through.
   * @throws ServiceError `not_found`, `delivery_not_final`, `delivery_cancelled`, `webhook_gone`, `webhook_stopped`,
   *   `body_not_kept`
   */
  redeliver(deliveryId: string): Promise<DeliverySummary>
  /**
   * Makes one attempt to a webhook now, of what has waited longest or is due next, whatever the breaker and the schedule say.
   * @returns what waits, and what is tried or why nothing is
   * @throws ServiceError `webhook_stopped` if it is off, paused or has a rate of 0
   */
  tryNow(webhookId: string): Promise<Push>
  /**
   * Calls a pending delivery off.
   * @throws ServiceError `not_found`, `delivery_in_flight`, `delivery_ended`
   */
  cancel(deliveryId: string): Promise<DeliverySummary>
  /**
   * Brings a kept event to a webhook that it has no delivery to.
   * @throws ServiceError `not_found`, `already_delivered`, `body_not_kept`
   */
  addDelivery(eventId: string, webhookId: string): Promise<DeliverySummary>
}

export function createRedelivery(deps: RedeliveryDeps): Redelivery {
  const moved = (delivery: DeliverySummary): DeliverySummary => {
    if (delivery.dueAt !== null) deps.deliverer.expect(delivery.webhookId, delivery.dueAt)
    deps.events.publish({ kind: 'moved', at: deps.now(), delivery })
    return delivery
  }
  return {
    async redeliver(deliveryId) {
      const known = await deps.store.getDelivery(deliveryId)
      // One that has ended waits with the others then; one that waits already gains nothing.
      if (known?.state === 'pending') requireRunning(deps.webhooks.get(known.webhookId)?.webhook)
      const [result] = await deps.store.redeliver([deliveryId], deps.now())
      if (result?.kind !== 'redelivered') throw redeliverRefusal(result?.kind ?? 'not_found', deliveryId)
      deps.deliverer.push(result.delivery.webhookId)
      return moved(result.delivery)
    },
    async tryNow(webhookId) {
      requireRunning(deps.webhooks.get(webhookId)?.webhook)
      const [backlog] = await deps.store.readBacklogOf([webhookId])
      const tried = await deps.deliverer.tryNow(webhookId)
      return { waiting: backlog?.waiting ?? 0, exact: backlog?.exact ?? true, tried }
    },
    async cancel(deliveryId) {
      const [result] = await deps.store.cancel([deliveryId], deps.now())
      if (result?.kind === 'cancelled') return moved(result.delivery)
      throw cancelRefusal(result?.kind ?? 'not_found', deliveryId)
    },
    async addDelivery(eventId, webhookId) {
      const result = await deps.store.addDelivery(eventId, webhookId, deps.now())
      if (result.kind === 'added') return moved(result.delivery)
      throw addRefusal(result, eventId, webhookId)
    },
  }
}

/** What a person has stopped is started by a person. */
function requireRunning(webhook: Pick<Webhook, 'enabled' | 'paused' | 'ratePerSecond'> | undefined): void {
  if (webhook === undefined || (webhook.enabled && !webhook.paused && webhook.ratePerSecond !== 0)) return
  const cause = !webhook.enabled ? 'switched off' : webhook.paused ? 'paused' : 'held by a rate of 0'
  throw new ServiceError('webhook_stopped', `It is ${cause}: what waits is sent once that is changed.`)
}

function redeliverRefusal(kind: Exclude<RedeliverResult['kind'], 'redelivered'>, deliveryId: string): ServiceError {
  switch (kind) {
    case 'not_found':
      return noDelivery(deliveryId)
    case 'claimed':
      return new ServiceError('delivery_not_final', 'An attempt is on the wire right now; ask again when it has ended.')
    case 'cancelled':
      return new ServiceError('delivery_cancelled', 'It was called off for good; post the event again.')
    case 'webhook_gone':
      return new ServiceError('webhook_gone', 'Its webhook was deleted; register it again and post the event again.')
    case 'body_not_kept':
      return bodyNotKept()
    default:
      return assertNever(kind)
  }
}

function cancelRefusal(kind: Exclude<CancelResult['kind'], 'cancelled'>, deliveryId: string): ServiceError {
  switch (kind) {
    case 'not_found':
      return noDelivery(deliveryId)
    case 'claimed':
      return new ServiceError('delivery_in_flight', 'An attempt is on the wire; if it fails, cancel the delivery then.')
    case 'ended':
      return new ServiceError('delivery_ended', 'Only a delivery that waits can be cancelled, and this one has ended.')
    default:
      return assertNever(kind)
  }
}

function addRefusal(
  result: Exclude<AddDeliveryResult, { readonly kind: 'added' }>,
  eventId: string,
  webhookId: string,
): ServiceError {
  switch (result.kind) {
    case 'not_found':
      return noEvent(eventId)
    case 'webhook_gone':
      return new ServiceError('not_found', `The event's app has no webhook ${JSON.stringify(webhookId)}.`)
    case 'already':
      return new ServiceError(
        'already_delivered',
        `An event has one delivery per webhook; redeliver this one instead: POST /v1/deliveries/${result.deliveryId}/redeliver.`,
      )
    case 'body_not_kept':
      return bodyNotKept()
    default:
      return assertNever(result)
  }
}

function bodyNotKept(): ServiceError {
  return new ServiceError(
    'body_not_kept',
    'There is nothing left to send: `keepBodies` of the event’s webhooks let go of the body. Post the event again.',
  )
}
