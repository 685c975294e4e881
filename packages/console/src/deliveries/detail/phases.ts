// Where the time of an attempt went, in the order in which it is spent.

import type { Attempt } from 'livehook/contract'

export const phases = ['resolve', 'connect', 'tls', 'write', 'first_byte', 'body'] as const
export type PhaseName = (typeof phases)[number]

export interface PhaseSpan {
  readonly phase: PhaseName
  readonly startMs: number
  readonly ms: number
  /** The attempt failed here. */
  readonly isLast: boolean
}

/** The phases that were entered, each with its start. */
export function phaseSpans(attempt: Attempt): readonly PhaseSpan[] {
  const { phaseMs, phase: reached } = attempt.evidence
  const spans: PhaseSpan[] = []
  let startMs = 0
  for (const phase of phases) {
    const ms = phaseMs[phase]
    const isLast = attempt.symptom !== 'none' && reached === phase
    if (ms === undefined && !isLast) continue
    spans.push({ phase, startMs, ms: ms ?? 0, isLast })
    startMs += ms ?? 0
  }
  return spans
}
