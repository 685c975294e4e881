// How many deliveries a second, against the bare client and the bare server on the same machine in the same minute.

import { generateLoad, openBareServer, runBareClient } from '../far-sides.ts'
import type { Sink } from '../far-sides.ts'
import type { Figures, Scenario } from '../figures.ts'
import { connections, deliver, eventBody, faultsOf, latencyFigures } from '../load.ts'
import type { Load } from '../load.ts'

interface Bare {
  readonly rate: number
  readonly cpuMicros: number
}

async function bareClient(sink: Sink, count: number): Promise<Bare> {
  await sink.reset()
  const body = eventBody().replace('@TIME', '1795000000000').replace('@N', '000000001')
  const { seconds, cpuSeconds } = await runBareClient({ port: sink.port, connections, count, body })
  return { rate: count / seconds, cpuMicros: (cpuSeconds * 1e6) / count }
}

async function bareServer(count: number): Promise<Bare> {
  const server = await openBareServer()
  const target = {
    port: server.port,
    path: '/v1/apps/1400000001/events',
    headers: ['content-type: application/json'],
    body: eventBody(),
    connections,
  }
  await generateLoad({ targets: [target], count: Math.ceil(count / 2) })
  await server.reset()
  const { seconds } = await generateLoad({ targets: [target], count })
  const { cpuSeconds } = await server.report()
  server.close()
  return { rate: count / seconds, cpuMicros: (cpuSeconds * 1e6) / count }
}

/** The bare parts first, then the service, so that what the machine does meanwhile hits all of them. */
async function againstBare(sink: Sink, scale: number, load: Load): Promise<Figures> {
  const client = await bareClient(sink, Math.round(30_000 * scale))
  const server = await bareServer(Math.round(20_000 * scale))
  const ours = await deliver(sink, load)
  return {
    ratio: ours.rate / client.rate,
    bareRate: client.rate,
    rate: ours.rate,
    bareCpuMicros: client.cpuMicros,
    bareServerRate: server.rate,
    bareServerCpuMicros: server.cpuMicros,
    cpuMicrosPerEvent: ours.cpuMicros,
    // One request out and, of `after`, one in: what is left is the work of keeping, deciding and signing.
    cpuRatio: ours.cpuMicros / (client.cpuMicros + server.cpuMicros / load.eventsPerRequest),
    ...latencyFigures(ours),
    ...faultsOf(ours),
  }
}

export const after: Scenario = {
  about: 'one event per POST, committed before 202, delivered and recorded; against the bare client',
  run: ({ sink, scale }) => againstBare(sink, scale, { requests: Math.round(40_000 * scale), eventsPerRequest: 1 }),
}

export const afterBatch: Scenario = {
  about: 'NDJSON batches of 100; against the bare client',
  run: ({ sink, scale }) => againstBare(sink, scale, { requests: Math.round(300 * scale), eventsPerRequest: 100 }),
}

export const fanout: Scenario = {
  about: 'every event to 10 webhooks; deliveries a second against the bare client',
  run: ({ sink, scale }) =>
    againstBare(sink, scale, { requests: Math.round(3000 * scale), eventsPerRequest: 1, webhooks: 10 }),
}

export const slow: Scenario = {
  about: 'a receiver that takes 100 ms; against what its places on the wire allow',
  async run({ sink, scale }) {
    await sink.setMode({ delayMs: 100 })
    const ours = await deliver(sink, { requests: Math.round(3000 * scale), eventsPerRequest: 1 })
    await sink.setMode({})
    const ceiling = connections * 10
    return { ratio: ours.rate / ceiling, rate: ours.rate, ceiling, ...latencyFigures(ours), ...faultsOf(ours) }
  },
}

export const disk: Scenario = {
  about: 'bytes of the data file per event of 1 KiB with one attempt',
  async run({ sink, scale }) {
    const ours = await deliver(sink, { requests: Math.round(20_000 * scale), eventsPerRequest: 1 })
    return { bytesPerEvent: ours.diskBytesPerEvent, budget: 1.5 * 1024 + 400, ...faultsOf(ours) }
  },
}
