// What the one webhook that decides a command says, by the deadline. The exchange keeps its own time; here the promise is kept.

import type { CommandFacts } from '@livehook/protocol/catalogue'
import type { Breaker } from '../../domain/delivery/breaker.ts'
import { notSubscribed, policyVerdict } from '../../domain/ask/verdict.ts'
import type { Verdict } from '../../domain/ask/verdict.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { Ask } from './event.ts'
import type { Asked } from './exchange.ts'
import { askUrl } from './exchange.ts'
import type { AskGates } from './gate.ts'
import type { AskedUrl } from './trial.ts'
import { chooseUrl } from './trial.ts'
import type { AskExchangeDeps } from './exchange.ts'
import { byDeadline } from './by-deadline.ts'
import type { Log } from '../../observe/log.ts'
import type { RegisteredWebhook } from '../kept/webhook-registry.ts'

export interface AskWebhookDeps extends AskExchangeDeps {
  readonly gates: AskGates
  readonly events: ServiceEvents
  readonly log: Log
}

/** The answer must still travel to whoever asked; of a short deadline it takes a tenth. */
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

export interface Answered extends Asked {
  readonly asked: 'url' | 'trial'
  /** What a shadow says, once it has. */
  readonly shadow: Promise<Asked> | undefined
}

/** What is decided without sending anything; `undefined` where the webhook is to be asked. */
export function verdictWithout(
  { webhook }: RegisteredWebhook,
  command: CommandFacts,
  stopping: boolean,
): Answered | undefined {
  const facts = { command, policy: webhook.failurePolicy, subscribed: webhook.commands }
  if (!webhook.enabled && webhook.disabledReason === null) return unasked(notSubscribed)
  // Switched off by the service itself: its failures must not open what they would have kept closed.
  if (!webhook.enabled) return unasked(policyVerdict(facts, 'breaker_open'))
  // A delivery waits while its webhook is paused; a person cannot.
  if (webhook.paused || stopping) return unasked(policyVerdict(facts, 'ours'))
  return undefined
}

export function unasked(verdict: Verdict): Answered {
  return { verdict, attempt: null, evidence: null, asked: 'url', shadow: undefined }
}

/** Asks, and a shadow beside. */
export async function askWebhook(
  deps: AskWebhookDeps,
  course: Course,
  registered: RegisteredWebhook,
): Promise<Answered> {
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
