// Writes down, while an attempt runs, how far it came and how long each phase took.

import { maskHeaders } from '../../domain/diagnosis/masked-headers.ts'
import { maskEchoedSign, maskEchoedSigns } from '../../domain/diagnosis/masked-sign.ts'
import type { EgressReason } from '../../domain/egress/policy.ts'
import type { Evidence, Phase, SentRequest } from '../../domain/diagnosis/outcome.ts'
import type { ConnectionFacts } from './connection.ts'
import type { ResponseReader } from './response-reader.ts'

type TimedPhase = Exclude<Phase, 'done'>

/** How much of an answer's body is kept: enough to recognise a login page, or for a success just a glance. */
const bodyStartBytes = { failure: 4096, success: 256 } as const

export class AttemptTrace {
  /** The phase that is under way; nothing is timed before the first one was entered. */
  phase: TimedPhase = 'resolve'
  readonly phaseMs: Partial<Record<TimedPhase, number>> = {}
  sent: SentRequest | undefined
  facts: ConnectionFacts | undefined
  reused = false
  readonly #startedAt = performance.now()
  #enteredAt: number | undefined
  #isDone = false
  #extra: Partial<Evidence> = {}
  readonly #onPhase: ((evidence: Evidence) => void) | undefined

  /** @param onPhase hears of each phase as it is entered */
  constructor(onPhase?: (evidence: Evidence) => void) {
    this.#onPhase = onPhase
  }

  enter(phase: TimedPhase): void {
    const now = performance.now()
    this.#close(now)
    this.phase = phase
    this.#enteredAt = now
    // A copy of the times: they go on.
    this.#onPhase?.({ ...this.full(undefined), phaseMs: { ...this.phaseMs } })
  }

  /** Adds facts that only some attempts have. */
  note(facts: Partial<Evidence>): void {
    this.#extra = { ...this.#extra, ...facts }
  }

  /** The attempt is over. @returns its whole duration in milliseconds */
  finish(isDone: boolean): number {
    const now = performance.now()
    this.#close(now)
    this.#enteredAt = undefined
    this.#isDone = isDone
    return roundMs(now - this.#startedAt)
  }

  /**
   * Evidence of a complete answer with status 200: short, because there are thousands of them each second; whole where
   * someone listens.
   */
  success(reader: ResponseReader): Evidence {
    if (this.#onPhase !== undefined) return this.full(reader)
    const { body, head } = reader
    const bodyBytes = body.length
    const bodyStart = maskEchoedSign(body.toString('utf8', 0, Math.min(bodyBytes, bodyStartBytes.success)))
    const { phaseMs, facts, reused } = this
    if (facts === undefined || head === undefined) return { ...this.#base(), bodyBytes, bodyStart }
    const { status } = head
    return { phase: this.#phase(), phaseMs, dialled: facts.dialled, reused, status, bodyBytes, bodyStart }
  }

  /** Evidence of an attempt that failed: all that is known. */
  full(reader: ResponseReader | undefined): Evidence {
    return {
      ...this.#base(),
      ...connectionEvidence(this.facts),
      ...(this.sent === undefined ? {} : { target: this.sent.target, requestHeaders: maskHeaders(this.sent.headers) }),
      ...answerEvidence(reader),
      ...this.#extra,
    }
  }

  #base(): Evidence {
    return {
      phase: this.#phase(),
      phaseMs: this.phaseMs,
      ...(this.facts === undefined ? {} : { dialled: this.facts.dialled, reused: this.reused }),
    }
  }

  #phase(): Phase {
    return this.#isDone ? 'done' : this.phase
  }

  #close(now: number): void {
    if (this.#enteredAt === undefined) return
    this.phaseMs[this.phase] = roundMs((this.phaseMs[this.phase] ?? 0) + now - this.#enteredAt)
  }
}

/** What came of the answer. */
function answerEvidence(reader: ResponseReader | undefined): Partial<Evidence> {
  const head = reader?.head
  if (reader === undefined || head === undefined) return {}
  const { body } = reader
  const location = head.headers.find(([name]) => name === 'location')?.[1]
  return {
    status: head.status,
    responseHeaders: maskEchoedSigns(head.headers),
    bodyBytes: body.length,
    bodyStart: maskEchoedSign(body.toString('utf8', 0, Math.min(body.length, bodyStartBytes.failure))),
    ...(location === undefined ? {} : { location: maskEchoedSign(location) }),
  }
}

/** Facts about a refusal by the policy. */
export function refusalEvidence(reason: EgressReason, refusedAddress: string | undefined): Partial<Evidence> {
  return refusedAddress === undefined ? { reason } : { reason, refusedAddress }
}

function connectionEvidence(facts: ConnectionFacts | undefined): Partial<Evidence> {
  if (facts === undefined) return {}
  const { remoteAddress: _, ...evidence } = facts
  return evidence
}

function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
