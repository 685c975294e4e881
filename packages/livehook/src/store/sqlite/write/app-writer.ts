// Writes apps and their secret keys.

import type { DatabaseSync } from 'node:sqlite'
import type { App } from '../../../domain/access/app.ts'
import { defaultAdminIdentifiers } from '../../../domain/access/app.ts'
import { assert } from '../../../domain/assert.ts'
import { keyOf } from '../rows/access-rows.ts'
import { createRecordAudit } from './access-writer.ts'
import { appOf, selectAppColumns } from '../rows/app-rows.ts'
import { erasing } from '../file/erasure.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { WriteContext } from './write-context.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createAppWriter(
  db: DatabaseSync,
  context: WriteContext,
): Verbs<'reserveApp' | 'createApp' | 'updateApp' | 'deleteApp' | 'putSecretKey'> {
  const insert = db.prepare(
    'INSERT INTO apps (app, created_at, name, admin_identifiers, set_callback_overwrites) VALUES (?, ?, ?, ?, ?)',
  )
  const update = db.prepare(
    'UPDATE apps SET name = ?, admin_identifiers = ?, set_callback_overwrites = ? WHERE app = ?',
  )
  const putKey = db.prepare('INSERT OR REPLACE INTO app_secret_keys (app, secret_key, created_at) VALUES (?, ?, ?)')
  const selectWebhook = db.prepare('SELECT 1 FROM webhooks WHERE app = ? LIMIT 1')
  const removals = ['app_secret_keys', 'app_quotas', 'custom_commands', 'api_keys', 'apps'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE app = ?`),
  )
  const selectKeys = db.prepare('SELECT * FROM api_keys WHERE app = ? ORDER BY api_key')
  const recordAudit = createRecordAudit(db, context.salt)
  const select = db.prepare(`${selectAppColumns} WHERE app = ?`)
  const get = (sdkAppId: number): App | undefined => {
    const row = select.get(sdkAppId)
    return row === undefined ? undefined : appOf(row)
  }
  return {
    reserveApp: () => context.counters.take('app'),
    createApp({ sdkAppId, secretKey, name, createdAt, adminIdentifiers, setCallbackOverwrites }) {
      const number = sdkAppId ?? context.counters.take('app')
      const identifiers = JSON.stringify(adminIdentifiers ?? defaultAdminIdentifiers)
      insert.run(number, createdAt, name, identifiers, Number(setCallbackOverwrites ?? false))
      if (secretKey !== undefined) putKey.run(number, secretKey, createdAt)
      const created = get(number)
      assert(created !== undefined, 'An app that was just written cannot be read.')
      return created
    },
    updateApp(sdkAppId, patch) {
      const found = get(sdkAppId)
      if (found === undefined) return undefined
      const { name, adminIdentifiers, setCallbackOverwrites } = { ...found, ...patch }
      update.run(name, JSON.stringify(adminIdentifiers), Number(setCallbackOverwrites), sdkAppId)
      return get(sdkAppId)
    },
    deleteApp(sdkAppId, entries) {
      if (get(sdkAppId) === undefined) return { kind: 'missing' }
      if (selectWebhook.get(sdkAppId) !== undefined) return { kind: 'in_use' }
      const keys = selectKeys.all(sdkAppId).map((row) => keyOf(context.salt, row))
      erasing(db, () => {
        for (const removal of removals) removal.run(sdkAppId)
      })
      for (const entry of entries) recordAudit(entry)
      return { kind: 'deleted', keys }
    },
    putSecretKey(sdkAppId, secretKey, now) {
      if (get(sdkAppId) === undefined) return false
      erasing(db, () => putKey.run(sdkAppId, secretKey, now))
      return true
    },
  }
}
