// The other side of the wire, word for word: a TCP server that does to us what its script says.

import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

export type Step =
  | { readonly op: 'write'; readonly text: string }
  | { readonly op: 'write_base64'; readonly data: string }
  | { readonly op: 'write_repeat'; readonly text: string; readonly times: number }
  | { readonly op: 'write_segmented'; readonly text: string; readonly segment_bytes: number }
  | { readonly op: 'write_generated'; readonly generator: string; readonly bytes: number }
  | { readonly op: 'sleep_ms'; readonly ms: number }
  | { readonly op: 'repeat'; readonly times: number | 'forever'; readonly interval_ms: number; readonly step: Step }
  | { readonly op: 'end' }
  | { readonly op: 'reset' }
  | { readonly op: 'hold' }

export interface Script {
  readonly when?: 'on_connect' | 'after_request'
  readonly steps: readonly Step[]
}

export interface ScriptedReceiver {
  readonly port: number
  /** Whole requests, head and body, as they came. */
  readonly requests: readonly string[]
  readonly connections: () => number
  /** Waits until the far side has ended every connection. @returns how many there were */
  ended(): Promise<number>
  close(): Promise<void>
}

/** Runs a script once per connection. */
export function startScriptedReceiver(script: Script): Promise<ScriptedReceiver> {
  return startReceiver(async (socket, requests) => {
    if (script.when !== 'on_connect') await requests.next()
    await runSteps(socket, script.steps)
    // Whatever the script left open stays open, so that only what it says is seen.
    for await (const _ of requests) continue
  })
}

/** Requests of one connection, one after the other. */
export type Requests = AsyncGenerator<string, void, void>

/** Starts a server that hands each connection to a function; its failures are the far side's own business. */
export async function startReceiver(
  serve: (socket: Socket, requests: Requests, connection: number) => Promise<void>,
): Promise<ScriptedReceiver> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, readRequests(socket, requests), connections).catch(() => socket.destroy())
  })
  const port = await listen(server)
  return {
    port,
    requests,
    connections: () => connections,
    ended: async () => {
      const isOpen = () =>
        connections === 0 || [...sockets].some((socket) => !socket.readableEnded && !socket.destroyed)
      while (isOpen()) await sleep(5)
      return connections
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((ready, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      ready(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

async function* readRequests(socket: Socket, log: string[]): Requests {
  let bytes = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk])
    for (;;) {
      const headEnd = bytes.indexOf('\r\n\r\n')
      if (headEnd < 0) break
      const length = Number(/content-length: (\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1] ?? 0)
      const end = headEnd + 4 + length
      if (bytes.length < end) break
      const request = bytes.toString('utf8', 0, end)
      bytes = bytes.subarray(end)
      log.push(request)
      yield request
    }
  }
}

export async function runSteps(socket: Socket, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await runStep(socket, step)
}

async function runStep(socket: Socket, step: Step): Promise<void> {
  switch (step.op) {
    case 'write':
      return write(socket, step.text)
    case 'write_base64':
      return write(socket, Buffer.from(step.data, 'base64'))
    case 'write_repeat':
      return write(socket, step.text.repeat(step.times))
    case 'write_generated':
      return write(socket, generate(step.generator, step.bytes))
    case 'write_segmented':
      for (let start = 0; start < step.text.length; start += step.segment_bytes) {
        await write(socket, step.text.slice(start, start + step.segment_bytes))
        await sleep(1)
      }
      return undefined
    case 'sleep_ms':
      return sleep(step.ms)
    case 'repeat':
      for (let turn = 0; (step.times === 'forever' || turn < step.times) && !socket.destroyed; turn += 1) {
        await runStep(socket, step.step)
        if (step.interval_ms > 0) await sleep(step.interval_ms)
      }
      return undefined
    case 'end':
      socket.end()
      return undefined
    case 'reset':
      socket.resetAndDestroy()
      return undefined
    case 'hold':
      return undefined
    default:
      throw new TypeError(`No such step: ${JSON.stringify(step)}`)
  }
}

function write(socket: Socket, bytes: string | Uint8Array): Promise<void> {
  return new Promise((written, reject) => {
    if (socket.destroyed) return reject(new Error('The connection is gone.'))
    socket.write(bytes, (error) => (error == null ? written() : reject(error)))
    return undefined
  })
}

function generate(generator: string, bytes: number): Buffer {
  if (generator.startsWith('{"a":"aaa')) return Buffer.from(`{"a":"${'a'.repeat(bytes - 8)}"}`)
  if (generator === '30000 x [ then 30000 x ]') return Buffer.from('['.repeat(30_000) + ']'.repeat(30_000))
  if (generator === '30000 x [') return Buffer.from('['.repeat(30_000))
  if (generator.endsWith('6000 keys')) {
    return Buffer.from(`{${Array.from({ length: 6000 }, (_, key) => `"${key}":0`).join(',')}}`)
  }
  if (generator.startsWith('gzip of 48 MiB')) {
    const zipped = gzipSync(Buffer.alloc(48 * 1024 * 1024, ' '))
    return Buffer.concat([zipped, Buffer.alloc(bytes)]).subarray(0, bytes)
  }
  throw new TypeError(`No such generator: ${generator}`)
}
