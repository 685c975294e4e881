// A page of an app's webhooks, newest first. All of them are in memory; what is bounded is the answer.

import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Webhook } from '../../../domain/webhook/webhook.ts'
import type { WebhookListQuery } from '../../contract/contract.ts'

export interface WebhookPage {
  readonly items: readonly Webhook[]
  readonly nextCursor: string | null
  readonly total: number
}

/**
 * Pure.
 * @param webhooks oldest first
 * @throws ServiceError `invalid_cursor`
 */
export function pageOfWebhooks(webhooks: readonly Webhook[], query: WebhookListQuery): WebhookPage {
  const found = webhooks.filter((webhook) => isFound(webhook, query.q?.toLowerCase())).toReversed()
  const start = query.cursor === undefined ? 0 : startBehind(found, query.cursor)
  const items = found.slice(start, query.limit === undefined ? undefined : start + query.limit)
  const last = items.at(-1)
  const hasMore = start + items.length < found.length
  return { items, nextCursor: hasMore && last !== undefined ? cursorOf(last) : null, total: found.length }
}

function isFound({ name, url, webhookId, commands }: Webhook, words: string | undefined): boolean {
  if (words === undefined) return true
  return [name, url, webhookId, ...commands].some((text) => text.toLowerCase().includes(words))
}

function cursorOf({ createdAt, webhookId }: Webhook): string {
  return `${createdAt}.${webhookId}`
}

/** A webhook that the last page ended with may be gone: what was registered before it comes next all the same. */
function startBehind(webhooks: readonly Webhook[], cursor: string): number {
  const [, at, id] = /^(\d{1,15})\.(wh_[0-9a-z]+)$/.exec(cursor) ?? []
  if (at === undefined || id === undefined) {
    throw new ServiceError('invalid_cursor', 'Take the cursor from `nextCursor` of the page before, as it is.')
  }
  const next = webhooks.findIndex(
    ({ createdAt, webhookId }) => createdAt < Number(at) || (createdAt === Number(at) && webhookId < id),
  )
  return next === -1 ? webhooks.length : next
}
