// What is written of a webhook's registration.

import type { Webhook } from '../../domain/webhook/webhook.ts'

/** Everything that a person may change. The rest is given out or learnt by the service. */
export type WebhookSettings = Omit<
  Webhook,
  | 'webhookId'
  | 'sdkAppId'
  | 'tokens'
  | 'heldTokens'
  | 'createdAt'
  | 'updatedAt'
  | 'lastSuccessAt'
  | 'lastFailureAt'
  | 'failingSince'
>

export type NewWebhook = WebhookSettings & Pick<Webhook, 'sdkAppId' | 'createdAt'>

/** Members that are absent stay as they are. */
export type WebhookPatch = Partial<WebhookSettings>
