// The scenarios. Each round measures the bare client and the service against the same sink, one after the other, so that
// what the machine does meanwhile hits both; what counts is the ratio.

import type { BenchService, Sink } from './processes.ts'
import { generateLoad, openSink, runBareClient, startBenchService } from './processes.ts'

export type Figures = Record<string, number>

export interface Scenario {
  readonly about: string
  /** One round. */
  readonly run: (parts: { readonly sink: Sink; readonly scale: number }) => Promise<Figures>
}

const command = 'Live.CallbackAfterMemberStateChanged'
const connections = 64

/** A body of 1 KiB whose `EventTime` is the time of sending. */
function body(bytes = 1024): string {
  const start = `{"CallbackCommand":"${command}","EventTime":@TIME,"RoomId":"stage-@N","EventType":"Online","Custom":"`
  // `@TIME` becomes 13 digits and `@N` nine.
  const length = start.length - '@TIME'.length + 13 - '@N'.length + 9
  return `${start}${'x'.repeat(Math.max(0, bytes - length - 2))}"}`
}

export async function registerWebhook(service: BenchService, url: string, members: object = {}): Promise<number> {
  const { items } = await service.call('GET', '/v1/apps')
  const [known] = items as { sdkAppId: number }[]
  const sdkAppId = known?.sdkAppId ?? Number((await service.call('POST', '/v1/apps', { name: 'bench' }))['sdkAppId'])
  const webhook = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, {
    url,
    commands: ['*'],
    maxInFlight: connections,
    ...members,
  })
  await service.call('PUT', `/v1/apps/${sdkAppId}/webhooks/${String(webhook['webhookId'])}/token`, {
    token: 'xxxxyyyy',
  })
  return sdkAppId
}

