// One of 20 webhooks hangs: what the other 19 feel of it.

import { generateLoad } from '../far-sides.ts'
import type { Sink } from '../far-sides.ts'
import type { Scenario } from '../figures.ts'
import { percentile } from '../figures.ts'
import { command, eventTarget, untilReceived } from '../load.ts'
import type { BenchService } from '../service-process.ts'
import { startBenchService } from '../service-process.ts'

const webhooks = 20

async function twenty(sink: Sink, hangs: boolean, scale: number) {
  const service = await startBenchService()
  // Each webhook has an app of its own, so that each gets its own events.
  const targets = []
  for (let index = 0; index < webhooks; index += 1) {
    const { sdkAppId } = await service.call('POST', '/v1/apps', { name: `app ${index}` })
    const path = hangs && index === 0 ? '/hang' : `/hook/${index}`
    await registerOf(service, Number(sdkAppId), `http://127.0.0.1:${sink.port}${path}`)
    targets.push(eventTarget(service, Number(sdkAppId), 4))
  }
  await sink.setMode({ hang: '/hang' })
  const count = Math.round(4000 * scale)
  // Warm up, and let the hanging one fill its places on the wire.
  await generateLoad({ targets, count: 2000, ratePerSecond: 1000 })
  await sink.reset()
  await generateLoad({ targets, count, ratePerSecond: 200 })
  const expected = (count / webhooks) * (webhooks - 1)
  await untilReceived(sink, expected)
  const seen = await sink.report()
  await service.remove()
  await sink.setMode({})
  return { p50: percentile(seen.latencies, 0.5), p99: percentile(seen.latencies, 0.99), seen, expected }
}

async function registerOf(service: BenchService, sdkAppId: number, url: string): Promise<void> {
  const path = `/v1/apps/${sdkAppId}/webhooks`
  const { webhookId } = await service.call('POST', path, { url, commands: [command], maxInFlight: 16 })
  await service.call('PUT', `${path}/${String(webhookId)}/token`, { token: 'xxxxyyyy' })
}

export const isolation: Scenario = {
  about: 'one of 20 webhooks hangs, 200 events a second: p99 of the other 19, with and without',
  async run({ sink, scale }) {
    const without = await twenty(sink, false, scale)
    const withOne = await twenty(sink, true, scale)
    return {
      ratio: withOne.p99 / without.p99,
      p50WithoutMs: without.p50,
      p50WithMs: withOne.p50,
      p99WithoutMs: without.p99,
      p99WithMs: withOne.p99,
      lost: Math.max(0, withOne.expected - withOne.seen.distinct),
      duplicates: without.seen.duplicates + withOne.seen.duplicates,
    }
  },
}
