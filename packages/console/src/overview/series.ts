// From statistics to what charts draw. Pure.

import type { Stats } from 'livehook/contract'

/** How a series is told apart from others, with and without colour. */
export interface SeriesLook {
  /** A colour of tokens.css. */
  readonly colour: string
  readonly pattern: 'solid' | 'hatched' | 'dotted'
}

export interface ChartSeries extends SeriesLook {
  readonly name: string
  /** One for each step; `null` if nothing was measured. */
  readonly values: readonly (number | null)[]
}

export const deliveryOutcomes = ['succeeded', 'pending', 'dead', 'cancelled'] as const
export type DeliveryOutcome = (typeof deliveryOutcomes)[number]

export const decisionOutcomes = [
  'allowedByApp',
  'allowedByPolicy',
  'droppedByApp',
  'deniedByApp',
  'deniedByPolicy',
] as const
export type DecisionOutcome = (typeof decisionOutcomes)[number]

export const percentiles = ['p50', 'p95', 'p99'] as const
export type Percentile = (typeof percentiles)[number]

export const looks: Readonly<Record<DeliveryOutcome | DecisionOutcome | Percentile, SeriesLook>> = {
  succeeded: { colour: '--chart-ok', pattern: 'solid' },
  pending: { colour: '--chart-wait', pattern: 'dotted' },
  dead: { colour: '--chart-bad', pattern: 'hatched' },
  cancelled: { colour: '--chart-off', pattern: 'solid' },
  allowedByApp: { colour: '--chart-ok', pattern: 'solid' },
  allowedByPolicy: { colour: '--chart-busy', pattern: 'dotted' },
  droppedByApp: { colour: '--chart-off', pattern: 'solid' },
  deniedByApp: { colour: '--chart-wait', pattern: 'solid' },
  deniedByPolicy: { colour: '--chart-bad', pattern: 'hatched' },
  p50: { colour: '--chart-ok', pattern: 'solid' },
  p95: { colour: '--chart-busy', pattern: 'hatched' },
  p99: { colour: '--chart-bad', pattern: 'dotted' },
}

type Step = Stats['items'][number]

/** One series for each key, with the words that it is called by. */
export function seriesOf<Key extends keyof typeof looks>(
  items: readonly Step[],
  keys: readonly Key[],
  of: { readonly nameOf: (key: Key) => string; readonly valueOf: (step: Step, key: Key) => number | null },
): readonly ChartSeries[] {
  return keys.map((key) => ({
    ...looks[key],
    name: of.nameOf(key),
    values: items.map((step) => of.valueOf(step, key)),
  }))
}

/** Each series upon those before it; `null` counts as nothing. */
export function stack(series: readonly ChartSeries[]): readonly (readonly number[])[] {
  const sums: number[] = []
  return series.map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0)
      return sums[index]
    }),
  )
}

/** What all attempts came to, in numbers that a person asks for first. */
export function summaryOf({ total }: Stats) {
  const { states, attempts, symptoms, decisions } = total
  const failed = attempts - (symptoms.none ?? 0)
  const byPolicy = decisions.allowedByPolicy + decisions.deniedByPolicy
  return {
    succeeded: states.succeeded,
    dead: states.dead,
    attempts,
    failed,
    /** Of the attempts; `null` if there were none. */
    failedShare: attempts === 0 ? null : failed / attempts,
    decisions: byPolicy + decisions.allowedByApp + decisions.deniedByApp + decisions.droppedByApp,
    denied: decisions.deniedByApp + decisions.deniedByPolicy,
    byPolicy,
  }
}
