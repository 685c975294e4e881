// A port that is open and yet answers no SYN: its accept queue is full, because no one takes anything out of it.

import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

export interface FullBacklog {
  readonly port: number
  close(): Promise<void>
}

/** The listener's thread stops for good right after it began to listen. */
const listener = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
  })`

/** More than the kernel queues for a backlog of one. */
const fillers = 8

export async function openFullBacklog(): Promise<FullBacklog> {
  const worker = new Worker(listener, { eval: true })
  const port = await new Promise<number>((known, reject) => {
    worker.once('message', known)
    worker.once('error', reject)
  })
  const sockets: Socket[] = []
  for (let filler = 0; filler < fillers; filler += 1) {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => undefined)
    sockets.push(socket)
    // The first ones get through; from then on the queue is full.
    await Promise.race([once(socket, 'connect'), new Promise((waited) => setTimeout(waited, 50))])
  }
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await worker.terminate()
    },
  }
}
