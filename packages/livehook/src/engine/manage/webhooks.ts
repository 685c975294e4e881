// Registering and changing webhooks: checked, kept, put into the registry, told to anyone who watches.
//
// This is the entry of the room of everything that a person changes. In reading order:
//
//   webhook-check.ts    what is wrong with a registration, all at once
//   webhooks.ts         here: the moves of webhooks, in the turn of their app
//   token-rotation.ts   a new token while the old one still signs
//   commands.ts         commands of an app's own
//   apps.ts             an app's secret key, and its end
//   redelivery.ts       one delivery, moved by hand
//   redelivery-jobs.ts  many of them, over a filter, at a rate
//   incidents.ts        which webhooks are in trouble
//   audit-trail.ts      who changed what
//
// State: none but timers and the pace of jobs; a restart goes on from the store. Work by the clock is done under a lease.

import { isDeepStrictEqual } from 'node:util'
import { commandFamilies } from '@livehook/protocol/catalogue'
import type { Breaker } from '../../domain/delivery/breaker.ts'
import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import { noWebhook } from '../../domain/errors/missing.ts'
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
import { decidedWords, requireFree } from '../kept/decided-commands.ts'
import type { RunExclusive } from '../kept/keyed-mutex.ts'
import type { Follower } from '../kept/changes.ts'
import type { Destination } from './webhook-check.ts'
import { findDestination, refusalsOf } from './webhook-check.ts'
import type { Deliverer } from '../deliver/deliver.ts'
import type { Waiting } from '../deliver/waiting.ts'
import type { Health } from '../../domain/webhook/health.ts'
import type { WebhookHealth } from '../kept/webhook-health.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'

export interface WebhookServiceDeps {
  readonly store: Pick<Store, 'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'putTokens' | 'holdTokens'>
  readonly egress: Pick<Egress, 'judgeUrl' | 'findTlsProblem' | 'lookUp' | 'closePool'>
  readonly registry: WebhookRegistry
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  /** Shared with anyone who changes what webhooks of an app may name. */
  readonly runExclusive: RunExclusive
  readonly health: WebhookHealth
  readonly deliverer: Pick<
    Deliverer,
    'refresh' | 'forget' | 'breakerStateOf' | 'waitingFor' | 'receiverChanged' | 'push'
  >
  readonly asker: Pick<Asker, 'forget' | 'breakerOf' | 'nextTryAt' | 'receiverChanged' | 'push'>
  readonly events: ServiceEvents
  readonly now: () => number
}

/** A registration as an app gives it; what is left out gets its default. */
export type WebhookInput = WebhookPatch & Pick<Webhook, 'url' | 'commands'>

export interface ShownHealth extends Health {
  readonly breaker: Breaker['kind']
  /** Since when the breaker of deliveries is not closed, and when one attempt finds out. */
  readonly breakerSince: number | null
  readonly nextTryAt: number | null
  readonly askBreaker: Breaker['kind']
  readonly askNextTryAt: number | null
  /** What deliveries that are due wait for; `null` if none is due. */
  readonly waiting: Waiting | null
}

/** Moves of the webhooks of one app. */
export interface WebhookMoves {
  create(sdkAppId: number, input: WebhookInput): Promise<Webhook>
  /**
   * @param isAsSeen whether the webhook is still what the caller has seen; asked when no one else can change it any more
   * @throws ServiceError `not_found`; `version_mismatch` if it is not
   */
  update(webhookId: string, patch: WebhookPatch, isAsSeen?: (webhook: Webhook) => boolean): Promise<Webhook>
  /** What waits is cancelled; what is in flight ends as it ends. @throws ServiceError `not_found` */
  remove(webhookId: string): Promise<void>
  /** Newest first; the first one signs. An empty list takes the token away. @throws ServiceError `not_found` */
  putTokens(webhookId: string, tokens: readonly string[]): Promise<Webhook>
  /** Replaces the tokens by some that are kept and sign nothing. @throws ServiceError `not_found` */
  holdTokens(webhookId: string, tokens: readonly string[]): Promise<Webhook>
}

