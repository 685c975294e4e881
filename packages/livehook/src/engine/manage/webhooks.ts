// Registering and changing webhooks: checked, kept, put into the registry, told to whoever watches.

import { commandFamilies } from '@livehook/protocol/catalogue'
import type { Breaker } from '../../domain/delivery/breaker.ts'
import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { FailurePolicy } from '../../domain/ask/failure-policy.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import { defaultRetrySeconds, webhookDefaults } from '../../domain/webhook/webhook.ts'
import type { WebhookTls } from '../../domain/webhook/tls.ts'
import type { Egress } from '../../egress/port.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { Store } from '../../store/port/port.ts'
import type { WebhookPatch } from '../../store/port/webhooks.ts'
import { askPool } from '../ask/exchange.ts'
import type { Asker } from '../ask/ask.ts'
import { commandOf, hintFor } from '../kept/custom-commands.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import { requireFree } from '../kept/decided-commands.ts'
import type { RunExclusive } from '../kept/keyed-mutex.ts'
import { refusalsOf } from './webhook-check.ts'
import type { Deliverer } from '../deliver/deliver.ts'
import type { Health, WebhookHealth } from '../kept/webhook-health.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'

export interface WebhookServiceDeps {
  readonly store: Pick<Store, 'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'putTokens' | 'holdTokens'>
  readonly egress: Pick<Egress, 'judgeUrl' | 'findTlsProblem' | 'closePool'>
  readonly registry: WebhookRegistry
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  /** Shared with whoever changes what webhooks of an app may name. */
  readonly runExclusive: RunExclusive
  readonly health: WebhookHealth
  readonly deliverer: Pick<Deliverer, 'refresh' | 'forget' | 'breakerOf'>
  readonly asker: Pick<Asker, 'forget' | 'breakerOf'>
  readonly events: ServiceEvents
  readonly now: () => number
}

/** A registration as an app gives it; what is left out gets its default. */
export type WebhookInput = WebhookPatch & Pick<Webhook, 'url' | 'commands'>

export type ShownHealth = Health & { readonly breaker: Breaker['kind']; readonly askBreaker: Breaker['kind'] }

export interface WebhookService {
  get(webhookId: string): Webhook | undefined
  /** Oldest first. */
  ofApp(sdkAppId: number): readonly Webhook[]
  /** Of all apps. */
  all(): readonly Webhook[]
  healthOf(webhook: Webhook): ShownHealth
  /** How many attempts ended with which symptom since the start. */
  attemptsOf(webhookId: string): Readonly<Partial<Record<Symptom, number>>>
  /**
   * What `create` or `update` would refuse; nothing is changed.
   * @param webhookId the webhook that would be changed; `undefined` for a new one
   */
  refusalsOf(sdkAppId: number, input: WebhookPatch, webhookId: string | undefined): readonly ServiceError[]
  create(sdkAppId: number, input: WebhookInput): Promise<Webhook>
  /**
   * @param isAsSeen whether the webhook is still what the caller has seen; asked when nobody else can change it any more
   * @throws ServiceError `version_mismatch` where it is not
   */
  update(webhookId: string, patch: WebhookPatch, isAsSeen?: (webhook: Webhook) => boolean): Promise<Webhook>
  /** What waits is cancelled; what is in flight ends as it ends. */
  remove(webhookId: string): Promise<void>
  /** Newest first; the first one signs. An empty list takes the token away. */
  putTokens(webhookId: string, tokens: readonly string[]): Promise<Webhook>
  /** Replaces the tokens by some that are kept and sign nothing. */
  holdTokens(webhookId: string, tokens: readonly string[]): Promise<Webhook>
}

