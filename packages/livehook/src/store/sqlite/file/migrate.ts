// Brings a data file to the layout of this version: numbered files, applied in order, each with its ledger row in the
// same transaction. Number 6 was never used, and stays so: it would run after 8 in old data files and before it in new ones.

import { readFileSync, readdirSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { migrationsFolder } from '../../../places.ts'
import { StoreError } from '../../port/errors.ts'
import { inTransaction } from './database.ts'

/** What our first migration writes into the file's header ("lvhk"). */
const applicationId = 1_819_699_307

interface Migration {
  readonly number: number
  readonly name: string
}

/**
 * Applies what is missing.
 * @param created what a data file gets once, when it is new
 * @throws StoreError `store_too_new` if a newer version wrote the file; `store_unavailable` if it is not one of our files
 */
export function migrate(db: DatabaseSync, created: { readonly salt: string; readonly now: number }): void {
  const migrations = listMigrations()
  const applied = appliedMigrations(db)
  const newest = Math.max(0, ...applied)
  const known = migrations.at(-1)?.number ?? 0
  if (newest > known) {
    throw new StoreError(
      'store_too_new',
      `The data file was written by a newer livehook: its layout is number ${newest}, this version knows them up to ${known}. ` +
        'Start the newer version again, or use another data file.',
    )
  }
  for (const migration of migrations) {
    if (!applied.has(migration.number)) apply(db, migration, created)
  }
}

function apply(db: DatabaseSync, migration: Migration, created: { readonly salt: string; readonly now: number }): void {
  const sql = readFileSync(new URL(migration.name, migrationsFolder), 'utf8')
  inTransaction(db, () => {
    db.exec(
      'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
    )
    db.exec(sql)
    if (migration.number === 1) db.prepare("INSERT INTO meta (name, value) VALUES ('salt', ?)").run(created.salt)
    db.prepare('INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)').run(
      migration.number,
      migration.name,
      created.now,
    )
  })
}

function appliedMigrations(db: DatabaseSync): ReadonlySet<number> {
  if (isEmpty(db)) return new Set()
  if (db.prepare('PRAGMA application_id').get()?.['application_id'] !== applicationId) {
    throw new StoreError(
      'store_unavailable',
      'The data file is a SQLite database of another program. Choose another path for the data file.',
    )
  }
  return new Set(
    db
      .prepare('SELECT number FROM migrations')
      .all()
      .map((row) => Number(row['number'])),
  )
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'] === 0
}

function listMigrations(): readonly Migration[] {
  return readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, number: Number.parseInt(name, 10) }))
}

/** The salt of a migrated data file. */
export function readSalt(db: DatabaseSync): string {
  const salt = db.prepare("SELECT value FROM meta WHERE name = 'salt'").get()?.['value']
  if (typeof salt !== 'string') throw new Error('The data file has no salt.')
  return salt
}
