// The webhooks of all apps in memory, with what every attempt to one of them needs, made once.
// The store stays the truth: every change goes there first and comes back here.
//
// This is the entry of the room of everything that is cached of the store. In reading order:
//
//   webhook-registry.ts  webhooks by id, by app and by what they want
//   decided-commands.ts  at most one webhook decides a command
//   custom-commands.ts   commands of an app's own, with their checks
//   known-apps.ts        which apps exist
//   quotas.ts            how much an app may hand in
//   webhook-health.ts    how each webhook has been doing
//   keyed-mutex.ts       the turn of an app, which all of its moves take
//   changes.ts           what other processes changed
//   leases.ts            who does the work that one process does
//
// State: copies of the store's rows, and what was removed, since ids never come back. Buckets of quotas and the latest health are this
// process's own; everything else is followed by changes.ts.

import type { PreparedUrl } from '@livehook/protocol/node'
import { prepareUrl } from '@livehook/protocol/node'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import { decides, subscribes } from '../../domain/webhook/webhook.ts'
import type { Store } from '../../store/port/port.ts'

export interface RegisteredWebhook {
  readonly webhook: Webhook
  /** The URL with SdkAppId in place; the rest is appended per attempt. */
  readonly preparedUrl: PreparedUrl
  /** The same for the URL that is tried out, if there is one. */
  readonly preparedTrialUrl: PreparedUrl | undefined
}

export interface WebhookRegistry {
  load(): Promise<void>
  /** Takes a webhook as the store returned it. One that was removed stays removed: ids are not given out again. */
  put(webhook: Webhook): void
  remove(webhookId: string): void
  get(webhookId: string): RegisteredWebhook | undefined
  /** The enabled webhooks of an app that want an *after* command. */
  subscribed(sdkAppId: number, command: string): readonly RegisteredWebhook[]
  /** The one webhook of an app that names a *before* command, enabled or not. */
  decider(sdkAppId: number, command: string): RegisteredWebhook | undefined
  all(): Iterable<RegisteredWebhook>
  ofApp(sdkAppId: number): readonly RegisteredWebhook[]
  /** The tokens of each of an app's webhooks that have this very URL. */
  tokensFor(sdkAppId: number, url: string): readonly (readonly string[])[]
}

export function createWebhookRegistry(deps: { readonly store: Pick<Store, 'loadWebhooks'> }): WebhookRegistry {
  const byId = new Map<string, RegisteredWebhook>()
  const removed = new Set<string>()
  const byApp = new Map<number, Map<string, RegisteredWebhook>>()
  // Which webhooks want a command is asked for every event and changes only with a webhook.
  const subscriptions = new Map<number, Map<string, readonly RegisteredWebhook[]>>()
  const deciders = new Map<number, Map<string, RegisteredWebhook | undefined>>()
  const forget = (sdkAppId: number): void => {
    subscriptions.delete(sdkAppId)
    deciders.delete(sdkAppId)
  }

  const put = (webhook: Webhook): void => {
    if (removed.has(webhook.webhookId)) return
    const { sdkAppId, spelling, contentType } = webhook
    const preparedUrl = prepareUrl(webhook.url, { sdkAppId, spelling, contentType })
    const preparedTrialUrl =
      webhook.trial === null ? undefined : prepareUrl(webhook.trial.url, { sdkAppId, spelling, contentType })
    const registered = { webhook, preparedUrl, preparedTrialUrl }
    byId.set(webhook.webhookId, registered)
    const siblings = byApp.get(sdkAppId) ?? new Map<string, RegisteredWebhook>()
    siblings.set(webhook.webhookId, registered)
    byApp.set(sdkAppId, siblings)
    forget(sdkAppId)
  }

  return {
    async load() {
      for (const webhook of await deps.store.loadWebhooks()) put(webhook)
    },
    put,
    remove(webhookId) {
      removed.add(webhookId)
      const registered = byId.get(webhookId)
      if (registered === undefined) return
      byId.delete(webhookId)
      byApp.get(registered.webhook.sdkAppId)?.delete(webhookId)
      forget(registered.webhook.sdkAppId)
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
    decider(sdkAppId, command) {
      // Nothing is remembered of numbers that are no app's: senders could fill the memory with them.
      const siblings = byApp.get(sdkAppId)
      if (siblings === undefined) return undefined
      const known = deciders.get(sdkAppId) ?? new Map<string, RegisteredWebhook | undefined>()
      deciders.set(sdkAppId, known)
      if (!known.has(command)) {
        known.set(
          command,
          [...siblings.values()].find(({ webhook }) => decides(webhook.commands, command)),
        )
      }
      return known.get(command)
    },
    all: () => byId.values(),
    ofApp: (sdkAppId) => [...(byApp.get(sdkAppId)?.values() ?? [])],
    tokensFor: (sdkAppId, url) =>
      [...(byApp.get(sdkAppId)?.values() ?? [])]
        .filter(({ webhook }) => webhook.url === url)
        .map(({ webhook }) => webhook.tokens),
  }
}
