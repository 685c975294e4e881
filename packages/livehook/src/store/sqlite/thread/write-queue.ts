// The queue of the next commit, and its bounds. Events of each app wait in a line of their own, and the lines take
// turns: a flood of one app makes another wait for one commit of bounded size, never for all of it.

import { StoreError } from '../../port/errors.ts'
import type { WriteCall } from './write-batch.ts'

/** A commit takes what waits up to these; a single call is never split, and a larger one is a commit of its own. */
const maxBatchRows = 2048
const maxBatchBytes = 8_388_608

/** What may wait. Beyond it a new event is refused (`store_unavailable`), and its sender tries again later. */
const maxWaitingRows = 200_000
const maxWaitingBytes = 134_217_728

/** An app may have half of it, so that one that floods does not take the places of the others. */
const appsShare = 0.5

/**
 * Everything but new events may wait twice as long: a refused event is sent again by its sender, but an attempt that
 * was made and cannot be recorded is made again.
 */
const headroom = 2

export interface WriteQueue {
  /** How many wait. */
  readonly calls: number
  /** @throws StoreError `store_unavailable` if too much waits already */
  add(call: WriteCall): void
  /** Takes the calls of the next commit: of each line in the order in which they came, the lines in turn. */
  take(): readonly WriteCall[]
  /** Takes everything. */
  clear(): readonly WriteCall[]
}

/** Calls that keep their order among each other. */
class Line {
  #calls: WriteCall[] = []
  #taken = 0
  rows = 0
  bytes = 0

  get first(): WriteCall | undefined {
    return this.#calls[this.#taken]
  }

  get rest(): readonly WriteCall[] {
    return this.#calls.slice(this.#taken)
  }

  add(call: WriteCall): void {
    this.#calls.push(call)
    this.rows += call.rows
    this.bytes += call.bytes
  }

  drop(call: WriteCall): void {
    this.#taken += 1
    // Not one by one: a long line would be copied for each.
    if (this.#taken >= 1024) {
      this.#calls = this.#calls.slice(this.#taken)
      this.#taken = 0
    }
    this.rows -= call.rows
    this.bytes -= call.bytes
  }
}

/** The line of everything that is no event: attempts, claims, registrations. */
const noApp = 0

export function createWriteQueue(): WriteQueue {
  /** Lines with something in them, by app; the first one's turn is next. */
  const lines = new Map<number, Line>()
  let [calls, rows, bytes] = [0, 0, 0]

  const requireRoom = (call: WriteCall, line: Line | undefined): void => {
    const isEvent = call.kind === 'accept'
    const factor = isEvent ? 1 : headroom
    const isFull = rows >= maxWaitingRows * factor || bytes >= maxWaitingBytes * factor
    const hasItsShare =
      isEvent &&
      line !== undefined &&
      (line.rows >= maxWaitingRows * appsShare || line.bytes >= maxWaitingBytes * appsShare)
    if (isFull || hasItsShare) {
      throw new StoreError('store_unavailable', 'Too much waits to be written. Try again later.')
    }
  }

  const forget = (call: WriteCall): void => {
    calls -= 1
    rows -= call.rows
    bytes -= call.bytes
  }

  return {
    get calls() {
      return calls
    },
    add(call) {
      const app = appOf(call)
      const line = lines.get(app)
      requireRoom(call, line)
      if (line === undefined) lines.set(app, startLine(call))
      else line.add(call)
      calls += 1
      rows += call.rows
      bytes += call.bytes
    },
    take() {
      const taken: WriteCall[] = []
      let [takenRows, takenBytes] = [0, 0]
      const fits = (call: WriteCall): boolean =>
        taken.length === 0 || (takenRows + call.rows <= maxBatchRows && takenBytes + call.bytes <= maxBatchBytes)
      let waiting = [...lines.entries()]
      const served = new Set<number>()
      while (waiting.length > 0) {
        const more: [number, Line][] = []
        for (const [app, line] of waiting) {
          const call = line.first
          // A line whose first call does not fit waits for the next commit, and is first in it.
          if (call === undefined || !fits(call)) continue
          line.drop(call)
          forget(call)
          taken.push(call)
          takenRows += call.rows
          takenBytes += call.bytes
          served.add(app)
          more.push([app, line])
        }
        waiting = more
      }
      // Who was served goes behind who was not.
      for (const app of served) {
        const line = lines.get(app)
        lines.delete(app)
        if (line?.first !== undefined) lines.set(app, line)
      }
      return taken
    },
    clear() {
      const all = [...lines.values()].flatMap((line) => line.rest)
      lines.clear()
      ;[calls, rows, bytes] = [0, 0, 0]
      return all
    },
  }
}

function startLine(call: WriteCall): Line {
  const line = new Line()
  line.add(call)
  return line
}

/** The app whose turn a call takes. A call is one sender's; one in the process that mixes apps takes its first one's. */
function appOf(call: WriteCall): number {
  return call.kind === 'accept' ? (call.requests[0]?.sdkAppId ?? noApp) : noApp
}