export function createWebhookService(deps: WebhookServiceDeps): WebhookService {
  const { runExclusive } = deps
  const changed = (webhook: Webhook): Webhook => {
    deps.registry.put(webhook)
    // Its connections may go to an address that is no longer meant.
    closePools(deps, webhook.webhookId)
    deps.deliverer.refresh()
    deps.events.publish({
      kind: 'webhook_changed',
      at: deps.now(),
      sdkAppId: webhook.sdkAppId,
      webhookId: webhook.webhookId,
    })
    return webhook
  }

  const found = (webhook: Webhook | undefined, webhookId: string): Webhook => {
    if (webhook === undefined) throw new ServiceError('not_found', `There is no webhook ${webhookId}.`)
    return webhook
  }

  return {
    get: (webhookId) => deps.registry.get(webhookId)?.webhook,
    ofApp: (sdkAppId) => deps.registry.ofApp(sdkAppId).map(({ webhook }) => webhook),
    all: () => Array.from(deps.registry.all(), ({ webhook }) => webhook),
    attemptsOf: (webhookId) => deps.health.attemptsOf(webhookId),
    healthOf: (webhook) => ({
      ...deps.health.of(webhook),
      breaker: deps.deliverer.breakerOf(webhook.webhookId),
      askBreaker: deps.asker.breakerOf(webhook.webhookId),
    }),
    refusalsOf: (sdkAppId, input, webhookId) =>
      refusalsOf([
        ...checksOf(deps, sdkAppId, input),
        () => requireFree(deps, { sdkAppId, commands: input.commands ?? [], webhookId }),
      ]),
    async create(sdkAppId, input) {
      return runExclusive(sdkAppId, async () => {
        check(deps, sdkAppId, input)
        requireFree(deps, { sdkAppId, commands: input.commands, webhookId: undefined })
        const webhook = await deps.store.createWebhook({
          ...webhookDefaults,
          name: 'default',
          retrySeconds: defaultRetrySeconds,
          headers: {},
          ...input,
          sdkAppId,
          createdAt: deps.now(),
        })
        return changed(webhook)
      })
    },
    async update(webhookId, patch, isAsSeen = () => true) {
      const sdkAppId = deps.registry.get(webhookId)?.webhook.sdkAppId ?? 0
      check(deps, sdkAppId, patch)
      // Who switches a webhook on again has seen why it was off.
      const change = patch.enabled === true ? { disabledReason: null, ...patch } : patch
      // Who it is that answers may be another now, so what was learnt about asks no longer counts.
      if (patch.url !== undefined || patch.trial !== undefined) deps.asker.forget(webhookId)
      return runExclusive(sdkAppId, async () => {
        const current = deps.registry.get(webhookId)?.webhook
        if (current !== undefined && !isAsSeen(current)) {
          throw new ServiceError('version_mismatch', 'Read the webhook again, and change what it is now.')
        }
        // Once more: a command of the app's own may be gone by now.
        check(deps, sdkAppId, patch)
        requireFree(deps, { sdkAppId, commands: patch.commands ?? [], webhookId })
        return changed(found(await deps.store.updateWebhook(webhookId, change, deps.now()), webhookId))
      })
    },
    async remove(webhookId) {
      const webhook = deps.registry.get(webhookId)?.webhook
      // Out of the registry first: nothing is sent after the answer.
      deps.registry.remove(webhookId)
      await deps.store.deleteWebhook(webhookId, deps.now())
      deps.deliverer.forget(webhookId)
      deps.health.drop(webhookId)
      deps.asker.forget(webhookId)
      closePools(deps, webhookId)
      if (webhook === undefined) return
      deps.events.publish({ kind: 'webhook_changed', at: deps.now(), sdkAppId: webhook.sdkAppId, webhookId })
    },
    async putTokens(webhookId, tokens) {
      return changed(found(await deps.store.putTokens(webhookId, tokens, deps.now()), webhookId))
    },
    async holdTokens(webhookId, tokens) {
      return changed(found(await deps.store.holdTokens(webhookId, tokens, deps.now()), webhookId))
    },
  }
}

function closePools(deps: Pick<WebhookServiceDeps, 'egress'>, webhookId: string): void {
  for (const pool of [webhookId, askPool(webhookId, 'url'), askPool(webhookId, 'trial')]) deps.egress.closePool(pool)
}

type CheckDeps = Pick<WebhookServiceDeps, 'egress' | 'customs'>

