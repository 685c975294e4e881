// A body as the catalogue has it, or none.

import type { CommandFacts } from '../catalogue/command-facts.ts'
import type { EventWord } from '../catalogue/generated/words.ts'
import type { Payload } from '../catalogue/payload.ts'
import { fits } from '../catalogue/shape.ts'
import { isMembers } from '../json/value.ts'
import { normaliseBody } from './normalise.ts'

/** A body was to be made that the command does not have: `pointer` names the first member that is missing or of another type. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly code = 'body_shape'
  readonly pointer: string

  constructor(command: string, pointer: string) {
    super(`A body of ${command} does not look like this: see ${pointer}.`)
    this.pointer = pointer
  }
}

/**
 * The body of an event as text, canonical: `CallbackCommand` first, members under their own names and in their own types.
 * @param facts the command
 * @param members the body; `CallbackCommand` may be left out
 * @throws BodyError if a required member is missing or a member has another type
 */
export function makeBody<Word extends EventWord>(
  facts: CommandFacts<Word>,
  members: Omit<Payload<Word>, 'CallbackCommand'>,
): string {
  const given: unknown = members
  if (!isMembers(given)) throw new BodyError(facts.command, '/')
  const { body } = normaliseBody(facts, { CallbackCommand: facts.command, ...given })
  const wrong = Object.entries(facts.shape).find(([key, shape]) => !fits({ [key]: shape }, body))
  if (wrong !== undefined) throw new BodyError(facts.command, `/${wrong[0].replace('?', '')}`)
  return JSON.stringify(body)
}
