// Keys of the API. Only hashes are kept; what comes in is hashed and looked up, so no comparison can leak a prefix.

import { hash, randomBytes } from 'node:crypto'
import type { Store, StoredKey } from '../../store/port.ts'

export interface Identity {
  readonly role: 'admin'
  readonly keyId: string
}

export interface Keys {
  /** @returns a key that was made just now and must be shown to the person once, or `undefined` where one existed */
  load(): Promise<string | undefined>
  /** Who a secret belongs to. */
  identify(secret: string): Identity | undefined
}

export interface KeysDeps {
  readonly store: Pick<Store, 'listKeys' | 'putKey'>
  /** From the settings: takes the place of stored admin keys and is never stored. */
  readonly adminKey: string | undefined
  readonly now: () => number
}

/** How many good keys are remembered as they were shown. Only good ones are, so nobody can fill it. */
const maxRecent = 1000

export function createKeys(deps: KeysDeps): Keys {
  const byHash = new Map<string, Identity>()
  // A sender shows the same key with every event: hashing it each time would cost more than checking the rest.
  const recent = new Map<string, Identity>()
  return {
    async load() {
      if (deps.adminKey !== undefined) {
        byHash.set(hashOf(deps.adminKey), { role: 'admin', keyId: 'key_environment' })
        return undefined
      }
      const stored = await deps.store.listKeys()
      for (const key of stored) byHash.set(key.hash, identityOf(key))
      if (stored.length > 0) return undefined
      const secret = `lhk_${randomBytes(24).toString('base64url')}`
      const key = await deps.store.putKey({
        role: 'admin',
        hash: hashOf(secret),
        name: 'first start',
        createdAt: deps.now(),
      })
      byHash.set(key.hash, identityOf(key))
      return secret
    },
    identify(secret) {
      const known = recent.get(secret)
      if (known !== undefined) return known
      const identity = byHash.get(hashOf(secret))
      if (identity === undefined) return undefined
      if (recent.size >= maxRecent) recent.clear()
      recent.set(secret, identity)
      return identity
    },
  }
}

function identityOf(key: StoredKey): Identity {
  return { role: key.role, keyId: key.keyId }
}

function hashOf(secret: string): string {
  return hash('sha256', secret)
}
