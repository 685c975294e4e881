// What the one webhook that decides a command says, by the deadline. The exchange keeps its own time; here the promise is kept.

import type { CommandFacts } from '@livehook/protocol/catalogue'
import type { Breaker } from '../../domain/delivery/breaker.ts'
import { notSubscribed, policyVerdict } from '../../domain/ask/verdict.ts'
import type { Verdict } from '../../domain/ask/verdict.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { Ask } from './event.ts'
import type { Asked, AskGates, AskExchangeDeps } from './exchange.ts'
import { askUrl } from './exchange.ts'
import type { Log } from '../../observe/log.ts'
import type { RegisteredWebhook } from '../kept/webhook-registry.ts'
import { naturalKeys, readEvent } from '@livehook/protocol/catalogue'
import type { PreparedUrl } from '@livehook/protocol/node'
import { isInShare } from '../../domain/ask/trial.ts'

export interface AskWebhookDeps extends AskExchangeDeps {
  readonly gates: AskGates
  readonly events: ServiceEvents
  readonly log: Log
}

/** The answer must still travel to anyone who asked; of a short deadline it takes a tenth. */
export const answerMarginMs = 10

/** One ask on its way. */
export interface Course {
  readonly ask: Ask
  readonly command: CommandFacts
  readonly body: Uint8Array
  readonly decisionId: string
  /** Whether the store has a number for it. */
  readonly isKept: boolean
  readonly deadlineMs: number
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** Milliseconds of the process's own clock. */
  readonly startedAt: number
  readonly cut: AbortController
}

export interface WebhookAnswer extends Asked {
  readonly asked: 'url' | 'trial'
  /** What a shadow says, once it has. */
  readonly shadow: Promise<Asked> | undefined
}

/** What is decided without sending anything; `undefined` if the webhook is to be asked. */
export function verdictWithout(
  { webhook }: RegisteredWebhook,
  command: CommandFacts,
  stopping: boolean,
): WebhookAnswer | undefined {
  const facts = { command, policy: webhook.failurePolicy, subscribed: webhook.commands }
  if (!webhook.enabled && webhook.disabledReason === null) return unasked(notSubscribed)
  // Switched off by the service itself: its failures must not open what they would have kept closed.
  if (!webhook.enabled) return unasked(policyVerdict(facts, 'breaker_open'))
  // A delivery waits while its webhook is paused; a person cannot.
  if (webhook.paused || stopping) return unasked(policyVerdict(facts, 'ours'))
  return undefined
}

export function unasked(verdict: Verdict): WebhookAnswer {
  return { verdict, attempt: null, evidence: null, asked: 'url', shadow: undefined }
}

/** Asks, and a shadow beside. */
export async function askWebhook(
  deps: AskWebhookDeps,
  course: Course,
  registered: RegisteredWebhook,
): Promise<WebhookAnswer> {
  const { webhook } = registered
  const { ask, command, body, decisionId, deadlineMs, cut } = course
  const facts = { command, policy: webhook.failurePolicy, subscribed: webhook.commands }
  const timeoutMs = remainingMs(course) - Math.min(answerMarginMs, deadlineMs / 10)
  if (timeoutMs < 1) return unasked(policyVerdict(facts, 'ours'))
  const event = {
    eventId: decisionId,
    command: command.command,
    clientIp: ask.clientIp,
    optPlatform: ask.optPlatform,
    body,
    traceparent: ask.traceparent,
  }
  const isShortened = deadlineMs < webhook.askDeadlineMs
  const { asked, shadow } = chooseUrl(registered, command, body)
  const send = ({ url, preparedUrl, name }: AskedUrl): Promise<Asked> => {
    const gate = deps.gates.of(webhook.webhookId, name)
    const before = gate.breaker.kind
    const request = { command, event, webhook, url, preparedUrl, asked: name, gate, timeoutMs, isShortened }
    const onError = (error: unknown): Asked => {
      deps.log.error({ err: error, decisionId }, 'an ask went wrong; the policy answered')
      return { verdict: policyVerdict(facts, 'ours'), attempt: null, evidence: null }
    }
    // The exchange ends before; where a stall of ours kept it, the time has run out all the same.
    const late = (): Asked => ({ verdict: policyVerdict(facts, 'timeout'), attempt: null, evidence: null })
    const work = askUrl(deps, { ...request, signal: cut.signal })
    return byDeadline(work, remainingMs(course), { late, onError }).finally(() => {
      if (name === 'url' && gate.breaker.kind !== before) publishBreaker(deps, registered, gate.breaker.kind)
    })
  }
  const shadowWork = shadow === undefined ? undefined : send(shadow)
  return { ...(await send(asked)), asked: asked.name, shadow: shadowWork }
}

function publishBreaker(deps: AskWebhookDeps, { webhook }: RegisteredWebhook, breaker: Breaker['kind']): void {
  if (!deps.events.watched) return
  const { sdkAppId, webhookId } = webhook
  deps.events.publish({ kind: 'breaker', at: deps.now(), sdkAppId, webhookId, breaker, of: 'asks' })
}

/** What is left of the deadline. */
export function remainingMs({ deadlineMs, startedAt }: Pick<Course, 'deadlineMs' | 'startedAt'>): number {
  return deadlineMs - (performance.now() - startedAt)
}

// Which of a webhook's URLs is asked: its own, the one that is tried out, or one with the other as its shadow.

export interface AskedUrl {
  readonly name: 'url' | 'trial'
  readonly url: string
  readonly preparedUrl: PreparedUrl
}

export interface ChosenUrls {
  readonly asked: AskedUrl
  /** Asked too, without a say. */
  readonly shadow: AskedUrl | undefined
}

/** A share is by conversation, so that no one's messages go to and fro between two versions of an app's rules. */
export function chooseUrl(registered: RegisteredWebhook, command: CommandFacts, body: Uint8Array): ChosenUrls {
  const { webhook, preparedUrl, preparedTrialUrl } = registered
  const own: AskedUrl = { name: 'url', url: webhook.url, preparedUrl }
  const { trial } = webhook
  if (trial === null || preparedTrialUrl === undefined) return { asked: own, shadow: undefined }
  const other: AskedUrl = { name: 'trial', url: trial.url, preparedUrl: preparedTrialUrl }
  if (trial.kind === 'shadow') return { asked: own, shadow: other }
  const asked = isInShare(trial, webhook.webhookId, conversationOf(command, body)) ? other : own
  return { asked, shadow: undefined }
}

/** A body without a key of its own stands for itself: the share holds, but nothing sticks. */
function conversationOf(command: CommandFacts, body: Uint8Array): string {
  const event = readEvent(command.command, body)
  const order = 'body' in event ? naturalKeys(command, event.body).order : undefined
  return order ?? Buffer.from(body).toString('latin1')
}

// A promise that is kept in time.

/**
 * What a promise ends with, or something else if it takes longer than `ms` or is rejected. After a stall of the event loop
 * everything is late at once: what has ended by then still counts.
 */
export function byDeadline<Value>(
  work: Promise<Value>,
  ms: number,
  instead: { readonly late: () => Value; readonly onError: (error: unknown) => Value },
): Promise<Value> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => setImmediate(() => resolve(instead.late())), Math.max(1, ms))
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        resolve(instead.onError(error))
      },
    )
  })
}
