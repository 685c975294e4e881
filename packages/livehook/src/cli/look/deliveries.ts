// livehook deliveries ls|get|tail: what was brought where, in the terminal.

import type { Delivery, DeliveryDetail, StreamEvent } from '../../http/contract/contract.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import { readPages, showListing } from './listing.ts'
import type { DeliveryFilterOptions, DeliveryListOptions, TailOptions } from '../input/options.ts'
import type { Paint } from '../terminal/paint.ts'
import { paintFor } from '../terminal/paint.ts'
import { printLines, shownTime } from '../terminal/lines.ts'
import { readTime } from '../input/time-ago.ts'
import { wholeNumber } from '../input/whole-number.ts'

const maxListed = 100_000

export async function listDeliveries(options: DeliveryListOptions, io: CliIo): Promise<void> {
  const limit = wholeNumber(options.limit, { name: '--limit', fallback: 50, most: maxListed })
  const client = clientFromEnvironment(io)
  const query = queryOf(options)
  for (const state of options.state ?? []) query.append('state', state)
  if (options.id !== undefined) query.set('q', options.id)
  const path = `/v1/apps/${await chooseApp(client, options.app)}/deliveries`
  await showListing<Delivery>(
    {
      head: ['AT', 'DELIVERY', 'STATE', 'ATTEMPTS', 'WEBHOOK', 'COMMAND', 'WHY'],
      row: (delivery, { paint, time }) => [
        time(delivery.createdAt),
        delivery.deliveryId,
        paintState(delivery.state, paint),
        String(delivery.attempts),
        delivery.webhookId,
        delivery.command,
        whyOf(delivery),
      ],
      read: () => readPages<Delivery>(client, path, { query: new URLSearchParams(query), limit }),
      empty: 'No delivery passes this filter.',
    },
    options,
    io,
  )
}

/** The members of a filter as the API names them. */
export function filterOf(options: DeliveryFilterOptions): Record<string, string> {
  const { webhook, command, symptom, detail, since, until } = options
  return {
    ...(webhook === undefined ? {} : { webhookId: webhook }),
    ...(command === undefined ? {} : { command }),
    ...(symptom === undefined ? {} : { symptom }),
    ...(detail === undefined ? {} : { detail }),
    ...(since === undefined ? {} : { from: readTime(since, '--since', Date.now()) }),
    ...(until === undefined ? {} : { to: readTime(until, '--until', Date.now()) }),
  }
}

function queryOf(options: DeliveryFilterOptions): URLSearchParams {
  return new URLSearchParams(filterOf(options))
}

export async function showDelivery(deliveryId: string, options: { readonly json?: true }, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  const delivery = await client.get<DeliveryDetail>(`/v1/deliveries/${encodeURIComponent(deliveryId)}`)
  if (options.json === true) {
    line(io.stdout, JSON.stringify(delivery))
    return
  }
  printLines(io, detailLines(delivery, paintFor(io.stdout, io.environment)))
}

function detailLines(delivery: DeliveryDetail, paint: Paint): readonly string[] {
  const { webhook, event, dueAt, reason } = delivery
  const to = webhook === null ? 'a webhook that is gone' : `${webhook.name} (${webhook.url})`
  return [
    `${paint('bold', delivery.deliveryId)}  ${paintState(delivery.state, paint)}${reason === null ? '' : ` (${reason})`}`,
    `${delivery.command} → ${to}`,
    `event ${event.eventId}, accepted ${event.acceptedAt}, ${event.bodyKept ? `${event.bodyBytes} bytes` : 'body no longer kept'}`,
    ...(dueAt === null ? [] : [`next attempt ${dueAt}`]),
    ...delivery.attempts.map((attempt) => {
      const status = attempt.status === null ? '' : `, status ${attempt.status}`
      const what = attempt.symptom === 'none' ? 'ok' : `${attempt.symptom} · ${attempt.detail}`
      return `attempt ${attempt.number}  ${attempt.at}  ${Math.round(attempt.durationMs)} ms  ${what}${status}`
    }),
    ...delivery.advice.en.map((sentence) => `  ${sentence}`),
  ]
}

export async function tailDeliveries(options: TailOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const paint = paintFor(io.stdout, io.environment)
  try {
    for await (const { data } of client.getStream(`/v1/stream?sdkAppId=${sdkAppId}`, io.stop)) {
      const event: StreamEvent = JSON.parse(data)
      if (!('delivery' in event) || !isWanted(event.delivery, options)) continue
      if (options.json === true) line(io.stdout, JSON.stringify(event))
      else {
        const at = shownTime(event.at, { io, now: Date.now() })
        printLines(io, [deliveryLine(event.delivery, at, paint)])
      }
    }
  } catch (error) {
    // Ctrl-C ends the stream from our side.
    if (!io.stop.aborted) throw error
  }
  if (!io.stop.aborted) throw new CliError('unreachable', 'The service ended the stream; it is probably stopping.')
}

function isWanted(delivery: Delivery, { state, command, webhook }: TailOptions): boolean {
  return (
    (state === undefined || state.includes(delivery.state)) &&
    (command === undefined || command === delivery.command) &&
    (webhook === undefined || webhook === delivery.webhookId)
  )
}

/** One delivery on one line: when, which, how it stands, where to, what, and why if it failed. */
function deliveryLine(delivery: Delivery, at: string, paint: Paint): string {
  const why = whyOf(delivery)
  const attempts = `${delivery.attempts} attempt${delivery.attempts === 1 ? '' : 's'}`
  return `${paint('dim', at)}  ${delivery.deliveryId}  ${paintState(delivery.state, paint)}  ${delivery.webhookId}  ${delivery.command}  ${attempts}${why === '' ? '' : `  ${why}`}`
}

/** Why the last attempt failed. */
function whyOf({ lastAttempt }: Delivery): string {
  return lastAttempt === null || lastAttempt.symptom === 'none' ? '' : `${lastAttempt.symptom} · ${lastAttempt.detail}`
}

const widestState = 'succeeded'.length

function paintState(state: Delivery['state'], paint: Paint): string {
  const text = state.padEnd(widestState)
  if (state === 'succeeded') return paint('green', text)
  if (state === 'dead') return paint('red', text)
  return state === 'cancelled' ? paint('dim', text) : paint('yellow', text)
}
