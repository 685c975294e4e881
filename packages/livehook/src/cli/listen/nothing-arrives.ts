// "Listening, but nothing arrives": what to check, in the order in which it helps, with what a service on this machine says.

import type { App, List, Webhook } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import type { CliIo } from '../io.ts'

export interface ListeningPlace {
  /** Where it listens, for example `http://127.0.0.1:4040`. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly isTokenKnown: boolean
}

/** The sentences for someone who waits. The service is asked if one can be found; if it cannot, that is said. */
export async function nothingArrives(place: ListeningPlace, io: CliIo): Promise<readonly string[]> {
  const { url } = place
  return [
    `Nothing has arrived yet at ${url}. What to check:`,
    `  1  Does this listener answer?      livehook trigger Live.CallbackAfterCreateRoom --to ${url}/hook${tokenOf(place)}`,
    `  2  The webhook's URL must be       ${url}/ and any path${elsewhere(place)}`,
    '  3  The service may call it?        livehook dev may; livehook serve needs LIVEHOOK_EGRESS_ALLOW=127.0.0.0/8,::1/128',
    ...(await serviceLines(place, io)).map((text, index) => `  ${index === 0 ? '4' : ' '}  ${text}`),
  ]
}

/** Who signs needs the token that is checked here. */
function tokenOf({ isTokenKnown }: ListeningPlace): string {
  return isTokenKnown ? ' --token-file <the same file>' : ''
}

function elsewhere({ host, port }: ListeningPlace): string {
  return isLoopback(host)
    ? `\n     From another machine or a container it cannot be reached: start again with --host 0.0.0.0 --port ${port}`
    : ''
}

async function serviceLines(place: ListeningPlace, io: CliIo): Promise<readonly string[]> {
  let client: ApiClient
  try {
    client = clientFromEnvironment(io)
  } catch {
    return [
      `No service is known here. This starts one that sends here: livehook dev --to ${place.url}/hook${tokenOf(place)}`,
    ]
  }
  try {
    const webhooks = await allWebhooks(client)
    const here = webhooks.filter(({ url }) => pointsHere(url, place))
    // A verb that changes a service takes none that was only found.
    const naming = io.environment['LIVEHOOK_URL'] === undefined ? `LIVEHOOK_URL=${client.url} ` : ''
    if (here.length > 0) return here.map((webhook) => `At ${client.url} ${stateOf(webhook)}`)
    return [
      `No webhook at ${client.url} points here (it has ${webhooks.length}):`,
      `${naming}livehook webhooks create --url ${place.url}/hook --commands '*'${tokenOf(place)}`,
    ]
  } catch (error) {
    return [`The service at ${client.url} was asked and did not say: ${error instanceof Error ? error.message : ''}`]
  }
}

async function allWebhooks(client: ApiClient): Promise<readonly Webhook[]> {
  const apps = await client.get<List<App>>('/v1/apps?limit=200')
  const lists = await Promise.all(
    apps.items.map(({ sdkAppId }) => client.get<List<Webhook>>(`/v1/apps/${sdkAppId}/webhooks?limit=200`)),
  )
  return lists.flatMap(({ items }) => items)
}

function pointsHere(text: string, { host, port }: ListeningPlace): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const itsPort = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const itsHost = url.hostname.replace(/^\[|\]$/g, '')
  return itsPort === port && (itsHost === host || isLoopback(itsHost) || host === '0.0.0.0' || host === '::')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** Why a webhook that points here may still send nothing. */
function stateOf({ webhookId, url, commands, enabled, paused, health, tokenSet }: Webhook): string {
  const subject = `webhook ${webhookId} points here (${url}, commands ${commands.slice(0, 3).join(', ')}${commands.length > 3 ? ' …' : ''})`
  if (!enabled) return `${subject}, but it is switched off: livehook webhooks set ${webhookId} --enabled true`
  if (paused) return `${subject}, but it is paused: livehook webhooks resume ${webhookId}`
  if (health.breaker === 'open')
    return `${subject}, but its breaker is open after failures; it is tried again by itself`
  const unsigned = tokenSet ? '' : ' and has no token, so that it sends unsigned requests'
  return `${subject}${unsigned}: livehook webhooks test ${webhookId} asks it step by step`
}
