// What waits for the next commit, and how much of it may.

import { StoreError } from '../../port/errors.ts'
import type { WriteCall } from './write-batch.ts'

/** A commit takes what waits up to these; a single call is never split. */
const maxBatchRows = 2048
const maxBatchBytes = 8_388_608

/** What may wait. Beyond it a new event is refused (`store_unavailable`), and its sender tries again later. */
const maxWaitingRows = 100_000
const maxWaitingBytes = 134_217_728

/**
 * Everything but new events may wait twice as long: a refused event is sent again by its sender, but an attempt that
 * was made and cannot be recorded is made again.
 */
const headroom = 2

export interface WriteQueue {
  /** How many wait. */
  readonly calls: number
  /** @throws StoreError `store_unavailable` where too much waits already */
  add(call: WriteCall): void
  /** Takes the calls of the next commit, in the order in which they came. */
  take(): readonly WriteCall[]
  /** Takes everything. */
  clear(): readonly WriteCall[]
}

export function createWriteQueue(): WriteQueue {
  let waiting: WriteCall[] = []
  let rows = 0
  let bytes = 0
  return {
    get calls() {
      return waiting.length
    },
    add(call) {
      const factor = call.kind === 'accept' ? 1 : headroom
      if (rows >= maxWaitingRows * factor || bytes >= maxWaitingBytes * factor) {
        throw new StoreError('store_unavailable', 'Too much waits to be written. Try again later.')
      }
      waiting.push(call)
      rows += call.rows
      bytes += call.bytes
    },
    take() {
      let count = 0
      let takenRows = 0
      let takenBytes = 0
      for (const call of waiting) {
        if (count > 0 && (takenRows + call.rows > maxBatchRows || takenBytes + call.bytes > maxBatchBytes)) break
        count += 1
        takenRows += call.rows
        takenBytes += call.bytes
      }
      const taken = waiting.slice(0, count)
      waiting = waiting.slice(count)
      rows -= takenRows
      bytes -= takenBytes
      return taken
    },
    clear() {
      const taken = waiting
      waiting = []
      rows = 0
      bytes = 0
      return taken
    },
  }
}
