// One request → one answer, in time.

import type { RunResult } from '../handlers/run-result.ts'
import type { ReceiverSettings } from '../options.ts'
import { redactError } from '../watch/observe.ts'
import type { OfEvent } from '../watch/observe.ts'
import { admit, attemptOf, eventIdOf } from './admit.ts'
import type { Admitted, NotAdmitted } from './admit.ts'
import { failureAnswer, refusalAnswer, refusalStatus, replyAnswer } from './answer.ts'
import { startDeadline } from './deadline.ts'
import type { ExchangeDeps, Run } from './exchange-deps.ts'
import type { Answer, Incoming } from './incoming.ts'
import { replyOf } from './run-event.ts'
import { runOnce } from './run-once.ts'

/** Answers one request. Never rejects: what breaks is told, and answered with 500. */
export async function answerRequest(incoming: Incoming, deps: ExchangeDeps): Promise<Answer> {
  try {
    return await answerOrBreak(incoming, deps)
  } catch (error) {
    deps.tell({ kind: 'broken', error: redactError(error, deps.redact) })
    return failureAnswer(500)
  }
}

async function answerOrBreak(incoming: Incoming, deps: ExchangeDeps): Promise<Answer> {
  const { settings, handlers, tell } = deps
  const receivedAt = settings.now()
  const admitted = await admit(incoming, receivedAt, deps)
  if (admitted.kind === 'not_admitted') return refuse(admitted, deps)
  const { facts } = admitted
  const run: Run = {
    incoming,
    admitted,
    registered: facts === undefined ? undefined : handlers.find(facts.phase, facts.command),
    receivedAt,
    ofEvent: ofEventOf(incoming, admitted, settings),
  }
  const isFirst = (run.registered?.answer ?? settings.answer) === 'first' && incoming.stopsAfterAnswer !== true
  if (facts?.phase !== 'after' || !isFirst) return answerInTime(run, deps)
  const work = track(
    runOnce(run, undefined, deps).then((result) => tellLate(run, result, deps)),
    deps,
  )
  incoming.waitUntil?.(work)
  tell({ kind: 'answered', ...describe(run, deps), decision: 'acknowledged' })
  return answerOf(run, replyOf(undefined, facts), deps)
}

function refuse({ refusal, advice }: NotAdmitted, { tell, redact, explain }: ExchangeDeps): Answer {
  const { check, reason, skewSeconds } = refusal
  const { sentence, trace } = explain(refusal)
  const skew = skewSeconds === undefined ? {} : { skewSeconds }
  const status = refusalStatus(refusal)
  tell({ kind: 'refused', check, reason, status, ...skew, trace, sentence: redact(advice ?? sentence) })
  return refusalAnswer(refusal, advice)
}

async function answerInTime(run: Run, deps: ExchangeDeps): Promise<Answer> {
  const { settings } = deps
  const budgetMs = Math.min(settings.budgetMs, run.registered?.withinMs ?? settings.budgetMs)
  const deadline = startDeadline(run.receivedAt + budgetMs, settings.now)
  const work = track(runOnce(run, deadline, deps), deps)
  const result = await Promise.race([work, deadline.isUp])
  if (result !== 'time_up') {
    deadline.lift()
    if (result.kind === 'replied') deps.tell({ kind: 'answered', ...describe(run, deps), decision: result.decision })
    return answerOf(run, result, deps)
  }
  const late = track(
    work.then((end) => tellLate(run, end, deps)),
    deps,
  )
  run.incoming.waitUntil?.(late)
  return answerLate(run, deps)
}

/** The time is up: what was said for that case, or a failure, which is the platform's word for silence. */
function answerLate(run: Run, deps: ExchangeDeps): Answer {
  const decision = run.registered?.timeUp
  const reply = decision === undefined ? undefined : replyOf(decision, run.admitted.facts)
  const described = describe(run, deps)
  if (decision === undefined || reply?.kind !== 'replied') {
    deps.tell({ kind: 'failed', ...described, reason: 'time_up' })
    return failureAnswer(503)
  }
  deps.tell({ kind: 'timed_out', ...described, decision: decision.kind })
  return replyAnswer(reply.reply)
}

function answerOf(run: Run, result: RunResult, deps: ExchangeDeps): Answer {
  if (result.kind === 'replied') return replyAnswer(result.reply)
  const { reason, error } = result
  deps.tell({ kind: 'failed', ...describe(run, deps), reason, error: redactError(error, deps.redact) })
  return failureAnswer(reason === 'once_store' ? 503 : 500)
}

function tellLate(run: Run, result: RunResult, deps: ExchangeDeps): void {
  const error = result.kind === 'failed' ? { error: redactError(result.error, deps.redact) } : {}
  deps.tell({ kind: 'finished_late', ...describe(run, deps), result: result.kind, ...error })
}

function describe({ ofEvent, receivedAt }: Run, { settings }: ExchangeDeps): OfEvent & { readonly durationMs: number } {
  return { ...ofEvent, durationMs: settings.now() - receivedAt }
}

function ofEventOf(incoming: Incoming, { head, read }: Admitted, { apps }: ReceiverSettings): OfEvent {
  const { sdkAppId } = head.parameters
  const [eventId, attempt] = [eventIdOf(incoming), attemptOf(incoming)]
  const token = head.tokenIndex === undefined ? undefined : apps.get(sdkAppId)?.names[head.tokenIndex]
  return {
    sdkAppId,
    command: read.command,
    ...(eventId !== undefined && { eventId }),
    ...(attempt !== undefined && { attempt }),
    ...(token !== undefined && { token }),
  }
}

function track<Result>(work: Promise<Result>, { running }: ExchangeDeps): Promise<Result> {
  running.add(work)
  const forget = (): void => void running.delete(work)
  work.then(forget, forget)
  return work
}
