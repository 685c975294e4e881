// What happens, as the live stream tells it.

import type { ServiceEvent } from '../../observe/events.ts'
import type { StreamEvent } from '../contract/contract.ts'
import { presentDecision } from './decision.ts'
import { instant, presentDelivery } from './present.ts'

export function presentServiceEvent(event: ServiceEvent): StreamEvent {
  switch (event.kind) {
    case 'accepted':
    case 'settled':
    case 'moved':
      return { kind: event.kind, at: instant(event.at), delivery: presentDelivery(event.delivery) }
    case 'decided':
      return { kind: event.kind, at: instant(event.at), decision: presentDecision(event.decision) }
    case 'webhook_changed':
    case 'breaker':
    case 'app_created':
      return { ...event, at: instant(event.at) }
    default:
      return event
  }
}
