// What is kept of a *before* event that was not let pass: the members by which the *after* event that must not follow is known.

import { afterCommandOf } from '@livehook/protocol/catalogue'
import type { CommandFacts } from '@livehook/protocol/catalogue'

/**
 * The members that `followsFrom` looks at, and nothing else: what people wrote is not kept.
 * @param body of the *before* event, as `readEvent` gives it
 * @returns `null` if no *after* event follows the command
 */
export function matchingMembers(
  command: Pick<CommandFacts, 'after'>,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | null {
  const after = afterCommandOf(command)
  if (after === undefined) return null
  const names = new Set(Object.keys(after.match).map((path) => path.replace(/[.[?].*$/, '')))
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.has(name)))
}
