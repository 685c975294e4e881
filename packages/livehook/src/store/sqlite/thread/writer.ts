// The writer's thread: the one connection that writes, so that a commit never stops the event loop of the service.

import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../../domain/assert.ts'
import { createCommit } from '../write/commit.ts'
import type { Commit } from '../write/commit.ts'
import { endLeases } from '../write/take-back.ts'
import { openWriterDatabase } from '../file/database.ts'
import { giveRoom, keepRoom } from '../file/spare-room.ts'
import { StoreError } from '../../port/errors.ts'
import { toFailure } from './failure.ts'
import { openDataFile } from '../file/data-file.ts'
import type { DataFile } from '../file/data-file.ts'
import type { CommittedBatch, Failure, FromWriter, ToWriter, WorkerSettings, WriteBatch } from './messages.ts'
import { migrate, readSalt } from '../file/migrate.ts'

assert(parentPort !== null, 'The writer runs in a thread of its own.')
run(parentPort, workerData)

function run(port: NonNullable<typeof parentPort>, settings: WorkerSettings): void {
  try {
    const file = openDataFile(settings.path, settings)
    try {
      serve(port, settings, file)
    } catch (error) {
      file.release()
      throw error
    }
  } catch (error) {
    answer(port, toFailure(error))
    port.close()
  }
}

/** Commits of so long after the opening belong to the start, and may use the room that is kept for it. */
const startMs = 10_000

function serve(port: NonNullable<typeof parentPort>, settings: WorkerSettings, file: DataFile): void {
  const { db, salt, verbs, commit } = withRoom(file.path, () => open(settings, file))
  try {
    withRoom(file.path, () => endLeases(db))
  } catch {
    // No room at all: these leases run out by themselves.
  }
  keepRoom(file.path)
  const openedAt = performance.now()
  const commitAtStart = (batch: WriteBatch): CommittedBatch | Failure => {
    const committed = commit(batch)
    const isOfStart = batch.accepts === undefined && performance.now() - openedAt < startMs
    return committed.kind === 'failed' && isOfStart && giveRoom(file.path) ? commit(batch) : committed
  }
  port.on('message', (message: ToWriter) => {
    if (message.kind === 'batch') {
      answer(port, commitAtStart(message.batch))
      return
    }
    close(db, file)
    answer(port, { kind: 'closed' })
    port.close()
  })
  answer(port, { kind: 'opened', salt, verbs })
}

interface Opened extends Commit {
  readonly db: DatabaseSync
  readonly salt: string
}

function open(settings: WorkerSettings, file: DataFile): Opened {
  const db = openWriterDatabase(file.path)
  try {
    migrate(db, { salt: settings.salt, now: settings.openedAt })
    file.mark()
    const salt = readSalt(db)
    return { db, salt, ...createCommit(db, salt, () => file.requireInPlace()) }
  } catch (error) {
    db.close()
    throw error
  }
}

/** Tries again with the room that was kept, if it fails without. */
function withRoom<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof StoreError || !giveRoom(path)) throw error
    return work()
  }
}

function close(db: DatabaseSync, file: DataFile): void {
  try {
    // Everything is in the data file afterwards: it can be copied or moved alone.
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // A full disk: what is in the log stays there, and the next start reads it.
  }
  db.close()
  file.release()
}

function answer(port: NonNullable<typeof parentPort>, message: FromWriter): void {
  port.postMessage(message, transferOf(message))
}

/** The buffers of an answer: handed over instead of copied. */
function transferOf(message: FromWriter): ArrayBuffer[] {
  if (message.kind !== 'committed') return []
  const { settles, accepts, claims } = message
  const arrays = [settles, accepts, ...claims.flatMap(({ numbers, bodies }) => [numbers, bodies])]
  return arrays.flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : []))
}
