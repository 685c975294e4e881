// The store as everyone else sees it: what is secret about webhooks goes in sealed and comes out open. Secret keys of apps are
// sealed by engine/manage/apps.ts, since they are read one by one.

import { SecretsError } from '../../domain/errors/secrets-error.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { WebhookTls } from '../../domain/webhook/tls.ts'
import type { Change } from '../port/changes.ts'
import type { Store } from '../port/port.ts'
import type { Sealer } from './sealing.ts'
import { appOwner, webhookOwner } from './sealing.ts'
import { SealError } from './sealing.ts'

/** @param store the store itself, where secrets stand as they are written */
export function sealWebhooks(store: Store, sealer: Sealer): Store {
  const open = (webhook: Webhook): Webhook => openWebhook(webhook, sealer)
  const openIfThere = (webhook: Webhook | undefined): Webhook | undefined => webhook && open(webhook)
  const sealTokens = (webhookId: string, tokens: readonly string[]): string[] =>
    tokens.map((token) => sealer.seal(token, webhookOwner(webhookId)))
  return {
    ...store,
    createWebhook: async (webhook, conditions) =>
      open(await store.createWebhook({ ...webhook, ...sealSettings(webhook, sealer) }, conditions)),
    async updateWebhook(webhookId, patch, now, conditions) {
      const sealed = { ...patch, ...sealSettings(patch, sealer) }
      return openIfThere(await store.updateWebhook(webhookId, sealed, now, conditions))
    },
    putTokens: async (webhookId, tokens, now) =>
      openIfThere(await store.putTokens(webhookId, sealTokens(webhookId, tokens), now)),
    holdTokens: async (webhookId, tokens, now) =>
      openIfThere(await store.holdTokens(webhookId, sealTokens(webhookId, tokens), now)),
    async changesSince(version, sdkAppId) {
      const found = await store.changesSince(version, sdkAppId)
      return { ...found, changes: found.changes.map((change) => openChange(change, sealer)) }
    },
    loadWebhooks: async () => (await store.loadWebhooks()).map(open),
  }
}

/**
 * Looks at every secret in the store, and rewrites those that are in the clear or under an older key.
 * @param store the store itself
 * @returns how many were written
 * @throws SecretsError if one does not open: nothing was written then
 */
export async function resealSecrets(store: Store, sealer: Sealer): Promise<number> {
  const webhooks = await store.loadWebhooks()
  const appKeys = await store.loadSecretKeys()
  requireOpen(() => {
    for (const webhook of webhooks) openWebhook(webhook, sealer)
    for (const { sdkAppId, secretKey } of appKeys) sealer.open(secretKey, appOwner(sdkAppId))
  })
  let written = 0
  for (const webhook of webhooks) written += await resealWebhook(store, sealer, webhook)
  for (const { sdkAppId, secretKey, createdAt } of appKeys) {
    if (sealer.isCurrent(secretKey)) continue
    const owner = appOwner(sdkAppId)
    await store.putSecretKey(sdkAppId, sealer.seal(sealer.open(secretKey, owner), owner), createdAt)
    written += 1
  }
  return written
}

function requireOpen(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new SecretsError(`${error.message} ${nextSteps[error.code]}`, { cause: error })
  }
}

const nextSteps: Readonly<Record<SealError['code'], string>> = {
  unknown_key:
    'Start again with the key that was set before, alone or behind a new one with a comma between them (LIVEHOOK_SECRET_KEY=new,old).',
  damaged: 'Bring the data file back from a backup, or take the row out of it.',
}

async function resealWebhook(store: Store, sealer: Sealer, sealed: Webhook): Promise<number> {
  const { webhookId, updatedAt, tokens, heldTokens, tls, headers } = sealed
  const opened = openWebhook(sealed, sealer)
  const owner = webhookOwner(webhookId)
  const isOld = (secret: string): boolean => !sealer.isCurrent(secret)
  const again = (secret: string): string => sealer.seal(secret, owner)
  // A webhook has either tokens that sign or tokens that are held. The time of its last change stays what it was.
  if (tokens.some(isOld)) await store.putTokens(webhookId, opened.tokens.map(again), updatedAt)
  if (heldTokens.some(isOld)) await store.holdTokens(webhookId, opened.heldTokens.map(again), updatedAt)
  const settings = [...Object.values(headers), ...(tls?.privateKey ? [tls.privateKey] : [])]
  if (settings.some(isOld)) {
    const { headers: openHeaders, tls: openTls } = opened
    await store.updateWebhook(webhookId, sealSettings({ headers: openHeaders, tls: openTls }, sealer), updatedAt)
  }
  return [...tokens, ...heldTokens, ...settings].filter(isOld).length
}

function openChange(change: Change, sealer: Sealer): Change {
  if (change.kind !== 'webhook' || change.state === undefined) return change
  return { ...change, state: openWebhook(change.state, sealer) }
}

function openWebhook(webhook: Webhook, sealer: Sealer): Webhook {
  const owner = webhookOwner(webhook.webhookId)
  const open = (token: string): string => sealer.open(token, owner)
  const { tls } = webhook
  return {
    ...webhook,
    tokens: webhook.tokens.map(open),
    heldTokens: webhook.heldTokens.map(open),
    headers: mapValues(webhook.headers, (name, value) => sealer.open(value, headerOwner(name))),
    tls:
      tls === null || tls.privateKey === null
        ? tls
        : { ...tls, privateKey: sealer.open(tls.privateKey, certificateOwner(tls)) },
  }
}

type SecretSettings = Partial<Pick<Webhook, 'headers' | 'tls'>>

/** Values of an app's own headers, which are often credentials, and the private key; only what is there. */
function sealSettings({ headers, tls }: SecretSettings, sealer: Sealer): SecretSettings {
  return {
    ...(headers === undefined
      ? {}
      : { headers: mapValues(headers, (name, value) => sealer.seal(value, headerOwner(name))) }),
    ...(tls === undefined ? {} : { tls: sealTls(tls, sealer) }),
  }
}

function mapValues(
  headers: Webhook['headers'],
  change: (name: string, value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(name, value)]))
}

/** They are there before the webhook has an id. */
function headerOwner(name: string): string {
  return `header ${name.toLowerCase()}`
}

function sealTls(tls: WebhookTls | null, sealer: Sealer): WebhookTls | null {
  if (tls === null || tls.privateKey === null) return tls
  return { ...tls, privateKey: sealer.seal(tls.privateKey, certificateOwner(tls)) }
}

/** A private key belongs to its certificate, which is there before the webhook has an id. */
function certificateOwner({ certificate }: WebhookTls): string {
  return `certificate ${certificate ?? ''}`
}
