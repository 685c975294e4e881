// A new token for a webhook without a request that its app refuses: until the end of a rotation `Sign` is made with the old token
// while the app learns the new one, and `webhook-signature` has an entry of each; from then on only the new one counts.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { AuditTrail } from './audit-trail.ts'
import { byService } from './audit-trail.ts'
import type { Log } from '../../observe/log.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'
import type { WebhookService } from './webhooks.ts'

export interface TokenRotationDeps {
  readonly registry: Pick<WebhookRegistry, 'all' | 'get'>
  readonly webhooks: Pick<WebhookService, 'update' | 'putTokens'>
  readonly auditTrail: AuditTrail
  /** Makes a token that nobody can guess. */
  readonly makeToken: () => string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
}

export interface TokenRotation {
  /**
   * Begins a rotation; where there is no token yet, or no time is given, the new one counts at once.
   * @param overlapMs for how long the old token still makes `Sign`
   * @throws ServiceError `rotation_under_way`, `not_found`
   */
  rotate(webhookId: string, overlapMs: number): Promise<{ readonly webhook: Webhook; readonly token: string }>
  start(): void
  /** Ends the rotations whose time is over; the timer does nothing else. */
  look(): Promise<void>
  stop(): void
}

const lookEveryMs = 1000

export function createTokenRotation(deps: TokenRotationDeps): TokenRotation {
  const { registry, webhooks } = deps
  let timer: NodeJS.Timeout | undefined
  // Of two at once the second would take the place of a token that somebody was just shown.
  const beginning = new Set<string>()

  const end = async ({ webhookId, sdkAppId, tokens }: Webhook): Promise<void> => {
    // Whoever gave another token meanwhile has ended it already.
    if (tokens.length > 1) await webhooks.putTokens(webhookId, tokens.slice(-1))
    await webhooks.update(webhookId, { rotationEndsAt: null })
    if (tokens.length <= 1) return
    const change = { before: { rotation: 'under way' }, after: { rotation: 'ended' } }
    await deps.auditTrail.record(byService, { action: 'token.rotated', sdkAppId, target: webhookId, ...change })
  }

  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    for (const { webhook } of registry.all()) {
      if (webhook.rotationEndsAt === null || webhook.rotationEndsAt > deps.now()) continue
      try {
        await end(webhook)
      } catch (error) {
        const { webhookId } = webhook
        deps.log.warn({ err: error, webhookId }, 'the rotation of a token could not be ended; trying again')
      }
    }
    isLooking = false
  }

  const begin = async (webhook: Webhook, overlapMs: number): Promise<{ webhook: Webhook; token: string }> => {
    const { webhookId } = webhook
    const token = deps.makeToken()
    const [old] = webhook.tokens
    if (old === undefined || overlapMs <= 0) return { webhook: await webhooks.putTokens(webhookId, [token]), token }
    // The time first: a process that ends in between leaves a rotation that ends without having changed anything.
    await webhooks.update(webhookId, { rotationEndsAt: deps.now() + overlapMs })
    return { webhook: await webhooks.putTokens(webhookId, [old, token]), token }
  }

  return {
    async rotate(webhookId, overlapMs) {
      const webhook = registry.get(webhookId)?.webhook
      if (webhook === undefined) throw new ServiceError('not_found', `There is no webhook ${webhookId}.`)
      if (beginning.has(webhookId)) {
        throw new ServiceError(
          'rotation_under_way',
          `The token of ${webhookId} is being replaced by another request right now.`,
        )
      }
      if (isRotating(webhook)) {
        const endsAt = new Date(webhook.rotationEndsAt ?? 0).toISOString()
        throw new ServiceError(
          'rotation_under_way',
          `The token of ${webhookId} is being replaced until ${endsAt}. Wait until then, or PUT the token that is to count from now on.`,
        )
      }
      beginning.add(webhookId)
      try {
        return await begin(webhook, overlapMs)
      } finally {
        beginning.delete(webhookId)
      }
    },
    start() {
      timer = setInterval(() => void look(), lookEveryMs)
    },
    look,
    stop: () => clearInterval(timer),
  }
}

/** Whether two tokens count for a while. */
export function isRotating({ rotationEndsAt, tokens }: Pick<Webhook, 'rotationEndsAt' | 'tokens'>): boolean {
  return rotationEndsAt !== null && tokens.length > 1
}
