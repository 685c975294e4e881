// One batch, one commit: what the writer's thread does with what the client collected.

import type { DatabaseSync } from 'node:sqlite'
import { createAccept } from './accept.ts'
import { createClaim } from './claim.ts'
import { toFailure } from '../thread/failure.ts'
import type { CommittedBatch, Failure, OrderAnswer, WriteBatch } from '../thread/messages.ts'
import { createRare } from './rare.ts'
import { createRegistrations } from './registrations.ts'
import { createSettle } from './settle.ts'
import { createCancelRemoved, createTakeBack } from './take-back.ts'
import { createWriteContext } from './write-context.ts'
import type { WriteContext } from './write-context.ts'

/**
 * Prepares all verbs that write.
 * @param requireInPlace throws where what is committed now would not be found again
 * @returns commits a batch; a failed commit has changed nothing (I1), and the next one is tried as if nothing had been
 */
export function createCommit(
  db: DatabaseSync,
  salt: string,
  requireInPlace: () => void = () => undefined,
): (batch: WriteBatch) => CommittedBatch | Failure {
  const context = createWriteContext(db, salt)
  const guard = createGuard(db, context)
  const register = guard(createRegistrations(db, context))
  const rare = guard(createRare(db, context))
  const settle = createSettle(db, context)
  const accept = createAccept(db, context)
  const takeBack = createTakeBack(db, context)
  const claim = createClaim(db, context)
  const cancelRemoved = createCancelRemoved(db, context)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')

  let isStale = false
  return (batch) => {
    try {
      requireInPlace()
      begin.run()
      if (isStale) context.reload()
      isStale = false
      // Registrations first: an event that arrives with the removal of its webhook must find it gone.
      const answer: CommittedBatch = {
        kind: 'committed',
        registrations: batch.registrations.map((order) => register(order)),
        settles: batch.settles && settle(batch.settles),
        accepts: batch.accepts && accept(batch.accepts),
        takeBacks: batch.takeBacks.map(takeBack),
        // Before the claims: what was redelivered is due at once.
        rares: batch.rares.map((order) => rare(order)),
        claims: batch.claims.map(claim),
        hasMore: cancelRemoved(),
      }
      context.counters.write()
      commit.run()
      return answer
    } catch (error) {
      // On a full disk SQLite may have rolled back by itself.
      if (db.isTransaction) db.exec('ROLLBACK')
      isStale = true
      return toFailure(error)
    }
  }
}

/** A single order that fails (an app that does not exist) must not take the rest of its batch with it. */
function createGuard(
  db: DatabaseSync,
  context: WriteContext,
): <Order>(perform: (order: Order) => unknown) => (order: Order) => OrderAnswer {
  return (perform) => (order) => {
    db.exec('SAVEPOINT single')
    try {
      const value = perform(order)
      db.exec('RELEASE single')
      return { kind: 'done', value }
    } catch (error) {
      // SQLite undid the whole transaction: then nothing of the batch is left.
      if (!db.isTransaction) throw error
      db.exec('ROLLBACK TO single; RELEASE single')
      context.reload()
      return toFailure(error)
    }
  }
}
