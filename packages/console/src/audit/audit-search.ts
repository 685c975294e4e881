// What the address of the audit log says: the filter, and the entry that is open.

import { readWord } from '../feed/filter-text.ts'

export interface AuditFilter {
  /** What was done, for instance `webhook.changed`. */
  readonly action?: string
  /** The id of a key, or `service`. */
  readonly actor?: string
}

export interface AuditSearch extends AuditFilter {
  /** Of this app alone. */
  readonly scope?: 'app'
  /** The id of the entry that is open. */
  readonly entry?: string
}

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const action = readWord(search['action'])
  const actor = readWord(search['actor'])
  const entry = readWord(search['entry'])
  return {
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(search['scope'] === 'app' ? { scope: 'app' } : {}),
    ...(entry === undefined ? {} : { entry }),
  }
}
