// GET /metrics: counters since the start and what waits now, for Prometheus and its likes. A key of one app sees that app alone.

import type { FastifyInstance } from 'fastify'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Webhook } from '../../../domain/webhook/webhook.ts'
import type { Asker } from '../../../engine/ask/ask.ts'
import type { DecisionRecorder } from '../../../engine/ask/recorder.ts'
import type { Intake } from '../../../engine/intake/intake.ts'
import type { WebhookHealth } from '../../../engine/kept/webhook-health.ts'
import type { WebhookService } from '../../../engine/manage/webhooks.ts'
import type { Metric, Sample } from '../../../observe/exposition.ts'
import { expose, expositionType, histogramMetric } from '../../../observe/exposition.ts'
import { StoreError } from '../../../store/port/errors.ts'
import type { Store } from '../../../store/port/port.ts'
import { accessOf } from '../../gates/auth.ts'
import type { Watchers } from '../history/watchers.ts'

type EventLoopLag = ReturnType<typeof monitorEventLoopDelay>

export interface MetricsRouteDeps {
  readonly store: Pick<Store, 'readBacklog'>
  readonly intake: Pick<Intake, 'accepted' | 'commits'>
  readonly asker: Pick<Asker, 'countsOf' | 'answers'>
  readonly recorder: Pick<DecisionRecorder, 'waiting' | 'lost'>
  readonly webhooks: Pick<WebhookService, 'all' | 'healthOf' | 'attemptsOf'>
  readonly health: Pick<WebhookHealth, 'attempts'>
  readonly watchers: Pick<Watchers, 'count' | 'unreadBytes'>
  readonly now: () => number
  readonly version: string
}

export function metricsRoutes(app: FastifyInstance, deps: MetricsRouteDeps): void {
  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  app.addHook('onClose', async () => void lag.disable())
  app.get('/metrics', async (request, reply) => {
    const { sdkAppId: own } = accessOf(request).identity
    const webhooks = deps.webhooks.all().filter(({ sdkAppId }) => own === null || sdkAppId === own)
    const accepted = [...deps.intake.accepted].filter(([sdkAppId]) => own === null || sdkAppId === own)
    const apps = [...new Set([...webhooks.map(({ sdkAppId }) => sdkAppId), ...accepted.map(([sdkAppId]) => sdkAppId)])]
    const metrics = [
      ...flowMetrics(deps, accepted, apps),
      ...webhookMetrics(deps, webhooks),
      ...(await backlogMetrics(deps, apps)),
      ...(own === null ? [...durationMetrics(deps), ...serviceMetrics(deps, lag)] : []),
    ]
    return reply.type(expositionType).send(expose(metrics))
  })
}

function flowMetrics(
  { asker }: Pick<MetricsRouteDeps, 'asker'>,
  accepted: readonly (readonly [number, number])[],
  apps: readonly number[],
): readonly Metric[] {
  const asks = apps.flatMap((sdkAppId) =>
    asker.countsOf(sdkAppId).map(({ command, verdict, decidedBy, rule, failureClass, count }) => ({
      labels: {
        sdk_app_id: sdkAppId,
        command,
        verdict,
        decided_by: decidedBy,
        rule: rule ?? '',
        failure_class: failureClass ?? '',
      },
      value: count,
    })),
  )
  return [
    {
      name: 'livehook_events_accepted_total',
      kind: 'counter',
      help: 'Events that were committed, since the start.',
      samples: accepted.map(([sdkAppId, value]) => ({ labels: { sdk_app_id: sdkAppId }, value })),
    },
    { name: 'livehook_asks_total', kind: 'counter', help: 'Asks that were answered, since the start.', samples: asks },
  ]
}

function webhookMetrics(
  { webhooks: service }: Pick<MetricsRouteDeps, 'webhooks'>,
  webhooks: readonly Webhook[],
): readonly Metric[] {
  const labelsOf = ({ sdkAppId, webhookId }: Webhook) => ({ sdk_app_id: sdkAppId, webhook_id: webhookId })
  const attempts = webhooks.flatMap((webhook) =>
    Object.entries(service.attemptsOf(webhook.webhookId)).map(([symptom, value]) => ({
      labels: { ...labelsOf(webhook), symptom },
      value,
    })),
  )
  const breakers = webhooks.flatMap((webhook): readonly Sample[] => {
    const { breaker, askBreaker } = service.healthOf(webhook)
    return [
      { labels: { ...labelsOf(webhook), of: 'deliveries' }, value: Number(breaker !== 'closed') },
      { labels: { ...labelsOf(webhook), of: 'asks' }, value: Number(askBreaker !== 'closed') },
    ]
  })
  const active = webhooks.map((webhook) => ({
    labels: labelsOf(webhook),
    value: Number(webhook.enabled && !webhook.paused),
  }))
  return [
    {
      name: 'livehook_attempts_total',
      kind: 'counter',
      help: 'Attempts that were recorded, since the start; the symptom none is a success.',
      samples: attempts,
    },
    {
      name: 'livehook_webhook_breaker_open',
      kind: 'gauge',
      help: '1 while the breaker of a webhook is open or half-open.',
      samples: breakers,
    },
    {
      name: 'livehook_webhook_active',
      kind: 'gauge',
      help: '1 while a webhook is enabled and not paused.',
      samples: active,
    },
  ]
}

