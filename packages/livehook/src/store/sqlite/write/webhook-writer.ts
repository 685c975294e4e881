// Writes webhooks and their tokens.

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../domain/assert.ts'
import { formatId, parseId } from '../../../domain/ids.ts'
import type { KeepBodies, Webhook } from '../../../domain/webhook/webhook.ts'
import type { NewWebhook, WebhookConditions } from '../../port/webhooks.ts'
import { StoreError } from '../../port/errors.ts'
import { erasing } from '../file/erasure.ts'
import { createWebhookReader, settingColumns, settingValues } from '../rows/webhook-rows.ts'
import type { Verbs } from '../thread/verbs.ts'
import { createWriteStats } from './stats.ts'
import { liveWebhook } from './write-context.ts'
import type { WriteContext } from './write-context.ts'

interface PutTokens {
  readonly now: number
  /** `false`: they are kept and sign nothing. */
  readonly enabled: boolean
}

/** Prepares the verbs: each runs inside the running transaction. */
export function createWebhookWriter(
  db: DatabaseSync,
  context: WriteContext,
): Verbs<'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'putTokens' | 'holdTokens'> {
  const reader = createWebhookReader(db, context.salt)
  const insert = createInsert(db, context)
  const update = db.prepare(
    `UPDATE webhooks SET ${settingColumns.map((name) => `${name} = ?`).join(', ')}, updated_at = ? WHERE webhook = ?`,
  )
  const remove = createRemove(db, context)
  const putTokens = createPutTokens(db)
  const requireOnlyHere = createRequireOnlyHere(db, context.salt)
  const find = (webhookId: string): { readonly number: number; readonly webhook: Webhook } | undefined => {
    const number = parseId('wh', context.salt, webhookId)
    const webhook = number === undefined ? undefined : reader.get(number)
    return number === undefined || webhook === undefined ? undefined : { number, webhook }
  }
  const replaceTokens = (webhookId: string, tokens: readonly string[], how: PutTokens): Webhook | undefined => {
    const found = find(webhookId)
    if (found === undefined) return undefined
    putTokens(found.number, tokens, how)
    return reader.get(found.number)
  }
  return {
    createWebhook(webhook, conditions = {}) {
      requireOnlyHere(webhook.sdkAppId, 0, conditions)
      const created = reader.get(insert(webhook))
      assert(created !== undefined, 'A webhook that was just written cannot be read.')
      return created
    },
    updateWebhook(webhookId, patch, now, conditions = {}) {
      const found = find(webhookId)
      if (found === undefined) return undefined
      if (conditions.updatedAt !== undefined && conditions.updatedAt !== found.webhook.updatedAt) {
        throw new StoreError('version_mismatch', 'Read the webhook again, and change what it is now.')
      }
      requireOnlyHere(found.webhook.sdkAppId, found.number, conditions)
      const changed = { ...found.webhook, ...patch }
      const write = (): void => void update.run(...settingValues(changed), now, found.number)
      // They have a private key, and credentials.
      if (patch.tls === undefined && patch.headers === undefined) write()
      else erasing(db, write)
      const live = context.webhooks.get(found.number)
      if (live !== undefined) live.keepBodies = changed.keepBodies
      return reader.get(found.number)
    },
    // The row goes at once; what waits for it is called off afterwards, step by step (take-back.ts).
    deleteWebhook(webhookId, now) {
      const found = find(webhookId)
      if (found !== undefined) remove(found.number, found.webhook.keepBodies, now)
      return found !== undefined
    },
    putTokens: (webhookId, tokens, now) => replaceTokens(webhookId, tokens, { now, enabled: true }),
    holdTokens: (webhookId, tokens, now) => replaceTokens(webhookId, tokens, { now, enabled: false }),
  }
}

/** @throws StoreError `command_taken` */
function createRequireOnlyHere(
  db: DatabaseSync,
  salt: string,
): (app: number, webhook: number, conditions: WebhookConditions) => void {
  const select = db.prepare(
    `SELECT w.webhook, w.name, c.value AS word FROM webhooks w, json_each(w.commands) c
     WHERE w.app = ? AND w.webhook <> ? AND c.value IN (SELECT value FROM json_each(?)) LIMIT 1`,
  )
  return (app, webhook, { onlyHere = [] }) => {
    if (onlyHere.length === 0) return
    const taken = select.get(app, webhook, JSON.stringify(onlyHere))
    if (taken === undefined) return
    const other = `webhook ${formatId('wh', salt, Number(taken['webhook']))} (${String(taken['name'])})`
    throw new StoreError(
      'command_taken',
      `${String(taken['word'])} is decided by ${other}. Take it from there first, or leave it out here.`,
    )
  }
}

function createInsert(db: DatabaseSync, context: WriteContext): (webhook: NewWebhook) => number {
  const selectApp = db.prepare('SELECT 1 FROM apps WHERE app = ?')
  const insert = db.prepare(
    `INSERT INTO webhooks (webhook, app, created_at, updated_at, ${settingColumns.join(', ')})
     VALUES (?, ?, ?, ?, ${settingColumns.map(() => '?').join(', ')})`,
  )
  return (webhook) => {
    if (selectApp.get(webhook.sdkAppId) === undefined) {
      throw new StoreError('not_found', `There is no app ${webhook.sdkAppId}.`)
    }
    const number = context.counters.take('webhook')
    insert.run(number, webhook.sdkAppId, webhook.createdAt, webhook.createdAt, ...settingValues(webhook))
    context.webhooks.set(number, liveWebhook({ number, app: webhook.sdkAppId, keepBodies: webhook.keepBodies }))
    return number
  }
}

function createRemove(
  db: DatabaseSync,
  context: WriteContext,
): (number: number, keepBodies: KeepBodies, now: number) => void {
  const remove = db.prepare('DELETE FROM webhooks WHERE webhook = ?')
  const insertRemoval = db.prepare('INSERT INTO webhook_removals (webhook, removed_at, keep_bodies) VALUES (?, ?, ?)')
  const writeStats = createWriteStats(db)
  return (number, keepBodies, now) => {
    const live = context.webhooks.get(number)
    if (live !== undefined) writeStats(live)
    // Its tokens go with it.
    erasing(db, () => remove.run(number))
    insertRemoval.run(number, now, keepBodies)
    context.webhooks.delete(number)
  }
}

function createPutTokens(db: DatabaseSync): (number: number, tokens: readonly string[], how: PutTokens) => void {
  const remove = db.prepare('DELETE FROM webhook_tokens WHERE webhook = ?')
  const insert = db.prepare('INSERT INTO webhook_tokens (webhook, position, token) VALUES (?, ?, ?)')
  const touch = db.prepare('UPDATE webhooks SET token_enabled = ?, updated_at = ? WHERE webhook = ?')
  return (number, tokens, { now, enabled }) => {
    erasing(db, () => {
      remove.run(number)
      for (const [position, token] of tokens.entries()) insert.run(number, position, token)
    })
    touch.run(Number(enabled), now, number)
  }
}
