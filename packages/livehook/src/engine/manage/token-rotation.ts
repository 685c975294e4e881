// A new token for a webhook without a request that its app refuses: until the end of a rotation `Sign` is made with the old token
// while the app learns the new one, and `webhook-signature` has an entry of each; from then on only the new one counts.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { AuditTrail } from './audit-trail.ts'
import { byService } from './audit-trail.ts'
import type { Log } from '../../observe/log.ts'
import { createKeyedMutex } from '../kept/keyed-mutex.ts'
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
  /**
   * The old token makes `Sign` for so much longer, counted from now: an extension, or a shorter wait.
   * @param overlapMs 0 ends the rotation at once
   * @throws ServiceError `no_rotation`, `not_found`
   */
  extend(webhookId: string, overlapMs: number): Promise<Webhook>
  /**
   * The new token counts from now on, and the old one no more.
   * @throws ServiceError `no_rotation`, `not_found`
   */
  finish(webhookId: string): Promise<Webhook>
  /**
   * The old token stays, and the new one is forgotten.
   * @throws ServiceError `no_rotation`, `not_found`
   */
  cancel(webhookId: string): Promise<Webhook>
  start(): void
  /** Ends the rotations whose time is over; the timer does nothing else. */
  look(): Promise<void>
  stop(): void
}

const lookEveryMs = 1000

export function createTokenRotation(deps: TokenRotationDeps): TokenRotation {
  const { registry, webhooks } = deps
  let timer: NodeJS.Timeout | undefined
  // One move per app at a time. Of two that begin, the second would replace a token that was shown a moment ago; of a timer
  // and a person, one would bring back what the other took away.
  const inTurn = createKeyedMutex()

  const find = (webhookId: string): Webhook => {
    const webhook = registry.get(webhookId)?.webhook
    if (webhook === undefined) throw new ServiceError('not_found', `There is no webhook ${webhookId}.`)
    return webhook
  }

  /** @param tokens the one that counts from now on */
  const settle = async (webhookId: string, tokens: readonly string[]): Promise<Webhook> => {
    await webhooks.putTokens(webhookId, tokens)
    return webhooks.update(webhookId, { rotationEndsAt: null })
  }

  const finishOf = ({ webhookId, tokens }: Webhook): Promise<Webhook> => settle(webhookId, tokens.slice(-1))

  /** Runs a move of a rotation that is under way. */
  const move = async (webhookId: string, work: (webhook: Webhook) => Promise<Webhook>): Promise<Webhook> =>
    inTurn(find(webhookId).sdkAppId, async () => {
      const webhook = find(webhookId)
      if (isRotating(webhook)) return work(webhook)
      throw new ServiceError(
        'no_rotation',
        `No token of ${webhookId} is being replaced. POST …/token/rotate begins with a new one.`,
      )
    })

  const end = async (webhookId: string, sdkAppId: number): Promise<void> => {
    const ended = await inTurn(sdkAppId, async () => {
      const webhook = registry.get(webhookId)?.webhook
      // It may have been extended, called off or deleted while this waited for its turn.
      if (webhook === undefined || !isOver(webhook)) return undefined
      if (webhook.tokens.length > 1) return finishOf(webhook)
      // Another token was given meanwhile, which has ended it already.
      await webhooks.update(webhookId, { rotationEndsAt: null })
      return undefined
    })
    if (ended === undefined) return
    const change = { before: { rotation: 'under way' }, after: { rotation: 'ended' } }
    await deps.auditTrail.record(byService, { action: 'token.rotated', sdkAppId, target: webhookId, ...change })
  }

  const isOver = ({ rotationEndsAt }: Webhook): boolean => rotationEndsAt !== null && rotationEndsAt <= deps.now()

  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    for (const { webhook } of registry.all()) {
      if (!isOver(webhook)) continue
      const { webhookId, sdkAppId } = webhook
      try {
        await end(webhookId, sdkAppId)
      } catch (error) {
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
    rotate: async (webhookId, overlapMs) =>
      inTurn(find(webhookId).sdkAppId, async () => {
        const webhook = find(webhookId)
        if (!isRotating(webhook)) return begin(webhook, overlapMs)
        const endsAt = new Date(webhook.rotationEndsAt ?? 0).toISOString()
        throw new ServiceError(
          'rotation_under_way',
          `The token of ${webhookId} is being replaced until ${endsAt}. Finish, cancel or extend that (…/token/rotation), or PUT the token that is to count from now on.`,
        )
      }),
    extend: async (webhookId, overlapMs) =>
      move(webhookId, (webhook) =>
        overlapMs <= 0 ? finishOf(webhook) : webhooks.update(webhookId, { rotationEndsAt: deps.now() + overlapMs }),
      ),
    finish: async (webhookId) => move(webhookId, finishOf),
    cancel: async (webhookId) => move(webhookId, ({ tokens }) => settle(webhookId, tokens.slice(0, 1))),
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
