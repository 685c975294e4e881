// From the start of the process to its readiness line, on data that are there already; and the command line's help.

import { generateLoad } from '../far-sides.ts'
import type { Scenario } from '../figures.ts'
import { median } from '../figures.ts'
import { batchTarget, registerWebhook, untilReceived } from '../load.ts'
import { helpMs, startBenchService } from '../service-process.ts'

export const start: Scenario = {
  about: 'start to ready on existing data, and `livehook --help`; in milliseconds',
  async run({ sink, scale }) {
    await sink.reset()
    const first = await startBenchService()
    const { sdkAppId } = await registerWebhook(first, `http://127.0.0.1:${sink.port}/hook`)
    const events = Math.round(200 * scale) * 100
    await generateLoad({ targets: [batchTarget(first, sdkAppId, 100)], count: events / 100 })
    await untilReceived(sink, events)
    await first.stop()
    const starts: number[] = []
    let service = first
    for (let index = 0; index < 5; index += 1) {
      service = await service.again()
      starts.push(service.startMs)
      await service.stop()
    }
    await service.remove()
    const helps: number[] = []
    for (let index = 0; index < 5; index += 1) helps.push(await helpMs())
    const { duplicates } = await sink.report()
    return { ms: median(starts), emptyStartMs: first.startMs, helpMs: median(helps), lost: 0, duplicates }
  },
}
