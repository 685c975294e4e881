// What a receiver knows of commands.

import type { CommandFacts, EventWord } from '@livehook/protocol/commands'

export interface CommandTable {
  readonly all: readonly CommandFacts<EventWord>[]
  find(word: string): CommandFacts<EventWord> | undefined
}

/**
 * @param facts constants of `@livehook/protocol/commands`
 * @param aliases other words for some of them
 */
export function commandTable(
  facts: readonly CommandFacts<EventWord>[],
  aliases: Readonly<Record<string, EventWord>> = {},
): CommandTable {
  const byWord = new Map<string, CommandFacts<EventWord>>(facts.map((each) => [each.command, each]))
  return { all: facts, find: (word) => byWord.get(Object.hasOwn(aliases, word) ? (aliases[word] ?? word) : word) }
}
