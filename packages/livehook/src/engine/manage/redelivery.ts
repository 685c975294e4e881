// Deliveries that a person moves, one at a time: redeliver, cancel, bring a kept event to one more webhook.

import { assertNever } from '../../domain/assert.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { DeliverySummary } from '../../store/port/deliveries.ts'
import type { Store } from '../../store/port/port.ts'
import type { AddDeliveryResult, CancelResult, RedeliverResult } from '../../store/port/redelivery.ts'
import type { Deliverer } from '../deliver/deliver.ts'

export interface RedeliveryDeps {
  readonly store: Pick<Store, 'redeliver' | 'cancel' | 'addDelivery'>
  readonly deliverer: Pick<Deliverer, 'expect'>
  readonly events: ServiceEvents
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface Redelivery {
  /**
   * Makes an ended delivery due now, with its retries before it again; the `webhook-id` stays.
   * @throws ServiceError `not_found`, `delivery_not_final`, `delivery_cancelled`, `webhook_gone`, `body_not_kept`
   */
  redeliver(deliveryId: string): Promise<DeliverySummary>
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
      const [result] = await deps.store.redeliver([deliveryId], deps.now())
      if (result?.kind === 'redelivered') return moved(result.delivery)
      throw redeliverRefusal(result?.kind ?? 'not_found', deliveryId)
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

function redeliverRefusal(kind: Exclude<RedeliverResult['kind'], 'redelivered'>, deliveryId: string): ServiceError {
  switch (kind) {
    case 'not_found':
      return noDelivery(deliveryId)
    case 'pending':
      return new ServiceError(
        'delivery_not_final',
        'It waits for its next attempt by itself, at `dueAt`. To call it off instead, POST …/cancel.',
      )
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
      return new ServiceError('not_found', `There is no event ${JSON.stringify(eventId)}.`)
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

function noDelivery(deliveryId: string): ServiceError {
  return new ServiceError('not_found', `There is no delivery ${JSON.stringify(deliveryId)}.`)
}

function bodyNotKept(): ServiceError {
  return new ServiceError(
    'body_not_kept',
    'There is nothing left to send: `keepBodies` of the event’s webhooks let go of the body. Post the event again.',
  )
}
