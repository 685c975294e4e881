// One batch, one commit: what the writer's thread does with what the client collected.

import type { DatabaseSync } from 'node:sqlite'
import { createAccept } from './accept.ts'
import { createClaim } from './claim.ts'
import { toFailure } from '../thread/failure.ts'
import type { CommittedBatch, Failure, VerbAnswer, WriteBatch } from '../thread/messages.ts'
import { createPerform } from '../thread/verbs.ts'
import type { VerbCall } from '../thread/verbs.ts'
import { createSettle } from './settle.ts'
import { createCancelRemoved, createTakeBack } from './take-back.ts'
import { createWriteVerbs } from './verbs.ts'
import { createWriteContext } from './write-context.ts'
import type { WriteContext } from './write-context.ts'

export interface Commit {
  /** The names of the verbs beside the main flow. */
  readonly verbs: readonly string[]
  /** Commits a batch. One that fails has changed nothing (I1), and the next one is tried as if nothing had happened. */
  readonly commit: (batch: WriteBatch) => CommittedBatch | Failure
}

/**
 * Prepares all verbs that write.
 * @param requireInPlace throws where what is committed now would not be found again
 */
export function createCommit(db: DatabaseSync, salt: string, requireInPlace: () => void = () => undefined): Commit {
  const context = createWriteContext(db, salt)
  const verbs = createWriteVerbs(db, context)
  const perform = createGuard(db, context, createPerform(verbs))
  const settle = createSettle(db, context)
  const accept = createAccept(db, context)
  const takeBack = createTakeBack(db, context)
  const claim = createClaim(db, context)
  const cancelRemoved = createCancelRemoved(db, context)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const end = db.prepare('COMMIT')

  let isStale = false
  const commit: Commit['commit'] = (batch) => {
    try {
      requireInPlace()
      begin.run()
      if (isStale) context.reload()
      isStale = false
      // Verbs first: an event that arrives with the removal of its webhook must find it gone.
      const answer: CommittedBatch = {
        kind: 'committed',
        verbs: batch.verbs.map(perform),
        settles: batch.settles && settle(batch.settles),
        accepts: batch.accepts && accept(batch.accepts),
        takeBacks: batch.takeBacks.map(takeBack),
        // Last: what was redelivered or taken back is due at once.
        claims: batch.claims.map(claim),
        hasMore: cancelRemoved(),
      }
      context.counters.write()
      end.run()
      // That a ping fitted says little of what comes next: only work that was kept ends the trouble.
      if (batch.accepts !== undefined || batch.verbs.some(({ verb }) => verb !== 'pingWriter'))
        context.isInTrouble = false
      return answer
    } catch (error) {
      // On a full disk SQLite may have rolled back by itself.
      if (db.isTransaction) db.exec('ROLLBACK')
      isStale = true
      context.isInTrouble = true
      return toFailure(error)
    }
  }
  return { verbs: Object.keys(verbs), commit }
}

/** A single call that fails (an app that does not exist) must not take the rest of its batch with it. */
function createGuard(
  db: DatabaseSync,
  context: WriteContext,
  perform: (call: VerbCall) => unknown,
): (call: VerbCall) => VerbAnswer {
  return (call) => {
    db.exec('SAVEPOINT single')
    try {
      const value = perform(call)
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
