// Sessions of the console: signed in by a one-time code or by a key, remembered in a cookie that no script can read.
// They live in memory: a restart signs everybody out, which is the safe side.

import { hash, randomBytes } from 'node:crypto'

export interface Session {
  readonly role: 'admin'
  readonly expiresAt: number
}

export interface Sessions {
  /** Makes a code that signs in once, within ten minutes. */
  makeCode(): string
  /** Uses a code up. */
  redeemCode(code: string): boolean
  /** @returns the secret for the cookie */
  open(): { readonly secret: string; readonly session: Session }
  find(secret: string): Session | undefined
  close(secret: string): void
  /** Whether another wrong try may be made now; five a minute are allowed in all. */
  mayTry(): boolean
  countWrongTry(): void
}

const codeLifeMs = 600_000
const sessionLifeMs = 12 * 3_600_000
const wrongTriesPerMinute = 5
/** Bounds memory; a service has a handful of operators. The oldest goes first. */
const maxSessions = 1000

export function createSessions(deps: { readonly now: () => number }): Sessions {
  const codes = new Map<string, number>()
  const sessions = new Map<string, Session>()
  let wrongTries: number[] = []

  const recentWrongTries = (): number[] => {
    const since = deps.now() - 60_000
    wrongTries = wrongTries.filter((at) => at > since)
    return wrongTries
  }

  return {
    makeCode() {
      const code = randomBytes(24).toString('base64url')
      codes.set(digest(code), deps.now() + codeLifeMs)
      dropOldest(codes)
      return code
    },
    redeemCode(code) {
      const key = digest(code)
      const expiresAt = codes.get(key)
      codes.delete(key)
      return expiresAt !== undefined && expiresAt > deps.now()
    },
    open() {
      const secret = randomBytes(32).toString('base64url')
      const session: Session = { role: 'admin', expiresAt: deps.now() + sessionLifeMs }
      sessions.set(digest(secret), session)
      dropOldest(sessions)
      return { secret, session }
    },
    find(secret) {
      const session = sessions.get(digest(secret))
      return session !== undefined && session.expiresAt > deps.now() ? session : undefined
    },
    close: (secret) => sessions.delete(digest(secret)),
    mayTry: () => recentWrongTries().length < wrongTriesPerMinute,
    countWrongTry() {
      recentWrongTries().push(deps.now())
    },
  }
}

function digest(secret: string): string {
  return hash('sha256', secret)
}

function dropOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= maxSessions) return
    map.delete(key)
  }
}
