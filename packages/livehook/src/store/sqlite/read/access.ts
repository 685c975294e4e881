// Reads keys and the audit log.

import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Page, PageRequest } from '../../port/page.ts'
import type { AuditEntry, AuditFilter } from '../../port/access.ts'
import { parseId } from '../../../domain/ids.ts'
import { auditEntryOf, keyOf, quotaOf } from '../rows/access-rows.ts'
import type { Verbs } from '../thread/verbs.ts'
import { formatCursor, parseCursor } from '../../shared/cursor.ts'

export function createAccessReader(
  db: DatabaseSync,
  salt: string,
): Verbs<'listKeys' | 'loadQuotas' | 'loadSecretKeys' | 'listAudit'> {
  const selectKeys = db.prepare('SELECT * FROM api_keys ORDER BY api_key')
  const selectQuotas = db.prepare('SELECT * FROM app_quotas')
  const selectSecretKeys = db.prepare('SELECT * FROM app_secret_keys')
  return {
    listKeys: () => selectKeys.all().map((row) => keyOf(salt, row)),
    loadQuotas: () => new Map(selectQuotas.all().map((row) => [Number(row['app']), quotaOf(row)])),
    loadSecretKeys: () =>
      selectSecretKeys.all().map((row) => ({
        sdkAppId: Number(row['app']),
        secretKey: String(row['secret_key']),
        createdAt: Number(row['created_at']),
      })),
    listAudit: (filter, page) => listAudit(db, salt, { filter, page }),
  }
}

const columns = { sdkAppId: 'app', action: 'action', actor: 'actor' } as const

function listAudit(
  db: DatabaseSync,
  salt: string,
  { filter, page }: { readonly filter: AuditFilter; readonly page: PageRequest },
): Page<AuditEntry> {
  const list = `${salt}:audit:${filter.sdkAppId ?? ''}:${filter.action ?? ''}:${filter.actor ?? ''}`
  const before = page.cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(list, page.cursor)
  const conditions = ['entry < ?']
  const values: SQLInputValue[] = [before]
  for (const name of ['sdkAppId', 'action', 'actor'] as const) {
    const value = filter[name]
    if (value === undefined) continue
    conditions.push(`${columns[name]} = ?`)
    values.push(value)
  }
  const rows = db
    .prepare(`SELECT * FROM audit WHERE ${conditions.join(' AND ')} ORDER BY entry DESC LIMIT ?`)
    .all(...values, page.limit + 1)
  const items = rows.slice(0, page.limit).map((row) => auditEntryOf(salt, row))
  const last = items.at(-1)
  const hasMore = rows.length > page.limit && last !== undefined
  return { items, nextCursor: hasMore ? formatCursor(list, parseId('aud', salt, last.auditId) ?? 0) : null }
}
