// Keys, the audit log, and what the service says of itself.

import type { AuditEntry, CreatedKey, Key, List, NewKey, ServiceFacts } from 'livehook/contract'
import type { AuditFilter } from '../audit/audit-search.ts'
import { call, jsonBody } from './call.ts'
import { readAll } from './pages.ts'

export interface AccessCalls {
  listKeys(): Promise<readonly Key[]>
  /** The answer has the key itself, this once. */
  createKey(key: NewKey): Promise<CreatedKey>
  revokeKey(keyId: string): Promise<void>
  /** One page of the log, newest first. */
  listAudit(
    filter: AuditFilter & { readonly sdkAppId?: number | undefined },
    cursor?: string,
  ): Promise<List<AuditEntry>>
  getServiceFacts(): Promise<ServiceFacts>
}

const auditPageSize = 50

/** @param send `fetch`, or what stands in for it */
export function createAccessCalls(send: typeof fetch): AccessCalls {
  return {
    listKeys: () => readAll((page) => call<List<Key>>(send, `/v1/keys?${page}`, {})),
    createKey: (key) => call<CreatedKey>(send, '/v1/keys', jsonBody('POST', key)),
    revokeKey: async (keyId) => {
      await call<unknown>(send, `/v1/keys/${encodeURIComponent(keyId)}`, { method: 'DELETE' })
    },
    listAudit: ({ action, actor, sdkAppId }, cursor) => {
      const parameters = new URLSearchParams({ limit: String(auditPageSize) })
      if (action !== undefined) parameters.set('action', action)
      if (actor !== undefined) parameters.set('actor', actor)
      if (sdkAppId !== undefined) parameters.set('sdkAppId', String(sdkAppId))
      if (cursor !== undefined) parameters.set('cursor', cursor)
      return call<List<AuditEntry>>(send, `/v1/audit?${parameters}`, {})
    },
    getServiceFacts: () => call<ServiceFacts>(send, '/v1/service', {}),
  }
}
