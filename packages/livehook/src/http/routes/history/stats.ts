// GET /v1/apps/{sdkAppId}/stats: how deliveries went, for charts, and what waits.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { AskTallies } from '../../../engine/ask/tallies.ts'
import type { Store } from '../../../store/port/port.ts'
import type { StatCounts } from '../../../store/port/stats.ts'
import type { Stats } from '../../contract/contract.ts'
import { SdkAppIdParams, StatsQuery } from '../../contract/contract.ts'
import { instant } from '../../present/present.ts'
import { requireApp } from '../registrations/apps.ts'
import { parseSpan } from './time-span.ts'

export interface StatsRouteDeps {
  readonly store: Pick<Store, 'getApp' | 'readStats' | 'readBacklog'>
  readonly tallies: Pick<AskTallies, 'flush'>
  readonly now: () => number
}

const minuteMs = 60_000
const defaultRangeMs = 3_600_000
const maxSteps = 1500

export function statsRoutes(app: FastifyInstance, deps: StatsRouteDeps): void {
  app.get<{ Params: Static<typeof SdkAppIdParams>; Querystring: StatsQuery }>(
    '/v1/apps/:sdkAppId/stats',
    { schema: { params: SdkAppIdParams, querystring: StatsQuery } },
    async (request): Promise<Stats> => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const range = rangeOf(request.query, deps.now())
      const { webhookId } = request.query
      // Anyone who looks right after an ask finds it.
      await deps.tallies.flush()
      const [stats, backlog] = await Promise.all([
        deps.store.readStats({ sdkAppId, ...range, ...(webhookId === undefined ? {} : { webhookId }) }),
        deps.store.readBacklog(sdkAppId),
      ])
      return {
        from: instant(range.from),
        to: instant(range.to),
        step: range.stepMs / 1000,
        items: stats.steps.map(({ at, ...counts }) => ({ at: instant(at), ...presentCounts(counts) })),
        total: presentCounts(stats.total),
        backlog: backlog
          .filter((one) => webhookId === undefined || one.webhookId === webhookId)
          .map(({ oldestDueAt, oldestCreatedAt, oldestId: _oldest, ...one }) => ({
            ...one,
            oldestDueAt: instant(oldestDueAt),
            oldestCreatedAt: instant(oldestCreatedAt),
          })),
      }
    },
  )
}

/** Whole minutes around what was asked for; the last hour in minutes if nothing was. */
function rangeOf(query: StatsQuery, now: number): { from: number; to: number; stepMs: number } {
  const span = parseSpan({ ...query, to: query.to ?? instant(now) }, '?')
  const stepMs = (query.step ?? 60) * 1000
  const to = Math.ceil((span.to ?? now) / minuteMs) * minuteMs
  const from = Math.floor((span.from ?? to - defaultRangeMs) / minuteMs) * minuteMs
  if ((to - from) / stepMs > maxSteps) {
    const detail = `A chart has at most ${maxSteps} steps; ask for a longer step or a shorter time.`
    throw new ServiceError('invalid_request', detail, { errors: [{ pointer: '?step', detail }] })
  }
  return { from, to, stepMs }
}

function presentCounts({ attempts, states, symptoms, durationMs, decisions }: StatCounts): Stats['total'] {
  return { attempts, states: { ...states }, symptoms: { ...symptoms }, durationMs, decisions: { ...decisions } }
}
