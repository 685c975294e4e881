// Lines for a person: broken at the edge of a terminal, as they are everywhere else.

import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import { terminalWidth } from './paint.ts'
import { hanging } from './table.ts'

/** Prints lines to stdout; one that is too long for the terminal goes on below, indented. */
export function printLines(io: CliIo, texts: readonly string[]): void {
  const width = terminalWidth(io.stdout)
  for (const text of texts) for (const each of hanging(text, width)) line(io.stdout, each)
}

/**
 * A time as it is shown: the clock of today, day and clock of another day, both of this machine's time zone; in full where it
 * is not a terminal.
 * @param at RFC 3339
 * @param now epoch milliseconds
 */
export function shownTime(at: string, { io, now }: { readonly io: CliIo; readonly now: number }): string {
  return terminalWidth(io.stdout) === undefined ? at : shortTime(at, now)
}

/** Pure but for the time zone: `02:40:17`, or `11-24 02:40` if it is not of today. */
export function shortTime(at: string, now: number): string {
  const time = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`
  if (time.toDateString() === new Date(now).toDateString()) return `${clock}:${two(time.getSeconds())}`
  const day = `${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return time.getFullYear() === new Date(now).getFullYear() ? `${day} ${clock}` : `${time.getFullYear()}-${day}`
}
