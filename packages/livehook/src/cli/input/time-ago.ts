// Times on the command line: a while ago (`90s`, `30m`, `1h`, `2d`) or a point in time as RFC 3339 writes it.

import { CliError } from '../io.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * Reads a time.
 * @param name the option, for the sentence of the error
 * @param now epoch milliseconds
 * @returns the time as the API takes it
 * @throws CliError `usage`
 */
export function readTime(text: string, name: string, now: number): string {
  const ago = /^(\d{1,6})([smhd])$/.exec(text)
  if (ago !== null) return new Date(now - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0)).toISOString()
  const at = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) {
    throw new CliError(
      'usage',
      `${name} takes a while such as 30m, 1h or 2d, or a time such as 2026-11-24T02:40:00Z; not ${text}.`,
    )
  }
  return new Date(at).toISOString()
}

const longestMs = 86_400_000

/**
 * Reads a span of time: `90s`, `5m`, `1h`, or whole seconds.
 * @param name the option, for the sentence of the error
 * @returns milliseconds
 * @throws CliError `usage`
 */
export function readDuration(text: string, name: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,6})([smhd])?$/.exec(text) ?? []
  const value = Number(number) * (unitMs[unit] ?? 0)
  if (number === '' || value > longestMs) {
    throw new CliError('usage', `${name} takes a while such as 90s, 5m or 1h, a day at most; not ${text}.`)
  }
  return value
}
