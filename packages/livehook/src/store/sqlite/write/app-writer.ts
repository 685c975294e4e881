// Writes apps and their secret keys.

import type { DatabaseSync } from 'node:sqlite'
import type { App } from '../../../domain/access/app.ts'
import { defaultAdminIdentifiers } from '../../../domain/access/app.ts'
import { assert } from '../../../domain/assert.ts'
import { appOf, selectAppColumns } from '../rows/app-rows.ts'
import { erasing } from '../file/erasure.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { WriteContext } from './write-context.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createAppWriter(
  db: DatabaseSync,
  context: WriteContext,
): Verbs<'createApp' | 'updateApp' | 'deleteApp' | 'putSecretKey'> {
  const insert = db.prepare(
    'INSERT INTO apps (app, created_at, name, admin_identifiers, set_callback_overwrites) VALUES (?, ?, ?, ?, ?)',
  )
  const update = db.prepare(
    'UPDATE apps SET name = ?, admin_identifiers = ?, set_callback_overwrites = ? WHERE app = ?',
  )
  const putKey = db.prepare('INSERT OR REPLACE INTO app_secret_keys (app, secret_key, created_at) VALUES (?, ?, ?)')
  const selectWebhook = db.prepare('SELECT 1 FROM webhooks WHERE app = ? LIMIT 1')
  const removals = ['app_secret_keys', 'app_quotas', 'custom_commands', 'apps'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE app = ?`),
  )
  const select = db.prepare(`${selectAppColumns} WHERE app = ?`)
  const get = (sdkAppId: number): App | undefined => {
    const row = select.get(sdkAppId)
    return row === undefined ? undefined : appOf(row)
  }
  return {
    createApp({ name, createdAt, adminIdentifiers, setCallbackOverwrites }) {
      const number = context.counters.take('app')
      const identifiers = JSON.stringify(adminIdentifiers ?? defaultAdminIdentifiers)
      insert.run(number, createdAt, name, identifiers, Number(setCallbackOverwrites ?? false))
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
    deleteApp(sdkAppId) {
      if (get(sdkAppId) === undefined) return 'missing'
      if (selectWebhook.get(sdkAppId) !== undefined) return 'in_use'
      erasing(db, () => {
        for (const removal of removals) removal.run(sdkAppId)
      })
      return 'deleted'
    },
    putSecretKey(sdkAppId, secretKey, now) {
      if (get(sdkAppId) === undefined) return false
      erasing(db, () => putKey.run(sdkAppId, secretKey, now))
      return true
    },
  }
}
