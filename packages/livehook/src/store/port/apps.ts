// What a store promises about apps and their secret keys: part of the port.

import type { App } from '../../domain/access/app.ts'

export interface NewApp {
  readonly name: string
  readonly createdAt: number
  readonly adminIdentifiers?: readonly string[]
  readonly setCallbackOverwrites?: boolean
}

/** Members that are absent stay as they are. */
export type AppPatch = Partial<Pick<App, 'name' | 'adminIdentifiers' | 'setCallbackOverwrites'>>

export interface AppStore {
  createApp(app: NewApp): Promise<App>
  /** Resolves with `undefined` where it does not exist. */
  updateApp(sdkAppId: number, patch: AppPatch): Promise<App | undefined>
  /** Removes an app with its secret key, quotas and commands; not while it has webhooks. Its number is not given out again. */
  deleteApp(sdkAppId: number): Promise<'deleted' | 'in_use' | 'missing'>
  /** What UserSigs of the app are made with, as it was put there; `undefined` where there is none. */
  getSecretKey(sdkAppId: number): Promise<string | undefined>
  /** Takes the place of the one before. Resolves with `false` where the app does not exist. */
  putSecretKey(sdkAppId: number, secretKey: string, now: number): Promise<boolean>
}