/** Needs the store; if that does not answer, the rest is told all the same. */
async function backlogMetrics(
  { store, now }: Pick<MetricsRouteDeps, 'store' | 'now'>,
  apps: readonly number[],
): Promise<readonly Metric[]> {
  const waiting: Sample[] = []
  const oldest: Sample[] = []
  let isUp = true
  try {
    for (const sdkAppId of apps) {
      for (const backlog of await store.readBacklog(sdkAppId)) {
        const labels = { sdk_app_id: sdkAppId, webhook_id: backlog.webhookId }
        waiting.push({ labels, value: backlog.waiting })
        oldest.push({ labels, value: Math.max(0, now() - backlog.oldestDueAt) / 1000 })
      }
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    isUp = false
  }
  return [
    { name: 'livehook_store_up', kind: 'gauge', help: '1 if the store answers.', samples: [plain(Number(isUp))] },
    {
      name: 'livehook_deliveries_waiting',
      kind: 'gauge',
      help: 'Deliveries that wait, due or not; of very many, at least so many.',
      samples: waiting,
    },
    {
      name: 'livehook_oldest_due_seconds',
      kind: 'gauge',
      help: 'For how long the first of them has been due.',
      samples: oldest,
    },
  ]
}

/** Over all apps: what one app's take says little beside, and is in its charts. */
function durationMetrics({
  intake,
  asker,
  health,
}: Pick<MetricsRouteDeps, 'intake' | 'asker' | 'health'>): readonly Metric[] {
  return [
    histogramMetric(
      'livehook_accept_commit_seconds',
      'From handing events to the store to their being synced.',
      intake.commits,
    ),
    histogramMetric('livehook_ask_seconds', 'From a question to its verdict.', asker.answers),
    histogramMetric('livehook_attempt_seconds', 'Attempts, from the name lookup to the last byte.', health.attempts),
  ]
}

function serviceMetrics(
  { recorder, watchers, version }: Pick<MetricsRouteDeps, 'recorder' | 'watchers' | 'version'>,
  lag: EventLoopLag,
): readonly Metric[] {
  const { user, system } = process.cpuUsage()
  const started = Math.round(Date.now() / 1000 - process.uptime())
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    kind: 'gauge',
    help,
    samples: [plain(value)],
  })
  const counter = (name: string, help: string, value: number): Metric => ({
    name,
    kind: 'counter',
    help,
    samples: [plain(value)],
  })
  return [
    {
      name: 'livehook_info',
      kind: 'gauge',
      help: 'Always 1; the labels say what runs.',
      samples: [{ labels: { version, node: process.versions.node }, value: 1 }],
    },
    gauge('livehook_decisions_waiting', 'Decisions that wait to be recorded.', recorder.waiting),
    counter('livehook_decisions_lost_total', 'Decisions that could not be recorded, since the start.', recorder.lost),
    gauge('livehook_stream_watchers', 'Connections that watch /v1/stream.', watchers.count),
    gauge('livehook_stream_unread_bytes', 'What they have not read yet.', watchers.unreadBytes),
    counter('process_cpu_seconds_total', 'Time that all threads spent computing.', (user + system) / 1e6),
    gauge('nodejs_heap_used_bytes', 'What JavaScript holds.', process.memoryUsage().heapUsed),
    gauge(
      'nodejs_eventloop_lag_p99_seconds',
      'How late the event loop was since it was asked last, at the 99th percentile.',
      takeLagSeconds(lag),
    ),
    gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'Start of the process, Unix seconds.', started),
  ]
}

function plain(value: number): Sample {
  return { labels: {}, value }
}

function takeLagSeconds(lag: EventLoopLag): number {
  const seconds = lag.count === 0 ? 0 : lag.percentile(99) / 1e9
  lag.reset()
  return seconds
}
