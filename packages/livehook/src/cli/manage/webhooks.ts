// livehook webhooks ls|get|create|set|rm|pause|resume|test, and token set|rotate|rm.

import type { App, List, RotatedToken, Webhook } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientForChanges, clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { Paint } from '../terminal/paint.ts'
import { printLines } from '../terminal/lines.ts'
import { requireYes } from '../terminal/terminal-question.ts'
import { readDuration } from '../input/time-ago.ts'
import { readToken } from '../input/token.ts'
import { wholeNumber } from '../input/whole-number.ts'
import type { ListingOptions } from '../look/listing.ts'
import { factLines, showListing } from '../look/listing.ts'
import { readMembers, readSwitch } from './members.ts'

export interface WebhookOptions extends ListingOptions {
  readonly app?: string
  readonly yes?: true
  readonly tokenFile?: string
}

export interface WebhookMemberOptions extends WebhookOptions {
  readonly url?: string
  readonly name?: string
  readonly commands?: string
  readonly spelling?: string
  readonly enabled?: string
  readonly timeoutMs?: string
  readonly maxInFlight?: string
  readonly rate?: string
  readonly retry?: string
  readonly header?: readonly string[]
  readonly set?: readonly string[]
}

export async function listWebhooks(options: WebhookOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  await showListing<Webhook>(
    {
      head: ['WEBHOOK', 'NAME', 'STATE', 'SIGNED', 'URL', 'COMMANDS'],
      fit: ['whole', 'cut', 'whole', 'whole', 'words', 'words'],
      row: (webhook, { paint }) => [
        webhook.webhookId,
        webhook.name,
        stateOf(webhook, paint),
        webhook.tokenSet ? 'yes' : 'no',
        webhook.url,
        webhook.commands.join(', '),
      ],
      read: async () => {
        if (options.app === undefined) return (await everyWebhook(client)).toReversed()
        const { items } = await client.get<List<Webhook>>(`/v1/apps/${await chooseApp(client, options.app)}/webhooks`)
        return items
      },
      empty: 'There is no webhook yet: livehook webhooks create --url https://… --commands "*"',
    },
    options,
    io,
  )
}

function stateOf({ enabled, paused, health }: Webhook, paint: Paint): string {
  if (!enabled) return paint('red', health.disabledReason === null ? 'off' : `off: ${health.disabledReason}`)
  if (paused) return paint('yellow', 'paused')
  return health.breaker === 'closed' ? paint('green', 'on') : paint('yellow', `breaker ${health.breaker}`)
}

async function everyWebhook(client: ApiClient): Promise<readonly Webhook[]> {
  const { items } = await client.get<List<App>>('/v1/apps?limit=200')
  const lists = await Promise.all(
    items.map(({ sdkAppId }) => client.get<List<Webhook>>(`/v1/apps/${sdkAppId}/webhooks`)),
  )
  return lists.flatMap((list) => list.items.toReversed())
}

/** The webhook, whichever app it belongs to. @throws CliError `usage` if there is none */
export async function findWebhook(client: ApiClient, webhookId: string, app: string | undefined): Promise<Webhook> {
  if (app !== undefined) return client.get<Webhook>(pathOf(await chooseApp(client, app), webhookId))
  const found = (await everyWebhook(client)).find((webhook) => webhook.webhookId === webhookId)
  if (found !== undefined) return found
  throw new CliError('usage', `There is no webhook ${webhookId}. \`livehook webhooks ls\` lists them.`)
}

function pathOf(sdkAppId: number, webhookId: string): string {
  return `/v1/apps/${sdkAppId}/webhooks/${encodeURIComponent(webhookId)}`
}

export async function showWebhook(webhookId: string, options: WebhookOptions, io: CliIo): Promise<void> {
  show(await findWebhook(clientFromEnvironment(io), webhookId, options.app), options, io)
}

export async function createWebhook(options: WebhookMemberOptions, io: CliIo): Promise<void> {
  const client = clientForChanges(io)
  if (options.url === undefined) throw new CliError('usage', 'Where to? --url https://…')
  const body = readMembers(options.set ?? [], { commands: ['*'], ...membersOf(options) })
  const token = await readToken(options.tokenFile, io)
  const path = `/v1/apps/${await chooseApp(client, options.app)}/webhooks`
  const created = await client.post<Webhook>(path, body)
  const webhook =
    token === undefined ? created : await client.put<Webhook>(`${path}/${created.webhookId}/token`, { token })
  show(webhook, options, io)
  if (token === undefined) {
    line(io.stderr, `It has no token, so nothing is signed: livehook webhooks token rotate ${created.webhookId}`)
  }
}

export async function setWebhook(webhookId: string, options: WebhookMemberOptions, io: CliIo): Promise<void> {
  await change(webhookId, { patch: readMembers(options.set ?? [], membersOf(options)), options, io })
}

export async function pauseWebhook(
  webhookId: string,
  { paused, options, io }: { readonly paused: boolean; readonly options: WebhookOptions; readonly io: CliIo },
): Promise<void> {
  await change(webhookId, { patch: { paused }, options, io })
}

