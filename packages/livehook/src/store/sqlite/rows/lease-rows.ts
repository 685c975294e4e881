// Named leases: one owner at a time.

import type { DatabaseSync } from 'node:sqlite'
import type { Verbs } from '../thread/verbs.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createLeaseWriter(db: DatabaseSync): Verbs<'takeLease' | 'releaseLeases'> {
  // The data file belongs to one process: what another one held ended with it.
  db.exec('DELETE FROM leases')
  const take = db.prepare(
    `INSERT INTO leases (name, owner, until) VALUES (?1, ?2, ?3)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
     WHERE owner = excluded.owner OR until <= ?4`,
  )
  const release = db.prepare('DELETE FROM leases WHERE owner = ?')
  return {
    takeLease: ({ name, owner, until }, now) => take.run(name, owner, Math.round(until), Math.round(now)).changes === 1,
    releaseLeases: (owner) => void release.run(owner),
  }
}
