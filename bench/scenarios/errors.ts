// A receiver that answers 500: its failures are named and recorded, its breaker opens, and taking events is none the slower.

import { generateLoad } from '../far-sides.ts'
import type { Sink } from '../far-sides.ts'
import type { Scenario } from '../figures.ts'
import { acceptedIn, eventTarget, registerWebhook } from '../load.ts'
import type { BenchService } from '../service-process.ts'
import { startBenchService } from '../service-process.ts'

interface Totals {
  readonly attempts: number
  readonly dead: number
  readonly succeeded: number
  readonly waiting: number
}

async function totalsOf(service: BenchService, sdkAppId: number): Promise<Totals> {
  const { total, backlog } = await service.call('GET', `/v1/apps/${sdkAppId}/stats`)
  const { attempts, states } = total as { attempts: number; states: { dead: number; succeeded: number } }
  const waiting = (backlog as { waiting: number }[]).reduce((sum, each) => sum + each.waiting, 0)
  return { attempts, ...states, waiting }
}

async function acceptFor(sink: Sink, status: number, count: number) {
  await sink.setMode({ status })
  await sink.reset()
  const service = await startBenchService()
  const { sdkAppId } = await registerWebhook(service, `http://127.0.0.1:${sink.port}/hook`, { retry: 'none' })
  await generateLoad({ targets: [eventTarget(service, sdkAppId)], count })
  const cpuBefore = service.cpuSeconds()
  const load = await generateLoad({ targets: [eventTarget(service, sdkAppId)], count })
  const cpuMicros = ((service.cpuSeconds() - cpuBefore) * 1e6) / count
  const accepted = acceptedIn(load) + count
  let totals = await totalsOf(service, sdkAppId)
  for (let tried = 0; tried < 200 && totals.dead + totals.succeeded + totals.waiting < accepted; tried += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    totals = await totalsOf(service, sdkAppId)
  }
  const { distinct } = await sink.count()
  await service.remove()
  await sink.setMode({})
  return { rate: count / load.seconds, cpuMicros, accepted, distinct, totals }
}

export const errors: Scenario = {
  about: 'a receiver that answers 500: events accepted a second, against one that answers 200',
  async run({ sink, scale }) {
    // What waits is counted up to 10 000 only.
    const count = Math.round(4500 * scale)
    const healthy = await acceptFor(sink, 200, count)
    const failing = await acceptFor(sink, 500, count)
    const { dead, waiting, attempts, succeeded } = failing.totals
    return {
      ratio: failing.rate / healthy.rate,
      rate: failing.rate,
      healthyRate: healthy.rate,
      cpuMicrosPerEvent: failing.cpuMicros,
      attempts,
      dead,
      waiting,
      lost: failing.accepted - dead - waiting - succeeded,
      duplicates: 0,
      falseSuccesses: succeeded,
    }
  },
}
