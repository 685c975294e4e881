// Which commands a webhook wants, as the picker shows it: the catalogue by family and phase, and what a pattern covers.
// Pure.

import type { CommandSummary } from 'livehook/contract'

export interface Family {
  readonly name: string
  readonly after: readonly CommandSummary[]
  readonly before: readonly CommandSummary[]
}

/**
 * The commands that a search finds, by family, in the catalogue's order.
 * @param search in any letter case; of a command's word, or of when it is sent, in either language
 */
export function groupCommands(commands: readonly CommandSummary[], search: string): readonly Family[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const found = commands.filter((command) => words.every((word) => textOf(command).includes(word)))
  const families = Map.groupBy(found, ({ family }) => family)
  return [...families].map(([name, members]) => ({
    name,
    after: members.filter(({ phase }) => phase === 'after'),
    before: members.filter(({ phase }) => phase === 'before'),
  }))
}

function textOf({ command, trigger, aliases }: CommandSummary): string {
  return [command, ...aliases, trigger.en, trigger.zh].join('\n').toLowerCase()
}

/** The pattern that brings an *after* command, if one does. A pattern never stands for a *before* command. */
export function coveringPattern(chosen: readonly string[], command: CommandSummary): string | undefined {
  if (command.phase === 'before') return undefined
  return chosen.find((pattern) => pattern === '*' || pattern === `${command.family}.*`)
}

/** How many of a family's commands a webhook gets. */
export function countChosen(chosen: readonly string[], family: Family): number {
  return [...family.after, ...family.before].filter(
    (command) => chosen.includes(command.command) || coveringPattern(chosen, command) !== undefined,
  ).length
}

export function toggle(chosen: readonly string[], word: string): readonly string[] {
  return chosen.includes(word) ? chosen.filter((known) => known !== word) : [...chosen, word]
}
