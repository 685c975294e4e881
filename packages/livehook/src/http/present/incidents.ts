// Incidents, from the engine's shape to the contract's.

import type { Incident as FoundIncident, IncidentReport } from '../../engine/manage/incidents.ts'
import type { Incident, Incidents } from '../contract/contract.ts'
import { instantOrNull, presentLastAttempt } from './present.ts'

export function presentIncidents({ items, ...totals }: IncidentReport): Incidents {
  return { items: items.map(presentIncident), ...totals }
}

function presentIncident(found: FoundIncident): Incident {
  const { webhook, backlog, lastFailure } = found
  const attempt = lastFailure?.lastAttempt ?? null
  return {
    sdkAppId: webhook.sdkAppId,
    appName: found.appName,
    webhookId: webhook.webhookId,
    name: webhook.name,
    url: webhook.url,
    trouble: found.trouble,
    failingSince: instantOrNull(found.health.failingSince),
    waiting: backlog?.waiting ?? 0,
    exact: backlog?.exact ?? true,
    oldestWaitingAt: instantOrNull(backlog?.oldestCreatedAt ?? null),
    lastFailure:
      lastFailure === undefined || attempt === null
        ? null
        : { deliveryId: lastFailure.deliveryId, ...presentLastAttempt(attempt) },
    nextTryAt: instantOrNull(found.nextTryAt),
    succeeded: found.succeeded,
  }
}
