// What one row of `stats` counts: moves by state, attempts by symptom, attempts by duration. Append-only: the positions
// are in the data files.

import type { DeliveryState } from '../../domain/delivery.ts'
import type { Symptom } from '../../domain/diagnosis.ts'
import type { StatCounts } from '../port-stats.ts'
import { stateCodes, symptomOf } from './codes.ts'

const symptomsAt = 8
const durationsAt = 16
const durationCount = 32
const countCount = durationsAt + durationCount

/** Two steps of the scale double the duration, so what is read from it is off by a fifth at most. */
const stepsPerDoubling = 2

export type Counts = Uint32Array<ArrayBuffer>

export function noCounts(): Counts {
  return new Uint32Array(countCount)
}

/** @param state a state's code */
export function countMove(counts: Counts, state: number): void {
  counts[state] = (counts[state] ?? 0) + 1
}

/** @param symptom a symptom's code */
export function countAttempt(counts: Counts, symptom: number, durationUs: number): void {
  const at = symptomsAt + symptom
  counts[at] = (counts[at] ?? 0) + 1
  const step = durationUs <= 1000 ? 0 : Math.ceil(Math.log2(durationUs / 1000) * stepsPerDoubling)
  const bucket = durationsAt + Math.min(step, durationCount - 1)
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
    durationMs:
      attempts === 0
        ? null
        : { p50: percentile(counts, 0.5), p95: percentile(counts, 0.95), p99: percentile(counts, 0.99) },
  }
}

/** A duration that this share of the attempts did not exceed, in milliseconds, to a tenth. */
function percentile(counts: Counts, share: number): number {
  const durations = counts.subarray(durationsAt, durationsAt + durationCount)
  const total = durations.reduce((sum, count) => sum + count, 0)
  const wanted = total * share
  let below = 0
  for (const [step, count] of durations.entries()) {
    if (count > 0 && below + count >= wanted) {
      const least = step === 0 ? 0 : 2 ** ((step - 1) / stepsPerDoubling)
      const most = 2 ** (step / stepsPerDoubling)
      return Math.round((least + ((most - least) * (wanted - below)) / count) * 10) / 10
    }
    below += count
  }
  return 0
}
