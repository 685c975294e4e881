// The audit log: who changed what, when, from where. A change is answered once its entry is committed and synced; where the entry
// cannot be written, the caller learns that the change was made and is not in the log.

import type { AuditAction } from '../../domain/access/audit.ts'
import { changedFacts, withoutSecrets } from '../../domain/access/audit.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Store } from '../../store/port/port.ts'
import { StoreError } from '../../store/port/errors.ts'
import type { AuditActor, NewAuditEntry } from '../../store/port/access.ts'

export interface Change {
  readonly action: AuditAction
  /** The app that the thing belongs to; `null` for what belongs to none. */
  readonly sdkAppId: number | null
  /** The id of the thing. */
  readonly target: string
  /** The thing before and after, as the API shows it; of both only what differs is kept. */
  readonly before?: object
  readonly after?: object
}

/** Who made a change, and the address that it came from; `null` if no one called. */
export interface Origin {
  readonly actor: AuditActor
  readonly address: string | null
}

/** What the service does by itself. */
export const byService: Origin = {
  actor: { id: 'service', name: 'the service itself', role: 'service', bySession: false },
  address: null,
}

export interface AuditTrail {
  /** An entry for a commit that the change makes itself. */
  entry(origin: Origin, change: Change): NewAuditEntry
  /**
   * Writes an entry. Resolves once it is committed and synced.
   * @throws ServiceError `audit_unavailable`
   */
  record(origin: Origin, change: Change): Promise<void>
}

export function createAuditTrail(deps: {
  readonly store: Pick<Store, 'recordAudit'>
  readonly now: () => number
}): AuditTrail {
  const entryOf = ({ actor, address }: Origin, { action, sdkAppId, target, before, after }: Change): NewAuditEntry => {
    const facts = {
      before: before === undefined ? null : withoutSecrets({ ...before }),
      after: after === undefined ? null : withoutSecrets({ ...after }),
    }
    const kept = facts.before === null || facts.after === null ? facts : changedFacts(facts.before, facts.after)
    return { at: deps.now(), sdkAppId, action, target, actor, address, ...kept }
  }
  return {
    entry: entryOf,
    async record(origin, change) {
      const { action, target } = change
      try {
        await deps.store.recordAudit(entryOf(origin, change))
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        throw new ServiceError(
          'audit_unavailable',
          `The change (${action} of ${target}) was made, but the store could not write it into the audit log. Look at it before you send it again.`,
          { retryAfterSeconds: 2, cause: error },
        )
      }
    },
  }
}
