// GET /v1/incidents: what is broken, over all apps that the caller may see.

import type { FastifyInstance } from 'fastify'
import type { Incidents as IncidentService } from '../../../engine/manage/incidents.ts'
import type { Incidents } from '../../contract/contract.ts'
import { IncidentQuery } from '../../contract/contract.ts'
import { accessOf, maySee } from '../../gates/auth.ts'
import { presentIncidents } from '../../present/incidents.ts'
import { noApp } from '../../../domain/errors/missing.ts'

export function incidentRoutes(app: FastifyInstance, deps: { readonly incidents: IncidentService }): void {
  app.get<{ Querystring: IncidentQuery }>(
    '/v1/incidents',
    { schema: { querystring: IncidentQuery } },
    async (request): Promise<Incidents> => {
      const { sdkAppId = accessOf(request).identity.sdkAppId ?? undefined, limit = 50 } = request.query
      if (sdkAppId !== undefined && !maySee(request, sdkAppId)) {
        throw noApp(sdkAppId)
      }
      return presentIncidents(await deps.incidents.read({ sdkAppId, limit }))
    },
  )
}
