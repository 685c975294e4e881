// Where it is remembered what was answered: three functions, so that Redis or a table of SQL can stand behind them.

export type Taken =
  /** No one had the key; now the caller has it, for the time of the lease. */
  | { readonly kind: 'taken' }
  /** Someone else has it and is not done. */
  | { readonly kind: 'running' }
  /** It was done before, with this reply. */
  | { readonly kind: 'done'; readonly reply: string }

export interface OnceStore {
  /**
   * Takes a key, if it is free, atomically: of two who take it at once, one gets it.
   * @param leaseMs after which a key that was neither kept nor released is free again
   */
  take(key: string, leaseMs: number): Taken | Promise<Taken>
  /** Remembers the reply of a key that was taken, for so many milliseconds. */
  keep(key: string, reply: string, keepMs: number): void | Promise<void>
  /** Gives a key back that was taken: the handler failed, and the next attempt runs it again. */
  release(key: string): void | Promise<void>
}

export interface MemoryOnceOptions {
  /** How many keys are remembered; the oldest is forgotten for a new one. 50 000 if it is left out. */
  readonly maxEntries?: number
  /** How many characters of replies and keys are remembered; 16 million if it is left out. */
  readonly maxCharacters?: number
  /** Epoch milliseconds. */
  readonly now?: () => number
}

interface Entry {
  /** `undefined` while it is running. */
  readonly reply: string | undefined
  readonly until: number
}

/** Remembers in this process, within bounds: for one process, or where each event reaches the same one. */
export function createMemoryOnce(options: MemoryOnceOptions = {}): OnceStore {
  const { maxEntries = 50_000, maxCharacters = 16_000_000, now = Date.now } = options
  const entries = new Map<string, Entry>()
  let characters = 0

  const remove = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    characters -= key.length + (entry.reply?.length ?? 0)
  }
  const put = (key: string, entry: Entry): void => {
    remove(key)
    entries.set(key, entry)
    characters += key.length + (entry.reply?.length ?? 0)
    for (const [oldest] of entries) {
      if (entries.size <= maxEntries && characters <= maxCharacters) break
      remove(oldest)
    }
  }
  return {
    take(key, leaseMs) {
      const entry = entries.get(key)
      if (entry !== undefined && entry.until > now()) {
        return entry.reply === undefined ? { kind: 'running' } : { kind: 'done', reply: entry.reply }
      }
      put(key, { reply: undefined, until: now() + leaseMs })
      return { kind: 'taken' }
    },
    keep: (key, reply, keepMs) => put(key, { reply, until: now() + keepMs }),
    release: remove,
  }
}
