// What the address of *Try it* says: the command that is composed. A body may be private and is not part of it.

export interface TrySearch {
  readonly command?: string
}

/** Reads the URL's parameters; what makes no sense is dropped. */
export function readTrySearch(search: Record<string, unknown>): TrySearch {
  const { command } = search
  return typeof command === 'string' && command !== '' && command.length <= 128 ? { command } : {}
}
