// Reads apps, webhooks and what is due.

import type { DatabaseSync } from 'node:sqlite'
import { formatId } from '../../../domain/ids.ts'
import { appOf, selectAppColumns } from '../rows/app-rows.ts'
import { formatCursor, parseCursor } from '../../shared/cursor.ts'
import { createNextDue } from './due.ts'
import type { Verbs } from '../thread/verbs.ts'
import { createWebhookReader } from '../rows/webhook-rows.ts'

export function createRegistrationReader(
  db: DatabaseSync,
  salt: string,
): Verbs<'nextDue' | 'listApps' | 'getApp' | 'getSecretKey' | 'loadWebhooks'> {
  // Two seeks per webhook: grouping all pending deliveries would read a whole backlog.
  const selectWebhooks = db.prepare('SELECT webhook FROM webhooks')
  const nextDueOf = createNextDue(db)
  const selectApps = db.prepare(`${selectAppColumns} WHERE app < ? ORDER BY app DESC LIMIT ?`)
  const selectApp = db.prepare(`${selectAppColumns} WHERE app = ?`)
  const selectSecretKey = db.prepare('SELECT secret_key FROM app_secret_keys WHERE app = ?')
  const webhooks = createWebhookReader(db, salt)
  const appList = `${salt}:apps`
  return {
    nextDue() {
      const due = new Map<string, number>()
      for (const row of selectWebhooks.all()) {
        const dueAt = nextDueOf(Number(row['webhook']))
        if (dueAt !== undefined) due.set(formatId('wh', salt, Number(row['webhook'])), dueAt)
      }
      return due
    },
    listApps({ limit, cursor }) {
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(appList, cursor)
      const rows = selectApps.all(before, limit + 1)
      const items = rows.slice(0, limit).map(appOf)
      const last = items.at(-1)
      const hasMore = rows.length > limit && last !== undefined
      return { items, nextCursor: hasMore ? formatCursor(appList, last.sdkAppId) : null }
    },
    getApp(sdkAppId) {
      const row = selectApp.get(sdkAppId)
      return row === undefined ? undefined : appOf(row)
    },
    getSecretKey(sdkAppId) {
      const row = selectSecretKey.get(sdkAppId)
      return row === undefined ? undefined : String(row['secret_key'])
    },
    loadWebhooks: () => webhooks.all(),
  }
}
