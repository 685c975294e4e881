// What is rare: moves by hand, steps of jobs, removals. One order, one verb.

import type { DatabaseSync } from 'node:sqlite'
import { assertNever } from '../../../domain/assert.ts'
import type { RareOrder, RareResults } from '../thread/messages.ts'
import { createJobWriter } from './job-writer.ts'
import { createAddDelivery, createCancel, createRedeliver } from './redeliver.ts'
import { createRemoveExpired, createTrimSummaries } from './retention.ts'
import type { WriteContext } from './write-context.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createRare(
  db: DatabaseSync,
  context: WriteContext,
): (order: RareOrder) => RareResults[RareOrder['kind']] {
  const redeliver = createRedeliver(db, context)
  const cancel = createCancel(db, context)
  const addDelivery = createAddDelivery(db, context)
  const jobs = createJobWriter(db, context)
  const removeExpired = createRemoveExpired(db, context)
  const trimSummaries = createTrimSummaries(db)
  return (order) => {
    switch (order.kind) {
      case 'redeliver':
        return redeliver(order.deliveryIds, order.now)
      case 'cancel':
        return cancel(order.deliveryIds, order.now)
      case 'addDelivery':
        return addDelivery(order.eventId, order.webhookId, order.now)
      case 'createJob':
        return jobs.create(order.job)
      case 'takeStep':
        return jobs.takeStep(order.step, order.now)
      case 'moveJob':
        return jobs.move(order.jobId, order.state, order.now)
      case 'removeExpired':
        return removeExpired(order.eventIds, order.before)
      case 'trimSummaries':
        return trimSummaries(order.before)
      default:
        return assertNever(order)
    }
  }
}
