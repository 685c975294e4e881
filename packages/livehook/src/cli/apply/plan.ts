// What must be done so that a service is what a file says: pure. apply-current.ts finds out what is there, apply-steps.ts does it.

import { defaultAdminIdentifiers } from '../../domain/access/app.ts'
import { defaultRetrySeconds, webhookDefaults } from '../../domain/webhook/webhook.ts'
import type { App, AppPatch, NewCustomCommand, NewWebhook, Webhook } from '../../http/contract/contract.ts'
import type { MemberChange } from './changes.ts'
import { changedOf, changesBetween } from './changes.ts'
import type { AppEntry } from './schema.ts'

/** An app of the service, with what belongs to it. */
export interface CurrentApp {
  readonly app: App
  readonly webhooks: readonly Webhook[]
  /** Its own commands, as they were registered. */
  readonly commands: readonly NewCustomCommand[]
}

/** What a webhook's token is to be; a secret. `undefined` leaves it as it is, `null` takes it away. */
export interface WantedToken {
  readonly token: string | null
  /** Where it is from, in words. */
  readonly from: string
  /** Whether it is that already. */
  readonly isThere: boolean
}

/** A webhook as the file wants it, what it refers to read. */
export interface WantedWebhook {
  readonly settings: NewWebhook & { readonly name: string }
  readonly token: WantedToken | undefined
}

export interface WantedApp {
  readonly entry: AppEntry
  readonly webhooks: readonly WantedWebhook[]
  /** What the service has of it; `undefined` if the app must be created. */
  readonly current: CurrentApp | undefined
}

interface StepFacts {
  readonly action: 'create' | 'change' | 'delete'
  /** The app's name. */
  readonly app: string
  readonly changes: readonly MemberChange[]
}

export interface AppStep extends StepFacts {
  readonly kind: 'app'
  /** Only what changes. */
  readonly body: AppPatch
}

export interface CommandStep extends StepFacts {
  readonly kind: 'command'
  readonly name: string
  /** Absent if it is deleted. */
  readonly body?: NewCustomCommand
}

export interface WebhookStep extends StepFacts {
  readonly kind: 'webhook'
  readonly name: string
  /** Absent if it must be created. */
  readonly webhookId?: string
  /** Only what changes; of a new one everything that the file says. */
  readonly body: Partial<NewWebhook>
  /** A secret. Absent if it stays as it is, `null` if it is taken away. */
  readonly token?: string | null
}

export type Step = AppStep | CommandStep | WebhookStep

export interface AppPlan {
  readonly app: string
  /** Absent if the app must be created. */
  readonly sdkAppId?: number
  /** In the order in which they are done. */
  readonly steps: readonly Step[]
  readonly releases: readonly Release[]
  /** What the service has and the file does not name; it stays. */
  readonly kept: readonly string[]
}

/** @param prune deletes what the file does not name */
export function planApp(wanted: WantedApp, { prune }: { readonly prune: boolean }): AppPlan {
  const { entry, current } = wanted
  const commands = planCommands(wanted, prune)
  const { gone, steps: webhooks } = planWebhooks(wanted, prune)
  const { steps, releases } = inOrder(webhooks, current?.webhooks ?? [])
  return {
    app: entry.name,
    ...(current === undefined ? {} : { sdkAppId: current.app.sdkAppId }),
    steps: [
      ...planAppItself(wanted),
      ...commands.filter(({ action }) => action !== 'delete'),
      // What goes makes room: a before command is decided by one webhook alone.
      ...gone,
      ...steps,
      ...commands.filter(({ action }) => action === 'delete'),
    ],
    releases,
    kept: prune ? [] : keptOf(wanted),
  }
}

/** Members that are left out are the default, so that a line that is taken out of the file is taken back. */
export const appDefaults = { adminIdentifiers: [...defaultAdminIdentifiers], setCallbackOverwrites: false }

/** As for apps; but `enabled` and `paused` are an operator's switches and stay as they are. */
export const webhookFileDefaults: Required<Omit<NewWebhook, 'name' | 'url' | 'commands' | 'enabled' | 'paused'>> = {
  spelling: webhookDefaults.spelling,
  contentType: webhookDefaults.contentType,
  timeoutMs: webhookDefaults.timeoutMs,
  maxInFlight: webhookDefaults.maxInFlight,
  ratePerSecond: webhookDefaults.ratePerSecond,
  retry: [...defaultRetrySeconds],
  headers: {},
  keepBodies: webhookDefaults.keepBodies,
  askDeadlineMs: webhookDefaults.askDeadlineMs,
  failurePolicy: webhookDefaults.failurePolicy,
  trial: webhookDefaults.trial,
  tls: webhookDefaults.tls,
}

function planAppItself({ entry, current }: WantedApp): readonly Step[] {
  const { sdkAppId: _id, commands: _commands, webhooks: _webhooks, ...settings } = entry
  const facts = { kind: 'app', app: entry.name } as const
  if (current === undefined) {
    return [{ ...facts, action: 'create', changes: changesBetween({ name: entry.name }, settings), body: settings }]
  }
  const body = { ...appDefaults, ...settings }
  const changes = changesBetween(current.app, body)
  return changes.length === 0 ? [] : [{ ...facts, action: 'change', changes, body: changedOf(body, changes) }]
}

function planCommands({ entry, current }: WantedApp, prune: boolean): readonly Step[] {
  const [named, there] = [entry.commands ?? [], current?.commands ?? []]
  const steps = named.map((body): Step => {
    const before = there.find(({ command }) => command === body.command)
    const changes = changesBetween(before ?? { command: body.command }, body, 'both')
    const action = before === undefined ? 'create' : 'change'
    return { kind: 'command', action, app: entry.name, name: body.command, changes, body }
  })
  const gone =
    prune && entry.commands !== undefined
      ? there.filter(({ command }) => !named.some((each) => each.command === command))
      : []
  return [
    ...steps.filter(({ changes }) => changes.length > 0),
    ...gone.map(({ command }): Step => {
      return { kind: 'command', action: 'delete', app: entry.name, name: command, changes: [] }
    }),
  ]
}

