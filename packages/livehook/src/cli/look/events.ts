// livehook events get.

import type { EventDetail } from '../../http/contract/contract.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import type { ListingOptions } from './listing.ts'

export async function showEvent(eventId: string, options: ListingOptions, io: CliIo): Promise<void> {
  const event = await clientFromEnvironment(io).get<EventDetail>(`/v1/events/${encodeURIComponent(eventId)}`)
  if (options.json === true) {
    line(io.stdout, JSON.stringify(event))
    return
  }
  const { command, acceptedAt, clientIp, optPlatform, body, bodyBytes, deliveries } = event
  line(io.stdout, `${event.eventId}  ${command}`)
  line(io.stdout, `accepted ${acceptedAt}, of ${clientIp} (${optPlatform}), ${bodyBytes} bytes`)
  line(io.stdout, body ?? 'Its body is no longer kept.')
  if (deliveries.length === 0) line(io.stdout, 'No webhook was subscribed to it.')
  for (const { deliveryId, state, webhookId, attempts } of deliveries) {
    line(io.stdout, `${deliveryId}  ${state} at ${webhookId} after ${attempts} attempt${attempts === 1 ? '' : 's'}`)
  }
}
