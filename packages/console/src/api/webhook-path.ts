import type { Webhook } from 'livehook/contract'

/** Which webhook. */
export type WebhookKey = Pick<Webhook, 'sdkAppId' | 'webhookId'>

/** The address of a webhook, and of what belongs to it. */
export function webhookPath({ sdkAppId, webhookId }: WebhookKey): string {
  return `/v1/apps/${sdkAppId}/webhooks/${encodeURIComponent(webhookId)}`
}
