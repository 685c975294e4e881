// The data file as a thing on a disk: found under its real name, locked, not emptied behind our back, and still at its
// path while it is written.

import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../port/errors.ts'
import { createFile, isOpenElsewhere, isSameFile, storeInUse, takeLock } from './lock.ts'
import type { FileLock } from './lock.ts'

export interface DataFile {
  /** Its real path: symbolic links are followed once, here. */
  readonly path: string
  /** A store was made in it. */
  mark(): void
  /**
   * Makes sure that what is committed now will be found again.
   * @throws StoreError `store_unavailable` if the data file or its log is no longer at its path
   */
  requireInPlace(): void
  release(): void
}

/** A commit looks after the file when the last look is as old as this: three times `stat` cost some 10 µs. */
const lookEveryMs = 20

/** What a data file without any table may have at most; a larger one is not opened just to see. */
const maxEmptyBytes = 65_536

/** A write-ahead log of this size has its header and nothing else. */
const logHeaderBytes = 32

/**
 * Finds or makes the data file and takes its lock.
 * @throws StoreError `store_in_use` if another process has it; `store_lost` if what a store left behind was found
 *   instead of one; `store_unavailable` if the file cannot be made
 */
export function openDataFile(path: string, options: { readonly acceptEmpty: boolean }): DataFile {
  const real = naming(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return realPathOf(path)
  })
  const lock = naming(path, () => takeLock(`${real}-lock`))
  if (lock === undefined) throw storeInUse(real)
  try {
    if (!options.acceptEmpty) refuseLeftovers(real, lock)
    naming(path, () => {
      // SQLite gives its side files the mode of the data file.
      createFile(real)
      accessSync(real, constants.R_OK | constants.W_OK)
      if (!statSync(real).isFile()) throw new Error('It is not a file.')
    })
    const found = statSync(real)
    // Another name of the same file, or a lock that was removed, would let a second process in.
    if (found.size > 0 && (lock.isNew || found.nlink > 1) && isOpenElsewhere(real)) throw storeInUse(real)
    return createDataFile(real, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

function createDataFile(path: string, lock: FileLock): DataFile {
  const identity = statSync(path)
  // Not before the first commit: opening the data file may begin a new log.
  let log: Stats | undefined
  let lookedAt = 0
  const look = (): void => {
    const now = statSync(path, { throwIfNoEntry: false })
    if (!isSameFile(identity, now)) {
      const what = now === undefined ? 'was removed' : 'was replaced by another one'
      throw new StoreError(
        'store_unavailable',
        `The data file ${path} ${what} while it was in use. Nothing is written until it is back in its place or livehook is started again.`,
      )
    }
    const logNow = statSync(`${path}-wal`, { throwIfNoEntry: false })
    if (log !== undefined && !isSameFile(log, logNow)) {
      throw new StoreError(
        'store_unavailable',
        `The log ${path}-wal was removed or replaced while it was in use. Nothing is written any more. ` +
          'Stop livehook with SIGTERM: it moves what the log held into the data file.',
      )
    }
    log ??= logNow
    if (!lock.hold()) throw storeInUse(path)
  }
  return {
    path,
    mark: () => lock.mark(),
    requireInPlace() {
      const now = performance.now()
      if (lookedAt !== 0 && now - lookedAt < lookEveryMs) return
      look()
      // Only a look that found everything in its place lets the next ones rest.
      lookedAt = now
    },
    release: () => lock.release(),
  }
}

/** The path with every symbolic link followed, also if the file is still to be made. */
function realPathOf(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return join(realpathSync(dirname(path)), basename(path))
  // A link that leads nowhere throws: the disk that it leads to may not be mounted yet.
  return realpathSync(path)
}

/** @throws StoreError `store_lost` if starting would begin an empty store in the place of one that was there */
function refuseLeftovers(path: string, lock: FileLock): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  const logBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const isLog = logBytes > logHeaderBytes
  if (size === undefined || size === 0) {
    const what = size === undefined ? 'is missing' : 'is empty (0 bytes)'
    if (isLog) throw storeLost(`The data file ${path} ${what}, but its log ${path}-wal has ${logBytes} bytes.`)
    if (lock.isMarked)
      throw storeLost(`The data file ${path} ${what}, but ${path}-lock says that a store was made there.`)
    return
  }
  if (isLog && !hasLogHeader(`${path}-wal`)) {
    throw storeLost(
      `The log ${path}-wal has ${logBytes} bytes that SQLite cannot read: what was committed last is lost.`,
    )
  }
  if (size <= maxEmptyBytes && (isLog || lock.isMarked) && hasNoTables(path)) {
    throw storeLost(
      `The data file ${path} has no tables, but ${path}-lock or its log says that a store was made there.`,
    )
  }
}

function storeLost(found: string): StoreError {
  return new StoreError(
    'store_lost',
    `${found} Put the files back from a backup; or start with --accept-empty (LIVEHOOK_ACCEPT_EMPTY=true) to begin with what can be read, which may be an empty store.`,
  )
}

/** Whether a write-ahead log begins as SQLite begins one: with either byte order of its checksums. */
function hasLogHeader(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(4)
    readSync(file, head, 0, 4, 0)
    return (head.readUInt32BE() & 0xff_ff_ff_fe) >>> 0 === 0x37_7f_06_82
  } finally {
    closeSync(file)
  }
}

/** Read only, since closing any other connection would remove the log. */
function hasNoTables(path: string): boolean {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'] === 0
  } finally {
    db.close()
  }
}

/** @throws StoreError `store_unavailable` naming the data file where the file system refuses */
function naming<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof StoreError) throw error
    const reason = error instanceof Error ? ` ${error.message}` : ''
    throw new StoreError(
      'store_unavailable',
      `The data file ${path} cannot be made or opened for writing. Let LIVEHOOK_STORE name a place that this user may write to.${reason}`,
      { cause: error },
    )
  }
}
