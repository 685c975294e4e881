// GET /v1/audit: who changed what, when, from where.

import type { FastifyInstance } from 'fastify'
import { noApp } from '../../../domain/errors/missing.ts'
import type { Store } from '../../../store/port/port.ts'
import { AuditQuery } from '../../contract/contract.ts'
import { accessOf, maySee } from '../../gates/auth.ts'
import { presentAuditEntry } from './present.ts'
import { presentPage } from '../../present/present.ts'

export interface AuditRouteDeps {
  readonly store: Pick<Store, 'listAudit'>
}

export function auditRoutes(app: FastifyInstance, deps: AuditRouteDeps): void {
  app.get<{ Querystring: AuditQuery }>('/v1/audit', { schema: { querystring: AuditQuery } }, async (request) => {
    const { limit = 50, cursor, ...filter } = request.query
    if (filter.sdkAppId !== undefined && !maySee(request, filter.sdkAppId)) {
      throw noApp(filter.sdkAppId)
    }
    const { sdkAppId: own } = accessOf(request).identity
    const wanted = own === null ? filter : { ...filter, sdkAppId: own }
    const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
    return presentPage(await deps.store.listAudit(wanted, page), presentAuditEntry)
  })
}
