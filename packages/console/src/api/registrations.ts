// Registering, changing and testing webhooks, and the catalogue of commands that they choose from.

import type {
  App,
  CommandDetail,
  CommandSummary,
  List,
  NewWebhook,
  Webhook,
  WebhookCheck,
  WebhookCheckRequest,
  WebhookPatch,
} from 'livehook/contract'
import { call, jsonBody } from './call.ts'
import { probeWebhook, type ProbeCall } from './probe.ts'
import { webhookPath, type WebhookKey } from './webhook-path.ts'

export interface RegistrationCalls {
  createApp(name: string): Promise<App>
  createWebhook(sdkAppId: number, webhook: NewWebhook): Promise<Webhook>
  changeWebhook(webhook: WebhookKey, patch: WebhookPatch): Promise<Webhook>
  deleteWebhook(webhook: WebhookKey): Promise<void>
  checkWebhook(sdkAppId: number, members: WebhookCheckRequest, signal: AbortSignal): Promise<WebhookCheck>
  setToken(webhook: WebhookKey, token: string): Promise<Webhook>
  removeToken(webhook: WebhookKey): Promise<Webhook>
  /** Resolves with whether no stage failed. */
  probe(webhook: WebhookKey, probeCall: ProbeCall): Promise<boolean>
  listCommands(): Promise<readonly CommandSummary[]>
  getCommand(command: string): Promise<CommandDetail>
}

/** @param send `fetch`, or what stands in for it */
export function createRegistrationCalls(send: typeof fetch): RegistrationCalls {
  return {
    createApp: (name) => call<App>(send, '/v1/apps', jsonBody('POST', { name })),
    createWebhook: (sdkAppId, webhook) =>
      call<Webhook>(send, `/v1/apps/${sdkAppId}/webhooks`, jsonBody('POST', webhook)),
    changeWebhook: (webhook, patch) => call<Webhook>(send, webhookPath(webhook), jsonBody('PATCH', patch)),
    deleteWebhook: async (webhook) => {
      await call<unknown>(send, webhookPath(webhook), { method: 'DELETE' })
    },
    checkWebhook: (sdkAppId, members, signal) =>
      call<WebhookCheck>(send, `/v1/apps/${sdkAppId}/webhooks/check`, { ...jsonBody('POST', members), signal }),
    setToken: (webhook, token) => call<Webhook>(send, `${webhookPath(webhook)}/token`, jsonBody('PUT', { token })),
    removeToken: (webhook) => call<Webhook>(send, `${webhookPath(webhook)}/token`, { method: 'DELETE' }),
    probe: (webhook, probeCall) => probeWebhook(send, webhook, probeCall),
    // All of the catalogue fits on one page.
    listCommands: async () => (await call<List<CommandSummary>>(send, '/v1/commands', {})).items,
    getCommand: (command) => call<CommandDetail>(send, `/v1/commands/${encodeURIComponent(command)}`, {}),
  }
}
