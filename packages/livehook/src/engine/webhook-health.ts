// How each webhook has been doing, in memory: shown beside a webhook, without a trip to the store. The store keeps the
// same with every settled attempt, so a restart begins where this ended.

import type { Symptom } from '../domain/diagnosis.ts'
import type { Webhook } from '../domain/webhook.ts'

export type Health = Pick<Webhook, 'lastSuccessAt' | 'lastFailureAt' | 'failingSince'>

export interface WebhookHealth {
  of(webhook: Webhook): Health
  /** An attempt was settled. Trouble of our own says nothing about the webhook. */
  note(webhook: Webhook, symptom: Symptom, at: number): void
  drop(webhookId: string): void
}

export function createWebhookHealth(): WebhookHealth {
  const latest = new Map<string, { -readonly [Name in keyof Health]: Health[Name] }>()
  return {
    of: (webhook) => latest.get(webhook.webhookId) ?? webhook,
    note(webhook, symptom, at) {
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
    drop: (webhookId) => latest.delete(webhookId),
  }
}
