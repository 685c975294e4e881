// Takes secrets out of the data file for good. SQLite only marks the place of a removed row as free, and the text would stay there
// until something else needs the place.

import type { DatabaseSync } from 'node:sqlite'

/** Runs work whose removed and replaced rows are overwritten with zeros. Slower, so for rare and secret rows only. */
export function erasing<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('PRAGMA secure_delete = ON')
  try {
    return work()
  } finally {
    db.exec('PRAGMA secure_delete = OFF')
  }
}
