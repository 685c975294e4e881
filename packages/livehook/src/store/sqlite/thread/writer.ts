// The writer's thread: the one connection that writes, so that a commit never stops the event loop of the service.

import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../../domain/assert.ts'
import { createCommit } from '../write/commit.ts'
import { openWriterDatabase } from '../file/database.ts'
import { toFailure } from './failure.ts'
import { openDataFile } from '../file/data-file.ts'
import type { DataFile } from '../file/data-file.ts'
import type { FromWriter, ToWriter, WorkerSettings } from './messages.ts'
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

function serve(port: NonNullable<typeof parentPort>, settings: WorkerSettings, file: DataFile): void {
  const db = openWriterDatabase(file.path)
  migrate(db, { salt: settings.salt, now: settings.openedAt })
  file.mark()
  const salt = readSalt(db)
  const { verbs, commit } = createCommit(db, salt, () => file.requireInPlace())
  port.on('message', (message: ToWriter) => {
    if (message.kind === 'batch') {
      answer(port, commit(message.batch))
      return
    }
    close(db, file)
    answer(port, { kind: 'closed' })
    port.close()
  })
  answer(port, { kind: 'opened', salt, verbs })
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
