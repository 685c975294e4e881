// What is written of a webhook's registration.

import type { Webhook } from '../../domain/webhook/webhook.ts'

export type NewWebhook = Omit<
  Webhook,
  'webhookId' | 'tokens' | 'heldTokens' | 'updatedAt' | 'lastSuccessAt' | 'lastFailureAt' | 'failingSince'
>

/** Members that are absent stay as they are. */
export type WebhookPatch = Partial<
  Pick<
    Webhook,
    | 'name'
    | 'url'
    | 'commands'
    | 'spelling'
    | 'contentType'
    | 'enabled'
    | 'paused'
    | 'timeoutMs'
    | 'maxInFlight'
    | 'ratePerSecond'
    | 'retrySeconds'
    | 'headers'
    | 'askDeadlineMs'
    | 'failurePolicy'
    | 'trial'
    | 'tls'
    | 'keepBodies'
    | 'disabledReason'
    | 'rotationEndsAt'
  >
>
