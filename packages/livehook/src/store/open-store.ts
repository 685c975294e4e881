// Which store the settings name. The composition root opens it through here; a test may hand in another one.

import { assertNever } from '../domain/assert.ts'
import type { Settings } from '../config/settings.ts'
import type { Log } from '../observe/log.ts'
import { StoreError } from './port/errors.ts'
import type { Store } from './port/port.ts'
import { openSqliteStore } from './sqlite/store.ts'

export interface OpenStoreDeps {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Start with an empty store although what another one left behind was found in its place. */
  readonly acceptEmpty?: boolean
  readonly log?: Log
}

/**
 * Opens a store.
 * @throws StoreError `store_in_use`, `store_too_new`, `store_lost`, `store_unavailable`; its message names what to do
 */
export type OpenStore = (settings: Settings['store'], deps: OpenStoreDeps) => Promise<Store>

/** Opens the store that the settings name. */
export const openStore: OpenStore = async (settings, deps) => {
  switch (settings.kind) {
    case 'sqlite':
      return openSqliteStore({ ...deps, path: settings.path })
    case 'postgres':
      throw new StoreError(
        'store_unavailable',
        'LIVEHOOK_STORE names a PostgreSQL database. This version keeps everything in a file: use sqlite:<path>.',
      )
    default:
      return assertNever(settings)
  }
}
