// Asks the reader's thread. Calls are answered in the order in which they were made.

import { StoreError } from '../../port/errors.ts'
import { toError } from './failure.ts'
import type { FromReader, ToReader, WorkerSettings } from './messages.ts'
import type { VerbCall } from './verbs.ts'
import { startWorker } from './worker-link.ts'

/** Reads that may wait: more than this means that the reader cannot keep up. */
const maxWaitingReads = 10_000

export interface ReadClient {
  /**
   * Opens the data file, which the writer must have made before.
   * @returns the names of the reader's verbs
   * @throws StoreError `store_unavailable`
   */
  open(): Promise<readonly string[]>
  /** @throws StoreError `store_unavailable`, `invalid_cursor` */
  call(call: VerbCall): Promise<unknown>
  /** Resolves if the thread ends without having been closed. */
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
  const ask = (message: (id: number) => ToReader): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      if (waiting.size >= maxWaitingReads) {
        return reject(new StoreError('store_unavailable', 'Too many reads are waiting. Try again later.'))
      }
      const id = nextId
      nextId += 1
      waiting.set(id, { resolve, reject })
      link.post(message(id))
    })
  return {
    broken: broken.promise,
    async open() {
      const names = await ask((id) => ({ kind: 'open', id }))
      return Array.isArray(names) ? names.map(String) : []
    },
    call: (call) => ask((id) => ({ kind: 'read', id, call })),
    async close() {
      isClosing = true
      if (ended === undefined) link.post({ kind: 'close' })
      await link.ended
    },
  }
}
