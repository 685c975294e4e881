// The body of an event out of the catalogue's sample, changed as the command line says, or out of a file.

import { findCommand, sampleOf, suggestCommands } from '@livehook/protocol/catalogue'
import { readBody } from '../input/body-source.ts'
import type { CliIo } from '../io.ts'
import { CliError } from '../io.ts'
import { setMember, unsetMember } from '../input/set-member.ts'

export type Sample = Record<string, unknown>

export interface BodyOptions {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly body?: string
}

/**
 * @param sample of a command of the app's own; that of the catalogue if it is left out
 * @throws CliError `usage`
 */
export async function bodyFor(
  command: string,
  { options, io, sample }: { readonly options: BodyOptions; readonly io: CliIo; readonly sample?: Sample | undefined },
): Promise<Uint8Array> {
  const { set = [], unset = [], body: from } = options
  if (from !== undefined) {
    if (set.length + unset.length === 0) return readBody(from, io)
    throw new CliError('usage', '--set and --unset change the sample; with --body there is none.')
  }
  const body = structuredClone(sample ?? sampleBody(command))
  for (const assignment of set) setMember(body, assignment)
  for (const path of unset) unsetMember(body, path)
  return new TextEncoder().encode(JSON.stringify(body))
}

/** The sample of a command, with the members that carry a time left out so that the service puts the present one in. */
function sampleBody(command: string): Sample {
  const sample = sampleOf(command)
  if (sample === undefined) throw unknownCommand(command)
  const members: Record<string, unknown> = JSON.parse(sample)
  const { EventTime: _old, ...body } = members
  return body
}

function unknownCommand(command: string): CliError {
  if (findCommand(command) !== undefined) {
    return new CliError('usage', `${command} is a switch; no event of it exists.`)
  }
  const near = suggestCommands(command)
  const hint = near.length === 0 ? '`livehook commands` lists the commands.' : `Did you mean ${near.join(' or ')}?`
  return new CliError('usage', `There is no command ${command}. ${hint} One of your own needs --body.`)
}
