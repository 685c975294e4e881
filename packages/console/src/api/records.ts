// What has happened and is kept: deliveries, decisions, charts; and redelivering many at once.

import type {
  AskCounts,
  Decision,
  DecisionDetail,
  Delivery,
  Incidents,
  List,
  NewRedelivery,
  Redelivery,
  RedeliveryCount,
  RedeliveryFilter,
  Stats,
  Tried,
} from 'livehook/contract'
import type { DecisionFilter } from '../decisions/filter.ts'
import type { DeliveryFilter } from '../deliveries/filter.ts'
import { instantsOf, type TimeRange } from '../feed/time-range.ts'
import { chartWindow } from '../overview/chart-window.ts'
import { call, jsonBody } from './call.ts'
import { webhookPath, type WebhookKey } from './webhook-path.ts'

interface PageRequest {
  readonly sdkAppId: number
  /** 1 to 200. */
  readonly limit: number
  readonly cursor?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface DeliveryPageRequest extends PageRequest {
  readonly filter: DeliveryFilter
}

export interface DecisionPageRequest extends PageRequest {
  readonly filter: DecisionFilter
}

export type RedeliveryMove = 'pause' | 'resume' | 'cancel'

export interface RecordCalls {
  listDeliveries(request: DeliveryPageRequest): Promise<List<Delivery>>
  listDecisions(request: DecisionPageRequest): Promise<List<Decision>>
  getDecision(decisionId: string): Promise<DecisionDetail>
  /** In as many steps as can be told apart in a chart. */
  getStats(sdkAppId: number, range: TimeRange): Promise<Stats>
  getAskCounts(sdkAppId: number): Promise<AskCounts>
  /** What is broken, over all apps that may be seen; the worst first. */
  listIncidents(): Promise<Incidents>
  /** Lets an attempt start now, through an open breaker too. */
  tryNow(webhook: WebhookKey): Promise<Tried>
  /** How many deliveries a redelivery over a filter would take. */
  countRedelivery(sdkAppId: number, filter: RedeliveryFilter): Promise<RedeliveryCount>
  startRedelivery(sdkAppId: number, request: NewRedelivery): Promise<Redelivery>
  /** The newest first, one page of them. */
  listRedeliveries(sdkAppId: number): Promise<readonly Redelivery[]>
  moveRedelivery(job: Pick<Redelivery, 'sdkAppId' | 'jobId'>, move: RedeliveryMove): Promise<Redelivery>
}

/** As many jobs as are shown. */
const shownJobs = 10

/** @param now epoch milliseconds: what "the last hour" counts from */
export function createRecordCalls(send: typeof fetch, now: () => number): RecordCalls {
  const list = <Item>(
    path: string,
    { limit, cursor, signal }: PageRequest,
    parameters: URLSearchParams,
  ): Promise<List<Item>> => {
    parameters.set('limit', String(limit))
    if (cursor !== undefined) parameters.set('cursor', cursor)
    return call<List<Item>>(send, `${path}?${parameters}`, signal === undefined ? {} : { signal })
  }
  return {
    listDeliveries: (request) =>
      list(`${appPath(request.sdkAppId)}/deliveries`, request, deliveryParameters(request.filter, now())),
    listDecisions: (request) =>
      list(`${appPath(request.sdkAppId)}/decisions`, request, decisionParameters(request.filter, now())),
    getDecision: (decisionId) => call<DecisionDetail>(send, `/v1/decisions/${encodeURIComponent(decisionId)}`, {}),
    getStats: (sdkAppId, range) => {
      const { from, to, step } = chartWindow(range, now())
      const parameters = new URLSearchParams({ from, to, step: String(step) })
      return call<Stats>(send, `${appPath(sdkAppId)}/stats?${parameters}`, {})
    },
    getAskCounts: (sdkAppId) => call<AskCounts>(send, `${appPath(sdkAppId)}/asks`, {}),
    listIncidents: () => call<Incidents>(send, '/v1/incidents', {}),
    tryNow: (webhook) => call<Tried>(send, `${webhookPath(webhook)}/try-now`, { method: 'POST' }),
    countRedelivery: (sdkAppId, filter) =>
      call<RedeliveryCount>(send, redeliveriesPath(sdkAppId), jsonBody('POST', { filter, dryRun: true })),
    startRedelivery: (sdkAppId, request) =>
      call<Redelivery>(send, redeliveriesPath(sdkAppId), jsonBody('POST', request)),
    listRedeliveries: async (sdkAppId) =>
      (await call<List<Redelivery>>(send, `${redeliveriesPath(sdkAppId)}?limit=${shownJobs}`, {})).items,
    moveRedelivery: ({ sdkAppId, jobId }, move) =>
      call<Redelivery>(send, `${redeliveriesPath(sdkAppId)}/${encodeURIComponent(jobId)}/${move}`, { method: 'POST' }),
  }
}

function appPath(sdkAppId: number): string {
  return `/v1/apps/${sdkAppId}`
}

function redeliveriesPath(sdkAppId: number): string {
  return `${appPath(sdkAppId)}/redeliveries`
}

function deliveryParameters(filter: DeliveryFilter, now: number): URLSearchParams {
  // For the person, what waits and what is on the wire is one thing; for the API it is two states.
  const states = filter.state === 'pending' ? ['pending', 'claimed'] : filter.state === undefined ? [] : [filter.state]
  const { symptom, detail, command } = filter
  const parameters = parametersOf({
    symptom,
    detail,
    command,
    webhookId: filter.webhook,
    q: filter.id ?? filter.text,
    ...instantsOf(filter, now),
  })
  for (const state of states) parameters.append('state', state)
  return parameters
}

function decisionParameters(filter: DecisionFilter, now: number): URLSearchParams {
  const { verdict, by, command, webhook, symptom } = filter
  return parametersOf({ verdict, decidedBy: by, command, webhookId: webhook, symptom, ...instantsOf(filter, now) })
}

function parametersOf(values: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) parameters.set(name, value)
  return parameters
}
