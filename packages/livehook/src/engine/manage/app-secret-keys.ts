// The secret keys of apps, with which their UserSigs are made. Shown once, when they are made.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Store } from '../../store/port/port.ts'
import type { Sealer } from '../../store/sealed/sealer.ts'
import { appOwner } from '../../store/sealed/sealer.ts'

export interface AppSecretKeys {
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
  readonly store: Pick<Store, 'getSecretKey' | 'putSecretKey'>
  readonly sealer: Pick<Sealer, 'seal' | 'open'>
  /** Chance; `crypto.randomBytes`. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly now: () => number
}

const keyBytes = 32

export function createAppSecretKeys(deps: AppSecretKeysDeps): AppSecretKeys {
  const { store, sealer } = deps
  return {
    async of(sdkAppId) {
      const stored = await store.getSecretKey(sdkAppId)
      return stored === undefined ? undefined : sealer.open(stored, appOwner(sdkAppId))
    },
    async make(sdkAppId) {
      const secretKey = Buffer.from(deps.randomBytes(keyBytes)).toString('hex')
      if (!(await store.putSecretKey(sdkAppId, sealer.seal(secretKey, appOwner(sdkAppId)), deps.now()))) {
        throw new ServiceError('not_found', `There is no app ${sdkAppId}. GET /v1/apps lists the apps.`)
      }
      return secretKey
    },
  }
}
