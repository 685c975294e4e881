// Reading an event: lenient towards what senders are known to do, exact in what comes out.

import { isMembers, parseKeepingDigits } from '../json/value.ts'
import type { Members } from '../json/value.ts'
import type { CommandFacts } from '../catalogue/command-facts.ts'
import type { BeforeWord, EventWord } from '../catalogue/generated/words.ts'
import { normaliseBody } from './normalise.ts'
import type { BodyFacts, Drift, NormalisedBody } from './normalise.ts'
import type { Payload } from '../catalogue/payload.ts'

/** An event of the named command, or of one of several: `switch (event.command)` narrows `event.body`. */
export type EventOf<Word extends EventWord> = Word extends EventWord ? EventOfOne<Word> : never

interface EventOfOne<Word extends EventWord> {
  readonly kind: 'event'
  readonly command: Word
  readonly phase: Word extends BeforeWord ? 'before' : 'after'
  /** The body as the catalogue has it; members that it does not know are kept. */
  readonly body: Payload<Word>
  /** When the event happened, epoch milliseconds, where the body tells. */
  readonly eventAt?: number
  /** Where the body was written otherwise. */
  readonly drift: readonly Drift[]
}

/** An event of any command of the catalogue. */
export type CatalogueEvent = EventOf<EventWord>

/** A body that cannot be read. */
export interface RefusedBody {
  readonly kind: 'refused'
  readonly reason: 'not_json' | 'not_an_object' | 'command_mismatch'
}

/**
 * Reads the body of one command's event. Forgiven are: members in another letter case or under another published name, accounts
 * and ids as bare numbers (no digit is lost), numbers as text, `EventTime` in seconds, as text, elsewhere or missing,
 * `CallbackCommand` missing or an alias. It checks no Sign, and of the types only what it mends: see the schemas.
 * @param facts the command, from `@livehook/protocol/commands`
 * @param bytes the request's body, as it came
 * @param aliases other words for the command that the body may have
 */
export function readEventOf<Word extends EventWord>(
  facts: CommandFacts<Word>,
  bytes: Uint8Array,
  aliases: readonly string[] = [],
): EventOf<Word> | RefusedBody {
  const members = readMembers(bytes)
  if ('kind' in members) return members
  const read = readCommand(facts, members.body, aliases)
  return 'kind' in read ? read : asEvent<Word>(facts, read)
}

/** An event out of a body that was read by the facts of its command. */
export function asEvent<Word extends EventWord>(
  { command, phase }: Pick<CommandFacts, 'command' | 'phase'>,
  read: NormalisedBody,
): EventOf<Word> {
  const event: unknown = { kind: 'event', command, phase, ...read }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a body says what it is by its command word; its members are claimed, not checked, which is what the schemas are for
  return event as EventOf<Word>
}

/** The members of a body, or why there are none. */
export function readMembers(bytes: Uint8Array): { readonly body: Members } | RefusedBody {
  let value: unknown
  try {
    value = parseKeepingDigits(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return { kind: 'refused', reason: 'not_json' }
  }
  return isMembers(value) ? { body: value } : { kind: 'refused', reason: 'not_an_object' }
}

/** The view of a body, unless the body says that it is of another command. */
export function readCommand(
  facts: BodyFacts,
  members: Members,
  aliases: readonly string[],
): NormalisedBody | RefusedBody {
  const said = members['CallbackCommand']
  const isOther = said !== undefined && said !== facts.command && !aliases.some((alias) => alias === said)
  return isOther ? { kind: 'refused', reason: 'command_mismatch' } : normaliseBody(facts, members)
}
