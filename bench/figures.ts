// What scenarios give, and how figures of several rounds become one.

import type { Sink } from './far-sides.ts'

/** `ratio` is compared between runs; `lost`, `duplicates` and `falseSuccesses` must be 0. */
export type Figures = Record<string, number>

export interface Scenario {
  readonly about: string
  /** One round. */
  readonly run: (parts: { readonly sink: Sink; readonly scale: number }) => Promise<Figures>
}

/** What must never happen is summed up, everything else has a median. */
const faults = new Set(['lost', 'duplicates', 'falseSuccesses', 'late'])

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** @param sorted in ascending order */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** One figure of several rounds; `ratioSpread` is the largest ratio less the smallest. */
export function summary(rounds: readonly Figures[]): Figures {
  const figures: Figures = {}
  for (const name of Object.keys(rounds[0] ?? {})) {
    const all = rounds.map((each) => each[name] ?? 0)
    figures[name] = faults.has(name) ? all.reduce((sum, each) => sum + each, 0) : median(all)
    if (name === 'ratio') figures['ratioSpread'] = Math.max(...all) - Math.min(...all)
  }
  return figures
}
