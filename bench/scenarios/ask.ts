// Asks: what the service adds to a direct call, and what a receiver that never answers costs.

import { generateLoad } from '../far-sides.ts'
import type { LoadTarget } from '../far-sides.ts'
import type { Scenario } from '../figures.ts'
import { percentile } from '../figures.ts'
import { connections, registerWebhook } from '../load.ts'
import type { BenchService } from '../service-process.ts'
import { startBenchService } from '../service-process.ts'

const command = 'Group.CallbackBeforeSendMsg'
const text = 'x'.repeat(700)
const body = `{"CallbackCommand":"${command}","GroupId":"g@N","From_Account":"amy","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"${text}"}}]}`

function askTarget(service: BenchService, sdkAppId: number): LoadTarget {
  return {
    port: service.port,
    path: `/v1/apps/${sdkAppId}/asks?command=${command}&clientIp=203.0.113.9&optPlatform=iOS`,
    headers: [`authorization: Bearer ${service.key}`, 'content-type: application/json'],
    body,
    connections,
  }
}

const turns = 3

/** A thousand requests a second to one target. */
async function timesOf(target: LoadTarget, count: number): Promise<{ ms: number[]; answered: number }> {
  const { targets } = await generateLoad({ targets: [target], count, ratePerSecond: 1000 })
  const [report] = targets
  return { ms: report?.answered.map(({ ms }) => ms) ?? [], answered: report?.statuses['200'] ?? 0 }
}

export const ask: Scenario = {
  about:
    'asks at 1 000 a second, open loop, by turns of seconds with direct calls to the same receiver: the time added',
  async run({ sink, scale }) {
    const service = await startBenchService()
    const { sdkAppId } = await registerWebhook(service, `http://127.0.0.1:${sink.port}/hook`, { commands: [command] })
    const direct: LoadTarget = {
      port: sink.port,
      path: `/direct?SdkAppId=${sdkAppId}`,
      headers: ['content-type: application/json'],
      body,
      connections,
    }
    const asking = askTarget(service, sdkAppId)
    // First a flood, for the compiler of Node; then a turn at the rate of the measurement, while it goes on compiling.
    await generateLoad({ targets: [asking], count: Math.round(16_000 * scale), ratePerSecond: 4000 })
    const perTurn = Math.round(4000 * scale)
    await timesOf(asking, perTurn)
    // By turns, so that what the machine does meanwhile hits both, and neither is in the other's way.
    const [straight, through]: [number[], number[]] = [[], []]
    let [answered, cpuSeconds] = [0, 0]
    for (let turn = 0; turn < turns; turn += 1) {
      straight.push(...(await timesOf(direct, perTurn)).ms)
      const cpuBefore = service.cpuSeconds()
      const asked = await timesOf(asking, perTurn)
      cpuSeconds += service.cpuSeconds() - cpuBefore
      through.push(...asked.ms)
      answered += asked.answered
    }
    await service.remove()
    straight.sort((left, right) => left - right)
    through.sort((left, right) => left - right)
    const count = perTurn * turns
    return {
      addedP50Ms: percentile(through, 0.5) - percentile(straight, 0.5),
      addedP99Ms: percentile(through, 0.99) - percentile(straight, 0.99),
      directP50Ms: percentile(straight, 0.5),
      directP99Ms: percentile(straight, 0.99),
      askP50Ms: percentile(through, 0.5),
      askP99Ms: percentile(through, 0.99),
      cpuMicrosPerAsk: (cpuSeconds * 1e6) / count,
      lost: count - answered,
      duplicates: 0,
    }
  },
}

const deadlineMs = 2000
const ratePerSecond = 100

export const askSilent: Scenario = {
  about:
    'a receiver that never answers, 100 asks a second: answered at the deadline until the breaker opens, then at once',
  async run({ sink, scale }) {
    await sink.setMode({ hang: '/hang' })
    const service = await startBenchService()
    const members = { commands: [command], askDeadlineMs: deadlineMs }
    const { sdkAppId } = await registerWebhook(service, `http://127.0.0.1:${sink.port}/hang`, members)
    const count = Math.round(1000 * scale)
    const target = { ...askTarget(service, sdkAppId), connections: 400 }
    const report = await generateLoad({ targets: [target], count, ratePerSecond })
    await service.remove()
    await sink.setMode({})
    const answered = report.targets[0]?.answered ?? []
    // Anyone who finds out whether it is well again waits as long as the first ones.
    const waited = answered.filter(({ ms }) => ms > deadlineMs / 2).map(({ ms }) => ms - deadlineMs)
    const atOnce = answered.filter(({ ms }) => ms <= deadlineMs / 2).map(({ ms }) => ms)
    const sortedWaits = waited.toSorted((left, right) => left - right)
    const sortedAtOnce = atOnce.toSorted((left, right) => left - right)
    return {
      waited: waited.length,
      earliestMs: sortedWaits[0] ?? 0,
      latestMs: sortedWaits.at(-1) ?? 0,
      atOnce: atOnce.length,
      atOnceP50Ms: percentile(sortedAtOnce, 0.5),
      atOnceMaxMs: sortedAtOnce.at(-1) ?? 0,
      late: waited.filter((ms) => Math.abs(ms) > 50).length + atOnce.filter((ms) => ms > 10).length,
      lost: count - (report.targets[0]?.statuses['200'] ?? 0),
      duplicates: 0,
    }
  },
}
