// What the address of the commands says: what is searched for, and the command that is looked at. A command's word has a dot
// and so stands among the parameters: a path with a dot would be a file's.

export interface CommandSearch {
  readonly q?: string
  readonly phase?: 'before' | 'after'
  readonly command?: string
}

/** Reads the URL's parameters; what makes no sense is dropped. */
export function readCommandSearch(search: Record<string, unknown>): CommandSearch {
  const { q, phase, command } = search
  return {
    ...(typeof q === 'string' && q !== '' ? { q: q.slice(0, 200) } : {}),
    ...(phase === 'before' || phase === 'after' ? { phase } : {}),
    ...(typeof command === 'string' && command !== '' && command.length <= 128 ? { command } : {}),
  }
}
