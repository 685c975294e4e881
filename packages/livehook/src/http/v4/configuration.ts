// What the calls do: each product has one configuration per app, which is the app's webhook of a certain name.

import { configurationCalls, configurationPath } from '../gates/configuration-paths.ts'
import type { configurationServices } from '../gates/configuration-paths.ts'
import { listCommands } from '@livehook/protocol/catalogue'
import type { App } from '../../domain/access/app.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import { subscribes } from '../../domain/webhook/webhook.ts'
import type { Change } from '../../engine/manage/audit-trail.ts'
import type { CustomCommands } from '../../engine/kept/custom-commands.ts'
import type { WebhookMoves, WebhookService } from '../../engine/manage/webhooks.ts'
import { presentWebhook } from '../present/present.ts'
import type { TakenCommands } from './call-body.ts'
import { readCallback, readToken } from './call-body.ts'
import { CallRefused } from './public-code.ts'

/** A configuration of the platform: Live's, Room's or Call's. */
interface Product {
  /** As it stands in the path. */
  readonly service: (typeof configurationServices)[number]
  /** The webhook that it is. */
  readonly webhookName: string
  /** Which commands of the catalogue it takes, by their product; `undefined` for all. */
  readonly commandsOf: string | undefined
  /** Whether `set_callback` always takes the place of what is there. */
  readonly overwrites: boolean
}

const products: readonly Product[] = [
  // Live's rooms speak through Chat too, so no command is refused here.
  { service: 'live_config', webhookName: 'default', commandsOf: undefined, overwrites: false },
  { service: 'room_config', webhookName: 'default-room', commandsOf: 'Room', overwrites: false },
  { service: 'call_config', webhookName: 'default-call', commandsOf: 'Call', overwrites: true },
]

export interface ConfigurationDeps {
  readonly webhooks: Pick<WebhookService, 'ofApp' | 'healthOf'>
  /** Those of the turn that the call has. */
  readonly moves: WebhookMoves
  readonly customs: Pick<CustomCommands, 'ofApp'>
}

export interface ConfigurationCall {
  readonly app: App
  readonly body: Readonly<Record<string, unknown>>
}

/** What came of a call. */
export interface CallResult {
  /** Where something was asked for. */
  readonly response?: object
  /** What the audit log keeps; absent if nothing was changed and nothing secret was shown. */
  readonly change?: Omit<Change, 'sdkAppId'>
}

interface Work extends ConfigurationCall {
  readonly deps: ConfigurationDeps
  readonly product: Product
  /** The configuration, if there is one. */
  readonly found: Webhook | undefined
}

/** The calls by the last part of their path. */
const calls: Readonly<Record<(typeof configurationCalls)[number], (work: Work) => Promise<CallResult>>> = {
  async set_callback(work) {
    const { deps, app, product, found } = work
    const wanted = readCallback(work.body, takenBy(work))
    if (found === undefined) {
      const created = await deps.moves.create(app.sdkAppId, { name: product.webhookName, ...wanted })
      return { change: { action: 'webhook.created', target: created.webhookId, after: auditedFacts(work, created) } }
    }
    if (product.overwrites || app.setCallbackOverwrites) return change(work, found, wanted)
    throw new CallRefused('exists', 'There is a configuration already. Change it with update_callback.')
  },
  async get_callback(work) {
    const found = configurationOf(work)
    return { response: { Url: found.url, CallbackCommandList: wordsOf(work, found) } }
  },
  async update_callback(work) {
    const wanted = readCallback(work.body, takenBy(work))
    return change(work, configurationOf(work), wanted)
  },
  async delete_callback(work) {
    const { deps, found } = work
    // The public pages know no code for "nothing to delete": what is asked for is true afterwards.
    if (found === undefined) return {}
    await deps.moves.remove(found.webhookId)
    return { change: { action: 'webhook.deleted', target: found.webhookId, before: auditedFacts(work, found) } }
  },
  async set_callback_token(work) {
    const found = configurationOf(work)
    const tokens = tokensOf(found)
    const { token, isEnabled } = readToken(work.body, tokens.length === 0 ? undefined : found)
    if (token !== undefined) return putTokens(work, found, { tokens: [token], isEnabled })
    if (isEnabled && found.tokens.length > 0) return {}
    // If a token was being replaced the newer one counts after the pause: the last, as the old one makes Sign until then.
    return putTokens(work, found, { tokens: tokens.slice(-1), isEnabled })
  },
  async get_callback_token({ found }) {
    const [token] = found === undefined ? [] : tokensOf(found)
    if (found === undefined || token === undefined) {
      throw new CallRefused('no_token', 'There is no token. Set one with set_callback_token.')
    }
    return {
      response: { Token: token, IsTokenEnable: found.tokens.length > 0 },
      change: { action: 'token.revealed', target: found.webhookId },
    }
  },
  async delete_callback_token(work) {
    const { found } = work
    if (found === undefined || tokensOf(found).length === 0) return {}
    return putTokens(work, found, { tokens: [], isEnabled: true })
  },
}

