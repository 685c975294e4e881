// A data file in a folder of its own, removed after the test.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../src/store/port/port.ts'
import type { SqliteStoreDeps } from '../../src/store/sqlite/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'

export interface SqlitePlace {
  readonly folder: string
  readonly path: string
  open(deps?: Omit<SqliteStoreDeps, 'path'>): Promise<Store>
  remove(): Promise<void>
}

export async function createSqlitePlace(): Promise<SqlitePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-store-'))
  const path = join(folder, 'data', 'livehook.db')
  return {
    folder,
    path,
    open: (deps) => openSqliteStore({ ...deps, path }),
    remove: () => rm(folder, { recursive: true }),
  }
}
