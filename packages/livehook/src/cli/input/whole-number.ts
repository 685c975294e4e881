// Numbers on the command line.

import { CliError } from '../io.ts'

/**
 * Reads a whole number.
 * @param text what was typed; the fallback counts if it is left out
 * @throws CliError `usage` naming the option and what it takes
 */
export function wholeNumber(
  text: string | undefined,
  rule: { readonly name: string; readonly fallback: number; readonly least?: number; readonly most: number },
): number {
  if (text === undefined) return rule.fallback
  const { least = 1, most } = rule
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value) || value < least || value > most) {
    throw new CliError('usage', `${rule.name} takes a whole number from ${least} to ${most}, not ${text}.`)
  }
  return value
}

const defaultSdkAppId = 1_400_000_001

/** `--sdk-app-id`; the id of the first app that a service makes if it is left out. */
export function readSdkAppId(text: string | undefined): number {
  return wholeNumber(text, { name: '--sdk-app-id', fallback: defaultSdkAppId, most: 4_294_967_295 })
}

/**
 * `--at`: Unix seconds, as they stand in `RequestTime`.
 * @throws CliError `usage`
 */
export function readUnixSeconds(text: string): string {
  if (/^[1-9]\d{9}$/.test(text)) return text
  const hint = /^\d{13}$/.test(text) ? ' 13 digits are milliseconds: leave out the last three.' : ''
  throw new CliError('usage', `--at takes Unix seconds, ten digits, such as 1669872112; not ${text}.${hint}`)
}
