// The embedded store: one data file, one thread that writes, one that reads. In reading order:
//
//   store.ts                 the port, over the two clients below
//   thread/write-client.ts   group commit: write-queue.ts, write-batch.ts and the *-columns.ts that cross the border
//   thread/writer.ts         the thread that writes: file/ opens, then write/commit.ts with the main flow and write/verbs.ts
//   thread/read-client.ts    calls and answers
//   thread/reader.ts         the thread that reads: read/verbs.ts; lists go through read/delivery-query.ts
//   thread/verbs.ts          how a verb of the port becomes a function of a thread
//   thread/worker-link.ts    a thread and its death

import { randomBytes } from 'node:crypto'
import { makeSalt, parseId } from '../../domain/ids.ts'
import type { Log } from '../../observe/log.ts'
import type { ClaimedDelivery } from '../port/flow.ts'
import type { Store } from '../port/port.ts'
import { acceptBytes, acceptRows, checkAccept } from './thread/accept-columns.ts'
import type { ReadVerbs } from './read/verbs.ts'
import { createReadClient } from './thread/read-client.ts'
import type { ReadClient } from './thread/read-client.ts'
import { callsOf, rowsOf } from './thread/verbs.ts'
import { openWriteClient } from './thread/write-client.ts'
import type { WriteClient } from './thread/write-client.ts'
import type { WriteVerbs } from './write/verbs.ts'

export interface SqliteStoreDeps {
  /** The data file. Created if missing, with its folder, readable by the owner only. */
  readonly path: string
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** Start with an empty store although what another one left behind was found in its place. */
  readonly acceptEmpty?: boolean
  readonly log?: Log
  /** Chance for the salt of a new data file. */
  readonly random?: (bytes: number) => Uint8Array
}

/**
 * Opens the embedded store.
 * @throws StoreError `store_in_use` if another process uses the data file; `store_too_new` if a newer version
 *   wrote it; `store_lost` if what a store left behind was found in its place; `store_unavailable` if it cannot be opened or cannot be written safely
 * @example const store = await openSqliteStore({ path: './data/livehook.db' })
 */
export async function openSqliteStore(deps: SqliteStoreDeps): Promise<Store> {
  const now = deps.now ?? Date.now
  const salt = makeSalt((deps.random ?? randomBytes)(5))
  const settings = { path: deps.path, salt, openedAt: now(), acceptEmpty: deps.acceptEmpty ?? false }
  // Both threads start at once; the reader opens the data file with its first order.
  const reader = createReadClient(settings)
  try {
    const writer = await openWriteClient(settings, deps.log ?? quiet)
    return createStore({ writer, reader, readVerbs: await reader.open() })
  } catch (error) {
    await reader.close()
    throw error
  }
}

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

function createStore(parts: {
  readonly writer: WriteClient
  readonly reader: ReadClient
  readonly readVerbs: readonly string[]
}): Store {
  const { writer, reader, readVerbs } = parts
  const { pingReader, ...reads } = callsOf<ReadVerbs>(readVerbs, (call) => reader.call(call))
  const { pingWriter, ...writes } = callsOf<WriteVerbs>(
    writer.verbs,
    (call) =>
      new Promise((resolve, reject) =>
        writer.add({ kind: 'verb', call, rows: rowsOf(call), bytes: 0, resolve, reject }),
      ),
  )
  return {
    ...reads,
    ...writes,
    ...createFlow(writer),
    broken: Promise.race([writer.broken, reader.broken]),
    async ping() {
      await Promise.all([pingWriter(), pingReader()])
    },
    async close() {
      // The reader first: the log cannot be emptied while it is read.
      await reader.close()
      await writer.close()
    },
  }
}

/** The main flow. */
function createFlow(writer: WriteClient): Pick<Store, 'accept' | 'claim' | 'settle' | 'takeBackLeases'> {
  return {
    async accept(requests, owner = 0) {
      if (requests.length === 0) return []
      checkAccept(writer.salt, requests)
      const [rows, bytes] = [acceptRows(requests), acceptBytes(requests)]
      return new Promise((resolve, reject) =>
        writer.add({ kind: 'accept', requests, owner, rows, bytes, resolve, reject }),
      )
    },
    claim(wanted, { now, leaseUntil, owner = 0 }) {
      // SQLite takes a negative limit for none at all.
      const numbers = wanted.flatMap(({ webhookId, limit }) => [
        parseId('wh', writer.salt, webhookId) ?? 0,
        Math.max(0, limit),
      ])
      const order = { wanted: Float64Array.from(numbers), now, leaseUntil: Math.round(leaseUntil), owner }
      const rows = wanted.reduce((sum, { limit }) => sum + limit, 0)
      return new Promise<readonly ClaimedDelivery[]>((resolve, reject) =>
        writer.add({ kind: 'claim', order, rows, bytes: 0, resolve, reject }),
      )
    },
    settle: (requests, now, owner = 0) =>
      new Promise((resolve, reject) => {
        if (requests.length === 0) resolve([])
        else writer.add({ kind: 'settle', requests, now, owner, rows: requests.length, bytes: 0, resolve, reject })
      }),
    takeBackLeases(expiredBefore, now) {
      const order = { expiredBefore, now: Math.round(now) }
      return new Promise((resolve, reject) =>
        writer.add({ kind: 'takeBack', order, rows: 1, bytes: 0, resolve, reject }),
      )
    },
  }
}