function planWebhooks(
  { entry, webhooks, current }: WantedApp,
  prune: boolean,
): { readonly gone: readonly Step[]; readonly steps: readonly WebhookStep[] } {
  const there = current?.webhooks ?? []
  const steps = webhooks.map((wanted): WebhookStep => {
    const before = there.find(({ name }) => name === wanted.settings.name)
    return before === undefined ? createWebhook(entry.name, wanted) : changeWebhook(entry.name, wanted, before)
  })
  const isGone = ({ name }: Webhook): boolean => !webhooks.some(({ settings }) => settings.name === name)
  // Webhooks that the file says nothing about at all are none of its business.
  const gone = prune && entry.webhooks !== undefined ? there.filter(isGone) : []
  return {
    gone: gone.map(({ name, webhookId }) => {
      return { kind: 'webhook', action: 'delete', app: entry.name, name, webhookId, changes: [], body: {} }
    }),
    steps: steps.filter(({ changes }) => changes.length > 0),
  }
}

function createWebhook(app: string, { settings, token }: WantedWebhook): WebhookStep {
  const { name } = settings
  const changes = [...changesBetween({ name }, settings), ...tokenChange(token, undefined)]
  const facts = { kind: 'webhook', action: 'create', app, name } as const
  return { ...facts, changes, body: settings, ...(token?.token ? { token: token.token } : {}) }
}

function changeWebhook(app: string, { settings, token }: WantedWebhook, before: Webhook): WebhookStep {
  const body = { ...webhookFileDefaults, ...settings }
  const changes = changesBetween(comparable(before), comparable(body))
  const ofToken = tokenChange(token, before)
  const { webhookId, name } = before
  const facts = { kind: 'webhook', action: 'change', app, name, webhookId } as const
  const tokenStep = token === undefined || ofToken.length === 0 ? {} : { token: token.token }
  return { ...facts, changes: [...changes, ...ofToken], body: changedOf(body, changes), ...tokenStep }
}

function tokenChange(token: WantedToken | undefined, before: Webhook | undefined): readonly MemberChange[] {
  if (token === undefined || token.isThere) return []
  const from = before?.tokenSet === true ? { from: 'set' } : {}
  return [{ member: 'token', ...from, ...(token.token === null ? {} : { to: token.from }) }]
}

/** What can be compared: the order of commands means nothing, and a private key is never shown. */
function comparable(settings: Partial<NewWebhook> | Webhook): object {
  const { tls, commands } = settings
  return {
    ...settings,
    commands: commands?.toSorted(),
    ...(tls === undefined || tls === null ? {} : { tls: { ca: tls.ca ?? null, certificate: tls.certificate ?? null } }),
  }
}

function keptOf({ entry, webhooks, current }: WantedApp): readonly string[] {
  const isNamed = ({ name }: Webhook): boolean => webhooks.some(({ settings }) => settings.name === name)
  const others = (current?.webhooks ?? []).filter((webhook) => entry.webhooks !== undefined && !isNamed(webhook))
  const commands = (current?.commands ?? []).filter(({ command }) => {
    return entry.commands !== undefined && !entry.commands.some((each) => each.command === command)
  })
  return [...others.map(({ name }) => `webhook ${name}`), ...commands.map(({ command }) => `command ${command}`)]
}

// The order of changes: a before command is decided by one webhook of an app, so a webhook that gains it waits for the one
// that has it to release it.

/** Two webhooks each wait for the other: one of them lets go of commands before anything else is changed. */
export interface Release {
  readonly webhookId: string
  /** What it keeps meanwhile. */
  readonly commands: readonly string[]
}

/**
 * Puts steps into an order that the service takes.
 * @param current the webhooks as they are now
 */
export function inOrder(
  steps: readonly WebhookStep[],
  current: readonly Webhook[],
): { readonly steps: readonly WebhookStep[]; readonly releases: readonly Release[] } {
  const now = new Map(current.map(({ webhookId, commands }) => [webhookId, commands]))
  const has = (step: WebhookStep): readonly string[] => now.get(step.webhookId ?? '') ?? []
  const gains = (step: WebhookStep): readonly string[] =>
    (step.body.commands ?? []).filter((word) => !word.endsWith('*') && !has(step).includes(word))
  const letsGo = (step: WebhookStep): readonly string[] =>
    has(step).filter((word) => step.body.commands !== undefined && !step.body.commands.includes(word))
  const blocks = (other: WebhookStep, step: WebhookStep): boolean =>
    other !== step && gains(step).some((word) => letsGo(other).includes(word))

  const [ordered, releases, waiting]: [WebhookStep[], Release[], WebhookStep[]] = [[], [], [...steps]]
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const free = waiting.find((step) => !waiting.some((other) => blocks(other, step)))
    const chosen = free ?? next
    if (free === undefined) {
      for (const other of waiting.filter((each) => blocks(each, chosen))) {
        const kept = has(other).filter((word) => !gains(chosen).includes(word))
        // A webhook names one command at least: if nothing would be left, the service says what is in the way.
        if (other.webhookId !== undefined && kept.length > 0) {
          releases.push({ webhookId: other.webhookId, commands: kept })
        }
      }
    }
    ordered.push(chosen)
    waiting.splice(waiting.indexOf(chosen), 1)
  }
  return { steps: ordered, releases }
}
