// Keys, sessions and entries of the audit log: from their own shapes to the contract's.

import type { AuditEntry as StoredEntry } from '../../../store/port/access.ts'
import type { AuditEntry, Key, Session } from '../../contract/contract.ts'
import type { ShownKey } from '../../gates/keys.ts'
import type { Session as OpenSession } from '../../gates/sessions.ts'
import { instant } from '../../present/present.ts'

export function presentKey(key: ShownKey): Key {
  const { keyId, name, role, sdkAppId, prefix, createdAt, lastUsedAt } = key
  return {
    keyId,
    name,
    role,
    sdkAppId,
    prefix,
    createdAt: createdAt === null ? null : instant(createdAt),
    lastUsedAt: lastUsedAt === null ? null : instant(lastUsedAt),
  }
}

export function presentSession({ identity, expiresAt }: OpenSession): Session {
  const { role, keyId, name, sdkAppId } = identity
  return { role, keyId, keyName: name, sdkAppId, expiresAt: instant(expiresAt) }
}

export function presentAuditEntry(entry: StoredEntry): AuditEntry {
  const { auditId, at, sdkAppId, action, target, actor, address, before, after } = entry
  return { auditId, at: instant(at), sdkAppId, action, target, actor: { ...actor }, address, before, after }
}
