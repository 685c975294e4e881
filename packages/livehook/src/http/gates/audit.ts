// The audit log for routes: who asks is known from the request.

import type { FastifyRequest } from 'fastify'
import type { AuditTrail, Change } from '../../engine/manage/audit-trail.ts'
import type { AuditActor, NewAuditEntry } from '../../store/port/access.ts'
import { callerAddress } from '../listener/raw-body.ts'
import type { Access } from './auth.ts'
import { accessOf } from './auth.ts'

export interface Audit {
  /** An entry for a commit that the change makes itself. */
  entry(request: FastifyRequest, change: Change): NewAuditEntry
  /**
   * Writes down a change that was made. Call it after the change and before the answer.
   * @param actor who did it; the request's key or session if it is left out
   * @throws ServiceError `audit_unavailable`
   * @example await deps.audit.record(request, { action: 'webhook.created', sdkAppId, target: webhookId, after: shown })
   */
  record(request: FastifyRequest, change: Change, actor?: AuditActor): Promise<void>
}

export function createAudit(trail: AuditTrail): Audit {
  return {
    entry: (request, change) =>
      trail.entry({ actor: actorOf(accessOf(request)), address: callerAddress(request) }, change),
    record: (request, change, actor = actorOf(accessOf(request))) =>
      trail.record({ actor, address: callerAddress(request) }, change),
  }
}

export function actorOf({ identity, bySession }: Pick<Access, 'identity' | 'bySession'>): AuditActor {
  return { id: identity.keyId, name: identity.name, role: identity.role, bySession }
}
