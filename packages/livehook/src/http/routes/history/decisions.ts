// Decisions: what came of asks, who or what decided, and why.

import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { DecisionRecorder } from '../../../engine/ask/recorder.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { Store } from '../../../store/port/port.ts'
import { PageQuery, SdkAppIdParams, Symptom, TimeSpan, VerdictWord } from '../../contract/contract.ts'
import { maySee } from '../../gates/auth.ts'
import { presentDecision, presentDecisionDetail } from '../../present/decision.ts'
import { presentPage } from '../../present/present.ts'
import { requireApp } from '../registrations/apps.ts'
import { parseSpan } from './time-span.ts'

export interface DecisionRouteDeps {
  readonly store: Pick<Store, 'getApp' | 'listDecisions'>
  readonly recorder: Pick<DecisionRecorder, 'find'>
  readonly webhooks: Pick<WebhookService, 'get'>
}

const DecisionQuery = Type.Object(
  {
    ...PageQuery,
    ...TimeSpan,
    verdict: Type.Optional(VerdictWord),
    command: Type.Optional(Type.String({ maxLength: 128 })),
    decidedBy: Type.Optional(Type.Union([Type.Literal('app'), Type.Literal('policy')])),
    webhookId: Type.Optional(Type.String({ maxLength: 64 })),
    symptom: Type.Optional(Symptom),
  },
  { additionalProperties: false },
)

const DecisionParams = Type.Object({ decisionId: Type.String({ maxLength: 64 }) })

export function decisionRoutes(app: FastifyInstance, deps: DecisionRouteDeps): void {
  app.get<{ Params: Static<typeof SdkAppIdParams>; Querystring: Static<typeof DecisionQuery> }>(
    '/v1/apps/:sdkAppId/decisions',
    { schema: { params: SdkAppIdParams, querystring: DecisionQuery } },
    async (request) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const { limit = 50, cursor, from: _from, to: _to, ...rest } = request.query
      const filter = { ...rest, ...parseSpan(request.query, '?') }
      const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
      return presentPage(await deps.store.listDecisions({ sdkAppId, ...filter }, page), presentDecision)
    },
  )

  app.get<{ Params: Static<typeof DecisionParams> }>(
    '/v1/decisions/:decisionId',
    { schema: { params: DecisionParams } },
    async (request) => {
      const { decisionId } = request.params
      const record = await deps.recorder.find(decisionId)
      if (record === undefined || !maySee(request, record.sdkAppId)) {
        throw new ServiceError(
          'not_found',
          `There is no decision ${JSON.stringify(decisionId)}. Of many allowances in one second only a part is kept.`,
        )
      }
      const webhook = record.webhookId === null ? undefined : deps.webhooks.get(record.webhookId)
      const url = record.asked === 'trial' ? webhook?.trial?.url : webhook?.url
      return presentDecisionDetail(record, url ?? '')
    },
  )
}
