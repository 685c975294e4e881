// A backlog: whether its size slows down what goes out of it, what memory it takes, and how soon it moves after a restart.

import { generateLoad } from '../far-sides.ts'
import type { Sink } from '../far-sides.ts'
import type { Figures, Scenario } from '../figures.ts'
import { acceptedIn, batchTarget, registerWebhook } from '../load.ts'
import { startBenchService } from '../service-process.ts'

const perRequest = 1000

/** How much of a backlog is watched going out; the rest would go out as fast. */
const watched = 50_000

/** Fills a paused webhook, starts the service again, lets the webhook go, and watches. */
export async function drain(sink: Sink, events: number) {
  const filling = await startBenchService()
  const { sdkAppId, webhookId } = await registerWebhook(filling, `http://127.0.0.1:${sink.port}/hook`, { paused: true })
  const requests = Math.ceil(events / perRequest)
  const load = await generateLoad({
    targets: [batchTarget(filling, sdkAppId, perRequest, 512)],
    count: requests,
  })
  await filling.stop()
  await sink.reset()
  const service = await filling.again()
  const startedAt = performance.now()
  await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { paused: false })
  const goal = Math.min(events, watched)
  let residentBytes = 0
  let firstMs = 0
  let first = { distinct: 0, ms: 0 }
  for (;;) {
    const { distinct } = await sink.count()
    const ms = performance.now() - startedAt
    if (distinct > 0 && firstMs === 0) firstMs = ms
    // The first tenth is the warm-up of a process that has just started.
    if (distinct >= goal / 10 && first.ms === 0) first = { distinct, ms }
    residentBytes = Math.max(residentBytes, service.residentBytes())
    if (distinct >= goal || ms > 120_000) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const ms = performance.now() - startedAt - first.ms
  const { distinct, duplicates } = await sink.report()
  const { startMs } = service
  await service.remove()
  return {
    rate: (distinct - first.distinct) / (ms / 1000),
    residentMiB: residentBytes / 1_048_576,
    startMs,
    firstMs: startMs + firstMs,
    lost: requests - acceptedIn(load) + Math.max(0, goal - distinct),
    duplicates,
  }
}

export const backlog: Scenario = {
  about: 'a backlog of 1 000 000 against one of 10 000: drain rate; memory, and the first delivery after a restart',
  async run({ sink, scale }): Promise<Figures> {
    const small = await drain(sink, 10_000)
    const large = await drain(sink, Math.round(1_000_000 * scale))
    return {
      ratio: large.rate / small.rate,
      rate: large.rate,
      smallRate: small.rate,
      residentMiB: large.residentMiB,
      startMs: large.startMs,
      firstDeliveryMs: large.firstMs,
      lost: small.lost + large.lost,
      duplicates: small.duplicates + large.duplicates,
    }
  },
}
