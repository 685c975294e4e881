// One of 20 webhooks hangs: what the other 19 feel of it.

import { generateLoad } from '../far-sides.ts'
import type { LoadTarget, Sink } from '../far-sides.ts'
import type { Scenario } from '../figures.ts'
import { percentile } from '../figures.ts'
import { command, eventTarget, untilReceived } from '../load.ts'
import type { BenchService } from '../service-process.ts'
import { startBenchService } from '../service-process.ts'

const webhooks = 20
const turns = 2
const ratePerSecond = 200

/** Each webhook has an app of its own, so that each gets its own events. */
async function openApps(service: BenchService): Promise<number[]> {
  const apps: number[] = []
  for (let index = 0; index < webhooks; index += 1) {
    const { sdkAppId } = await service.call('POST', '/v1/apps', { name: `app ${index}` })
    apps.push(Number(sdkAppId))
  }
  return apps
}

/** @returns the webhook's own address in the API */
async function register(service: BenchService, sdkAppId: number, url: string): Promise<string> {
  const path = `/v1/apps/${sdkAppId}/webhooks`
  const { webhookId } = await service.call('POST', path, { url, commands: [command], maxInFlight: 16 })
  const webhook = `${path}/${String(webhookId)}`
  await service.call('PUT', `${webhook}/token`, { token: 'xxxxyyyy' })
  return webhook
}

interface Turn {
  readonly latencies: readonly number[]
  readonly lost: number
  readonly duplicates: number
}

/** The first app's webhook answers or hangs; everyone gets events. */
async function turn(
  work: { readonly service: BenchService; readonly sink: Sink; readonly targets: readonly LoadTarget[] },
  first: { readonly sdkAppId: number; readonly url: string; readonly hangs: boolean },
  count: number,
): Promise<Turn> {
  const { service, sink, targets } = work
  const webhook = await register(service, first.sdkAppId, first.url)
  // The hanging one fills its places on the wire.
  await generateLoad({ targets, count: 2 * ratePerSecond, ratePerSecond })
  await new Promise((resolve) => setTimeout(resolve, 100))
  await sink.reset()
  await generateLoad({ targets, count, ratePerSecond })
  const expected = (count / webhooks) * (first.hangs ? webhooks - 1 : webhooks)
  await untilReceived(sink, expected)
  const { latencies, distinct, duplicates } = await sink.report()
  // What waits for it is called off with it.
  await service.call('DELETE', webhook)
  return { latencies, lost: Math.max(0, expected - distinct), duplicates }
}

export const isolation: Scenario = {
  about: 'one of 20 webhooks hangs, 200 events a second: p99 of the other 19, by turns with and without',
  async run({ sink, scale }) {
    await sink.setMode({ hang: '/hang' })
    const service = await startBenchService()
    const apps = await openApps(service)
    const [sdkAppId = 0, ...others] = apps
    const urlOf = (path: string): string => `http://127.0.0.1:${sink.port}${path}`
    for (const [index, other] of others.entries()) await register(service, other, urlOf(`/hook/${index + 1}`))
    const targets = apps.map((app) => eventTarget(service, app, 4))
    await generateLoad({ targets, count: Math.round(8000 * scale), ratePerSecond: 1000 })
    const work = { service, sink, targets }
    const count = Math.round(2000 * scale)
    const [without, withOne]: [number[], number[]] = [[], []]
    let [lost, duplicates] = [0, 0]
    // In one process and by turns, so that what differs is the webhook that hangs and nothing else.
    for (let index = 0; index < turns; index += 1) {
      for (const hangs of index % 2 === 0 ? [false, true] : [true, false]) {
        const seen = await turn(work, { sdkAppId, url: urlOf(hangs ? '/hang' : '/hook/0'), hangs }, count)
        ;(hangs ? withOne : without).push(...seen.latencies)
        lost += seen.lost
        duplicates += seen.duplicates
      }
    }
    await service.remove()
    await sink.setMode({})
    for (const latencies of [without, withOne]) latencies.sort((left, right) => left - right)
    const [p99WithoutMs, p99WithMs] = [percentile(without, 0.99), percentile(withOne, 0.99)]
    return {
      ratio: p99WithMs / p99WithoutMs,
      p50WithoutMs: percentile(without, 0.5),
      p50WithMs: percentile(withOne, 0.5),
      p99WithoutMs,
      p99WithMs,
      lost,
      duplicates,
    }
  },
}
