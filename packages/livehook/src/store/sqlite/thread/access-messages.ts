// Keys, quotas and the audit log, as they pass between the client and its two threads.

import type { Quota } from '../../../domain/delivery/quota.ts'
import type { Page, PageRequest } from '../../port/page.ts'
import type {
  AuditEntry,
  AuditFilter,
  KeyUse,
  NewAuditEntry,
  NewKey,
  StoredKey,
  StoredSecretKey,
} from '../../port/access.ts'

export type AccessOrder =
  | { readonly kind: 'putKey'; readonly key: NewKey }
  | { readonly kind: 'removeKey'; readonly keyId: string; readonly mayBeLastAdmin: boolean }
  | { readonly kind: 'touchKeys'; readonly uses: readonly KeyUse[] }
  | { readonly kind: 'putQuota'; readonly sdkAppId: number; readonly quota: Quota }
  | { readonly kind: 'recordAudit'; readonly entry: NewAuditEntry }
  | { readonly kind: 'trimAudit'; readonly before: number }

export interface AccessResults {
  readonly putKey: StoredKey
  readonly removeKey: StoredKey | 'last_admin' | 'missing'
  readonly touchKeys: undefined
  readonly putQuota: undefined
  readonly recordAudit: AuditEntry
  readonly trimAudit: boolean
}

export type AccessReadOrder =
  | { readonly kind: 'listKeys' }
  | { readonly kind: 'loadQuotas' }
  | { readonly kind: 'loadSecretKeys' }
  | { readonly kind: 'listAudit'; readonly filter: AuditFilter; readonly page: PageRequest }

export interface AccessReadResults {
  readonly listKeys: readonly StoredKey[]
  readonly loadQuotas: ReadonlyMap<number, Quota>
  readonly loadSecretKeys: readonly StoredSecretKey[]
  readonly listAudit: Page<AuditEntry>
}
