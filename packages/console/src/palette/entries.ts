// What the palette offers, and which of it a text finds. Pure.

export interface PaletteEntry {
  /** Unique among all of them. */
  readonly id: string
  readonly group: 'id' | 'room' | 'action' | 'app' | 'webhook' | 'command'
  readonly label: string
  /** Found by it, too. */
  readonly hint?: string
  readonly run: () => void
}

/** The order in which groups are listed. */
export const groups = ['id', 'room', 'action', 'webhook', 'app', 'command'] as const

/** More of one group are not listed: another word finds the rest. */
const mostOfGroup = 8

/** The entries that have every word of the text, group by group: first those whose label begins with it, then those that have it in them. */
export function findEntries(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const wanted = text.trim().toLowerCase()
  const words = wanted.split(/\s+/).filter((word) => word !== '')
  // Without a word, what there are many of says nothing.
  const found = entries.filter(
    (entry) =>
      (words.length > 0 || entry.group === 'room' || entry.group === 'action') &&
      words.every((word) => `${entry.label} ${entry.hint ?? ''}`.toLowerCase().includes(word)),
  )
  const rankOf = (entry: PaletteEntry) => {
    const label = entry.label.toLowerCase()
    if (label.startsWith(wanted)) return 0
    return words.every((word) => label.includes(word)) ? 1 : 2
  }
  return groups.flatMap((group) =>
    found
      .filter((entry) => entry.group === group)
      .toSorted((one, other) => rankOf(one) - rankOf(other))
      .slice(0, mostOfGroup),
  )
}

type IdKind = 'delivery' | 'event' | 'webhook' | 'decision' | 'entry'

/** What an id is one of, by how it begins. */
export function kindOfId(text: string): IdKind | undefined {
  const [, prefix = ''] = /^(dlv|evt|wh|dec|aud)_[0-9a-z]+$/i.exec(text.trim()) ?? []
  return kinds.get(prefix.toLowerCase())
}

const kinds: ReadonlyMap<string, IdKind> = new Map<string, IdKind>([
  ['dlv', 'delivery'],
  ['evt', 'event'],
  ['wh', 'webhook'],
  ['dec', 'decision'],
  ['aud', 'entry'],
])