/** Does one call; the caller has been checked. */
type Answer = (deps: ConfigurationDeps, call: ConfigurationCall) => Promise<CallResult>

/** Every call by its path. */
export const callsByPath: ReadonlyMap<string, Answer> = new Map(
  products.flatMap((product) =>
    configurationCalls.map((name) => {
      const answer = calls[name]
      const path = configurationPath(product.service, name)
      return [path, async (deps, call) => answer({ ...call, deps, product, found: find(deps, call, product) })] as const
    }),
  ),
)

/** The oldest of that name: names are for people, and there may be several. */
function find({ webhooks }: ConfigurationDeps, { app }: ConfigurationCall, product: Product): Webhook | undefined {
  return webhooks.ofApp(app.sdkAppId).find(({ name }) => name === product.webhookName)
}

/** @throws CallRefused 100301 */
function configurationOf({ found }: Work): Webhook {
  if (found !== undefined) return found
  throw new CallRefused('no_configuration', 'There is no configuration. Make one with set_callback.')
}

async function change(work: Work, found: Webhook, wanted: Pick<Webhook, 'url' | 'commands'>): Promise<CallResult> {
  const { webhookId: target } = found
  const changed = await work.deps.moves.update(target, wanted)
  return {
    change: {
      action: 'webhook.changed',
      target,
      before: auditedFacts(work, found),
      after: auditedFacts(work, changed),
    },
  }
}

async function putTokens(
  { deps }: Work,
  { webhookId, ...found }: Webhook,
  { tokens, isEnabled }: { readonly tokens: readonly string[]; readonly isEnabled: boolean },
): Promise<CallResult> {
  const changed = await (isEnabled ? deps.moves.putTokens(webhookId, tokens) : deps.moves.holdTokens(webhookId, tokens))
  const [before, after] = [found, changed].map((webhook) => ({ tokenSet: webhook.tokens.length > 0 }))
  const action = tokens.length === 0 ? 'token.removed' : 'token.set'
  return { change: { action, target: webhookId, ...(before && { before }), ...(after && { after }) } }
}

function tokensOf(webhook: Pick<Webhook, 'tokens' | 'heldTokens'>): readonly string[] {
  return webhook.tokens.length > 0 ? webhook.tokens : webhook.heldTokens
}

/** What a person set of a webhook. */
function auditedFacts({ deps }: Work, webhook: Webhook): object {
  const { health: _health, updatedAt: _updatedAt, ...facts } = presentWebhook(webhook, deps.webhooks.healthOf(webhook))
  return facts
}

function takenBy({ deps, app, product }: Work): TakenCommands {
  return { product: product.commandsOf, customs: deps.customs.ofApp(app.sdkAppId).map(({ facts }) => facts) }
}

/** Patterns, which only our own API can set, as the words that they stand for: who gets, changes and sets again knows words only. */
function wordsOf(work: Work, { commands }: Webhook): readonly string[] {
  const known = [...listCommands(), ...takenBy(work).customs]
  const after = known.filter(({ phase }) => phase === 'after').map(({ command }) => command)
  const words = commands.flatMap((word) =>
    word.endsWith('*') ? after.filter((command) => subscribes([word], command)) : [word],
  )
  return [...new Set(words)]
}
