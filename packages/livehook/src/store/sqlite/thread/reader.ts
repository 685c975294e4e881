// The reader's thread, with a connection of its own: a list never waits for a commit, nor delays one.

import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../../domain/assert.ts'
import { createAnswer } from '../read/answer.ts'
import { openReaderDatabase } from '../file/database.ts'
import { toFailure } from './failure.ts'
import type { FromReader, ReadOrder, ReadResults, ToReader, WorkerSettings } from './messages.ts'

interface Reader {
  answer(order: ReadOrder): ReadResults[ReadOrder['kind']]
  close(): void
}

assert(parentPort !== null, 'The reader runs in a thread of its own.')
run(parentPort, workerData)

function run(port: NonNullable<typeof parentPort>, settings: WorkerSettings): void {
  // Opened by the first order: the writer must have made the data file before.
  let reader: Reader | undefined
  const read = (id: number, order: ReadOrder): FromReader => {
    try {
      reader ??= openReader(settings.path)
      return { id, answer: { kind: 'done', value: reader.answer(order) } }
    } catch (error) {
      return { id, answer: toFailure(error) }
    }
  }
  port.on('message', (message: ToReader) => {
    if (message.kind === 'read') {
      port.postMessage(read(message.id, message.order))
      return
    }
    reader?.close()
    port.close()
  })
}

function openReader(path: string): Reader {
  const db = openReaderDatabase(path)
  const answer = createAnswer(db)
  const read = createSnapshot(db)
  return { answer: (order) => read(() => answer(order)), close: () => db.close() }
}

/** Several statements see one state of the data file: a delivery, its event and its attempts fit together. */
function createSnapshot(db: DatabaseSync): <Result>(work: () => Result) => Result {
  const begin = db.prepare('BEGIN')
  const end = db.prepare('COMMIT')
  return (work) => {
    begin.run()
    try {
      return work()
    } finally {
      end.run()
    }
  }
}
