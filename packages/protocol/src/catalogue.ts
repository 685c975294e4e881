// The catalogue of commands: an entry of its own (`@livehook/protocol/catalogue`), so that who only signs or checks never loads it.

import { commandTable } from './generated/commands.ts'
import type { CommandWord } from './generated/commands.ts'
import { sampleTable } from './generated/samples.ts'
import type { CatalogueCommand } from './catalogue-command.ts'

export type { CatalogueCommand, CommandPhase } from './catalogue-command.ts'
export type { CommandWord } from './generated/commands.ts'
export { isCommandWord } from './params.ts'

/** The command of that very word, letter case included; `undefined` where there is none. Aliases are not found: see `suggestCommands`. */
export function findCommand(word: string): CatalogueCommand | undefined {
  return isKnown(word) ? commandTable[word] : undefined
}

function isKnown(word: string): word is CommandWord {
  return Object.hasOwn(commandTable, word)
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
 */
export function suggestCommands(word: string, limit = 3): readonly string[] {
  if (word === '' || word.length > maxSuggestedFor) return []
  const meant = essence(word)
  const tolerance = Math.max(1, Math.floor(meant.length / 5))
  return listCommands()
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
