// Asks: a *before* event goes to the one webhook that decides its command, and a verdict comes back by the deadline, whatever
// happens (I7). No queue, no retry, no trip to the store on the way. In reading order:
//
//   event.ts     what is checked before anything is asked
//   ids.ts       an id before the store hears of it
//   ask.ts       here: who decides, and the answer
//   webhook.ts   which URL is asked, what a shadow says beside, and the promise of the deadline
//   exchange.ts  the gate of a URL (places and breaker), then one signed request and what its outcome means
//   record.ts    what is kept of a decision, and which of a flood are worth a row
//   recorder.ts  decisions on their way to the store, in batches
//   tallies.ts   how asks ended: for charts in the store, for metrics in memory
//
// State: asks under way (here), gates by URL (exchange.ts), reserved numbers (ids.ts), decisions and tallies that wait for the store
// (recorder.ts, tallies.ts). All of it is this process's own; a restart loses gates and counts and nothing that was answered.

import type { Histogram } from '../../observe/histogram.ts'
import { createHistogram } from '../../observe/histogram.ts'
import { createWallTime } from '../../domain/clocks.ts'
import type { Deadline } from '../../domain/deadline.ts'
import type { Breaker } from '../../domain/delivery/breaker.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import { notSubscribed } from '../../domain/ask/verdict.ts'
import { webhookDefaults } from '../../domain/webhook/webhook.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { AskCount } from './tallies.ts'
import { createAskCounts } from './tallies.ts'
import type { AskTallies } from './tallies.ts'
import { checkAsk } from './event.ts'
import type { Ask, AskDecision } from './event.ts'
import { createAskGates } from './exchange.ts'
import type { AskIds } from './ids.ts'
import { createAskRecord } from './record.ts'
import { answerMarginMs, askWebhook, remainingMs, unasked, verdictWithout } from './webhook.ts'
import type { WebhookAnswer, Course } from './webhook.ts'
import type { AskExchangeDeps } from './exchange.ts'
import { byDeadline } from './webhook.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import type { DecisionRecorder } from './recorder.ts'
import type { KnownApps } from '../kept/known-apps.ts'
import type { Log } from '../../observe/log.ts'
import type { RegisteredWebhook, WebhookRegistry } from '../kept/webhook-registry.ts'

export interface AskerDeps extends AskExchangeDeps {
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  readonly apps: KnownApps
  readonly webhooks: Pick<WebhookRegistry, 'decider'>
  readonly ids: Pick<AskIds, 'take'>
  readonly recorder: Pick<DecisionRecorder, 'add' | 'hold'>
  readonly tallies: Pick<AskTallies, 'note'>
  readonly events: ServiceEvents
  readonly log: Log
}

export interface Asker {
  /**
   * Asks the app. Answered by the deadline in every case.
   * @param whenGone for a caller that has no `AbortSignal` at hand, and would have to make one for every question: is given what
   *   to call when no one waits for the answer any more
   * @throws ServiceError only if the question itself is wrong: an unknown app or command, a body that is no event's
   */
  ask(ask: Ask, whenGone?: (hangUp: () => void) => void): Promise<AskDecision>
  breakerOf(webhookId: string): Breaker['kind']
  countsOf(sdkAppId: number): readonly AskCount[]
  /** How long answers took, from the question to the verdict. */
  readonly answers: Histogram
  /** When an open breaker lets one ask find out, epoch milliseconds; `null` if it is not open. */
  nextTryAt(webhookId: string): number | null
  /** A webhook is gone. */
  forget(webhookId: string): void
  /** Another receiver answers from now on: one ask finds out at once. */
  receiverChanged(webhookId: string): void
  /** There is reason to believe that the receiver is back: one ask finds out at once. */
  push(webhookId: string): void
  /** Asks on the wire end; what is left at the deadline is cut off. From now on nothing is sent: the policies answer (I10). */
  stop(deadline: Deadline): Promise<void>
}

