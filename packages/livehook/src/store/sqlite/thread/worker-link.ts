// The service's end of a thread: messages there and back, and one place that learns of the thread's death.

import { Worker } from 'node:worker_threads'
import { threadFile } from '../../../places.ts'
import { StoreError } from '../../port/errors.ts'
import type { WorkerSettings } from './messages.ts'

export interface WorkerLink<To> {
  /** Buffers in `transfer` are handed over and are empty afterwards. */
  post(message: To, transfer?: readonly ArrayBuffer[]): void
  /** Resolves when the thread has ended, whatever ended it. */
  readonly ended: Promise<void>
}

export interface WorkerEvents<From> {
  onMessage(message: From): void
  /** The thread ended. The error is for everyone who waits for an answer, and for everyone who asks later. */
  onEnd(error: StoreError): void
}

/**
 * Starts a thread.
 * @param name `writer` or `reader`: the file beside this one
 */
export function startWorker<To, From>(
  name: 'writer' | 'reader',
  settings: WorkerSettings,
  events: WorkerEvents<From>,
): WorkerLink<To> {
  const worker = new Worker(threadFile(name), { workerData: settings, name: `livehook-store-${name}` })
  let cause: unknown
  worker.on('message', (message: From) => events.onMessage(message))
  worker.on('error', (error) => (cause = error))
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      events.onEnd(new StoreError('store_unavailable', `The store's ${name} has stopped.${reasonOf(cause)}`, { cause }))
      resolve()
    })
  })
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    ended,
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? ` ${cause.message}` : ''
}
