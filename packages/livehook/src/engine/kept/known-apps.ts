// Which apps exist, remembered: asked of the store once per app, so that the flow of events and asks makes no trip for it.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Store } from '../../store/port/port.ts'

export interface KnownApps {
  /** Whether the app is remembered; `false` says nothing. */
  has(sdkAppId: number): boolean
  /** @throws ServiceError `not_found`; StoreError where the store does not answer */
  require(sdkAppId: number): Promise<void>
  /** An app is gone. */
  forget(sdkAppId: number): void
}

export function createKnownApps(deps: { readonly store: Pick<Store, 'getApp'> }): KnownApps {
  // Apps are never renumbered and whoever removes one says so here, so "exists" may be remembered.
  const known = new Set<number>()
  return {
    has: (sdkAppId) => known.has(sdkAppId),
    async require(sdkAppId) {
      if (known.has(sdkAppId)) return
      if ((await deps.store.getApp(sdkAppId)) === undefined) {
        throw new ServiceError('not_found', `There is no app ${sdkAppId}. GET /v1/apps lists the apps.`)
      }
      known.add(sdkAppId)
    },
    forget: (sdkAppId) => void known.delete(sdkAppId),
  }
}