async function change(
  webhookId: string,
  { patch, options, io }: { readonly patch: object; readonly options: WebhookOptions; readonly io: CliIo },
): Promise<void> {
  const client = clientForChanges(io)
  const { sdkAppId } = await findWebhook(client, webhookId, options.app)
  show(await client.patch<Webhook>(pathOf(sdkAppId, webhookId), patch), options, io)
}

export async function removeWebhook(webhookId: string, options: WebhookOptions, io: CliIo): Promise<void> {
  const client = clientForChanges(io)
  const { sdkAppId, name, url } = await findWebhook(client, webhookId, options.app)
  await requireYes(`Delete webhook ${webhookId} (${name}, ${url}) and cancel what waits for it?`, options, io)
  await client.delete(pathOf(sdkAppId, webhookId))
  if (options.json === true) line(io.stdout, JSON.stringify({ webhookId, deleted: true }))
  else line(io.stdout, `${webhookId} is deleted.`)
}

/** What counts from now on, at once. */
export async function setToken(webhookId: string, options: WebhookOptions, io: CliIo): Promise<void> {
  const token = await readToken(options.tokenFile, io)
  if (token === undefined) {
    throw new CliError('usage', 'Which token? Give --token-file <file>, or -, or LIVEHOOK_TOKEN.')
  }
  const client = clientForChanges(io)
  const { sdkAppId, tokenSet } = await findWebhook(client, webhookId, options.app)
  const webhook = await client.put<Webhook>(`${pathOf(sdkAppId, webhookId)}/token`, { token })
  if (options.json === true) line(io.stdout, JSON.stringify(webhook))
  else line(io.stdout, `${webhookId} signs with the token that ends in ${webhook.tokenHint ?? '…'}.`)
  if (tokenSet) line(io.stderr, 'The token before it signs nothing any more: receivers need the new one now.')
}

export interface RotateOptions extends WebhookOptions {
  readonly overlap?: string
}

/** A new token, made by the service and shown once; the old one signs on for a while, so that receivers can learn the new one. */
export async function rotateToken(webhookId: string, options: RotateOptions, io: CliIo): Promise<void> {
  const overlap =
    options.overlap === undefined ? {} : { overlapSeconds: readDuration(options.overlap, '--overlap') / 1000 }
  const client = clientForChanges(io)
  const { sdkAppId } = await findWebhook(client, webhookId, options.app)
  const rotated = await client.post<RotatedToken>(`${pathOf(sdkAppId, webhookId)}/token/rotate`, overlap)
  line(io.stdout, options.json === true ? JSON.stringify(rotated) : rotated.token)
  const until = rotated.webhook.tokenRotationEndsAt
  line(io.stderr, 'This is the new token of the webhook; the console shows it again to who may see it.')
  line(
    io.stderr,
    until === null
      ? 'It signs from now on: receivers need it now.'
      : `Sign is made with the old one until ${until}: give receivers both until then.`,
  )
}

export async function removeToken(webhookId: string, options: WebhookOptions, io: CliIo): Promise<void> {
  const client = clientForChanges(io)
  const { sdkAppId } = await findWebhook(client, webhookId, options.app)
  await requireYes(`Take the token from webhook ${webhookId}, so that nothing is signed any more?`, options, io)
  await client.delete(`${pathOf(sdkAppId, webhookId)}/token`)
  line(io.stdout, `${webhookId} sends unsigned requests now.`)
}

function membersOf(options: WebhookMemberOptions): Readonly<Record<string, unknown>> {
  const { url, name, commands, spelling, enabled, timeoutMs, maxInFlight, rate, retry, header } = options
  const number = (text: string, flag: string, most: number): number =>
    wholeNumber(text, { name: flag, fallback: 0, least: 0, most })
  return {
    ...(url === undefined ? {} : { url }),
    ...(name === undefined ? {} : { name }),
    ...(commands === undefined ? {} : { commands: listOf(commands) }),
    ...(spelling === undefined ? {} : { spelling }),
    ...(enabled === undefined ? {} : { enabled: readSwitch(enabled, '--enabled') }),
    ...(timeoutMs === undefined ? {} : { timeoutMs: number(timeoutMs, '--timeout-ms', 30_000) }),
    ...(maxInFlight === undefined ? {} : { maxInFlight: number(maxInFlight, '--max-in-flight', 1000) }),
    ...(rate === undefined ? {} : { ratePerSecond: rate === 'none' ? null : number(rate, '--rate', 100_000) }),
    ...(retry === undefined
      ? {}
      : { retry: retry === 'none' ? 'none' : listOf(retry).map((text) => number(text, '--retry', 86_400)) }),
    ...(header === undefined ? {} : { headers: Object.fromEntries(header.map(headerOf)) }),
  }
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function headerOf(text: string): readonly [string, string] {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new CliError('usage', `--header takes 'name: value', not ${JSON.stringify(text)}.`)
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
}

function show(webhook: Webhook, options: ListingOptions, io: CliIo): void {
  if (options.json === true) line(io.stdout, JSON.stringify(webhook))
  else printLines(io, factLines(webhook))
}
