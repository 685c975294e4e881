// Who gets in: keys of the API and sessions of the console. A session ends with the key that opened it.
// In reading order: gates/keys.ts, gates/key-uses.ts, gates/sessions.ts; the gate itself is gates/auth.ts.

import type { Keys, KeysDeps, MadeKey } from './gates/keys.ts'
import { createKeys } from './gates/keys.ts'
import type { Sessions } from './gates/sessions.ts'
import { createSessions } from './gates/sessions.ts'

export interface Access {
  readonly keys: Keys
  readonly sessions: Sessions
  /** @returns the admin key that this start had to make, to be shown once */
  load(): Promise<MadeKey | undefined>
  start(): void
  /** Writes down when keys were last used. */
  stop(): Promise<void>
}

export function createAccess(deps: KeysDeps): Access {
  const keys = createKeys(deps)
  const sessions = createSessions(deps)
  keys.onRevoked((keyId) => sessions.closeOf(keyId))
  return { keys, sessions, load: () => keys.load(), start: () => keys.start(), stop: () => keys.stop() }
}
