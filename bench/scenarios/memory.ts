// A day squeezed: events, asks, failures, lists and watchers, hour after hour. Memory must level off.

import { generateLoad } from '../far-sides.ts'
import type { Scenario } from '../figures.ts'
import { batchTarget, eventTarget, registerWebhook, untilReceived } from '../load.ts'
import { startBenchService } from '../service-process.ts'

const hours = 24
const eventsPerHour = 8000

export const memory: Scenario = {
  about: '24 hours of traffic squeezed into minutes: resident memory after hour 6 and after hour 24, in MiB',
  async run({ sink, scale }) {
    await sink.reset()
    const service = await startBenchService()
    const { sdkAppId } = await registerWebhook(service, `http://127.0.0.1:${sink.port}/hook`)
    const failing = { commands: ['*'], retry: [60], timeoutMs: 500 }
    await registerWebhook(service, 'http://127.0.0.1:59999/closed', failing)
    const watching = new AbortController()
    const watcher = watch(service.port, service.key, watching.signal)
    const after: number[] = []
    const perHour = Math.round((eventsPerHour * scale) / 2)
    let expected = 0
    for (let hour = 1; hour <= hours; hour += 1) {
      await generateLoad({ targets: [eventTarget(service, sdkAppId)], count: perHour })
      await generateLoad({ targets: [batchTarget(service, sdkAppId, 100)], count: Math.ceil(perHour / 100) })
      expected += perHour + Math.ceil(perHour / 100) * 100
      await untilReceived(sink, expected)
      for (let page = 0; page < 20; page += 1) {
        await service.call('GET', `/v1/apps/${sdkAppId}/deliveries?limit=200`)
        await service.call('GET', `/v1/apps/${sdkAppId}/stats`)
      }
      after.push(service.residentBytes() / 1_048_576)
    }
    watching.abort()
    await watcher
    const { distinct, duplicates } = await sink.report()
    await service.remove()
    const [sixth = 0, last = 0] = [after[5], after.at(-1)]
    return {
      ratio: last / sixth,
      afterHour6MiB: sixth,
      afterHour24MiB: last,
      highestMiB: Math.max(...after),
      events: expected,
      lost: expected - distinct,
      duplicates,
    }
  },
}

/** Reads the stream as a console does, until it is told to stop. */
async function watch(port: number, key: string, signal: AbortSignal): Promise<void> {
  try {
    const headers = { authorization: `Bearer ${key}` }
    const response = await fetch(`http://127.0.0.1:${port}/v1/stream`, { headers, signal })
    await response.body?.pipeTo(new WritableStream(), { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
