// What one row of `stats` counts: moves by state, attempts by symptom, attempts by duration. Append-only: the positions
// are in the data files.

import type { DeliveryState } from '../../domain/delivery/delivery.ts'
import type { Symptom } from '../../domain/diagnosis/diagnosis.ts'
import { durationPercentile, durationStepOf, durationSteps } from '../../domain/delivery/duration-scale.ts'
import type { AskOutcome, AskTally, StatCounts } from '../port/stats.ts'
import { askOutcomes } from '../port/stats.ts'
import { stateCodes, symptomOf } from './codes.ts'

const symptomsAt = 8
const durationsAt = 16
const settledCount = durationsAt + durationSteps

// Behind them, in rows of asks alone: decisions by outcome, and how long they took.
const outcomesAt = settledCount
const askDurationsAt = outcomesAt + 8
const allCount = askDurationsAt + durationSteps

export type Counts = Uint32Array<ArrayBuffer>

/** Of what is settled. */
export function noCounts(): Counts {
  return new Uint32Array(settledCount)
}

/** Of what is settled and of what is asked. */
export function noCountsAtAll(): Counts {
  return new Uint32Array(allCount)
}

/** Adds what was decided in a minute. */
export function countTally(counts: Counts, { outcomes, durations }: Pick<AskTally, 'outcomes' | 'durations'>): void {
  for (const [at, outcome] of askOutcomes.entries()) {
    counts[outcomesAt + at] = (counts[outcomesAt + at] ?? 0) + outcomes[outcome]
  }
  for (const [step, count] of durations.slice(0, durationSteps).entries()) {
    counts[askDurationsAt + step] = (counts[askDurationsAt + step] ?? 0) + count
  }
}

/** @param state a state's code */
export function countMove(counts: Counts, state: number): void {
  counts[state] = (counts[state] ?? 0) + 1
}

/** @param symptom a symptom's code */
export function countAttempt(counts: Counts, symptom: number, durationUs: number): void {
  const at = symptomsAt + symptom
  counts[at] = (counts[at] ?? 0) + 1
  const bucket = durationsAt + durationStepOf(durationUs / 1000)
  counts[bucket] = (counts[bucket] ?? 0) + 1
}

/** Adds a row's counts. Rows of an older version may be shorter. */
export function addCounts(counts: Counts, bytes: Uint8Array): void {
  // A copy: SQLite's bytes may begin anywhere, numbers of four bytes may not.
  const row = new Uint32Array(bytes.slice().buffer)
  for (const [index, count] of row.entries()) counts[index] = (counts[index] ?? 0) + count
}

export function bytesOfCounts(counts: Counts): Uint8Array {
  return new Uint8Array(counts.buffer)
}

/** Counts as the port shows them. */
export function readCounts(counts: Counts): StatCounts {
  const state = (name: DeliveryState): number => counts[stateCodes[name]] ?? 0
  const symptoms: Partial<Record<Symptom, number>> = {}
  let attempts = 0
  for (const [code, count] of counts.subarray(symptomsAt, durationsAt).entries()) {
    attempts += count
    if (count > 0) symptoms[symptomOf(code)] = count
  }
  return {
    attempts,
    states: {
      succeeded: state('succeeded'),
      pending: state('pending'),
      dead: state('dead'),
      cancelled: state('cancelled'),
    },
    symptoms,
    durationMs: percentilesOf(counts.subarray(durationsAt, settledCount)),
    decisions: {
      ...readOutcomes(counts),
      durationMs: percentilesOf(counts.subarray(askDurationsAt, allCount)),
    },
  }
}

function readOutcomes(counts: Counts): Readonly<Record<AskOutcome, number>> {
  const at = (outcome: AskOutcome): number => counts[outcomesAt + askOutcomes.indexOf(outcome)] ?? 0
  return {
    allowedByApp: at('allowedByApp'),
    deniedByApp: at('deniedByApp'),
    droppedByApp: at('droppedByApp'),
    allowedByPolicy: at('allowedByPolicy'),
    deniedByPolicy: at('deniedByPolicy'),
  }
}

function percentilesOf(durations: Counts): StatCounts['durationMs'] {
  if (durations.every((count) => count === 0)) return null
  const at = (share: number): number => durationPercentile(durations, share)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
