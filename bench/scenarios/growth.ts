// How it grows: latency with the load, and drain rate with the backlog. What the plot of docs/performance.md is made of.

import { generateLoad } from '../far-sides.ts'
import type { Sink } from '../far-sides.ts'
import type { Figures, Scenario } from '../figures.ts'
import { percentile } from '../figures.ts'
import { acceptedIn, eventTarget, registerWebhook, untilReceived } from '../load.ts'
import type { BenchService } from '../service-process.ts'
import { startBenchService } from '../service-process.ts'
import { drain } from './backlog.ts'

export const loads = [250, 500, 1000, 2000, 3000, 4000, 5000, 6000] as const
export const backlogs = [10_000, 100_000, 1_000_000] as const

const secondsPerLoad = 8

async function latencyAt(
  parts: { readonly sink: Sink; readonly service: BenchService; readonly sdkAppId: number },
  ratePerSecond: number,
  scale: number,
): Promise<Figures> {
  const { sink, service, sdkAppId } = parts
  await sink.reset()
  const count = Math.round(ratePerSecond * secondsPerLoad * scale)
  const report = await generateLoad({ targets: [eventTarget(service, sdkAppId, 128)], count, ratePerSecond })
  await untilReceived(sink, count)
  const { latencies, distinct, duplicates } = await sink.report()
  return {
    [`p50Ms@${ratePerSecond}`]: percentile(latencies, 0.5),
    [`p99Ms@${ratePerSecond}`]: percentile(latencies, 0.99),
    lost: acceptedIn(report) - distinct,
    duplicates,
  }
}

export const growth: Scenario = {
  about: 'latency from POST to arrival at growing loads, open loop, and drain rates of growing backlogs',
  async run({ sink, scale }) {
    const service = await startBenchService()
    const { sdkAppId } = await registerWebhook(service, `http://127.0.0.1:${sink.port}/hook`)
    await generateLoad({ targets: [eventTarget(service, sdkAppId)], count: Math.round(10_000 * scale) })
    const figures: Figures = {}
    let [lost, duplicates] = [0, 0]
    for (const load of loads) {
      const at = await latencyAt({ sink, service, sdkAppId }, load, scale)
      Object.assign(figures, at)
      lost += at['lost'] ?? 0
      duplicates += at['duplicates'] ?? 0
    }
    await service.remove()
    for (const size of backlogs) {
      const drained = await drain(sink, Math.round(size * scale))
      figures[`drainRate@${size}`] = drained.rate
      figures[`residentMiB@${size}`] = drained.residentMiB
      lost += drained.lost
      duplicates += drained.duplicates
    }
    return { ...figures, lost, duplicates }
  },
}