export function createAsker(deps: AskerDeps): Asker {
  const gates = createAskGates()
  const wallTime = createWallTime(deps)
  const counts = createAskCounts()
  const answers = createHistogram()
  const record = createAskRecord(deps)
  const underWay = createUnderWay()
  let stopping = false

  const decide = async (course: Course, registered: RegisteredWebhook | undefined): Promise<WebhookAnswer> => {
    if (registered === undefined) {
      await requireApp(deps, course)
      return unasked(notSubscribed)
    }
    return verdictWithout(registered, course.command, stopping) ?? askWebhook({ ...deps, gates }, course, registered)
  }

  const answer = async (course: Course, registered: RegisteredWebhook | undefined): Promise<AskDecision> => {
    const { ask, command, body, isKept } = course
    const answered = await decide(course, registered)
    const decision = decisionOf(course, registered, answered)
    if (answered.shadow !== undefined) underWay.add(course.cut, answered.shadow)
    counts.note(ask.sdkAppId, command.command, answered.verdict)
    deps.tallies.note(decision)
    answers.note(performance.now() - course.startedAt)
    const { evidence, shadow } = answered
    record({ decision, evidence, command, body, webhook: registered?.webhook, shadow, isKept })
    return decision
  }

  return {
    async ask(ask, whenGone) {
      const startedAt = performance.now()
      const createdAt = deps.now()
      const { command, body } = checkAsk(deps.customs, ask, createdAt)
      const registered = deps.webhooks.decider(ask.sdkAppId, command.command)
      const longestMs = registered?.webhook.askDeadlineMs ?? webhookDefaults.askDeadlineMs
      const deadlineMs = Math.min(ask.deadlineMs ?? longestMs, longestMs)
      const cut = new AbortController()
      const course = { ask, command, body, ...deps.ids.take(), deadlineMs, createdAt, startedAt, cut }
      const hangUp = (): void => cut.abort()
      whenGone?.(hangUp)
      const { signal } = ask
      signal?.addEventListener('abort', hangUp, { once: true })
      if (signal?.aborted === true) hangUp()
      const work = answer(course, registered)
      underWay.add(cut, work)
      return signal === undefined ? work : work.finally(() => signal.removeEventListener('abort', hangUp))
    },
    breakerOf: (webhookId) => gates.of(webhookId, 'url').breaker.kind,
    answers,
    countsOf: (sdkAppId) => counts.ofApp(sdkAppId),
    nextTryAt(webhookId) {
      const { breaker } = gates.of(webhookId, 'url')
      return breaker.kind === 'open' ? wallTime(breaker.until) : null
    },
    forget: (webhookId) => gates.drop(webhookId),
    receiverChanged: (webhookId) => gates.receiverChanged(webhookId, deps.monotonic()),
    push: (webhookId) => gates.push(webhookId, deps.monotonic()),
    async stop(deadline) {
      stopping = true
      await underWay.drain(deadline.remainingMs)
    },
  }
}

function decisionOf(course: Course, registered: RegisteredWebhook | undefined, answered: WebhookAnswer): AskDecision {
  const { ask, command, decisionId, deadlineMs, createdAt, startedAt } = course
  const { verdict, asked, attempt } = answered
  return {
    decisionId,
    sdkAppId: ask.sdkAppId,
    webhookId: verdict === notSubscribed ? null : (registered?.webhook.webhookId ?? null),
    command: command.command,
    ...verdict,
    durationMs: performance.now() - startedAt,
    deadlineMs,
    createdAt,
    asked,
    attempt,
  }
}

/** What is on the wire, and how to cut it off. */
function createUnderWay() {
  const works = new Map<Promise<unknown>, AbortController>()
  return {
    add(cut: AbortController, work: Promise<unknown>): void {
      works.set(work, cut)
      const forget = (): void => void works.delete(work)
      work.then(forget, forget)
    },
    async drain(withinMs: number): Promise<void> {
      const cutOff = setTimeout(() => {
        for (const cut of works.values()) cut.abort()
      }, withinMs)
      while (works.size > 0) await Promise.allSettled(works.keys())
      clearTimeout(cutOff)
    },
  }
}

/**
 * An app without webhooks that no one has heard of yet is looked up, once. A store that does not answer in time is no reason
 * not to: without a webhook the verdict is the same.
 */
async function requireApp(deps: AskerDeps, course: Course): Promise<void> {
  const { sdkAppId } = course.ask
  if (deps.apps.has(sdkAppId)) return
  let refusal: ServiceError | undefined
  const look = deps.apps.require(sdkAppId).catch((error: unknown) => {
    if (error instanceof ServiceError) refusal = error
    else deps.log.warn({ err: error }, 'the store did not say whether an app exists; its ask was answered all the same')
  })
  await byDeadline(look, remainingMs(course) - answerMarginMs, { late: () => undefined, onError: () => undefined })
  if (refusal !== undefined) throw refusal
}