/** Each move takes its turn among all moves of its app: what it was decided on still holds when it is committed. */
export interface WebhookService extends WebhookMoves {
  get(webhookId: string): Webhook | undefined
  /** Oldest first. */
  ofApp(sdkAppId: number): readonly Webhook[]
  /** Of all apps. */
  all(): readonly Webhook[]
  healthOf(webhook: Webhook): ShownHealth
  /**
   * What a delivery that waits is waiting for; `null` of a webhook that is gone.
   * @param dueAt when it is due, epoch milliseconds
   */
  waitingFor(webhookId: string, dueAt: number): Waiting | null
  /** A probe was answered well: breakers that are open let one request find out at once. */
  answersAgain(webhookId: string): void
  /** How many attempts ended with which symptom since the start. */
  attemptsOf(webhookId: string): Readonly<Partial<Record<Symptom, number>>>
  /**
   * What `create` or `update` would refuse; nothing is changed.
   * @param webhookId the webhook that would be changed; `undefined` for a new one
   */
  refusalsOf(sdkAppId: number, input: WebhookPatch, webhookId: string | undefined): readonly ServiceError[]
  /** Where a URL leads to right now, before anything is called. */
  findDestination(url: string): Promise<Destination>
  /**
   * Runs several moves as one turn of the app. Inside, the moves that are handed in must be used: the service's own would wait
   * for this turn to end.
   * @example await webhooks.inTurn(sdkAppId, async (moves) => { await moves.putTokens(id, tokens); return moves.update(id, patch) })
   */
  inTurn<Result>(sdkAppId: number, work: (moves: WebhookMoves) => Promise<Result>): Promise<Result>
  /** Takes over what another process changed. */
  readonly follower: Follower<'webhook'>
}

export function createWebhookService(deps: WebhookServiceDeps): WebhookService {
  const { runExclusive } = deps
  const moves = createMoves(deps)
  const inTurn: WebhookService['inTurn'] = (sdkAppId, work) => runExclusive(sdkAppId, () => work(moves))
  const inTurnOf = async <Result>(webhookId: string, work: () => Promise<Result>): Promise<Result> =>
    runExclusive(requireWebhook(deps, webhookId).sdkAppId, work)
  return {
    get: (webhookId) => deps.registry.get(webhookId)?.webhook,
    ofApp: (sdkAppId) => deps.registry.ofApp(sdkAppId).map(({ webhook }) => webhook),
    all: () => Array.from(deps.registry.all(), ({ webhook }) => webhook),
    attemptsOf: (webhookId) => deps.health.attemptsOf(webhookId),
    healthOf: (webhook) => ({
      ...deps.health.of(webhook),
      ...shownBreakers(deps, webhook.webhookId),
      waiting: deps.deliverer.waitingFor(webhook.webhookId) ?? null,
    }),
    waitingFor: (webhookId, dueAt) => deps.deliverer.waitingFor(webhookId, dueAt) ?? null,
    answersAgain(webhookId) {
      deps.deliverer.push(webhookId)
      deps.asker.push(webhookId)
    },
    refusalsOf: (sdkAppId, input, webhookId) =>
      refusalsOf([
        ...checksOf(deps, sdkAppId, input),
        () => requireFree(deps, { sdkAppId, commands: input.commands ?? [], webhookId }),
      ]),
    inTurn,
    findDestination: async (url) => findDestination(deps.egress, url),
    follower: createFollower(deps),
    create: (sdkAppId, input) => inTurn(sdkAppId, () => moves.create(sdkAppId, input)),
    async update(webhookId, patch, isAsSeen) {
      // A patch that is wrong in itself need not wait for its turn.
      check(deps, requireWebhook(deps, webhookId).sdkAppId, patch)
      return inTurnOf(webhookId, () => moves.update(webhookId, patch, isAsSeen))
    },
    remove: (webhookId) => inTurnOf(webhookId, () => moves.remove(webhookId)),
    putTokens: (webhookId, tokens) => inTurnOf(webhookId, () => moves.putTokens(webhookId, tokens)),
    holdTokens: (webhookId, tokens) => inTurnOf(webhookId, () => moves.holdTokens(webhookId, tokens)),
  }
}

