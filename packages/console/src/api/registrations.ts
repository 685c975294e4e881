// Registering, changing and testing webhooks, and the catalogue of commands that they choose from.

import type {
  App,
  AppCommandDetail,
  AppCommandSummary,
  BodyCheck,
  CreatedApp,
  List,
  NewWebhook,
  RotatedToken,
  SampleRequest,
  ShownToken,
  Webhook,
  WebhookCheck,
  WebhookCheckRequest,
  WebhookList,
  WebhookPatch,
} from 'livehook/contract'
import { call, jsonBody } from './call.ts'
import { readAll } from './pages.ts'
import { probeWebhook, type ProbeCall } from './probe.ts'
import { webhookPath, type WebhookKey } from './webhook-path.ts'

export interface RegistrationCalls {
  /** Its secret key is in this answer and in no other. */
  createApp(name: string): Promise<CreatedApp>
  renameApp(sdkAppId: number, name: string): Promise<App>
  /** Refused while it has webhooks. */
  deleteApp(sdkAppId: number): Promise<void>
  /** A page of an app's webhooks, newest first; `q` is a part of a name, URL, id or command. */
  findWebhooks(sdkAppId: number, search: WebhookSearch): Promise<WebhookList>
  createWebhook(sdkAppId: number, webhook: NewWebhook): Promise<Webhook>
  changeWebhook(webhook: WebhookKey, patch: WebhookPatch): Promise<Webhook>
  deleteWebhook(webhook: WebhookKey): Promise<void>
  checkWebhook(sdkAppId: number, members: WebhookCheckRequest, signal: AbortSignal): Promise<WebhookCheck>
  setToken(webhook: WebhookKey, token: string): Promise<Webhook>
  removeToken(webhook: WebhookKey): Promise<Webhook>
  /** The service makes a new token; for so many seconds the old one still makes Sign. */
  rotateToken(webhook: WebhookKey, overlapSeconds: number): Promise<RotatedToken>
  /** The old token makes Sign for so many seconds from now on. */
  extendRotation(webhook: WebhookKey, overlapSeconds: number): Promise<Webhook>
  /** The new token takes over now. */
  finishRotation(webhook: WebhookKey): Promise<Webhook>
  /** The old token stays. */
  cancelRotation(webhook: WebhookKey): Promise<Webhook>
  /** Shows the token, and the one that takes over; that it was looked at is written down. */
  revealToken(webhook: WebhookKey): Promise<ShownToken>
  /** A request as it would leave right now, signed. */
  sampleRequest(webhook: WebhookKey): Promise<SampleRequest>
  /** Resolves with whether no stage failed. */
  probe(webhook: WebhookKey, probeCall: ProbeCall): Promise<boolean>
  /** The catalogue, and what the app registered itself. */
  listCommands(sdkAppId: number): Promise<readonly AppCommandSummary[]>
  getCommand(sdkAppId: number, command: string): Promise<AppCommandDetail>
  /** What is wrong with an event's body. */
  checkBody(sdkAppId: number, body: CommandBody): Promise<BodyCheck>
}

export interface WebhookSearch {
  /** Empty: all of them. */
  readonly q: string
  readonly cursor: string | null
}

/** As many as are read at once. */
const webhooksPerPage = 100

/** JSON as it was typed. */
export interface CommandBody {
  readonly command: string
  readonly body: string
  readonly signal: AbortSignal
}

function commandPath(sdkAppId: number, command: string): string {
  return `/v1/apps/${sdkAppId}/commands/${encodeURIComponent(command)}`
}

/** @param send `fetch`, or what stands in for it */
export function createRegistrationCalls(send: typeof fetch): RegistrationCalls {
  return {
    createApp: (name) => call<CreatedApp>(send, '/v1/apps', jsonBody('POST', { name })),
    renameApp: (sdkAppId, name) => call<App>(send, `/v1/apps/${sdkAppId}`, jsonBody('PATCH', { name })),
    deleteApp: async (sdkAppId) => {
      await call<unknown>(send, `/v1/apps/${sdkAppId}`, { method: 'DELETE' })
    },
    findWebhooks: (sdkAppId, { q, cursor }) => {
      const parameters = new URLSearchParams({ limit: String(webhooksPerPage) })
      if (q !== '') parameters.set('q', q)
      if (cursor !== null) parameters.set('cursor', cursor)
      return call<WebhookList>(send, `/v1/apps/${sdkAppId}/webhooks?${parameters}`, {})
    },
    createWebhook: (sdkAppId, webhook) =>
      call<Webhook>(send, `/v1/apps/${sdkAppId}/webhooks`, jsonBody('POST', webhook)),
    changeWebhook: (webhook, patch) => call<Webhook>(send, webhookPath(webhook), jsonBody('PATCH', patch)),
    deleteWebhook: async (webhook) => {
      await call<unknown>(send, webhookPath(webhook), { method: 'DELETE' })
    },
    checkWebhook: (sdkAppId, members, signal) =>
      call<WebhookCheck>(send, `/v1/apps/${sdkAppId}/webhooks/check`, { ...jsonBody('POST', members), signal }),
    setToken: (webhook, token) => call<Webhook>(send, `${webhookPath(webhook)}/token`, jsonBody('PUT', { token })),
    rotateToken: (webhook, overlapSeconds) =>
      call<RotatedToken>(send, `${webhookPath(webhook)}/token/rotate`, jsonBody('POST', { overlapSeconds })),
    extendRotation: (webhook, overlapSeconds) =>
      call<Webhook>(send, `${webhookPath(webhook)}/token/rotation`, jsonBody('PATCH', { overlapSeconds })),
    finishRotation: (webhook) =>
      call<Webhook>(send, `${webhookPath(webhook)}/token/rotation/finish`, { method: 'POST' }),
    cancelRotation: (webhook) => call<Webhook>(send, `${webhookPath(webhook)}/token/rotation`, { method: 'DELETE' }),
    revealToken: (webhook) => call<ShownToken>(send, `${webhookPath(webhook)}/token?reveal=true`, {}),
    removeToken: (webhook) => call<Webhook>(send, `${webhookPath(webhook)}/token`, { method: 'DELETE' }),
    sampleRequest: (webhook) => call<SampleRequest>(send, `${webhookPath(webhook)}/sample-request`, {}),
    probe: (webhook, probeCall) => probeWebhook(send, webhook, probeCall),
    listCommands: (sdkAppId) =>
      readAll((page) => call<List<AppCommandSummary>>(send, `/v1/apps/${sdkAppId}/commands?${page}`, {})),
    getCommand: (sdkAppId, command) => call<AppCommandDetail>(send, commandPath(sdkAppId, command), {}),
    checkBody: (sdkAppId, { command, body, signal }) =>
      call<BodyCheck>(send, `${commandPath(sdkAppId, command)}/check`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal,
      }),
  }
}
