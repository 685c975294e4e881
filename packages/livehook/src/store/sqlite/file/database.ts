// Opens connections to the data file and makes sure that they keep their promises.

import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../port/errors.ts'

/** How long a statement waits for a lock that another program (a backup, an administrator's shell) holds. */
const busyTimeoutMs = 1000

/**
 * Takes effect when the data file is created. Rows do not share a page's rest with others, so with 8 KiB an event of 1 KiB
 * takes 1.2 KiB, with SQLite's usual 4 KiB it would take 1.4; larger pages make every small commit longer.
 */
const pageBytes = 8192

/**
 * Pages in the write-ahead log before they are moved into the data file: 16 MiB. Busy index pages are then written to
 * the data file once for many commits, and the log still is read quickly after a crash.
 */
const checkpointPages = 2000

/** The log's file is cut back to this after a checkpoint, so that one flood does not keep its size for ever. */
const journalSizeLimitBytes = 67_108_864

/** A cache that holds the inner pages of the indexes of some million deliveries. Negative: KiB, as SQLite wants it. */
const writerCacheKib = -32_768
const readerCacheKib = -16_384

/**
 * Opens the one connection that writes.
 * @throws StoreError `store_unavailable` if the file system cannot give what a commit promises (I1)
 */
export function openWriterDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
  try {
    db.exec(`PRAGMA page_size = ${pageBytes}`)
    requirePragma(db, 'journal_mode', 'wal')
    requirePragma(db, 'synchronous', 2, 'FULL')
    requirePragma(db, 'foreign_keys', 1)
    db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
    db.exec(`PRAGMA journal_size_limit = ${journalSizeLimitBytes}`)
    db.exec(`PRAGMA cache_size = ${writerCacheKib}`)
    db.exec('PRAGMA temp_store = MEMORY')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/** Opens a connection that only reads. The writer must have opened the file before. */
export function openReaderDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs, readOnly: true })
  db.exec(`PRAGMA cache_size = ${readerCacheKib}`)
  db.exec('PRAGMA temp_store = MEMORY')
  return db
}

/** Sets a pragma and reads it back: SQLite answers with what it could do, not with what was asked. */
function requirePragma(db: DatabaseSync, name: string, value: string | number, word: string | number = value): void {
  db.exec(`PRAGMA ${name} = ${word}`)
  const row = db.prepare(`PRAGMA ${name}`).get()
  const got = row === undefined ? undefined : Object.values(row)[0]
  if (got === value) return
  throw new StoreError(
    'store_unavailable',
    `The data file cannot be used safely: ${name} should be ${word} but is ${String(got)}. ` +
      'Put it on a local disk with a file system that supports shared memory and locks.',
  )
}

/** Runs `work` in one transaction; whatever it throws undoes everything. */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // On a full disk SQLite may have rolled back by itself.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
