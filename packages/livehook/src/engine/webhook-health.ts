// How each webhook has been doing, in memory: shown beside a webhook, without a trip to the store. The store keeps the
// same with every settled attempt, so a restart begins where this ended.

import type { Symptom } from '../domain/diagnosis.ts'
import type { Webhook } from '../domain/webhook.ts'

export interface Health {
  readonly lastSuccessAt: number | null
  readonly lastFailureAt: number | null
}

export interface WebhookHealth {
  of(webhook: Webhook): Health
  /** An attempt was settled. Trouble of our own says nothing about the webhook. */
  note(webhookId: string, symptom: Symptom, at: number): void
  drop(webhookId: string): void
}

export function createWebhookHealth(): WebhookHealth {
  const latest = new Map<string, { lastSuccessAt: number | null; lastFailureAt: number | null }>()
  return {
    of(webhook) {
      const noted = latest.get(webhook.webhookId)
      return {
        lastSuccessAt: noted?.lastSuccessAt ?? webhook.lastSuccessAt,
        lastFailureAt: noted?.lastFailureAt ?? webhook.lastFailureAt,
      }
    },
    note(webhookId, symptom, at) {
      if (symptom === 'ours') return
      let noted = latest.get(webhookId)
      if (noted === undefined) {
        noted = { lastSuccessAt: null, lastFailureAt: null }
        latest.set(webhookId, noted)
      }
      if (symptom === 'none') noted.lastSuccessAt = at
      else noted.lastFailureAt = at
    },
    drop: (webhookId) => latest.delete(webhookId),
  }
}
