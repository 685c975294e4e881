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

/** What must hold in the very commit that writes a webhook, whatever other processes do meanwhile. */
export interface WebhookConditions {
  /** When the webhook was changed last, as the caller saw it; rejects with `version_mismatch` if it was changed since. */
  readonly updatedAt?: number
  /** Words that no other webhook of the app may have among its commands; rejects with `command_taken`. */
  readonly onlyHere?: readonly string[]
}

/** Members that are absent stay as they are. */
export type WebhookPatch = Partial<WebhookSettings>
