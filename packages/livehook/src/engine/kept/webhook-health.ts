// How each webhook has been doing, in memory: shown beside a webhook, without a trip to the store. The store keeps the
// same with every settled attempt, so a restart begins where this ended.

import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'

export type Health = Pick<Webhook, 'lastSuccessAt' | 'lastFailureAt' | 'failingSince'>

export interface WebhookHealth {
  of(webhook: Webhook): Health
  /** An attempt was settled. Trouble of our own says nothing about the webhook. */
  note(webhook: Webhook, symptom: Symptom, at: number): void
  /** How many attempts ended with which symptom since the start. */
  attemptsOf(webhookId: string): Readonly<Partial<Record<Symptom, number>>>
  /** It was removed: attempts that were in flight are noted no more. */
  drop(webhookId: string): void
}

export function createWebhookHealth(): WebhookHealth {
  const latest = new Map<string, { -readonly [Name in keyof Health]: Health[Name] }>()
  const attempts = new Map<string, Partial<Record<Symptom, number>>>()
  const dropped = new Set<string>()
  return {
    of: (webhook) => latest.get(webhook.webhookId) ?? webhook,
    attemptsOf: (webhookId) => attempts.get(webhookId) ?? {},
    note(webhook, symptom, at) {
      if (dropped.has(webhook.webhookId)) return
      let counts = attempts.get(webhook.webhookId)
      if (counts === undefined) attempts.set(webhook.webhookId, (counts = {}))
      counts[symptom] = (counts[symptom] ?? 0) + 1
      if (symptom === 'ours') return
      let health = latest.get(webhook.webhookId)
      if (health === undefined) {
        const { lastSuccessAt, lastFailureAt, failingSince } = webhook
        health = { lastSuccessAt, lastFailureAt, failingSince }
        latest.set(webhook.webhookId, health)
      }
      if (symptom === 'none') {
        health.lastSuccessAt = at
        health.failingSince = null
      } else {
        health.lastFailureAt = at
        health.failingSince ??= at
      }
    },
    drop(webhookId) {
      dropped.add(webhookId)
      latest.delete(webhookId)
      attempts.delete(webhookId)
    },
  }
}
