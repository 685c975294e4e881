// When keys were last used: in memory with every request, in the store from time to time.

import type { Log } from '../../observe/log.ts'
import type { Store } from '../../store/port/port.ts'

export interface KeyUses {
  note(keyId: string): void
  /** Epoch milliseconds; `undefined` if the key was not used since the start. */
  lastOf(keyId: string): number | undefined
  start(): void
  stop(): Promise<void>
}

export interface KeyUsesDeps {
  readonly store: Pick<Store, 'touchKeys'>
  /** The id of the key that the store does not have. */
  readonly withoutRow: string
  readonly now: () => number
  readonly log: Log
}

/** A busy sender uses its key thousands of times a second; a minute is near enough for a person who looks. */
const writeUsesEveryMs = 60_000

export function createKeyUses(deps: KeyUsesDeps): KeyUses {
  const last = new Map<string, number>()
  const unwritten = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> | undefined
  const write = async (): Promise<void> => {
    const keyIds = [...unwritten].filter((keyId) => keyId !== deps.withoutRow)
    unwritten.clear()
    try {
      await deps.store.touchKeys(keyIds.map((keyId) => ({ keyId, at: last.get(keyId) ?? 0 })))
    } catch (error) {
      for (const keyId of keyIds) unwritten.add(keyId)
      deps.log.warn({ err: error }, 'when keys were last used could not be written; trying again')
    }
  }
  return {
    note(keyId) {
      last.set(keyId, deps.now())
      unwritten.add(keyId)
    },
    lastOf: (keyId) => last.get(keyId),
    start() {
      timer = setInterval(() => {
        underWay = write()
      }, writeUsesEveryMs)
    },
    async stop() {
      clearInterval(timer)
      await underWay
      await write()
    },
  }
}
