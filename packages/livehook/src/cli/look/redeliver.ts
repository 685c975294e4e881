// livehook redeliver <id>… | --state dead --since 1h [--yes]: deliveries again, one by one or by a job of the service.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivery, Redelivery, RedeliveryCount } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientForChanges } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import { filterOf } from './deliveries.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { RedeliverOptions } from '../input/options.ts'
import { askYesNo, canAnswer } from '../terminal/terminal-question.ts'
import { wholeNumber } from '../input/whole-number.ts'

const lookEveryMs = 250

export async function redeliver(deliveryIds: readonly string[], options: RedeliverOptions, io: CliIo): Promise<void> {
  const filter = { ...filterOf(options), ...(options.state === undefined ? {} : { state: options.state }) }
  const isFiltered = Object.keys(filter).length > 0
  if (deliveryIds.length > 0 && isFiltered) throw new CliError('usage', 'Name deliveries or a filter, not both.')
  if (deliveryIds.length === 0 && !isFiltered) {
    throw new CliError('usage', 'Which ones? Name deliveries, or a filter such as --state dead --since 1h.')
  }
  const client = clientForChanges(io)
  if (deliveryIds.length > 0) await redeliverEach(client, deliveryIds, { options, io })
  else await redeliverFiltered(client, filter, { options, io })
}

interface Work {
  readonly options: RedeliverOptions
  readonly io: CliIo
}

/** Every one is tried; the exit code tells whether one was refused. */
async function redeliverEach(client: ApiClient, deliveryIds: readonly string[], { options, io }: Work): Promise<void> {
  let refused: CliError | undefined
  for (const deliveryId of deliveryIds) {
    try {
      const path = `/v1/deliveries/${encodeURIComponent(deliveryId)}/redeliver`
      const delivery = await client.post<Delivery>(path, {})
      line(io.stdout, options.json === true ? JSON.stringify(delivery) : `${deliveryId} is sent again.`)
    } catch (error) {
      if (!(error instanceof CliError) || error.exit !== 'usage') throw error
      if (refused !== undefined) line(io.stderr, `livehook: ${refused.message}`)
      refused = new CliError('usage', `${deliveryId}: ${error.message}`)
    }
  }
  if (refused !== undefined) throw refused
}

async function redeliverFiltered(client: ApiClient, filter: object, { options, io }: Work): Promise<void> {
  const rate =
    options.rate === undefined ? null : wholeNumber(options.rate, { name: '--rate', fallback: 0, most: 100_000 })
  const path = `/v1/apps/${await chooseApp(client, options.app)}/redeliveries`
  const preview = await client.post<RedeliveryCount>(path, { filter, dryRun: true })
  if (!(await isWanted(preview, { options, io }))) return
  const started = await client.post<Redelivery>(path, { filter, ratePerSecond: rate })
  const ended = await watch(client, `${path}/${started.jobId}`, io)
  if (options.json === true) line(io.stdout, JSON.stringify(ended))
  else line(io.stdout, describe(ended))
}

/** Shows the count; asks where a person can answer, and does nothing where no one said yes. */
async function isWanted(preview: RedeliveryCount, { options, io }: Work): Promise<boolean> {
  const { count, exact } = preview
  const counted = `${exact ? '' : 'at least '}${count} ${count === 1 ? 'delivery' : 'deliveries'}`
  if (options.yes === true) {
    line(io.stderr, `Sending ${counted} again.`)
    return true
  }
  if (options.json !== true && count > 0 && canAnswer(io)) return askYesNo(`Send ${counted} again?`, io)
  line(io.stdout, options.json === true ? JSON.stringify(preview) : `${counted} would be sent again.`)
  if (count > 0) line(io.stderr, 'Nothing was done yet: add --yes.')
  return false
}

/** Shows the progress until the job has ended, or until the person has seen enough: the job goes on without us. */
async function watch(client: ApiClient, path: string, io: CliIo): Promise<Redelivery> {
  const isLive = io.stderr.isTTY === true
  for (;;) {
    const job = await client.get<Redelivery>(path)
    if (isLive) io.stderr.write(`\r${describe(job)} `)
    if (job.state === 'done' || job.state === 'cancelled' || io.stop.aborted) {
      if (isLive) io.stderr.write('\n')
      if (io.stop.aborted) line(io.stderr, `It goes on in the service. To call it off: POST ${path}/cancel`)
      return job
    }
    // Ctrl-C ends the pause, not the program.
    await sleep(lookEveryMs, undefined, { signal: io.stop }).catch(() => undefined)
  }
}

function describe({ jobId, state, done, skipped, total, exact }: Redelivery): string {
  const left = skipped === 0 ? '' : `, ${skipped} passed over`
  return `${jobId} ${state}: ${done} of ${exact ? '' : 'at least '}${total} sent again${left}`
}