/** The moves themselves, of which one app's must run one after the other. */
function createMoves(deps: WebhookServiceDeps): WebhookMoves {
  const { store } = deps
  const changed = (webhook: Webhook | undefined, webhookId: string): Webhook => {
    if (webhook === undefined) throw noWebhook(webhookId)
    return takeChanged(deps, webhook)
  }
  return {
    async create(sdkAppId, input) {
      check(deps, sdkAppId, input)
      requireFree(deps, { sdkAppId, commands: input.commands, webhookId: undefined })
      const defaults = { ...webhookDefaults, name: 'default', retrySeconds: defaultRetrySeconds, headers: {} }
      const webhook = await store.createWebhook(
        { ...defaults, ...input, sdkAppId, createdAt: deps.now() },
        { onlyHere: decidedWords(deps.customs, sdkAppId, input.commands) },
      )
      return changed(webhook, webhook.webhookId)
    },
    async update(webhookId, patch, isAsSeen) {
      const current = requireWebhook(deps, webhookId)
      const { sdkAppId } = current
      if (isAsSeen?.(current) === false) {
        throw new ServiceError('version_mismatch', 'Read the webhook again, and change what it is now.')
      }
      check(deps, sdkAppId, patch)
      requireFree(deps, { sdkAppId, commands: patch.commands ?? [], webhookId })
      // A person who switches a webhook on again has seen why it was off.
      const change = patch.enabled === true ? { disabledReason: null, ...patch } : patch
      // What was looked at here must hold in the commit too: another process may have been faster.
      const conditions = {
        ...(isAsSeen === undefined ? {} : { updatedAt: current.updatedAt }),
        onlyHere: decidedWords(deps.customs, sdkAppId, patch.commands ?? []),
      }
      return changed(await store.updateWebhook(webhookId, change, deps.now(), conditions), webhookId)
    },
    async remove(webhookId) {
      const webhook = requireWebhook(deps, webhookId)
      await store.deleteWebhook(webhookId, deps.now())
      // Before the answer: nothing is sent after it.
      takeRemoved(deps, webhook)
    },
    async putTokens(webhookId, tokens) {
      return changed(await store.putTokens(webhookId, tokens, deps.now()), webhookId)
    },
    async holdTokens(webhookId, tokens) {
      return changed(await store.holdTokens(webhookId, tokens, deps.now()), webhookId)
    },
  }
}

/** Takes a webhook as the store has it now. */
function takeChanged(deps: WebhookServiceDeps, webhook: Webhook): Webhook {
  const before = deps.registry.get(webhook.webhookId)?.webhook
  deps.registry.put(webhook)
  if (before !== undefined) noteReceiver(deps, before, webhook)
  // Its connections may go to an address that is no longer meant.
  closePools(deps, webhook.webhookId)
  deps.deliverer.refresh()
  publishChange(deps, webhook)
  return webhook
}

/** Forgets a webhook that the store has no longer. */
function takeRemoved(deps: WebhookServiceDeps, webhook: Webhook): void {
  const { webhookId } = webhook
  deps.registry.remove(webhookId)
  deps.deliverer.forget(webhookId)
  deps.health.drop(webhookId)
  deps.asker.forget(webhookId)
  closePools(deps, webhookId)
  publishChange(deps, webhook)
}

function createFollower(deps: WebhookServiceDeps): Follower<'webhook'> {
  return {
    follow({ key, state }) {
      const kept = deps.registry.get(key)?.webhook
      if (state !== undefined && (kept === undefined || !isSameRegistration(kept, state))) takeChanged(deps, state)
      if (state === undefined && kept !== undefined) takeRemoved(deps, kept)
    },
    known: () =>
      Array.from(deps.registry.all(), ({ webhook }) => ({ sdkAppId: webhook.sdkAppId, key: webhook.webhookId })),
  }
}

/** How a webhook is doing is written with every attempt, and is no change of it. */
function isSameRegistration(one: Webhook, other: Webhook): boolean {
  const still = { lastSuccessAt: null, lastFailureAt: null, failingSince: null }
  return isDeepStrictEqual({ ...one, ...still }, { ...other, ...still })
}

/** Another receiver may answer now, or the same one may take what it refused: what was learnt about it no longer counts. */
function noteReceiver(
  { deliverer, asker }: Pick<WebhookServiceDeps, 'deliverer' | 'asker'>,
  before: Webhook,
  after: Webhook,
): void {
  const partsOf = ({ url, enabled, tokens, tls, headers, spelling, contentType }: Webhook) =>
    [url, enabled, tokens[0], tls, headers, spelling, contentType] as const
  const isAnother = !isDeepStrictEqual(partsOf(before), partsOf(after))
  if (isAnother) deliverer.receiverChanged(after.webhookId)
  if (isAnother || !isDeepStrictEqual(before.trial, after.trial)) asker.receiverChanged(after.webhookId)
}

function shownBreakers({ deliverer, asker }: Pick<WebhookServiceDeps, 'deliverer' | 'asker'>, webhookId: string) {
  const { kind: breaker, since: breakerSince, nextTryAt } = deliverer.breakerStateOf(webhookId)
  return {
    breaker,
    breakerSince,
    nextTryAt,
    askBreaker: asker.breakerOf(webhookId),
    askNextTryAt: asker.nextTryAt(webhookId),
  }
}

/** @throws ServiceError `not_found` */
function requireWebhook({ registry }: Pick<WebhookServiceDeps, 'registry'>, webhookId: string): Webhook {
  const registered = registry.get(webhookId)
  if (registered === undefined) throw noWebhook(webhookId)
  return registered.webhook
}

function publishChange(
  { events, now }: Pick<WebhookServiceDeps, 'events' | 'now'>,
  { sdkAppId, webhookId }: Webhook,
): void {
  events.publish({ kind: 'webhook_changed', at: now(), sdkAppId, webhookId })
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
