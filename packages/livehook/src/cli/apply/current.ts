// What a service has: its apps, and of those that are asked for their webhooks and commands.

import { makeSign } from '@livehook/protocol/node'
import type {
  App,
  AppCommandDetail,
  AppCommandSummary,
  List,
  NewCustomCommand,
  SampleRequest,
  Webhook,
} from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { CurrentApp } from './plan.ts'
import { CliError } from '../io.ts'

/** What stands in the place of a header that a key may not see. */
const masked = '***'

/** Every app that the key may see, oldest first. */
export async function loadApps(client: ApiClient): Promise<readonly App[]> {
  return (await allOf<App>(client, '/v1/apps')).toReversed()
}

/**
 * An app with what belongs to it, oldest first.
 * @throws CliError `configuration` if the key may not see all of it: what is masked must not be taken for what is there
 */
export async function loadApp(client: ApiClient, app: App): Promise<CurrentApp> {
  const path = `/v1/apps/${app.sdkAppId}`
  const { items: webhooks } = await client.get<List<Webhook>>(`${path}/webhooks`)
  if (webhooks.some(({ headers }) => Object.values(headers).includes(masked))) {
    const detail = 'This key may not see the headers of webhooks. Take one with the role operator or admin.'
    throw new CliError('configuration', detail)
  }
  const known = await allOf<AppCommandSummary>(client, `${path}/commands`)
  const commands: NewCustomCommand[] = []
  for (const { command, kind } of known) {
    if (kind !== 'custom') continue
    const { custom } = await client.get<AppCommandDetail>(`${path}/commands/${encodeURIComponent(command)}`)
    if (custom !== null) commands.push(custom.definition)
  }
  return { app, webhooks: webhooks.toReversed(), commands }
}

/**
 * Whether a webhook signs with a token, without asking for the token: a request is signed for us, and so is one here.
 * @param token a secret
 */
export async function signsWith(client: ApiClient, webhook: Webhook, token: string): Promise<boolean> {
  if (!webhook.tokenSet || (webhook.tokenHint !== null && !token.endsWith(webhook.tokenHint))) return false
  const path = `/v1/apps/${webhook.sdkAppId}/webhooks/${webhook.webhookId}/sample-request`
  const { url } = await client.get<SampleRequest>(`${path}?command=Live.CallbackAfterCreateRoom`)
  const query = new URL(url).searchParams
  return query.get('Sign') === makeSign(token, query.get('RequestTime') ?? '')
}

async function allOf<Item>(client: ApiClient, path: string): Promise<readonly Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: List<Item> = await client.get<List<Item>>(`${path}?limit=200${query}`)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}