function check(deps: CheckDeps, sdkAppId: number, input: WebhookPatch): void {
  for (const checkPart of checksOf(deps, sdkAppId, input)) checkPart()
}

/** One for each part of what is given, in the order in which they are told. */
function checksOf(deps: CheckDeps, sdkAppId: number, input: WebhookPatch): readonly (() => void)[] {
  const { tls, url, trial } = input
  return [
    ...(tls ? [() => checkTls(deps, tls)] : []),
    ...(url === undefined ? [] : [() => checkUrl(deps, url, '/url')]),
    ...(trial ? [() => checkUrl(deps, trial.url, '/trial/url')] : []),
    () => checkPolicy(deps, sdkAppId, input.failurePolicy ?? {}),
    ...(input.commands ?? []).map((pattern, index) => () => checkPattern(deps, sdkAppId, { pattern, index })),
    ...Object.entries(input.headers ?? {}).map(
      ([name, value]) =>
        () =>
          checkHeader(name, value),
    ),
  ]
}

function checkUrl(deps: Pick<WebhookServiceDeps, 'egress'>, url: string, pointer: string): void {
  const verdict = deps.egress.judgeUrl(url)
  if (verdict.kind === 'allowed') return
  throw new ServiceError('webhook_url_refused', verdict.advice, {
    reason: verdict.reason,
    errors: [{ pointer, detail: verdict.advice }],
  })
}

function checkTls({ egress }: Pick<WebhookServiceDeps, 'egress'>, tls: WebhookTls): void {
  const problem = egress.findTlsProblem(tls)
  if (problem === undefined) return
  const { member, detail } = problem
  throw new ServiceError('invalid_tls', detail, { errors: [{ pointer: `/tls/${member}`, detail }] })
}

function checkPolicy({ customs }: CheckDeps, sdkAppId: number, policy: FailurePolicy): void {
  for (const word of Object.keys(policy)) {
    if (word === '*' || commandOf(customs, sdkAppId, word)?.reply !== undefined) continue
    const detail = `A failure policy is for commands that are asked, or *; ${JSON.stringify(word)} is none.`
    throw new ServiceError('unknown_command', detail, { errors: [{ pointer: `/failurePolicy/${word}`, detail }] })
  }
}

function checkPattern(
  { customs }: CheckDeps,
  sdkAppId: number,
  { pattern, index }: { readonly pattern: string; readonly index: number },
): void {
  if (pattern === '*' || commandOf(customs, sdkAppId, pattern) !== undefined) return
  const family = /^([A-Za-z]\w*)\.\*$/.exec(pattern)?.[1]
  if (family !== undefined && commandFamilies().includes(family)) return
  if (customs.ofApp(sdkAppId).some(({ facts }) => facts.family === family)) return
  const detail = `There is no command ${JSON.stringify(pattern)}. ${hintFor(customs, sdkAppId, pattern)}`
  throw new ServiceError('unknown_command', detail, { errors: [{ pointer: `/commands/${index}`, detail }] })
}

/** Headers that the wire sets itself, or that would change how the request is read. */
const reservedHeaders = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'accept',
  'accept-encoding',
  'user-agent',
  'traceparent',
])

function checkHeader(name: string, value: string): void {
  const lower = name.toLowerCase()
  const errors = (detail: string) => ({ errors: [{ pointer: `/headers/${name}`, detail }] })
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name)) {
    const detail = `${JSON.stringify(name)} is no header name; use letters, digits and hyphens.`
    throw new ServiceError('invalid_header', detail, errors(detail))
  }
  if (reservedHeaders.has(lower) || lower.startsWith('webhook-') || lower.startsWith('livehook-')) {
    const detail = `The header ${name} is set by the service and cannot be another.`
    throw new ServiceError('invalid_header', detail, errors(detail))
  }
  // No control characters: a line break would start another header.
  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    const detail = `The value of header ${name} may hold visible ASCII characters and spaces only.`
    throw new ServiceError('invalid_header', detail, errors(detail))
  }
}
