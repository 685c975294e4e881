// A webhook that failed for five days without a single success is switched off, with the reason. What waits for it keeps
// waiting; anyone who switches it on again gets it all.

import type { AuditTrail } from '../manage/audit-trail.ts'
import { byService } from '../manage/audit-trail.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { WebhookService } from '../manage/webhooks.ts'
import type { Leases } from '../kept/leases.ts'
import type { Log } from '../../observe/log.ts'

export interface SwitchOffDeps {
  readonly webhooks: Pick<WebhookService, 'all' | 'get' | 'healthOf' | 'inTurn'>
  readonly auditTrail: AuditTrail
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
  /** Of several processes one does it. */
  readonly leases: Pick<Leases, 'holds'>
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
  const isDue = (webhook: Webhook): boolean => {
    const { failingSince } = deps.webhooks.healthOf(webhook)
    return webhook.enabled && failingSince !== null && deps.now() - failingSince >= longestFailureMs
  }
  /** @returns whether it was still to be switched off when its turn came */
  const switchOff = ({ webhookId, sdkAppId }: Webhook): Promise<boolean> =>
    deps.webhooks.inTurn(sdkAppId, async (moves) => {
      const webhook = deps.webhooks.get(webhookId)
      if (webhook === undefined || !isDue(webhook)) return false
      await moves.update(webhookId, { enabled: false, disabledReason: 'failing' })
      return true
    })
  const look = async (): Promise<void> => {
    for (const webhook of deps.webhooks.all()) {
      if (!isDue(webhook)) continue
      const { webhookId, sdkAppId } = webhook
      try {
        if (!(await switchOff(webhook))) continue
        const change = { before: { enabled: true }, after: { enabled: false, disabledReason: 'failing' } }
        await deps.auditTrail.record(byService, { action: 'webhook.changed', sdkAppId, target: webhookId, ...change })
        deps.log.warn({ webhookId, sdkAppId }, 'a webhook failed for five days without a success and was switched off')
      } catch (error) {
        deps.log.warn({ err: error, webhookId }, 'a failing webhook could not be switched off; trying again')
      }
    }
  }
  const lookIfMine = async (): Promise<void> => {
    // Nothing is asked of the store while nothing is to be switched off.
    if (!deps.webhooks.all().some(isDue)) return
    // A store that does not answer could not be written to either.
    if (await deps.leases.holds('switch-off').catch(() => false)) await look()
  }
  return {
    start() {
      timer = setInterval(() => void lookIfMine(), lookEveryMs)
    },
    look,
    stop: () => clearInterval(timer),
  }
}
