// Removing an app: only one without webhooks, so that nobody takes running webhooks with it by one call. What the app's events
// left behind stays until retention, reachable by id for keys that are bound to no app.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { NewAuditEntry, StoredKey } from '../../store/port/access.ts'
import type { Store } from '../../store/port/port.ts'
import type { Follower } from '../kept/changes.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import type { RunExclusive } from '../kept/keyed-mutex.ts'
import type { KnownApps } from '../kept/known-apps.ts'
import type { Quotas } from '../kept/quotas.ts'

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
        if (outcome.kind === 'missing') throw new ServiceError('not_found', `There is no app ${sdkAppId}.`)
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
