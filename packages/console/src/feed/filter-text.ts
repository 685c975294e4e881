// What is listed, as words in a box: `state:dead command:Live.*`. Pure: text ↔ filter, by the grammar of a room.

/** What a room's filter is made of. */
export interface FilterGrammar<Filter> {
  /** In the order in which they stand in the box. */
  readonly members: readonly (keyof Filter & string)[]
  /** The member that a bare word, one without a colon, can only belong to. */
  readonly memberOf: (bareWord: string) => string | undefined
  /** The member that takes whatever is no word of the filter, if the room can look for it. */
  readonly freeMember?: keyof Filter & string
  /** Takes what is a filter out of anything, for instance the URL's parameters; the rest is dropped. */
  readonly read: (from: Readonly<Record<string, unknown>>) => Filter
}

/** What was typed into the box, understood or with the first word that was not. */
export type ParsedFilter<Filter> =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'not_understood'; readonly word: string }

export function parseFilterText<Filter>(grammar: FilterGrammar<Filter>, text: string): ParsedFilter<Filter> {
  const words: Record<string, unknown> = {}
  const free: string[] = []
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const [member, value] = splitWord(grammar, word)
    const read = grammar.read(Object.fromEntries([[member, value]]))
    if (!grammar.members.some((known) => known === member) || isEmptyFilter(grammar, read)) {
      if (grammar.freeMember === undefined) return { kind: 'not_understood', word }
      free.push(word)
      continue
    }
    if (member === grammar.freeMember) {
      free.push(value)
      continue
    }
    words[member] = value
  }
  if (grammar.freeMember !== undefined && free.length > 0) words[grammar.freeMember] = free.join(' ')
  return { kind: 'filter', filter: grammar.read(words) }
}

function splitWord<Filter>(grammar: FilterGrammar<Filter>, word: string): readonly [string, string] {
  const colon = word.indexOf(':')
  if (colon > 0) return [word.slice(0, colon).toLowerCase(), word.slice(colon + 1)]
  return [grammar.memberOf(word) ?? '', word]
}

export function formatFilterText<Filter>(grammar: FilterGrammar<Filter>, filter: Filter): string {
  return grammar.members
    .flatMap((member) => {
      const value = filter[member]
      if (value === undefined) return []
      return member === grammar.freeMember ? [String(value)] : [`${member}:${String(value)}`]
    })
    .join(' ')
}

export function isEmptyFilter<Filter>(grammar: FilterGrammar<Filter>, filter: Filter): boolean {
  return grammar.members.every((member) => filter[member] === undefined)
}

/** A word of a filter: no spaces, no colon, not too long. */
export function readWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\s:]{1,128}$/.test(value) ? value : undefined
}

/** Words to look for: on one line, and not too long. */
export function readFreeText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim().replaceAll(/\s+/g, ' ').slice(0, 128)
  return text === '' ? undefined : text
}

/** Whether a command is the one that is asked for, or of the family that is (`Live.*`). */
export function isCommandOf(command: string, wanted: string): boolean {
  if (wanted === '*' || wanted === command) return true
  return wanted.endsWith('.*') && command.startsWith(wanted.slice(0, -1))
}
