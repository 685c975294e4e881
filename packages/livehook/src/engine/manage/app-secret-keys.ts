// The secret keys of apps, with which their UserSigs are made. Shown once, when they are made.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { App } from '../../domain/access/app.ts'
import type { NewApp } from '../../store/port/apps.ts'
import type { Store } from '../../store/port/port.ts'
import type { Sealer } from '../../store/sealed/sealer.ts'
import { appOwner } from '../../store/sealed/sealer.ts'

export interface AppSecretKeys {
  /** Makes an app with its first secret key, in one commit. */
  makeApp(app: Omit<NewApp, 'sdkAppId' | 'secretKey'>): Promise<{ readonly app: App; readonly secretKey: string }>
  /** The key of an app; `undefined` where it has none. */
  of(sdkAppId: number): Promise<string | undefined>
  /**
   * Makes a new key in place of the old one, which counts no more from then on.
   * @returns 64 hex digits, as the platform's own keys look
   * @throws ServiceError `not_found`
   */
  make(sdkAppId: number): Promise<string>
}

export interface AppSecretKeysDeps {
  readonly store: Pick<Store, 'getSecretKey' | 'putSecretKey' | 'reserveApp' | 'createApp'>
  readonly sealer: Pick<Sealer, 'seal' | 'open'>
  /** Chance; `crypto.randomBytes`. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly now: () => number
}

const keyBytes = 32

export function createAppSecretKeys(deps: AppSecretKeysDeps): AppSecretKeys {
  const { store, sealer } = deps
  const newKey = (): string => Buffer.from(deps.randomBytes(keyBytes)).toString('hex')
  return {
    async makeApp(wanted) {
      const secretKey = newKey()
      const sdkAppId = await store.reserveApp()
      const app = await store.createApp({ ...wanted, sdkAppId, secretKey: sealer.seal(secretKey, appOwner(sdkAppId)) })
      return { app, secretKey }
    },
    async of(sdkAppId) {
      const stored = await store.getSecretKey(sdkAppId)
      return stored === undefined ? undefined : sealer.open(stored, appOwner(sdkAppId))
    },
    async make(sdkAppId) {
      const secretKey = newKey()
      if (!(await store.putSecretKey(sdkAppId, sealer.seal(secretKey, appOwner(sdkAppId)), deps.now()))) {
        throw new ServiceError('not_found', `There is no app ${sdkAppId}. GET /v1/apps lists the apps.`)
      }
      return secretKey
    },
  }
}
