// Claimed deliveries as they cross from the writer's thread to the client.

import type { ClaimedDelivery } from '../../port/flow.ts'
import { formatId } from '../../../domain/ids.ts'

export interface ClaimOrder {
  /** Two numbers per webhook: the webhook, and how many at most. */
  readonly wanted: Float64Array
  readonly now: number
  readonly leaseUntil: number
  readonly owner: number
}

export interface ClaimColumns {
  /**
   * `claimStride` numbers per delivery: delivery, webhook, event, app, acceptedAt, attempts, failures, body's bytes; and where in
   * `texts` its command, platform, client IP and traceparent (empty: none) stand.
   */
  readonly numbers: Float64Array
  readonly texts: readonly string[]
  readonly bodies: Uint8Array
}

export const claimStride = 12

export function unpackClaimed(salt: string, columns: ClaimColumns): ClaimedDelivery[] {
  const { numbers, texts, bodies } = columns
  const claimed: ClaimedDelivery[] = []
  let offset = 0
  for (let index = 0; index * claimStride < numbers.length; index += 1) {
    const at = index * claimStride
    const number = (position: number): number => numbers[at + position] ?? 0
    const text = (position: number): string => texts[number(position)] ?? ''
    const bytes = number(7)
    const traceparent = text(11)
    claimed.push({
      deliveryId: formatId('dlv', salt, number(0)),
      webhookId: formatId('wh', salt, number(1)),
      eventId: formatId('evt', salt, number(2)),
      sdkAppId: number(3),
      command: text(8),
      optPlatform: text(9),
      clientIp: text(10),
      ...(traceparent === '' ? {} : { traceparent }),
      acceptedAt: number(4),
      attempts: number(5),
      failures: number(6),
      body: bodies.subarray(offset, offset + bytes),
    })
    offset += bytes
  }
  return claimed
}
