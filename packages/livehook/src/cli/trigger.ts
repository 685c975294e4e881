// livehook trigger <command>: an event made from the catalogue's sample, posted to the service.

import { findCommand, sampleOf, suggestCommands } from '@livehook/protocol/catalogue'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeliveryDetail, EventAccepted } from '../http/contract.ts'
import type { ApiClient } from './api-client.ts'
import { clientFromEnvironment } from './api-client.ts'
import { chooseApp } from './app-choice.ts'
import type { CliIo } from './io.ts'
import { CliError, line } from './io.ts'
import type { EventOptions, TriggerOptions } from './options.ts'
import { setMember } from './set-member.ts'

export async function trigger(command: string, options: TriggerOptions, io: CliIo): Promise<void> {
  const body = sampleBody(command)
  for (const assignment of options.set ?? []) setMember(body, assignment)
  const client = clientFromEnvironment(io)
  const accepted = await postEvent(client, { command, options, body: new TextEncoder().encode(JSON.stringify(body)) })
  if (options.wait === true) await showEnds(client, accepted, { io, json: options.json === true })
  else showAccepted(accepted, { io, json: options.json === true })
}

/** Posts one event as the command line was told to. */
export async function postEvent(
  client: ApiClient,
  event: { readonly command: string; readonly options: EventOptions; readonly body: Uint8Array },
): Promise<EventAccepted> {
  const { command, options, body } = event
  const sdkAppId = await chooseApp(client, options.app)
  const query = new URLSearchParams({ command })
  if (options.clientIp !== undefined) query.set('clientIp', options.clientIp)
  if (options.platform !== undefined) query.set('optPlatform', options.platform)
  return client.postBytes<EventAccepted>(`/v1/apps/${sdkAppId}/events?${query.toString()}`, body)
}

export function showAccepted(accepted: EventAccepted, show: { readonly io: CliIo; readonly json: boolean }): void {
  if (show.json) {
    line(show.io.stdout, JSON.stringify(accepted))
    return
  }
  const count = accepted.deliveries.length
  line(
    show.io.stdout,
    count === 0
      ? `${accepted.eventId} is kept; no webhook is subscribed to it.`
      : `${accepted.eventId} is kept and goes to ${count} webhook${count === 1 ? '' : 's'}: ${accepted.deliveries.join(', ')}`,
  )
}

/** The sample of a command, with the members that carry a time left out so that the service puts the present one in. */
export function sampleBody(command: string): Record<string, unknown> {
  const sample = sampleOf(command)
  if (sample === undefined) {
    const near = suggestCommands(command)
    const known = findCommand(command) !== undefined
    const hint = near.length === 0 ? 'docs/commands.md lists the commands.' : `Did you mean ${near.join(' or ')}?`
    throw new CliError(
      'usage',
      known ? `${command} is a switch; no event of it exists.` : `There is no command ${command}. ${hint}`,
    )
  }
  const members: Record<string, unknown> = JSON.parse(sample)
  const { EventTime: _old, ...body } = members
  return body
}

async function showEnds(
  client: ApiClient,
  accepted: EventAccepted,
  show: { readonly io: CliIo; readonly json: boolean },
): Promise<void> {
  showAccepted(accepted, show)
  for (const deliveryId of accepted.deliveries) {
    const delivery = await firstEnd(client, deliveryId, show.io.stop)
    if (show.json) line(show.io.stdout, JSON.stringify(delivery))
    else line(show.io.stdout, describeEnd(delivery))
  }
}

/** Waits until the delivery has one attempt behind it. */
async function firstEnd(client: ApiClient, deliveryId: string, stop: AbortSignal): Promise<DeliveryDetail> {
  for (;;) {
    const delivery = await client.get<DeliveryDetail>(`/v1/deliveries/${deliveryId}`)
    if (delivery.attemptCount > 0 || stop.aborted) return delivery
    await sleep(50, undefined, { signal: stop }).catch(() => undefined)
  }
}

function describeEnd(delivery: DeliveryDetail): string {
  const to = delivery.webhook === null ? 'a webhook that is gone' : `${delivery.webhook.name} (${delivery.webhook.url})`
  const last = delivery.lastAttempt
  if (last === null || delivery.state === 'succeeded') {
    return `${delivery.deliveryId} ${delivery.state} at ${to}${last === null ? '' : ` in ${Math.round(last.durationMs)} ms`}`
  }
  return [
    `${delivery.deliveryId} ${delivery.state} at ${to}: ${last.symptom} · ${last.detail}`,
    ...delivery.advice.en,
  ].join('\n  ')
}
