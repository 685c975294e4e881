// Sessions of the console: signed in by a one-time code or by a key, remembered in a cookie that no script can read.
// They live in memory: a restart signs everyone out, which is the safe side. A session ends with the key that opened it.

import { hash, randomBytes } from 'node:crypto'
import type { Identity } from '../../domain/access/role.ts'

export interface Session {
  readonly identity: Identity
  readonly expiresAt: number
}

export interface Sessions {
  /** Makes a code that signs in once, within ten minutes, as an admin. */
  makeCode(): string
  /** Uses a code up. @returns who comes in with it; `spent` for a code that was used before or is too old, `unknown` for any other */
  redeemCode(code: string): Identity | 'spent' | 'unknown'
  /** @returns the secret for the cookie */
  open(identity: Identity): { readonly secret: string; readonly session: Session }
  find(secret: string): Session | undefined
  close(secret: string): Session | undefined
  /** Ends every session that was opened with a key. */
  closeOf(keyId: string): void
}

const codeLifeMs = 600_000
const sessionLifeMs = 12 * 3_600_000
/** Bounds memory; a service has a handful of operators. The oldest goes first. */
const maxSessions = 1000

/** Anyone who reads the service's own terminal runs the service. */
const linkIdentity: Identity = { keyId: 'link', name: 'one-time link', role: 'admin', sdkAppId: null }

export function createSessions(deps: { readonly now: () => number }): Sessions {
  /** Until when each may be used; a used one is kept, as one that may be used no more. */
  const codes = new Map<string, number>()
  const sessions = new Map<string, Session>()
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
      if (expiresAt === undefined) return 'unknown'
      codes.set(key, 0)
      return expiresAt > deps.now() ? linkIdentity : 'spent'
    },
    open(identity) {
      const secret = randomBytes(32).toString('base64url')
      const session: Session = { identity, expiresAt: deps.now() + sessionLifeMs }
      sessions.set(digest(secret), session)
      dropOldest(sessions)
      return { secret, session }
    },
    find(secret) {
      const session = sessions.get(digest(secret))
      return session !== undefined && session.expiresAt > deps.now() ? session : undefined
    },
    close(secret) {
      const session = sessions.get(digest(secret))
      sessions.delete(digest(secret))
      return session
    },
    closeOf(keyId) {
      for (const [secret, { identity }] of sessions) if (identity.keyId === keyId) sessions.delete(secret)
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
