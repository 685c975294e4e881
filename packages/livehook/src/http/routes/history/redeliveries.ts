// /v1/apps/{sdkAppId}/redeliveries: redelivery over a filter, as a job that can be watched, paused and called off.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { RedeliveryJobs } from '../../../engine/manage/redelivery-jobs.ts'
import type { DeliveryFilter } from '../../../store/port/deliveries.ts'
import type { Store } from '../../../store/port/port.ts'
import type { RedeliveryJob } from '../../../store/port/redelivery.ts'
import type { RedeliveryFilter } from '../../contract/contract.ts'
import { NewRedelivery, PageQuery, RedeliveryParams, SdkAppIdParams } from '../../contract/contract.ts'
import type { Audit } from '../../gates/audit.ts'
import { presentJob, presentPage } from '../../present/present.ts'
import { requireApp } from '../registrations/apps.ts'
import { parseSpan } from './time-span.ts'

export interface RedeliveryRouteDeps {
  readonly store: Pick<Store, 'getApp' | 'listJobs' | 'getJob'>
  readonly redeliveryJobs: RedeliveryJobs
  readonly audit: Audit
}

const ListQuery = Type.Object(PageQuery, { additionalProperties: false })

const moves = [
  { verb: 'pause', state: 'paused', action: 'redelivery.paused' },
  { verb: 'resume', state: 'running', action: 'redelivery.resumed' },
  { verb: 'cancel', state: 'cancelled', action: 'redelivery.cancelled' },
] as const

export function redeliveryRoutes(app: FastifyInstance, deps: RedeliveryRouteDeps): void {
  app.post<{ Params: Static<typeof SdkAppIdParams>; Body: NewRedelivery }>(
    '/v1/apps/:sdkAppId/redeliveries',
    { schema: { params: SdkAppIdParams, body: NewRedelivery } },
    async (request, reply) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const filter = filterOf(sdkAppId, request.body.filter)
      if (request.body.dryRun === true) return deps.redeliveryJobs.count(filter)
      const job = await deps.redeliveryJobs.create(filter, request.body.ratePerSecond ?? null)
      const location = `/v1/apps/${sdkAppId}/redeliveries/${job.jobId}`
      const shown = presentJob(job)
      const { filter: over, ratePerSecond, total } = shown
      const after = { filter: over, ratePerSecond, total }
      await deps.audit.record(request, { action: 'redelivery.started', sdkAppId, target: job.jobId, after })
      return reply.code(201).header('location', location).send(shown)
    },
  )

  app.get<{ Params: Static<typeof SdkAppIdParams>; Querystring: Static<typeof ListQuery> }>(
    '/v1/apps/:sdkAppId/redeliveries',
    { schema: { params: SdkAppIdParams, querystring: ListQuery } },
    async (request) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      return presentPage(await deps.store.listJobs(sdkAppId, { limit: 50, ...request.query }), presentJob)
    },
  )

  app.get<{ Params: RedeliveryParams }>(
    '/v1/apps/:sdkAppId/redeliveries/:jobId',
    { schema: { params: RedeliveryParams } },
    async (request) => presentJob(await requireJob(deps.store, request.params)),
  )

  for (const { verb, state, action } of moves) {
    app.post<{ Params: RedeliveryParams }>(
      `/v1/apps/:sdkAppId/redeliveries/:jobId/${verb}`,
      { schema: { params: RedeliveryParams } },
      async (request) => {
        const { jobId, sdkAppId, state: was } = await requireJob(deps.store, request.params)
        const job = await deps.redeliveryJobs.move(jobId, state)
        const change = { sdkAppId, target: jobId, before: { state: was }, after: { state: job.state } }
        await deps.audit.record(request, { action, ...change })
        return presentJob(job)
      },
    )
  }
}

/** The job, if it is one of that app. */
async function requireJob(store: Pick<Store, 'getJob'>, { sdkAppId, jobId }: RedeliveryParams): Promise<RedeliveryJob> {
  const job = await store.getJob(jobId)
  if (job === undefined || job.sdkAppId !== sdkAppId) {
    throw new ServiceError('not_found', `App ${sdkAppId} has no redelivery ${JSON.stringify(jobId)}.`)
  }
  return job
}

function filterOf(sdkAppId: number, filter: RedeliveryFilter): DeliveryFilter {
  const { state = 'dead', from: _from, to: _to, ...rest } = filter
  return { sdkAppId, ...rest, states: [state], ...parseSpan(filter, '/filter/') }
}
