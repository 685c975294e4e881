// Loaded before the program (`node --import`): on SIGUSR2 the store's thread of the name in KILL_THREAD ends, as it would on a
// fault of its own.

import process from 'node:process'
import type { Worker } from 'node:worker_threads'

const workers: Worker[] = []
process.on('worker', (worker) => workers.push(worker))
process.on('SIGUSR2', () => {
  const wanted = `livehook-store-${process.env['KILL_THREAD'] ?? ''}`
  for (const worker of workers) if (worker.threadName === wanted) void worker.terminate()
})
