// Which apps exist, remembered: asked of the store once per app, so that the flow of events and asks makes no trip for it.

import { noApp } from '../../domain/errors/missing.ts'
import type { Store } from '../../store/port/port.ts'

export interface KnownApps {
  /** Whether the app is remembered; `false` says nothing. */
  has(sdkAppId: number): boolean
  /** @throws ServiceError `not_found`; StoreError where the store does not answer */
  require(sdkAppId: number): Promise<void>
  known(): Iterable<number>
  /** An app is gone. */
  forget(sdkAppId: number): void
}

export function createKnownApps(deps: { readonly store: Pick<Store, 'getApp'> }): KnownApps {
  // Numbers of apps are not given out again, so both "exists" and "is gone" may be remembered.
  const known = new Set<number>()
  const gone = new Set<number>()
  return {
    has: (sdkAppId) => known.has(sdkAppId),
    known: () => known.values(),
    async require(sdkAppId) {
      if (known.has(sdkAppId)) return
      const found = gone.has(sdkAppId) ? undefined : await deps.store.getApp(sdkAppId)
      // It may have been removed after the store had read it.
      if (found === undefined || gone.has(sdkAppId)) {
        throw noApp(sdkAppId)
      }
      known.add(sdkAppId)
    },
    forget(sdkAppId) {
      gone.add(sdkAppId)
      known.delete(sdkAppId)
    },
  }
}
