// How each webhook has been doing, in memory: shown beside a webhook, without a trip to the store. The store keeps the
// same with every settled attempt, so a restart begins where this ended.

import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import type { Health } from '../../domain/webhook/health.ts'
import { addEnding, healthAfter, noEndings } from '../../domain/webhook/health.ts'
import type { Histogram } from '../../observe/histogram.ts'
import { createHistogram } from '../../observe/histogram.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'

export interface WebhookHealth {
  of(webhook: Webhook): Health
  /** An attempt was settled that ended then. Trouble of our own says nothing about the webhook. */
  note(webhook: Webhook, symptom: Symptom, endedAt: number): void
  /** How long attempts took, by the webhook's own receivers or until they were given up. */
  readonly attempts: Histogram
  /** How many attempts ended with which symptom since the start. */
  attemptsOf(webhookId: string): Readonly<Partial<Record<Symptom, number>>>
  /** It was removed: attempts that were in flight are noted no more. */
  drop(webhookId: string): void
}

export function createWebhookHealth(): WebhookHealth {
  const latest = new Map<string, Health>()
  const attempts = new Map<string, Partial<Record<Symptom, number>>>()
  const dropped = new Set<string>()
  const durations = createHistogram()
  return {
    of: (webhook) => latest.get(webhook.webhookId) ?? webhook,
    attempts: durations,
    attemptsOf: (webhookId) => attempts.get(webhookId) ?? {},
    note(webhook, symptom, endedAt) {
      if (dropped.has(webhook.webhookId)) return
      let counts = attempts.get(webhook.webhookId)
      if (counts === undefined) attempts.set(webhook.webhookId, (counts = {}))
      counts[symptom] = (counts[symptom] ?? 0) + 1
      if (symptom === 'ours') return
      const { lastSuccessAt, lastFailureAt, failingSince } = latest.get(webhook.webhookId) ?? webhook
      const health = healthAfter({ lastSuccessAt, lastFailureAt, failingSince }, addEnding(noEndings, symptom, endedAt))
      latest.set(webhook.webhookId, health)
    },
    drop(webhookId) {
      dropped.add(webhookId)
      latest.delete(webhookId)
      attempts.delete(webhookId)
    },
  }
}
