// One process per data file. The lock is an exclusive lock on a small file beside it, because that is a lock which the
// operating system takes back when the process dies, however it dies. The same file remembers that a store was made here.

import { closeSync, openSync, statSync, truncateSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../port/errors.ts'

/** SQLITE_BUSY and SQLITE_NOTADB, without their extended parts. */
const busyCode = 5
const notADatabaseCode = 26

export interface FileLock {
  /** Whether a store was made beside this lock. */
  readonly isMarked: boolean
  /** Whether the lock file was missing, so that nothing says who else may be here. */
  readonly isNew: boolean
  /** Remembers that a store was made here. */
  mark(): void
  /**
   * Looks whether the lock file is still at its path, and takes the lock again if it is not.
   * @returns `false` if another process has taken it in the meantime
   */
  hold(): boolean
  release(): void
}

/**
 * Takes the lock.
 * @param path the lock file, made for the owner only if it is missing
 * @returns `undefined` if another process holds it
 */
export function takeLock(path: string): FileLock | undefined {
  const isNew = createFile(path)
  let db = openLocked(path)
  if (db === undefined) return undefined
  let identity = statSync(path)
  const isMarked = db.prepare('PRAGMA user_version').get()?.['user_version'] === 1
  return {
    isMarked,
    isNew,
    mark() {
      if (!isMarked) db?.exec('PRAGMA user_version = 1')
    },
    hold() {
      if (isSameFile(identity, statSync(path, { throwIfNoEntry: false }))) return true
      createFile(path)
      const again = openLocked(path)
      if (again === undefined) return false
      db?.close()
      db = again
      identity = statSync(path)
      db.exec('PRAGMA user_version = 1')
      return true
    },
    release: () => db?.close(),
  }
}

/**
 * Makes an empty file for the owner only.
 * A file that is there is not touched: to close it would take the locks of this process on it away.
 * @returns whether it was missing
 */
export function createFile(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

interface Identity {
  readonly dev: number
  readonly ino: number
}

export function isSameFile(before: Identity, now: Identity | undefined): boolean {
  return now !== undefined && now.dev === before.dev && now.ino === before.ino
}

function openLocked(path: string): DatabaseSync | undefined {
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    // In this mode a lock that was taken is kept until the file is closed.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; COMMIT')
    return db
  } catch (error) {
    db.close()
    if (sqliteCode(error) === busyCode) return undefined
    if (sqliteCode(error) !== notADatabaseCode) throw error
    // The mark was torn by a loss of power. The lock is free, or this would have been busy.
    truncateSync(path)
    return openLocked(path)
  }
}

/** Whether any other connection has the data file open: each has a shared lock on the file itself, by whatever name. */
export function isOpenElsewhere(path: string): boolean {
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    if (sqliteCode(error) === busyCode) return true
    throw error
  } finally {
    db.close()
  }
}

export function storeInUse(path: string): StoreError {
  return new StoreError(
    'store_in_use',
    `The data file ${path} is in use by another livehook process that is still running. ` +
      'Stop that process first, or give this one a data file of its own.',
  )
}

/** The primary SQLite result code of an error, if it has one. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}
