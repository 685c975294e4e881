// A new token for a webhook without a request that its app refuses: until the end of a rotation `Sign` is made with the old token
// while the app learns the new one, and `webhook-signature` has an entry of each; from then on only the new one counts.

import { noWebhook } from '../../domain/errors/missing.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { AuditTrail } from './audit-trail.ts'
import { byService } from './audit-trail.ts'
import type { Leases } from '../kept/leases.ts'
import type { Log } from '../../observe/log.ts'
import type { WebhookMoves, WebhookService } from './webhooks.ts'

export interface TokenRotationDeps {
  readonly webhooks: Pick<WebhookService, 'all' | 'get' | 'inTurn'>
  readonly auditTrail: AuditTrail
  /** Makes a token that no one can guess. */
  readonly makeToken: () => string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
  /** Of several processes one ends the rotations. */
  readonly leases: Pick<Leases, 'holds'>
}

export interface TokenRotation {
  /**
   * Begins a rotation; if there is no token yet, or no time is given, the new one counts at once.
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
  const { webhooks } = deps
  let timer: NodeJS.Timeout | undefined

  const find = (webhookId: string): Webhook => {
    const webhook = webhooks.get(webhookId)
    if (webhook === undefined) throw noWebhook(webhookId)
    return webhook
  }

  // A rotation moves in the turn of its app. Of two that begin, the second would replace a token that was shown a moment ago;
  // of a timer and a person, one would bring back what the other took away.
  const inTurn = async <Result>(
    webhookId: string,
    work: (webhook: Webhook, moves: WebhookMoves) => Promise<Result>,
  ): Promise<Result> => webhooks.inTurn(find(webhookId).sdkAppId, async (moves) => work(find(webhookId), moves))

  /** Runs a move of a rotation that is under way. */
  const move = (
    webhookId: string,
    work: (webhook: Webhook, moves: WebhookMoves) => Promise<Webhook>,
  ): Promise<Webhook> =>
    inTurn(webhookId, async (webhook, moves) => {
      if (isRotating(webhook)) return work(webhook, moves)
      throw new ServiceError(
        'no_rotation',
        `No token of ${webhookId} is being replaced. POST …/token/rotate begins with a new one.`,
      )
    })

  const end = async ({ webhookId, sdkAppId }: Webhook): Promise<void> => {
    const hasEnded = await webhooks.inTurn(sdkAppId, async (moves) => {
      const webhook = webhooks.get(webhookId)
      // It may have been extended, called off or deleted while this waited for its turn.
      if (webhook === undefined || !isOver(webhook)) return false
      if (isRotating(webhook)) await settle(moves, webhook, webhook.tokens.slice(-1))
      // Another token was given meanwhile, which has ended it already.
      else await moves.update(webhookId, { rotationEndsAt: null })
      return isRotating(webhook)
    })
    if (!hasEnded) return
    const change = { before: { rotation: 'under way' }, after: { rotation: 'ended' } }
    await deps.auditTrail.record(byService, { action: 'token.rotated', sdkAppId, target: webhookId, ...change })
  }

  const isOver = ({ rotationEndsAt }: Webhook): boolean => rotationEndsAt !== null && rotationEndsAt <= deps.now()

  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    for (const webhook of webhooks.all()) {
      if (!isOver(webhook)) continue
      try {
        await end(webhook)
      } catch (error) {
        const { webhookId } = webhook
        deps.log.warn({ err: error, webhookId }, 'the rotation of a token could not be ended; trying again')
      }
    }
    isLooking = false
  }

  const lookIfMine = async (): Promise<void> => {
    // Nothing is asked of the store while no rotation is over.
    if (!webhooks.all().some(isOver)) return
    // A store that does not answer could not be written to either.
    if (await deps.leases.holds('rotation-ends').catch(() => false)) await look()
  }

  const begin = async (
    moves: WebhookMoves,
    { webhookId, tokens }: Webhook,
    overlapMs: number,
  ): Promise<{ webhook: Webhook; token: string }> => {
    const token = deps.makeToken()
    const [old] = tokens
    if (old === undefined || overlapMs <= 0) return { webhook: await moves.putTokens(webhookId, [token]), token }
    // The time first: a process that ends in between leaves a rotation that ends without having changed anything.
    await moves.update(webhookId, { rotationEndsAt: deps.now() + overlapMs })
    return { webhook: await moves.putTokens(webhookId, [old, token]), token }
  }

  return {
    rotate: (webhookId, overlapMs) =>
      inTurn(webhookId, async (webhook, moves) => {
        if (!isRotating(webhook)) return begin(moves, webhook, overlapMs)
        const endsAt = new Date(webhook.rotationEndsAt ?? 0).toISOString()
        throw new ServiceError(
          'rotation_under_way',
          `The token of ${webhookId} is being replaced until ${endsAt}. Finish, cancel or extend that (…/token/rotation), or PUT the token that is to count from now on.`,
        )
      }),
    extend: (webhookId, overlapMs) =>
      move(webhookId, (webhook, moves) =>
        overlapMs <= 0
          ? settle(moves, webhook, webhook.tokens.slice(-1))
          : moves.update(webhookId, { rotationEndsAt: deps.now() + overlapMs }),
      ),
    finish: (webhookId) => move(webhookId, (webhook, moves) => settle(moves, webhook, webhook.tokens.slice(-1))),
    cancel: (webhookId) => move(webhookId, (webhook, moves) => settle(moves, webhook, webhook.tokens.slice(0, 1))),
    start() {
      timer = setInterval(() => void lookIfMine(), lookEveryMs)
    },
    look,
    stop: () => clearInterval(timer),
  }
}

/** @param tokens the one that counts from now on */
async function settle(moves: WebhookMoves, { webhookId }: Webhook, tokens: readonly string[]): Promise<Webhook> {
  await moves.putTokens(webhookId, tokens)
  return moves.update(webhookId, { rotationEndsAt: null })
}

/** Whether two tokens count for a while. */
export function isRotating({ rotationEndsAt, tokens }: Pick<Webhook, 'rotationEndsAt' | 'tokens'>): boolean {
  return rotationEndsAt !== null && tokens.length > 1
}
