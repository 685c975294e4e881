// Hands calls to the writer's thread. Group commit by nature: while a commit is running, what arrives is collected, and
// goes as the next batch. No timer: a lonely call is committed at once, and a flood shares its commits. In a flood the next batch
// lies at the writer's before the one under way is done, so that the writer does not wait for this thread.

import type { Log } from '../../../observe/log.ts'
import { StoreError } from '../../port/errors.ts'
import { toError } from './failure.ts'
import type { CommittedBatch, Failure, FromWriter, ToWriter, WorkerSettings } from './messages.ts'
import { startWorker } from './worker-link.ts'
import type { WorkerLink } from './worker-link.ts'
import { resolveCalls, packBatch, transferOfBatch } from './write-batch.ts'
import type { WriteCall } from './write-batch.ts'
import { createWriteQueue } from './write-queue.ts'

export interface WriteClient {
  readonly salt: string
  /** The names of the writer's verbs beside the main flow. */
  readonly verbs: readonly string[]
  /** The call is resolved or rejected when its commit has ended; never before (I1). */
  add(call: WriteCall): void
  /** Resolves if the thread ends without having been closed. */
  readonly broken: Promise<StoreError>
  /** Commits what waits, moves everything into the data file and closes it. */
  close(): Promise<void>
}

/**
 * Starts the writer and waits until the data file is open and of this version's layout.
 * @throws StoreError `store_in_use`, `store_too_new`, `store_unavailable`
 */
export async function openWriteClient(settings: WorkerSettings, log: Log): Promise<WriteClient> {
  const opening = Promise.withResolvers<Pick<WriteClient, 'salt' | 'verbs'>>()
  let receive: (message: CommittedBatch | Failure) => void = () => {}
  let end: (error: StoreError) => void = () => {}
  const link = startWorker<ToWriter, FromWriter>('writer', settings, {
    onMessage(message) {
      if (message.kind === 'opened') opening.resolve(message)
      else if (message.kind === 'closed') end(closedError())
      else receive(message)
    },
    onEnd(error) {
      opening.reject(error)
      end(error)
    },
  })
  receive = (message) => {
    if (message.kind === 'failed') opening.reject(toError(message))
  }
  const opened = await opening.promise.catch(async (error: unknown) => {
    await link.ended
    throw error
  })
  const client = createWriteClient(link, opened, log)
  receive = (message) => client.receive(message)
  end = (error) => client.end(error)
  return client
}

interface RunningClient extends WriteClient {
  receive(message: CommittedBatch | Failure): void
  end(error: StoreError): void
}

/** One is written, one lies ready. */
const maxRunning = 2
/** So many calls are a batch that goes before the one under way is done. */
const worthACommit = 24

function createWriteClient(
  link: WorkerLink<ToWriter>,
  { salt, verbs }: Pick<WriteClient, 'salt' | 'verbs'>,
  log: Log,
): RunningClient {
  const queue = createWriteQueue()
  const idle: (() => void)[] = []
  /** What the writer has, oldest first. */
  const running: (readonly WriteCall[])[] = []
  const broken = Promise.withResolvers<StoreError>()
  let ended: StoreError | undefined
  let isFailing = false
  let closing: Promise<void> | undefined

  const send = (calls: readonly WriteCall[]): boolean => {
    try {
      const batch = packBatch(salt, calls)
      link.post({ kind: 'batch', batch }, transferOfBatch(batch))
      running.push(calls)
      return true
    } catch (error) {
      // A call that cannot be packed is a bug in its caller. Reject it, so that no caller waits forever.
      for (const call of calls) call.reject(error)
      return false
    }
  }
  const next = (hasMore: boolean): void => {
    if (hasMore && closing === undefined && send(queue.take())) return
    for (let calls = queue.take(); calls.length > 0; calls = queue.take()) if (send(calls)) return
    for (const resolve of idle.splice(0)) resolve()
  }
  return {
    salt,
    broken: broken.promise,
    verbs,
    add(call) {
      if (ended !== undefined || closing !== undefined) return call.reject(ended ?? closedError())
      try {
        queue.add(call)
      } catch (error) {
        return call.reject(error)
      }
      if (running.length === 0 || (running.length < maxRunning && queue.calls >= worthACommit)) next(false)
    },
    receive(message) {
      const calls = running.shift() ?? []
      if (message.kind === 'failed') {
        const error = toError(message)
        if (!isFailing) log.error({ err: error }, 'store: commits fail; writes are refused until one succeeds')
        isFailing = true
        for (const call of calls) call.reject(error)
      } else {
        if (isFailing) log.warn({}, 'store: commits succeed again')
        isFailing = false
        resolveCalls(salt, calls, message)
      }
      if (running.length === 0) next(message.kind === 'committed' && message.hasMore)
    },
    end(error) {
      ended ??= error
      if (closing === undefined) broken.resolve(error)
      for (const call of [...running.splice(0).flat(), ...queue.clear()]) call.reject(ended)
      for (const resolve of idle.splice(0)) resolve()
    },
    close() {
      closing ??= (async () => {
        if (running.length > 0) await new Promise<void>((resolve) => idle.push(resolve))
        if (ended === undefined) link.post({ kind: 'close' })
        await link.ended
      })()
      return closing
    },
  }
}

function closedError(): StoreError {
  return new StoreError('store_unavailable', 'The store is closed.')
}
