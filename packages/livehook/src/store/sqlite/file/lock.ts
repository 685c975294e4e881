// One process per data file. The lock is an exclusive transaction on a small file beside it, because that is a lock
// which the operating system takes back when the process dies, however it dies.

import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../port/errors.ts'

/** SQLITE_BUSY, without its extended part. */
const busyCode = 5

export interface DataFileLock {
  release(): void
}

/**
 * Makes the data file and its folder where they are missing (for the owner only) and takes the lock.
 * @throws StoreError `store_in_use` where another process holds the lock; `store_unavailable` where the file cannot be made
 */
export function lockDataFile(path: string): DataFileLock {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // SQLite gives its side files the mode of the data file.
    closeSync(openSync(path, 'a', 0o600))
    closeSync(openSync(`${path}-lock`, 'a', 0o600))
  } catch (error) {
    throw new StoreError(
      'store_unavailable',
      `The data file ${path} cannot be made or opened for writing. Let LIVEHOOK_STORE name a place that this user may write to.`,
      {
        cause: error,
      },
    )
  }
  const db = new DatabaseSync(`${path}-lock`, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (sqliteCode(error) !== busyCode) throw error
    throw new StoreError(
      'store_in_use',
      `The data file ${path} is in use by another livehook process that is still running. ` +
        'Stop that process first, or give this one a data file of its own.',
    )
  }
  return { release: () => db.close() }
}

/** The primary SQLite result code of an error, where it has one. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}
