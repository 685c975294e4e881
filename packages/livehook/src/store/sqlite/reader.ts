// The reader's thread, with a connection of its own: a list never waits for a commit, nor delays one.

import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { assert, assertNever } from '../../domain/assert.ts'
import { openReaderDatabase } from './database.ts'
import { toFailure } from './failure.ts'
import type { FromReader, ReadOrder, ReadResults, ToReader, WorkerSettings } from './messages.ts'
import { readSalt } from './migrate.ts'
import { createDeliveryReader } from './read-deliveries.ts'
import { createRegistrationReader } from './read-registrations.ts'
import { createWordReader } from './words.ts'

type Answer = (order: ReadOrder) => ReadResults[ReadOrder['kind']]

assert(parentPort !== null, 'The reader runs in a thread of its own.')
run(parentPort, workerData)

function run(port: NonNullable<typeof parentPort>, settings: WorkerSettings): void {
  // Opened by the first order: the writer must have made the data file before.
  let answer: Answer | undefined
  port.on('message', ({ id, order }: ToReader) => {
    let message: FromReader
    try {
      answer ??= openReader(settings.path)
      message = { id, answer: { kind: 'done', value: answer(order) } }
    } catch (error) {
      message = { id, answer: toFailure(error) }
    }
    port.postMessage(message)
    if (order.kind === 'close') port.close()
  })
}

function openReader(path: string): Answer {
  const db = openReaderDatabase(path)
  const salt = readSalt(db)
  const registrations = createRegistrationReader(db, salt)
  const deliveries = createDeliveryReader(db, { salt, words: createWordReader(db) })
  const answer = (order: Exclude<ReadOrder, { readonly kind: 'close' }>): ReadResults[ReadOrder['kind']] => {
    switch (order.kind) {
      case 'nextDue':
        return registrations.nextDue()
      case 'listApps':
        return registrations.listApps(order.page)
      case 'getApp':
        return registrations.getApp(order.sdkAppId)
      case 'loadWebhooks':
        return registrations.loadWebhooks()
      case 'listDeliveries':
        return deliveries.list(order.filter, order.page)
      case 'getDelivery':
        return deliveries.get(order.deliveryId)
      case 'getEvent':
        return deliveries.getEvent(order.eventId)
      case 'listKeys':
        return registrations.listKeys()
      case 'ping':
        return undefined
      default:
        return assertNever(order)
    }
  }
  const read = createSnapshot(db)
  return (order) => {
    if (order.kind !== 'close') return read(() => answer(order))
    db.close()
    return undefined
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
