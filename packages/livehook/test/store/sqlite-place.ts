// A data file in a folder of its own, removed after the test.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import type { StorePlace } from './store-suite.ts'

export interface SqlitePlace extends StorePlace {
  readonly folder: string
  readonly path: string
}

export async function createSqlitePlace(): Promise<SqlitePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-store-'))
  const path = join(folder, 'data', 'livehook.db')
  return {
    folder,
    path,
    open: () => openSqliteStore({ path }),
    remove: () => rm(folder, { recursive: true }),
  }
}
