// A webhook that failed for five days without a single success is switched off, with the reason. What waits for it keeps
// waiting; whoever switches it on again gets it all.

import type { AuditTrail } from '../manage/audit-trail.ts'
import { byService } from '../manage/audit-trail.ts'
import type { WebhookHealth } from '../kept/webhook-health.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'
import type { WebhookService } from '../manage/webhooks.ts'
import type { Log } from '../../observe/log.ts'

export interface SwitchOffDeps {
  readonly registry: Pick<WebhookRegistry, 'all'>
  readonly health: Pick<WebhookHealth, 'of'>
  readonly webhooks: Pick<WebhookService, 'update'>
  readonly auditTrail: AuditTrail
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
}

export interface SwitchOff {
  start(): void
  /** Looks once; the timer does nothing else. */
  look(): Promise<void>
  stop(): void
}

export const longestFailureMs = 5 * 86_400_000
const lookEveryMs = 60_000

export function createSwitchOff(deps: SwitchOffDeps): SwitchOff {
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    for (const { webhook } of deps.registry.all()) {
      const { failingSince } = deps.health.of(webhook)
      if (!webhook.enabled || failingSince === null || deps.now() - failingSince < longestFailureMs) continue
      const { webhookId, sdkAppId } = webhook
      try {
        await deps.webhooks.update(webhookId, { enabled: false, disabledReason: 'failing' })
        const change = { before: { enabled: true }, after: { enabled: false, disabledReason: 'failing' } }
        await deps.auditTrail.record(byService, { action: 'webhook.changed', sdkAppId, target: webhookId, ...change })
        deps.log.warn({ webhookId, sdkAppId }, 'a webhook failed for five days without a success and was switched off')
      } catch (error) {
        deps.log.warn({ err: error, webhookId }, 'a failing webhook could not be switched off; trying again')
      }
    }
  }
  return {
    start() {
      timer = setInterval(() => void look(), lookEveryMs)
    },
    look,
    stop: () => clearInterval(timer),
  }
}
