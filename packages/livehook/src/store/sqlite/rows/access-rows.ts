// Keys, quotas and entries of the audit log as rows.

import type { SQLOutputValue } from 'node:sqlite'
import { assert } from '../../../domain/assert.ts'
import { formatId } from '../../../domain/ids.ts'
import type { Quota } from '../../../domain/delivery/quota.ts'
import { isRole } from '../../../domain/access/role.ts'
import type { AuditEntry, AuditFacts, StoredKey } from '../../port/access.ts'

type Row = Record<string, SQLOutputValue>

export function quotaOf(row: Row): Quota {
  return {
    eventsPerSecond: optionalNumber(row['events_per_second']),
    asksPerSecond: optionalNumber(row['asks_per_second']),
  }
}

export function keyOf(salt: string, row: Row): StoredKey {
  const role = String(row['role'])
  // Only our own migrations and verbs write here: another word would grant a right by accident.
  assert(isRole(role), `The data file has a key with the role ${role}.`)
  return {
    keyId: formatId('key', salt, Number(row['api_key'])),
    role,
    sdkAppId: optionalNumber(row['app']),
    hash: String(row['hash']),
    name: String(row['name']),
    prefix: String(row['prefix']),
    createdAt: Number(row['created_at']),
    lastUsedAt: optionalNumber(row['last_used_at']),
  }
}

export function auditEntryOf(salt: string, row: Row): AuditEntry {
  return {
    auditId: formatId('aud', salt, Number(row['entry'])),
    at: Number(row['at']),
    sdkAppId: optionalNumber(row['app']),
    action: String(row['action']),
    target: String(row['target']),
    actor: {
      id: String(row['actor']),
      name: String(row['actor_name']),
      role: String(row['actor_role']),
      bySession: row['by_session'] === 1,
    },
    address: row['address'] === null ? null : String(row['address']),
    before: auditFactsOf(row['before']),
    after: auditFactsOf(row['after']),
  }
}

function auditFactsOf(value: SQLOutputValue | undefined): AuditFacts | null {
  if (typeof value !== 'string') return null
  const facts: AuditFacts = JSON.parse(value)
  return facts
}

function optionalNumber(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}
