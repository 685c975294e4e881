// What every scenario does: register a webhook, post events, wait until they arrived, and see that nothing went wrong.

import type { LoadReport, LoadTarget, Sink, SinkReport } from './far-sides.ts'
import { generateLoad } from './far-sides.ts'
import type { Figures } from './figures.ts'
import { percentile } from './figures.ts'
import type { BenchService } from './service-process.ts'
import { startBenchService } from './service-process.ts'

export const command = 'Live.CallbackAfterMemberStateChanged'
export const connections = 64

/** A body of 1 KiB, as budgets have it, whose `EventTime` is the time of sending. */
export function eventBody(bytes = 1024): string {
  const start = `{"CallbackCommand":"${command}","EventTime":@TIME,"RoomId":"stage-@N","EventType":"Online","Custom":"`
  // `@TIME` becomes 13 digits and `@N` nine.
  const length = start.length - '@TIME'.length + 13 - '@N'.length + 9
  return `${start}${'x'.repeat(Math.max(0, bytes - length - 2))}"}`
}

/** Registers a webhook, of the app that is there already or of a new one. @returns the app's SdkAppId and the webhook's id */
export async function registerWebhook(
  service: BenchService,
  url: string,
  members: object = {},
): Promise<{ readonly sdkAppId: number; readonly webhookId: string }> {
  const { items } = await service.call('GET', '/v1/apps')
  const [known] = items as { sdkAppId: number }[]
  const sdkAppId = known?.sdkAppId ?? Number((await service.call('POST', '/v1/apps', { name: 'bench' }))['sdkAppId'])
  const path = `/v1/apps/${sdkAppId}/webhooks`
  const settings = { url, commands: ['*'], maxInFlight: connections, ...members }
  const webhookId = String((await service.call('POST', path, settings))['webhookId'])
  await service.call('PUT', `${path}/${webhookId}/token`, { token: 'xxxxyyyy' })
  return { sdkAppId, webhookId }
}

/** One event per request. */
export function eventTarget(service: BenchService, sdkAppId: number, lines = connections): LoadTarget {
  return {
    port: service.port,
    path: `/v1/apps/${sdkAppId}/events?command=${command}&clientIp=203.0.113.9&optPlatform=iOS`,
    headers: [`authorization: Bearer ${service.key}`, 'content-type: application/json'],
    body: eventBody(),
    connections: lines,
  }
}

/** So many events per request. */
export function batchTarget(service: BenchService, sdkAppId: number, events: number, bytes = 1024): LoadTarget {
  const line = `{"command":"${command}","clientIp":"203.0.113.9","body":${eventBody(bytes)}}`
  return {
    port: service.port,
    path: `/v1/apps/${sdkAppId}/events`,
    headers: [`authorization: Bearer ${service.key}`, 'content-type: application/x-ndjson'],
    body: Array.from({ length: events }, () => line).join('\n'),
    connections: 8,
  }
}

/** Waits until so many deliveries arrived, two minutes at most. */
export async function untilReceived(sink: Sink, count: number): Promise<void> {
  for (let waited = 0; waited < 2400; waited += 1) {
    if ((await sink.count()).distinct >= count) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** How many requests of a load were accepted. */
export function acceptedIn(report: LoadReport): number {
  return report.targets.reduce((sum, { statuses }) => sum + (statuses['202'] ?? 0), 0)
}

/** Deliveries that the service calls succeeded: more than arrived would be a lie. */
export async function succeededIn(service: BenchService, sdkAppId: number): Promise<number> {
  const { total } = await service.call('GET', `/v1/apps/${sdkAppId}/stats`)
  return (total as { states: { succeeded: number } }).states.succeeded
}

export interface Delivered {
  /** Deliveries a second. */
  readonly rate: number
  /** Of all threads of the service, per delivery. */
  readonly cpuMicros: number
  /** From the time of sending to the arrival. */
  readonly arrivals: SinkReport
  readonly lost: number
  readonly duplicates: number
  readonly falseSuccesses: number
  readonly diskBytesPerEvent: number
}

export interface Load {
  readonly requests: number
  readonly eventsPerRequest: number
  /** How many webhooks each event goes to; 1 if it is left out. */
  readonly webhooks?: number
}

/** Warms the service up, posts events, and counts the service's CPU until the sink has them all. */
export async function deliver(sink: Sink, load: Load): Promise<Delivered> {
  const { webhooks = 1, requests, eventsPerRequest } = load
  const service = await startBenchService()
  let sdkAppId = 0
  for (let index = 0; index < webhooks; index += 1) {
    ;({ sdkAppId } = await registerWebhook(service, `http://127.0.0.1:${sink.port}/hook/${index}`))
  }
  const target =
    eventsPerRequest > 1 ? batchTarget(service, sdkAppId, eventsPerRequest) : eventTarget(service, sdkAppId)
  await sink.reset()
  // As long as what is measured: the compiler of Node goes on for some ten thousand events.
  const warmUp = requests
  await generateLoad({ targets: [target], count: warmUp })
  await untilReceived(sink, warmUp * eventsPerRequest * webhooks)
  const { distinct: warm } = await sink.count()
  await sink.reset()

  const deliveries = requests * eventsPerRequest * webhooks
  const cpuBefore = service.cpuSeconds()
  const startedAt = performance.now()
  const report = await generateLoad({ targets: [target], count: requests })
  await untilReceived(sink, deliveries)
  const seconds = (performance.now() - startedAt) / 1000
  const cpuMicros = ((service.cpuSeconds() - cpuBefore) * 1e6) / deliveries
  const arrivals = await sink.report()
  const succeeded = await untilSettled(service, sdkAppId, warm + arrivals.distinct)
  await service.stop()
  const diskBytes = await service.diskBytes()
  await service.remove()
  return {
    rate: arrivals.distinct / seconds,
    cpuMicros,
    arrivals,
    lost: acceptedIn(report) * eventsPerRequest * webhooks - arrivals.distinct,
    duplicates: arrivals.duplicates,
    falseSuccesses: Math.max(0, succeeded - warm - arrivals.distinct),
    diskBytesPerEvent: diskBytes / ((warmUp + requests) * eventsPerRequest),
  }
}

/** The last answers are recorded a moment after they came. */
async function untilSettled(service: BenchService, sdkAppId: number, count: number): Promise<number> {
  for (let tried = 0; ; tried += 1) {
    const succeeded = await succeededIn(service, sdkAppId)
    if (succeeded >= count || tried === 100) return succeeded
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export function faultsOf({ lost, duplicates, falseSuccesses }: Delivered): Figures {
  return { lost, duplicates, falseSuccesses }
}

export function latencyFigures({ arrivals }: Delivered): Figures {
  const { latencies } = arrivals
  return { latencyP50Ms: percentile(latencies, 0.5), latencyP99Ms: percentile(latencies, 0.99) }
}
