// Apps as rows.

import type { SQLOutputValue } from 'node:sqlite'
import type { App } from '../../../domain/access/app.ts'

/** What `appOf` reads, without any key. */
export const selectAppColumns = `SELECT apps.*,
  EXISTS (SELECT 1 FROM app_secret_keys WHERE app_secret_keys.app = apps.app) AS secret_key_set FROM apps`

export function appOf(row: Record<string, SQLOutputValue>): App {
  const adminIdentifiers: string[] = JSON.parse(String(row['admin_identifiers']))
  return {
    sdkAppId: Number(row['app']),
    name: String(row['name']),
    createdAt: Number(row['created_at']),
    adminIdentifiers,
    setCallbackOverwrites: row['set_callback_overwrites'] === 1,
    secretKeySet: row['secret_key_set'] === 1,
  }
}
