// Writes keys, quotas and the audit log: rare writes, one statement per verb.

import type { DatabaseSync } from 'node:sqlite'
import { formatId, parseId } from '../../../domain/ids.ts'
import type { Quota } from '../../../domain/delivery/quota.ts'
import { StoreError } from '../../port/errors.ts'
import type { AuditEntry, NewAuditEntry, NewKey, StoredKey } from '../../port/access.ts'
import type { Verbs } from '../thread/verbs.ts'
import { isLastAdmin } from '../../shared/last-admin.ts'
import { keyOf } from '../rows/access-rows.ts'
import type { WriteContext } from './write-context.ts'

/** Entries that one removal may have: some milliseconds of work for the writer. */
const maxTrimmedPerCommit = 500

/** Prepares the verbs: each runs inside the running transaction. */
export function createAccessWriter(
  db: DatabaseSync,
  context: WriteContext,
): Verbs<KeyVerbs | 'putQuota' | 'recordAudit' | 'trimAudit'> {
  return {
    ...createKeyWriter(db, context),
    putQuota: createPutQuota(db),
    recordAudit: createRecordAudit(db, context.salt),
    trimAudit: createTrimAudit(db),
  }
}

type KeyVerbs = 'putKey' | 'putFirstAdminKey' | 'removeKey' | 'touchKeys'

function createKeyWriter(db: DatabaseSync, context: WriteContext): Verbs<KeyVerbs> {
  const selectApp = db.prepare('SELECT 1 FROM apps WHERE app = ?')
  const insert = db.prepare(
    'INSERT INTO api_keys (api_key, role, app, hash, name, prefix, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const select = db.prepare('SELECT * FROM api_keys WHERE api_key = ?')
  const countAdmins = db.prepare("SELECT count(*) AS admins FROM api_keys WHERE role = 'admin'")
  const remove = db.prepare('DELETE FROM api_keys WHERE api_key = ?')
  const touch = db.prepare('UPDATE api_keys SET last_used_at = max(?2, coalesce(last_used_at, 0)) WHERE api_key = ?1')
  const put = (key: NewKey): StoredKey => {
    if (key.sdkAppId !== null && selectApp.get(key.sdkAppId) === undefined) {
      throw new StoreError('not_found', `There is no app ${key.sdkAppId}.`)
    }
    const number = context.counters.take('api_key')
    insert.run(number, key.role, key.sdkAppId, key.hash, key.name, key.prefix, key.createdAt)
    return { ...key, keyId: formatId('key', context.salt, number), lastUsedAt: null }
  }
  return {
    putKey: put,
    putFirstAdminKey: (key) => (countAdmins.get()?.['admins'] === 0 ? put(key) : undefined),
    removeKey(keyId, mayBeLastAdmin) {
      const number = parseId('key', context.salt, keyId)
      const row = number === undefined ? undefined : select.get(number)
      if (number === undefined || row === undefined) return 'missing'
      const key = keyOf(context.salt, row)
      if (isLastAdmin(key, Number(countAdmins.get()?.['admins']), mayBeLastAdmin)) return 'last_admin'
      remove.run(number)
      return key
    },
    touchKeys(uses) {
      for (const { keyId, at } of uses) touch.run(parseId('key', context.salt, keyId) ?? 0, at)
    },
  }
}

function createPutQuota(db: DatabaseSync): (sdkAppId: number, quota: Quota) => void {
  const selectApp = db.prepare('SELECT 1 FROM apps WHERE app = ?')
  const put = db.prepare('INSERT OR REPLACE INTO app_quotas (app, events_per_second, asks_per_second) VALUES (?, ?, ?)')
  return (sdkAppId, { eventsPerSecond, asksPerSecond }) => {
    if (selectApp.get(sdkAppId) === undefined) throw new StoreError('not_found', `There is no app ${sdkAppId}.`)
    put.run(sdkAppId, eventsPerSecond, asksPerSecond)
  }
}

export function createRecordAudit(db: DatabaseSync, salt: string): (entry: NewAuditEntry) => AuditEntry {
  const insert = db.prepare(
    `INSERT INTO audit (at, app, action, target, actor, actor_name, actor_role, by_session, address, before, after)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const text = (facts: NewAuditEntry['before']): string | null => (facts === null ? null : JSON.stringify(facts))
  return (entry) => {
    const { actor } = entry
    const { lastInsertRowid } = insert.run(
      entry.at,
      entry.sdkAppId,
      entry.action,
      entry.target,
      actor.id,
      actor.name,
      actor.role,
      Number(actor.bySession),
      entry.address,
      text(entry.before),
      text(entry.after),
    )
    return { ...entry, auditId: formatId('aud', salt, Number(lastInsertRowid)) }
  }
}

function createTrimAudit(db: DatabaseSync): (before: number) => boolean {
  // Entries are in the order of time, so the oldest are the first rows.
  const remove = db.prepare(
    `DELETE FROM audit WHERE entry IN (SELECT entry FROM audit ORDER BY entry LIMIT ${maxTrimmedPerCommit}) AND at < ?`,
  )
  return (before) => Number(remove.run(before).changes) === maxTrimmedPerCommit
}
