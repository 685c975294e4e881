// The catalogue of commands: an entry of its own (`@livehook/protocol/catalogue`), so that who only signs or checks never loads it.
// Who handles a few commands takes `./commands`, where each is a constant of its own; schemas are in `./schemas`.

import type { CatalogueCommand } from './catalogue/command.ts'
import { parseCustomCommand as parseCustom } from './catalogue/custom-command.ts'
import type { CustomCommand } from './catalogue/custom-command.ts'
import { commandTable } from './catalogue/generated/commands.ts'
import { sampleTable } from './catalogue/generated/samples.ts'
import type { CommandWord, EventWord } from './catalogue/generated/words.ts'
import { asEvent, readCommand, readMembers } from './body/read-event.ts'
import type { CatalogueEvent, EventOf, RefusedBody } from './body/read-event.ts'
import type { Members } from './json/value.ts'

export type { CatalogueCommand, CommandPhase, DescribedReplyRules, Sentence } from './catalogue/command.ts'
export type {
  AfterCommand,
  ClientSees,
  CodeRule,
  CommandFacts,
  OrderScope,
  OtherCodes,
  ReplyMember,
  ReplyRules,
  Verdict,
} from './catalogue/command-facts.ts'
export { CustomCommandError, maxCustomCommandCharacters } from './catalogue/custom-command.ts'
export type { CustomCommand, CustomCommandFault } from './catalogue/custom-command.ts'
export type { AfterWord, BeforeWord, CommandWord, EventWord } from './catalogue/generated/words.ts'
export type { JsonSchema } from './catalogue/command.ts'
export { afterCommandOf, followsFrom, naturalKeys } from './body/natural-keys.ts'
export type { NaturalKeys } from './body/natural-keys.ts'
export type { Drift } from './body/normalise.ts'
export { isCommandWord, readOptPlatform } from './url/params.ts'
export type { CarriedParameters } from './url/params.ts'
export { readActionStatus } from './reply/reply.ts'
export type { MemberShapes, Shape } from './catalogue/shape.ts'
export type { Acknowledgement, MessageElement } from './catalogue/payload-parts.ts'
export type { Payload, Reply } from './catalogue/payload.ts'
export type { CatalogueEvent, EventOf, RefusedBody } from './body/read-event.ts'
export { readVerdict, silenceOf } from './reply/verdict.ts'
export type { NoVerdict, ReadVerdict, ReplyReplacement } from './reply/verdict.ts'
export { makeBody } from './body/make-body.ts'
export { makeReply } from './reply/make-reply.ts'
export type { ReplyChoice } from './reply/make-reply.ts'

/** The command of that very word, letter case included; `undefined` if there is none. Aliases are not found: see `suggestCommands`. */
export function findCommand(word: CommandWord | (string & {})): CatalogueCommand | undefined {
  return isKnown(word) ? commandTable[word] : undefined
}

function isKnown(word: string): word is CommandWord {
  return Object.hasOwn(commandTable, word)
}

/** The command that a word means, aliases included: what a receiver may meet. */
export function resolveCommand(word: string): CatalogueCommand | undefined {
  return findCommand(word) ?? listCommands().find(({ aliases }) => aliases.includes(word))
}

/**
 * Looks a word up in the catalogue and among an app's own commands.
 * @param customs of the app, from `parseCustomCommand`
 */
export function lookUpCommand(
  word: string,
  customs: readonly CustomCommand[],
): CatalogueCommand | CustomCommand | undefined {
  return findCommand(word) ?? customs.find(({ command }) => command === word)
}

/**
 * Checks the description of a command of an app's own; the families of the catalogue are taken, and those of its misprints.
 * @param value an object of JSON: see the README
 * @throws CustomCommandError with everything that is wrong
 */
export function parseCustomCommand(value: unknown): CustomCommand {
  const misprinted = listCommands().flatMap(({ aliases }) => aliases.map((word) => word.slice(0, word.indexOf('.'))))
  return parseCustom(value, [...new Set([...commandFamilies(), ...misprinted])])
}

/** An event of a command that the app registered. */
export interface CustomEvent {
  readonly kind: 'custom'
  readonly command: string
  readonly body: Members
  /** The description of the command. */
  readonly custom: CustomCommand
}

