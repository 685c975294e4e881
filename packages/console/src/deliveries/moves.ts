// What can be done with a delivery as it stands. Pure; the same rules as the API's, so that no button can only fail.

import type { DeliveryDetail } from 'livehook/contract'

type Standing = Pick<DeliveryDetail, 'state' | 'webhook'> & {
  readonly event: Pick<DeliveryDetail['event'], 'bodyKept'>
}

/** Why an ended delivery cannot be redelivered. */
export type NoRedelivery = 'webhook_gone' | 'body_not_kept'

/** `tryNow` brings a delivery that waits, `redeliver` one that has ended. */
export type Move = 'redeliver' | 'tryNow' | 'cancel'

export function movesOf(delivery: Standing): readonly Move[] {
  if (delivery.state === 'pending') return ['tryNow', 'cancel']
  if (delivery.state !== 'dead' && delivery.state !== 'succeeded') return []
  return noRedelivery(delivery) === undefined ? ['redeliver'] : []
}

/** What stands in the way of a redelivery for good; nothing if nothing does, or where it has not ended. */
export function noRedelivery({ state, webhook, event }: Standing): NoRedelivery | undefined {
  if (state !== 'dead' && state !== 'succeeded') return undefined
  if (webhook === null) return 'webhook_gone'
  return event.bodyKept ? undefined : 'body_not_kept'
}
