// Keys of the API. Only hashes are kept; what comes in is hashed and looked up, so no comparison can leak a prefix.

import { hash, randomBytes } from 'node:crypto'
import type { Identity, Role } from '../../domain/access/role.ts'
import { roleProblem } from '../../domain/access/role.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Log } from '../../observe/log.ts'
import type { Store } from '../../store/port/port.ts'
import type { NewKey, StoredKey } from '../../store/port/access.ts'
import type { Follower } from '../../engine/kept/changes.ts'
import { createKeyUses } from './key-uses.ts'

/** A key as it may be shown. The one from the settings has no beginning and no date. */
export interface ShownKey extends Identity {
  readonly prefix: string | null
  readonly createdAt: number | null
  readonly lastUsedAt: number | null
}

export interface MadeKey {
  readonly key: ShownKey
  /** Here once and never again. */
  readonly secret: string
}

export interface KeyRequest {
  readonly name: string
  readonly role: Role
  readonly sdkAppId: number | null
}

export interface Keys {
  /** @returns an admin key that was made just now and must be shown to the person once, or `undefined` if one existed */
  load(): Promise<MadeKey | undefined>
  /** Begins to write down from time to time which keys were used. */
  start(): void
  stop(): Promise<void>
  /** Who a secret belongs to. */
  identify(secret: string): Identity | undefined
  /** Oldest first. */
  list(): readonly ShownKey[]
  /**
   * Makes a key. Its secret is here once and never again.
   * @throws ServiceError `invalid_request` if role and app do not fit, `not_found` if the app does not exist
   */
  create(request: KeyRequest): Promise<MadeKey>
  /**
   * Revokes a key: from the moment this resolves no one gets in with it.
   * @throws ServiceError `not_found`, `last_admin_key`, `key_of_settings`
   */
  remove(keyId: string): Promise<ShownKey>
  /** Keys that the store removed with their app stop working now. */
  forget(removed: readonly StoredKey[]): void
  /** Takes over what another process changed. */
  readonly follower: Follower<'key'>
  /** Called with the id of each key that was revoked. @returns a function that ends the listening */
  onRevoked(listener: (keyId: string) => void): () => void
}

export interface KeysDeps {
  readonly store: Pick<Store, 'listKeys' | 'putKey' | 'putFirstAdminKey' | 'removeKey' | 'touchKeys'>
  /** From the settings: valid beside the stored keys, and never stored. */
  readonly adminKey: string | undefined
  readonly now: () => number
  readonly log: Log
}

/** The id of the key that comes from the settings. */
const keyOfSettings = 'key_environment'

/** How much of a key is shown to tell it from others: 24 of its 192 bits. */
const prefixLength = 8

export function createKeys(deps: KeysDeps): Keys {
  const byHash = new Map<string, Identity>()
  const stored = new Map<string, StoredKey>()
  // Ids are not given out again: what was revoked stays revoked, whatever was read of it before.
  const revoked = new Set<string>()
  const uses = createKeyUses({ ...deps, withoutRow: keyOfSettings })
  const listeners = new Set<(keyId: string) => void>()

  const take = (key: StoredKey): void => {
    const { keyId, name, role, sdkAppId } = key
    if (revoked.has(keyId)) return
    stored.set(keyId, key)
    byHash.set(key.hash, { keyId, name, role, sdkAppId })
  }
  const forget = ({ keyId, hash: digest }: StoredKey): void => {
    revoked.add(keyId)
    stored.delete(keyId)
    byHash.delete(digest)
    for (const listener of listeners) listener(keyId)
  }
  const show = ({ hash: _hash, ...key }: StoredKey): ShownKey => ({
    ...key,
    prefix: key.prefix === '' ? null : key.prefix,
    lastUsedAt: uses.lastOf(key.keyId) ?? key.lastUsedAt,
  })
  const newKey = (request: KeyRequest): { readonly secret: string; readonly key: NewKey } => {
    const secret = `lhk_${randomBytes(24).toString('base64url')}`
    const prefix = secret.slice(0, prefixLength)
    return { secret, key: { ...request, prefix, hash: hashOf(secret), createdAt: deps.now() } }
  }
  const make = async (request: KeyRequest): Promise<MadeKey> => {
    const { secret, key } = newKey(request)
    const made = await deps.store.putKey(key)
    take(made)
    return { key: show(made), secret }
  }
  /** Of two processes that start at once on an empty store one makes the key, and one prints it. */
  const makeFirst = async (): Promise<MadeKey | undefined> => {
    const { secret, key } = newKey({ name: 'first start', role: 'admin', sdkAppId: null })
    const made = await deps.store.putFirstAdminKey(key)
    if (made === undefined) return undefined
    take(made)
    return { key: show(made), secret }
  }

  return {
    follower: {
      follow({ key, state }) {
        const kept = stored.get(key)
        if (state !== undefined && kept === undefined) take(state)
        if (state === undefined && kept !== undefined) forget(kept)
      },
      known: () => Array.from(stored.values(), ({ keyId: key, sdkAppId }) => ({ sdkAppId, key })),
    },
    async load() {
      for (const key of await deps.store.listKeys()) take(key)
      if (deps.adminKey !== undefined) {
        byHash.set(hashOf(deps.adminKey), { ...settingsIdentity })
        return undefined
      }
      if ([...stored.values()].some((key) => key.role === 'admin')) return undefined
      return makeFirst()
    },
    start: () => uses.start(),
    stop: () => uses.stop(),
    identify(secret) {
      const identity = byHash.get(hashOf(secret))
      if (identity === undefined) return undefined
      uses.note(identity.keyId)
      return identity
    },
    list() {
      const lastUsedAt = uses.lastOf(keyOfSettings) ?? null
      const ofSettings = { ...settingsIdentity, prefix: null, createdAt: null, lastUsedAt }
      return [...(deps.adminKey === undefined ? [] : [ofSettings]), ...Array.from(stored.values(), show)]
    },
    async create(request) {
      const problem = roleProblem(request.role, request.sdkAppId)
      if (problem !== undefined) {
        throw new ServiceError('invalid_request', problem, { errors: [{ pointer: '/sdkAppId', detail: problem }] })
      }
      return make(request)
    },
    async remove(keyId) {
      if (keyId === keyOfSettings && deps.adminKey !== undefined) throw keyOfSettingsError()
      const removed = await deps.store.removeKey(keyId, deps.adminKey !== undefined)
      if (removed === 'missing') throw new ServiceError('not_found', `There is no key ${JSON.stringify(keyId)}.`)
      if (removed === 'last_admin') throw lastAdminError()
      forget(removed)
      return show(removed)
    },
    forget(removed) {
      for (const key of removed) forget(key)
    },
    onRevoked(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const settingsIdentity: Identity = {
  keyId: keyOfSettings,
  name: 'LIVEHOOK_ADMIN_KEY',
  role: 'admin',
  sdkAppId: null,
}

function keyOfSettingsError(): ServiceError {
  return new ServiceError(
    'key_of_settings',
    'This key comes from the setting LIVEHOOK_ADMIN_KEY. Change or remove the setting and start the service again.',
  )
}

function lastAdminError(): ServiceError {
  return new ServiceError(
    'last_admin_key',
    'Without this key no one could manage the service. Make another admin key first: POST /v1/keys with the role admin.',
  )
}

function hashOf(secret: string): string {
  return hash('sha256', secret)
}
