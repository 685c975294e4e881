// Members of an app or a webhook as the command line gives them.

import { CliError } from '../io.ts'
import { setMember } from '../input/set-member.ts'

/**
 * The body of a change: what named options say, and `--set member=value` for every other member of the API.
 * @throws CliError `usage` if it would change nothing
 */
export function readMembers(assignments: readonly string[], named: Readonly<Record<string, unknown>>): object {
  const body: Record<string, unknown> = { ...named }
  for (const assignment of assignments) setMember(body, assignment)
  if (Object.keys(body).length === 0) throw new CliError('usage', 'What is to be changed? Name an option, or --set.')
  return body
}

/** @throws CliError `usage` */
export function readSwitch(text: string, name: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw new CliError('usage', `${name} takes true or false, not ${text}.`)
}
