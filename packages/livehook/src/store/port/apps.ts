// What a store promises about apps and their secret keys: part of the port.

import type { App } from '../../domain/access/app.ts'
import type { NewAuditEntry, StoredKey } from './access.ts'

export interface NewApp {
  /** From `reserveApp`; the next free number if it is absent. */
  readonly sdkAppId?: number
  /** Kept in the same commit: what UserSigs of the app are made with. */
  readonly secretKey?: string
  readonly name: string
  readonly createdAt: number
  readonly adminIdentifiers?: readonly string[]
  readonly setCallbackOverwrites?: boolean
}

/** Members that are absent stay as they are. */
export type AppPatch = Partial<Pick<App, 'name' | 'adminIdentifiers' | 'setCallbackOverwrites'>>

export type AppDeletion =
  | {
      readonly kind: 'deleted'
      /** The keys that went with it. */
      readonly keys: readonly StoredKey[]
    }
  | { readonly kind: 'in_use' }
  | { readonly kind: 'missing' }

export interface AppStore {
  /** Gives out the number of an app that is to be made: its secret key is sealed for that number. */
  reserveApp(): Promise<number>
  createApp(app: NewApp): Promise<App>
  /** Resolves with `undefined` if it does not exist. */
  updateApp(sdkAppId: number, patch: AppPatch): Promise<App | undefined>
  /**
   * Removes an app with its secret key, quotas, commands and keys; not while it has webhooks. Its number is not given out again.
   * @param entries of the audit log, written in the same commit if the app is deleted
   */
  deleteApp(sdkAppId: number, entries: readonly NewAuditEntry[]): Promise<AppDeletion>
  /** What UserSigs of the app are made with, as it was put there; `undefined` if there is none. */
  getSecretKey(sdkAppId: number): Promise<string | undefined>
  /** Takes the place of the one before. Resolves with `false` if the app does not exist. */
  putSecretKey(sdkAppId: number, secretKey: string, now: number): Promise<boolean>
}
