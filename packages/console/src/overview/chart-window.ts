// From a range to what a chart asks for. Pure.

import { instantsOf, spans, type TimeRange } from '../feed/time-range.ts'

/** Seconds of one step, the shortest first: whole minutes that divide a day. */
const steps = [60, 300, 900, 1800, 3600, 7200, 21_600, 86_400] as const

/** More steps than this are too thin to be seen. */
const mostSteps = 96

/** The charts' range if none was chosen. */
export const usualRange: TimeRange = { since: '1h' }

export interface ChartWindow {
  /** RFC 3339; whole minutes. */
  readonly from: string
  readonly to: string
  /** Seconds. */
  readonly step: number
}

/**
 * The window of a range; the last hour if it has no beginning.
 * @param now epoch milliseconds
 */
export function chartWindow(range: TimeRange, now: number): ChartWindow {
  const { from, to } = instantsOf(range, now)
  const endAt = to === undefined ? now : Math.min(Date.parse(to), now)
  const startAt = Math.min(from === undefined ? endAt - spans['1h'] : Date.parse(from), endAt - 60_000)
  const seconds = (endAt - startAt) / 1000
  const step = steps.find((known) => seconds / known <= mostSteps) ?? 86_400
  // Whole steps, so that the same minutes stand together however often the chart is read.
  const stepMs = step * 1000
  return {
    from: new Date(Math.floor(startAt / stepMs) * stepMs).toISOString(),
    to: new Date(Math.ceil(endAt / 60_000) * 60_000).toISOString(),
    step,
  }
}
