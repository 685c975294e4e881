// Removing an app: only one without webhooks, so that no one takes running webhooks with it by one call. What the app's events
// left behind stays until retention, reachable by id for keys that are bound to no app.

import { noApp } from '../../domain/errors/missing.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { NewAuditEntry, StoredKey } from '../../store/port/access.ts'
import type { Store } from '../../store/port/port.ts'
import type { Follower } from '../kept/changes.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import type { RunExclusive } from '../kept/keyed-mutex.ts'
import type { KnownApps } from '../kept/known-apps.ts'
import type { Quotas } from '../kept/quotas.ts'
import type { App } from '../../domain/access/app.ts'
import type { NewApp } from '../../store/port/apps.ts'
import type { Sealer } from '../../store/sealed/sealing.ts'
import { appOwner } from '../../store/sealed/sealing.ts'

export interface AppRemovalDeps {
  readonly store: Pick<Store, 'deleteApp'>
  readonly apps: Pick<KnownApps, 'forget' | 'known'>
  readonly customs: Pick<CustomCommands, 'forgetApp'>
  readonly quotas: Pick<Quotas, 'forget'>
  /** Shared with the moves of its webhooks and commands. */
  readonly runExclusive: RunExclusive
}

export interface AppRemoval {
  /**
   * Removes an app with its secret key, quotas, keys and commands of its own, in one commit. Its number never comes back.
   * @param entries what the audit log says about it, in the same commit
   * @returns the keys that went with it
   * @throws ServiceError `not_found`, `app_in_use` while it has webhooks
   */
  remove(sdkAppId: number, entries: readonly NewAuditEntry[]): Promise<readonly StoredKey[]>
  /** Takes over what another process removed. */
  readonly follower: Follower<'app'>
}

export function createAppRemoval({ store, apps, customs, quotas, runExclusive }: AppRemovalDeps): AppRemoval {
  const forget = (sdkAppId: number): void => {
    apps.forget(sdkAppId)
    customs.forgetApp(sdkAppId)
    quotas.forget(sdkAppId)
  }
  return {
    follower: {
      follow({ sdkAppId, state }) {
        if (state === undefined && sdkAppId !== null) forget(sdkAppId)
      },
      known: () => Array.from(apps.known(), (sdkAppId) => ({ sdkAppId, key: String(sdkAppId) })),
    },
    remove: (sdkAppId, entries) =>
      runExclusive(sdkAppId, async () => {
        const outcome = await store.deleteApp(sdkAppId, entries)
        if (outcome.kind === 'missing') throw noApp(sdkAppId)
        if (outcome.kind === 'in_use') {
          throw new ServiceError(
            'app_in_use',
            `App ${sdkAppId} has webhooks. Delete them first; what waits for them is cancelled.`,
          )
        }
        forget(sdkAppId)
        return outcome.keys
      }),
  }
}

// The secret keys of apps, with which their UserSigs are made. Shown once, when they are made.

export interface AppSecretKeys {
  /** Makes an app with its first secret key, in one commit. */
  makeApp(app: Omit<NewApp, 'sdkAppId' | 'secretKey'>): Promise<{ readonly app: App; readonly secretKey: string }>
  /** The key of an app; `undefined` if it has none. */
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
        throw noApp(sdkAppId)
      }
      return secretKey
    },
  }
}
