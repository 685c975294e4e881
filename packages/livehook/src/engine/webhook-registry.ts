// The webhooks of all apps in memory, with what every attempt to one of them needs, made once.
// The store stays the truth: every change goes there first and comes back here.

import type { PreparedUrl } from '@livehook/protocol/node'
import { prepareUrl } from '@livehook/protocol/node'
import type { Webhook } from '../domain/webhook.ts'
import { subscribes } from '../domain/webhook.ts'
import type { Store } from '../store/port.ts'

export interface RegisteredWebhook {
  readonly webhook: Webhook
  /** The URL with SdkAppId in place; the rest is appended per attempt. */
  readonly preparedUrl: PreparedUrl
}

export interface WebhookRegistry {
  load(): Promise<void>
  /** Takes a webhook as the store returned it. */
  put(webhook: Webhook): void
  remove(webhookId: string): void
  get(webhookId: string): RegisteredWebhook | undefined
  /** The enabled webhooks of an app that want a command. */
  subscribed(sdkAppId: number, command: string): readonly RegisteredWebhook[]
  all(): Iterable<RegisteredWebhook>
  ofApp(sdkAppId: number): readonly RegisteredWebhook[]
}

export function createWebhookRegistry(deps: { readonly store: Pick<Store, 'loadWebhooks'> }): WebhookRegistry {
  const byId = new Map<string, RegisteredWebhook>()
  const byApp = new Map<number, Map<string, RegisteredWebhook>>()
  // Which webhooks want a command is asked for every event and changes only with a webhook.
  const subscriptions = new Map<number, Map<string, readonly RegisteredWebhook[]>>()

  const put = (webhook: Webhook): void => {
    const { sdkAppId, spelling, contentType } = webhook
    const preparedUrl = prepareUrl(webhook.url, { sdkAppId, spelling, contentType })
    const registered = { webhook, preparedUrl }
    byId.set(webhook.webhookId, registered)
    const siblings = byApp.get(sdkAppId) ?? new Map<string, RegisteredWebhook>()
    siblings.set(webhook.webhookId, registered)
    byApp.set(sdkAppId, siblings)
    subscriptions.delete(sdkAppId)
  }

  return {
    async load() {
      for (const webhook of await deps.store.loadWebhooks()) put(webhook)
    },
    put,
    remove(webhookId) {
      const registered = byId.get(webhookId)
      if (registered === undefined) return
      byId.delete(webhookId)
      byApp.get(registered.webhook.sdkAppId)?.delete(webhookId)
      subscriptions.delete(registered.webhook.sdkAppId)
    },
    get: (webhookId) => byId.get(webhookId),
    subscribed(sdkAppId, command) {
      const known = subscriptions.get(sdkAppId) ?? new Map<string, readonly RegisteredWebhook[]>()
      subscriptions.set(sdkAppId, known)
      let found = known.get(command)
      if (found === undefined) {
        found = [...(byApp.get(sdkAppId)?.values() ?? [])].filter(
          ({ webhook }) => webhook.enabled && subscribes(webhook.commands, command),
        )
        known.set(command, found)
      }
      return found
    },
    all: () => byId.values(),
    ofApp: (sdkAppId) => [...(byApp.get(sdkAppId)?.values() ?? [])],
  }
}