/** An event of a command that no one here knows; for example one that is newer than this package. */
export interface UnknownEvent {
  readonly kind: 'unknown'
  readonly command: string
  readonly body: Members
}

/**
 * Reads the body of an event of any command: see `readEventOf`. Aliases of a command are read as the command.
 * @param word the command word of the request's parameters
 * @param bytes the request's body, as it came
 * @param customs the app's own commands
 * @example
 * const event = readEvent(request.command, bytes)
 * if (event.kind === 'event') switch (event.command) { case 'Live.CallbackAfterCreateRoom': event.body.RoomInfo.RoomId }
 */
export function readEvent(
  word: string,
  bytes: Uint8Array,
  customs: readonly CustomCommand[] = [],
): CatalogueEvent | CustomEvent | UnknownEvent | RefusedBody {
  const members = readMembers(bytes)
  if ('kind' in members) return members
  const facts = resolveCommand(word)
  if (facts !== undefined && facts.configOnly !== true) return readKnown(facts, members.body)
  const custom = customs.find(({ command }) => command === word)
  if (custom !== undefined) return { kind: 'custom', command: word, body: members.body, custom }
  return { kind: 'unknown', command: word, body: members.body }
}

function readKnown(facts: CatalogueCommand, members: Members): CatalogueEvent | RefusedBody {
  const read = readCommand(facts, members, facts.aliases)
  return 'kind' in read ? read : asEvent<EventWord>(facts, read)
}

/** Says whether an event is of this command; narrows `event.body`. */
export function isEventOf<Word extends EventWord>(
  word: Word,
  event: { readonly kind: string; readonly command?: string },
): event is EventOf<Word> {
  return event.kind === 'event' && event.command === word
}

/** All commands, in the order of their words. */
export function listCommands(): readonly CatalogueCommand[] {
  return Object.values(commandTable)
}

/** The families (`Live`, `Room`, `Group` …), in the order of their names. */
export function commandFamilies(): readonly string[] {
  return [...new Set(listCommands().map(({ family }) => family))]
}

/** A sample body of the command, compact JSON, ready to be sent; `undefined` for unknown words and those that only configure. */
export function sampleOf(word: string): string | undefined {
  return Object.hasOwn(sampleTable, word) ? sampleTable[word] : undefined
}

/** More characters than any word has; what is longer is no typing error. */
const maxSuggestedFor = 128

/**
 * The command words that were probably meant by a word that does not exist, best first: another letter case, an alias, a few wrong
 * letters, the family or the `Callback` left out.
 * @param limit how many at most
 * @param customs the app's own commands, where they count too
 */
export function suggestCommands(word: string, limit = 3, customs: readonly CustomCommand[] = []): readonly string[] {
  if (word === '' || word.length > maxSuggestedFor) return []
  const meant = essence(word)
  const tolerance = Math.max(1, Math.floor(meant.length / 5))
  const own = customs.map(({ command }) => ({ command, aliases: [] }))
  return [...listCommands(), ...own]
    .map(({ command, aliases }) => ({
      command,
      distance: Math.min(...[command, ...aliases].map((known) => distanceTo(meant, essence(known)))),
    }))
    .filter(({ distance }) => distance <= tolerance)
    .toSorted((left, right) => left.distance - right.distance)
    .slice(0, limit)
    .map(({ command }) => command)
}

/** A word without what people get wrong most: letter case, and the `Callback` that most words carry. */
function essence(word: string): string {
  return word.trim().toLowerCase().replace('callback', '')
}

function distanceTo(meant: string, known: string): number {
  // The right name in another family, or in none: near, but not as near as the same word in another letter case.
  if (nameOf(meant) === nameOf(known)) return meant === known ? 0 : 1
  return editDistance(meant, known)
}

function nameOf(word: string): string {
  return word.slice(word.indexOf('.') + 1)
}

/** Levenshtein's distance: how many characters must be put in, taken out or changed. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let at = 0; at < left.length; at++) {
    const next = [at + 1]
    for (let other = 0; other < right.length; other++) {
      const change = (row[other] ?? 0) + (left[at] === right[other] ? 0 : 1)
      next.push(Math.min(change, (row[other + 1] ?? 0) + 1, (next[other] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