async function untilReceived(sink: Sink, count: number): Promise<void> {
  for (let waited = 0; waited < 2400; waited += 1) {
    if ((await sink.report()).distinct >= count) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

async function bare(sink: Sink, count: number): Promise<{ rate: number; cpuMicros: number }> {
  const text = body().replace('@TIME', '1795000000000').replace('@N', '000000001')
  const report = await runBareClient({ port: sink.port, connections, count, body: text })
  return { rate: count / report.seconds, cpuMicros: (report.cpuSeconds * 1e6) / count }
}

interface Delivered {
  readonly rate: number
  readonly cpuMicros: number
  readonly lost: number
  readonly duplicates: number
  readonly p50: number
  readonly p99: number
  readonly diskBytesPerEvent: number
}

/** Posts events, waits until the sink has them all, and counts the service's CPU over the whole of it. */
async function deliver(
  sink: Sink,
  load: { readonly requests: number; readonly eventsPerRequest: number },
): Promise<Delivered> {
  const service = await startBenchService()
  const sdkAppId = await registerWebhook(service, `http://127.0.0.1:${sink.port}/hook`)
  const path = `/v1/apps/${sdkAppId}/events`
  const one = body()
  const batch = load.eventsPerRequest > 1
  const order = {
    port: service.port,
    key: service.key,
    connections: batch ? 8 : connections,
    path: batch ? path : `${path}?command=${command}&clientIp=203.0.113.9&optPlatform=iOS`,
    contentType: batch ? 'application/x-ndjson' : 'application/json',
    body: batch
      ? Array.from(
          { length: load.eventsPerRequest },
          () => `{"command":"${command}","clientIp":"203.0.113.9","body":${one}}`,
        ).join('\n')
      : one,
  }
  await generateLoad({ ...order, count: Math.max(20, Math.floor(load.requests / 20)) })
  await untilReceived(sink, Math.max(20, Math.floor(load.requests / 20)) * load.eventsPerRequest)
  await sink.reset()
  const count = load.requests * load.eventsPerRequest
  const cpuBefore = service.cpuSeconds()
  const startedAt = performance.now()
  const report = await generateLoad({ ...order, count: load.requests })
  await untilReceived(sink, count)
  const seconds = (performance.now() - startedAt) / 1000
  const cpuMicros = ((service.cpuSeconds() - cpuBefore) * 1e6) / count
  const seen = await sink.report()
  await service.stop()
  const diskBytes = await service.diskBytes()
  await service.remove()
  const accepted = (report.answers['202'] ?? 0) * load.eventsPerRequest
  return {
    rate: count / seconds,
    cpuMicros,
    lost: accepted - seen.distinct,
    duplicates: seen.duplicates,
    p50: seen.latencies[Math.floor(seen.latencies.length * 0.5)] ?? 0,
    p99: seen.latencies[Math.floor(seen.latencies.length * 0.99)] ?? 0,
    diskBytesPerEvent: diskBytes / (count * 1.05),
  }
}

async function againstBare(
  sink: Sink,
  scale: number,
  load: { requests: number; eventsPerRequest: number },
): Promise<Figures> {
  const best = await bare(sink, Math.round(20_000 * scale))
  await sink.reset()
  const ours = await deliver(sink, load)
  await sink.reset()
  return {
    ratio: ours.rate / best.rate,
    bareRate: best.rate,
    rate: ours.rate,
    bareCpuMicros: best.cpuMicros,
    cpuMicrosPerEvent: ours.cpuMicros,
    latencyP50Ms: ours.p50,
    latencyP99Ms: ours.p99,
    lost: ours.lost,
    duplicates: ours.duplicates,
  }
}

/** 20 webhooks get 200 events a second; one of them hangs or does not. */
async function isolation(
  sink: Sink,
  hangs: boolean,
  scale: number,
): Promise<{ p99: number; lost: number; duplicates: number }> {
  const service = await startBenchService()
  let sdkAppId = 0
  for (let index = 0; index < 20; index += 1) {
    const path = hangs && index === 0 ? '/hang' : `/hook/${index}`
    sdkAppId = await registerWebhook(service, `http://127.0.0.1:${sink.port}${path}`, {
      commands: [command],
      maxInFlight: 16,
    })
  }
  await sink.setMode({ hang: '/hang' })
  const count = Math.round(2000 * scale)
  const path = `/v1/apps/${sdkAppId}/events?command=${command}&clientIp=203.0.113.9&optPlatform=iOS`
  const order = {
    port: service.port,
    key: service.key,
    path,
    connections: 32,
    contentType: 'application/json',
    body: body(),
  }
  await generateLoad({ ...order, count: 100, ratePerSecond: 200 })
  await sink.reset()
  await generateLoad({ ...order, count, ratePerSecond: 200 })
  await untilReceived(sink, count)
  await new Promise((resolve) => setTimeout(resolve, 500))
  const seen = await sink.report()
  await service.stop()
  await service.remove()
  await sink.setMode({})
  return {
    p99: seen.latencies[Math.floor(seen.latencies.length * 0.99)] ?? 0,
    lost: count - seen.distinct,
    duplicates: 0,
  }
}

/** A backlog that waits for a paused webhook, and how fast it goes out afterwards. */
async function backlog(
  sink: Sink,
  events: number,
): Promise<{ rate: number; residentBytes: number; lost: number; firstMs: number }> {
  const first = await startBenchService()
  const sdkAppId = await registerWebhook(first, `http://127.0.0.1:${sink.port}/hook`, { paused: true })
  const { items } = await first.call('GET', `/v1/apps/${sdkAppId}/webhooks`)
  const webhookId = (items as { webhookId: string }[])[0]?.webhookId ?? ''
  const line = `{"command":"${command}","clientIp":"203.0.113.9","body":${body(512)}}`
  const perRequest = 1000
  await generateLoad({
    port: first.port,
    key: first.key,
    path: `/v1/apps/${sdkAppId}/events`,
    connections: 4,
    contentType: 'application/x-ndjson',
    body: Array.from({ length: perRequest }, () => line).join('\n'),
    count: Math.ceil(events / perRequest),
  })
  await sink.reset()
  const startedAt = performance.now()
  await first.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { paused: false })
  let residentBytes = 0
  let firstMs = 0
  const measured = Math.min(events, 50_000)
  for (;;) {
    const { distinct } = await sink.report()
    if (distinct > 0 && firstMs === 0) firstMs = performance.now() - startedAt
    residentBytes = Math.max(residentBytes, first.residentBytes())
    if (distinct >= measured) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const rate = (await sink.report()).distinct / ((performance.now() - startedAt) / 1000)
  await first.stop()
  await first.remove()
  return { rate, residentBytes, lost: 0, firstMs }
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  after: {
    about: 'one event per POST, committed before 202, delivered and recorded; against the bare client',
    run: ({ sink, scale }) => againstBare(sink, scale, { requests: Math.round(20_000 * scale), eventsPerRequest: 1 }),
  },
  'after-batch': {
    about: 'NDJSON batches of 100; against the bare client',
    run: ({ sink, scale }) => againstBare(sink, scale, { requests: Math.round(300 * scale), eventsPerRequest: 100 }),
  },
  isolation: {
    about: 'one of 20 webhooks hangs: p99 of the other 19, with and without',
    async run({ sink, scale }) {
      const without = await isolation(sink, false, scale)
      const withOne = await isolation(sink, true, scale)
      return {
        ratio: withOne.p99 / without.p99,
        p99WithoutMs: without.p99,
        p99WithMs: withOne.p99,
        lost: withOne.lost,
        duplicates: withOne.duplicates,
      }
    },
  },
  slow: {
    about: 'a receiver that takes 100 ms',
    async run({ sink, scale }) {
      await sink.setMode({ delayMs: 100 })
      const ours = await deliver(sink, { requests: Math.round(3000 * scale), eventsPerRequest: 1 })
      await sink.setMode({})
      return {
        rate: ours.rate,
        ceiling: connections * 10,
        ratio: ours.rate / (connections * 10),
        lost: ours.lost,
        duplicates: ours.duplicates,
      }
    },
  },
  backlog: {
    about: 'drain rate of a large backlog against one of 10 000, memory while draining',
    async run({ sink, scale }) {
      const small = await backlog(sink, 10_000)
      const large = await backlog(sink, Math.round(1_000_000 * scale))
      return {
        ratio: large.rate / small.rate,
        rate: large.rate,
        smallRate: small.rate,
        residentMiB: large.residentBytes / 1_048_576,
        firstMs: large.firstMs,
        lost: large.lost,
        duplicates: 0,
      }
    },
  },
  disk: {
    about: 'bytes of the data file per event of 1 KiB with one attempt',
    async run({ sink, scale }) {
      const ours = await deliver(sink, { requests: Math.round(20_000 * scale), eventsPerRequest: 1 })
      return {
        bytesPerEvent: ours.diskBytesPerEvent,
        budget: 1.5 * 1024 + 400,
        lost: ours.lost,
        duplicates: ours.duplicates,
      }
    },
  },
  start: {
    about: 'start to ready on existing data',
    async run() {
      const first = await startBenchService()
      await first.stop()
      await first.remove()
      return { ms: first.startMs, lost: 0, duplicates: 0 }
    },
  },
}

export { openSink }
