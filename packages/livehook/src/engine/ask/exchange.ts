// One request of an ask: through the gate, signed, sent, named, judged. Whatever happens is a value.

import type { CommandFacts } from '@livehook/protocol/catalogue'
import type { PreparedUrl } from '@livehook/protocol/node'
import { askFindingOf, afterAsk } from '../../domain/ask/breaker.ts'
import { diagnose, wholeStory } from '../../domain/diagnosis/diagnosis.ts'
import type { Diagnosis } from '../../domain/diagnosis/diagnosis.ts'
import type { Evidence, Outcome } from '../../domain/diagnosis/outcome.ts'
import { policyVerdict, verdictOf } from '../../domain/ask/verdict.ts'
import type { Verdict } from '../../domain/ask/verdict.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { Egress } from '../../egress/port.ts'
import type { AskAttempt } from '../../store/port/decisions.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import type { EventToSend } from '../wire/signed-request.ts'
import { signedRequest } from '../wire/signed-request.ts'
import type { Breaker, Finding } from '../../domain/delivery/breaker.ts'
import {
  afterStart,
  allowedInFlight,
  closedBreaker,
  forAnotherReceiver,
  tryingNow,
} from '../../domain/delivery/breaker.ts'

export interface AskExchangeDeps {
  readonly customs: Pick<CustomCommands, 'get'>
  readonly egress: Pick<Egress, 'exchange'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Milliseconds of the process's own clock, by which the breaker waits. */
  readonly monotonic: () => number
  readonly version: string
}

export interface AskRequest {
  readonly command: CommandFacts
  readonly event: EventToSend
  readonly webhook: Webhook
  readonly url: string
  readonly preparedUrl: PreparedUrl
  readonly asked: 'url' | 'trial'
  readonly gate: AskGate
  /** From name resolution to the last byte. */
  readonly timeoutMs: number
  /** The caller asked for less time than the webhook gives: running out of it says nothing about the receiver. */
  readonly isShortened: boolean
  readonly signal: AbortSignal
}

export interface Asked {
  readonly verdict: Verdict
  /** `null` if nothing was sent. */
  readonly attempt: AskAttempt | null
  readonly evidence: Evidence | null
}

/** Asks one URL. Never rejects because of the far side. */
export async function askUrl(deps: AskExchangeDeps, request: AskRequest): Promise<Asked> {
  const { webhook, gate } = request
  const facts = { command: request.command, policy: webhook.failurePolicy, subscribed: webhook.commands }
  const entered = gate.enter(deps.monotonic())
  if (entered !== 'entered') {
    const verdict = policyVerdict(facts, entered === 'breaker_open' ? 'breaker_open' : 'ours')
    return { verdict, attempt: null, evidence: null }
  }
  let diagnosis: Diagnosis = { symptom: 'ours', detail: 'internal' }
  try {
    const outcome = await send(deps, request)
    diagnosis = diagnose(outcome, 'before')
    const verdict = verdictOf(facts, outcome, diagnosis)
    return { verdict, attempt: attemptOf(outcome, diagnosis), evidence: evidenceOf(outcome, diagnosis, verdict) }
  } finally {
    const saysNothing = request.isShortened && diagnosis.detail.endsWith('_timeout')
    gate.leave(saysNothing ? 'says_nothing' : askFindingOf(diagnosis), deps.monotonic())
  }
}

function send(deps: AskExchangeDeps, request: AskRequest): Promise<Outcome> {
  const { event, webhook, preparedUrl, asked } = request
  return deps.egress.exchange({
    url: request.url,
    pool: askPool(webhook.webhookId, asked),
    tls: webhook.tls,
    body: event.body,
    timeoutMs: request.timeoutMs,
    signal: request.signal,
    prepare: () =>
      signedRequest({
        version: deps.version,
        event,
        webhook,
        preparedUrl,
        custom: request.command,
        number: 1,
        signedAt: deps.now(),
      }),
  })
}

/** Asks have connections of their own: none waits behind a flood of deliveries. */
export function askPool(webhookId: string, asked: 'url' | 'trial'): string {
  return `${webhookId}/${asked === 'trial' ? 'trial' : 'asks'}`
}

function attemptOf({ startedAt, durationMs, evidence }: Outcome, { symptom, detail }: Diagnosis): AskAttempt {
  return { startedAt, durationMs, symptom, detail, status: evidence.status ?? null }
}

/** An answer that decides nothing is told whole, like any that failed. */
function evidenceOf(outcome: Outcome, diagnosis: Diagnosis, { noVerdict }: Verdict): Evidence {
  const more = noVerdict !== null && outcome.kind === 'answered' ? wholeStory(outcome) : diagnosis.evidence
  return { ...outcome.evidence, ...more }
}

// The gate in front of each URL that is asked: how many asks are on the wire, and whether the receiver answers at all. An
// ask that may not start is answered at once, by policy: nothing ever queues here (I7).

/** Bounds sockets and memory where a receiver hangs: the breaker opens long before. */
const maxInFlight = 4096

export interface AskGate {
  readonly breaker: Breaker
  /** Takes a place, or says why there is none. */
  enter(now: number): 'entered' | 'breaker_open' | 'crowded'
  /** One ask may find out now. */
  push(now: number): void
  /** Gives the place back. */
  leave(finding: Finding, now: number): void
}

export interface AskGates {
  /** The gate of a webhook's URL, or of the one it tries out. */
  of(webhookId: string, asked: 'url' | 'trial'): AskGate
  /** A webhook is gone, or goes elsewhere: what was learnt is forgotten. */
  drop(webhookId: string): void
  /** Another receiver answers from now on: one ask finds out at once. @param now milliseconds of the process's own clock */
  receiverChanged(webhookId: string, now: number): void
  /** There is reason to believe that the receiver is back: one ask finds out at once. */
  push(webhookId: string, now: number): void
}

export function createAskGates(): AskGates {
  const gates = new Map<string, Map<'url' | 'trial', AskGate>>()
  return {
    of(webhookId, asked) {
      let both = gates.get(webhookId)
      if (both === undefined) gates.set(webhookId, (both = new Map()))
      let gate = both.get(asked)
      if (gate === undefined) both.set(asked, (gate = createAskGate()))
      return gate
    },
    drop: (webhookId) => void gates.delete(webhookId),
    receiverChanged(webhookId, now) {
      const before = gates.get(webhookId)
      if (before === undefined) return
      // New gates: what is still on the wire says nothing about the receiver of now.
      gates.set(
        webhookId,
        new Map(Array.from(before, ([asked, { breaker }]) => [asked, createAskGate(forAnotherReceiver(breaker, now))])),
      )
    },
    push(webhookId, now) {
      for (const gate of gates.get(webhookId)?.values() ?? []) gate.push(now)
    },
  }
}

function createAskGate(known: Breaker = closedBreaker): AskGate {
  let inFlight = 0
  let breaker = known
  return {
    get breaker() {
      return breaker
    },
    enter(now) {
      if (inFlight >= maxInFlight) return 'crowded'
      if (inFlight >= allowedInFlight(breaker, now)) return 'breaker_open'
      breaker = afterStart(breaker, now)
      inFlight += 1
      return 'entered'
    },
    push(now) {
      breaker = tryingNow(breaker, now)
    },
    leave(finding, now) {
      inFlight -= 1
      breaker = afterAsk(breaker, finding, now)
    },
  }
}
