// Asks the reader's thread. Orders are answered in the order in which they were given.

import { StoreError } from '../../port/errors.ts'
import { toError } from './failure.ts'
import type { FromReader, ReadOrder, ReadResults, ToReader, WorkerSettings } from './messages.ts'
import { startWorker } from './worker-link.ts'

/** Reads that may wait: more than this means that the reader cannot keep up. */
const maxWaitingReads = 10_000

export interface ReadClient {
  /** @throws StoreError `store_unavailable`, `invalid_cursor` */
  ask<Order extends ReadOrder>(order: Order): Promise<ReadResults[Order['kind']]>
  /** Resolves where the thread ends without having been closed. */
  readonly broken: Promise<StoreError>
  close(): Promise<void>
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: StoreError): void
}

export function createReadClient(settings: WorkerSettings): ReadClient {
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  const broken = Promise.withResolvers<StoreError>()
  let isClosing = false
  let ended: StoreError | undefined
  const link = startWorker<ToReader, FromReader>('reader', settings, {
    onMessage({ id, answer }) {
      const call = waiting.get(id)
      waiting.delete(id)
      if (answer.kind === 'done') call?.resolve(answer.value)
      else call?.reject(toError(answer))
    },
    onEnd(error) {
      ended = error
      if (!isClosing) broken.resolve(error)
      for (const call of waiting.values()) call.reject(error)
      waiting.clear()
    },
  })
  return {
    broken: broken.promise,
    ask<Order extends ReadOrder>(order: Order) {
      return new Promise<ReadResults[Order['kind']]>((resolve, reject) => {
        if (ended !== undefined) return reject(ended)
        if (waiting.size >= maxWaitingReads) {
          return reject(new StoreError('store_unavailable', 'Too many reads are waiting. Try again later.'))
        }
        const id = nextId
        nextId += 1
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader answers in the shape that messages.ts states
        waiting.set(id, { resolve: (value) => resolve(value as ReadResults[Order['kind']]), reject })
        link.post({ kind: 'read', id, order })
      })
    },
    async close() {
      isClosing = true
      if (ended === undefined) link.post({ kind: 'close' })
      await link.ended
    },
  }
}
