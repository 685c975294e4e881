// livehook stats.

import type { Stats } from '../../http/contract/contract.ts'
import { chooseApp } from '../client/app-choice.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import { readTime } from '../input/time-ago.ts'
import { wholeNumber } from '../input/whole-number.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import { printLines } from '../terminal/lines.ts'
import { tableOf } from '../terminal/table.ts'
import type { ListingOptions } from './listing.ts'

export interface StatsOptions extends ListingOptions {
  readonly app?: string
  readonly webhook?: string
  readonly since?: string
  readonly step?: string
}

export async function showStats(options: StatsOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  const step = wholeNumber(options.step, { name: '--step', fallback: 60, most: 86_400 })
  const sdkAppId = await chooseApp(client, options.app)
  const query = new URLSearchParams({
    from: readTime(options.since ?? '1h', '--since', Date.now()),
    step: String(step),
    ...(options.webhook === undefined ? {} : { webhookId: options.webhook }),
  })
  const stats = await client.get<Stats>(`/v1/apps/${sdkAppId}/stats?${query.toString()}`)
  if (options.json === true) line(io.stdout, JSON.stringify(stats))
  else printLines(io, statsLines(stats))
}

function statsLines({ from, to, total, backlog }: Stats): readonly string[] {
  const { attempts, states, symptoms, durationMs } = total
  const counts = (facts: Readonly<Record<string, number>>): string[][] =>
    Object.entries(facts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => [`  ${name}`, String(count)])
  const ms = (value: number): string => `${Math.round(value)} ms`
  return [
    `${from} to ${to}`,
    ...tableOf([
      ['attempts', String(attempts)],
      ...counts(symptoms),
      ['deliveries', ''],
      ...counts(states),
      ...(durationMs === null
        ? []
        : [['durations', `half ${ms(durationMs.p50)}, 95 % ${ms(durationMs.p95)}, 99 % ${ms(durationMs.p99)}`]]),
    ]),
    ...backlog.map(
      ({ webhookId, waiting, exact, oldestDueAt }) =>
        `${exact ? '' : 'at least '}${waiting} pending for ${webhookId}, the oldest due since ${oldestDueAt}`,
    ),
  ]
}
