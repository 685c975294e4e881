// Reads what was changed about registrations. An order of the reader is one transaction, so that each thing is as new as its
// change or newer.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { formatId } from '../../../domain/ids.ts'
import type { Change, Changes } from '../../port/changes.ts'
import type { Verbs } from '../thread/verbs.ts'
import { keyOf, quotaOf } from './access-rows.ts'
import { appOf, selectAppColumns } from './app-rows.ts'
import { commandOf } from './command-rows.ts'
import { createWebhookReader } from './webhook-rows.ts'

type Row = Record<string, SQLOutputValue>

/** Read at once. */
const maxRows = 1000

/** Everything there is, for a reader that is too far behind. */
const selectWhole = `
  SELECT 'app' AS kind, app, app AS key FROM apps
  UNION ALL SELECT 'webhook', app, webhook FROM webhooks
  UNION ALL SELECT 'command', app, command FROM custom_commands
  UNION ALL SELECT 'quota', app, app FROM app_quotas
  UNION ALL SELECT 'key', app, api_key FROM api_keys`

export function createChangeReader(db: DatabaseSync, salt: string): Verbs<'lastChange' | 'changesSince'> {
  const selectLast = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'changes'")
  const selectOldest = db.prepare('SELECT min(version) AS version FROM changes')
  const selectSince = db.prepare(
    'SELECT version, kind, app, key FROM changes WHERE version > ? ORDER BY version LIMIT ?',
  )
  const selectAll = db.prepare(selectWhole)
  const stateOf = createStateReader(db, salt)
  const last = (): number => Number(selectLast.get()?.['seq'] ?? 0)
  const read = (version: number, sdkAppId?: number): Changes => {
    const oldest = selectOldest.get()?.['version']
    const isWhole = typeof oldest === 'number' && version < oldest - 1
    const rows = isWhole ? selectAll.all() : selectSince.all(version, maxRows)
    const wanted = sdkAppId === undefined ? rows : rows.filter(({ app }) => app === sdkAppId)
    const newest = rows.at(-1)?.['version']
    return {
      version: isWhole ? last() : Number(newest ?? version),
      changes: [...lastOfEach(wanted).values()].map(stateOf),
      isWhole,
      hasMore: !isWhole && rows.length === maxRows,
    }
  }
  return { lastChange: last, changesSince: read }
}

function lastOfEach(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const last = new Map<string, Row>()
  for (const row of rows) {
    const name = `${String(row['kind'])} ${String(row['app'])} ${String(row['key'])}`
    last.delete(name)
    last.set(name, row)
  }
  return last
}

function createStateReader(db: DatabaseSync, salt: string): (row: Row) => Change {
  const selectApp = db.prepare(`${selectAppColumns} WHERE app = ?`)
  const selectCommand = db.prepare('SELECT * FROM custom_commands WHERE app = ? AND command = ?')
  const selectQuota = db.prepare('SELECT * FROM app_quotas WHERE app = ?')
  const selectKey = db.prepare('SELECT * FROM api_keys WHERE api_key = ?')
  const webhooks = createWebhookReader(db, salt)
  return (change) => {
    const sdkAppId = change['app'] === null ? null : Number(change['app'])
    const text = String(change['key'])
    const number = Number(text)
    const row = (found: Row | undefined): Row | undefined => found
    switch (String(change['kind'])) {
      case 'app': {
        const found = row(selectApp.get(number))
        return { kind: 'app', sdkAppId, key: text, state: found && appOf(found) }
      }
      case 'webhook':
        return { kind: 'webhook', sdkAppId, key: formatId('wh', salt, number), state: webhooks.get(number) }
      case 'command': {
        const found = row(selectCommand.get(sdkAppId, text))
        return { kind: 'command', sdkAppId, key: text, state: found && commandOf(found) }
      }
      case 'quota': {
        const found = row(selectQuota.get(number))
        return { kind: 'quota', sdkAppId, key: text, state: found && quotaOf(found) }
      }
      default: {
        const found = row(selectKey.get(number))
        return { kind: 'key', sdkAppId, key: formatId('key', salt, number), state: found && keyOf(salt, found) }
      }
    }
  }
}
