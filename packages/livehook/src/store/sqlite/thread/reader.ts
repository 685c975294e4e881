// The reader's thread, with a connection of its own: a list never waits for a commit, nor delays one.

import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../../domain/assert.ts'
import { createReadVerbs } from '../read/verbs.ts'
import { openReaderDatabase } from '../file/database.ts'
import { toFailure } from './failure.ts'
import type { FromReader, ToReader, VerbAnswer, WorkerSettings } from './messages.ts'
import { createPerform } from './verbs.ts'
import type { VerbCall } from './verbs.ts'

interface Reader {
  /** The names of its verbs. */
  readonly verbs: readonly string[]
  answer(call: VerbCall): unknown
  close(): void
}

assert(parentPort !== null, 'The reader runs in a thread of its own.')
run(parentPort, workerData)

function run(port: NonNullable<typeof parentPort>, settings: WorkerSettings): void {
  let reader: Reader | undefined
  const answer = (id: number, work: (reader: Reader) => unknown): void => {
    const message: FromReader = { id, answer: attempt(() => work((reader ??= openReader(settings.path)))) }
    port.postMessage(message)
  }
  port.on('message', (message: ToReader) => {
    if (message.kind === 'open') return answer(message.id, ({ verbs }) => verbs)
    if (message.kind === 'read') return answer(message.id, (open) => open.answer(message.call))
    reader?.close()
    port.close()
  })
}

function attempt(work: () => unknown): VerbAnswer {
  try {
    return { kind: 'done', value: work() }
  } catch (error) {
    return toFailure(error)
  }
}

function openReader(path: string): Reader {
  const db = openReaderDatabase(path)
  const verbs = createReadVerbs(db)
  const perform = createPerform(verbs)
  const read = createSnapshot(db)
  return {
    verbs: Object.keys(verbs),
    answer: (call) => read(() => perform(call)),
    close: () => db.close(),
  }
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
