// That a session has ended while its person was at work: the page stays as it is, and asks to sign in again.

export interface SessionEnd {
  readonly hasEnded: () => boolean
  /** @returns ends the subscription */
  readonly subscribe: (listener: () => void) => () => void
  readonly end: () => void
  /** Signed in again. */
  readonly renew: () => void
}

export function createSessionEnd(): SessionEnd {
  const listeners = new Set<() => void>()
  let ended = false
  const moveTo = (next: boolean) => {
    if (ended === next) return
    ended = next
    for (const listener of listeners) listener()
  }
  return {
    hasEnded: () => ended,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    end: () => moveTo(true),
    renew: () => moveTo(false),
  }
}
