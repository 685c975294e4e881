// What a store promises to those who decide who may do what, and to those who ask afterwards who did what.

import type { Quota } from '../../domain/delivery/quota.ts'
import type { Role } from '../../domain/access/role.ts'
import type { Page, PageRequest } from './page.ts'

/** A credential of our API. The secret itself is never kept, only its hash. */
export interface StoredKey {
  readonly keyId: string
  readonly role: Role
  /** The only app that it sees; `null` for all of them. */
  readonly sdkAppId: number | null
  /** SHA-256 of the secret, lower-case hex. */
  readonly hash: string
  readonly name: string
  /** How the secret begins; empty if it is not known. */
  readonly prefix: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

export type NewKey = Omit<StoredKey, 'keyId' | 'lastUsedAt'>

export interface KeyUse {
  readonly keyId: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** Who changed something, as it was then. */
export interface AuditActor {
  /** A key's id, or another word for those who have none: `service`, or an identifier of the compatible API. */
  readonly id: string
  readonly name: string
  readonly role: string
  /** Whether it came from a session of the console. */
  readonly bySession: boolean
}

/** Facts about a thing before or after a change: what JSON can say, and never a secret. */
export type AuditFacts = Readonly<Record<string, unknown>>

export interface NewAuditEntry {
  /** Epoch milliseconds. */
  readonly at: number
  /** The app that the thing belongs to; `null` for what belongs to none. */
  readonly sdkAppId: number | null
  /** What was done, such as `webhook.changed`. */
  readonly action: string
  /** The id of the thing. */
  readonly target: string
  readonly actor: AuditActor
  /** The caller's address; `null` if the service acted by itself. */
  readonly address: string | null
  readonly before: AuditFacts | null
  readonly after: AuditFacts | null
}

export interface AuditEntry extends NewAuditEntry {
  readonly auditId: string
}

export interface AuditFilter {
  readonly sdkAppId?: number
  readonly action?: string
  /** A key's id, or another word for who did it. */
  readonly actor?: string
}

/** The secret key of an app, as it is written. */
export interface StoredSecretKey {
  readonly sdkAppId: number
  readonly secretKey: string
  readonly createdAt: number
}

export interface AccessStore {
  /** Of every app that has one, to be sealed. */
  loadSecretKeys(): Promise<readonly StoredSecretKey[]>

  /** Oldest first. */
  listKeys(): Promise<readonly StoredKey[]>
  /** Rejects with `not_found` if its app does not exist. */
  putKey(key: NewKey): Promise<StoredKey>
  /** Keeps an admin key if there is none yet. Resolves with `undefined` if there is one. */
  putFirstAdminKey(key: NewKey): Promise<StoredKey | undefined>
  /**
   * Removes a key.
   * @param mayBeLastAdmin `false`: the last admin key stays
   * @returns the key that went; why it stayed; `missing` if there is none
   */
  removeKey(keyId: string, mayBeLastAdmin: boolean): Promise<StoredKey | 'last_admin' | 'missing'>
  /** Writes down when keys were last used; those that are gone are passed over. */
  touchKeys(uses: readonly KeyUse[]): Promise<void>

  /** Of every app that has one, by SdkAppId. */
  loadQuotas(): Promise<ReadonlyMap<number, Quota>>
  /** Rejects with `not_found` if the app does not exist. */
  putQuota(sdkAppId: number, quota: Quota): Promise<void>

  recordAudit(entry: NewAuditEntry): Promise<AuditEntry>
  /** Newest first. */
  listAudit(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>
  /**
   * Removes a bounded number of entries from before then.
   * @returns whether there may be more
   */
  trimAudit(before: number): Promise<boolean>
}
