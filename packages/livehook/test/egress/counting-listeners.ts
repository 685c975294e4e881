// Listeners on every address of a namespace, which note where each connection arrived.

import { createServer } from 'node:net'
import type { Server } from 'node:net'

export interface Answering {
  readonly http: { readonly status: number; readonly location: string } | undefined
  readonly keepAlive: boolean
}

export interface CountingListeners {
  readonly arrivals: readonly string[]
  answerWith(answering: Answering): void
  close(): void
}

export async function startCountingListeners(ports: readonly number[]): Promise<CountingListeners> {
  const arrivals: string[] = []
  let answer = answerFor({ http: undefined, keepAlive: false })
  const servers = await Promise.all(
    ports.map((port) => {
      const server = createServer((socket) => {
        arrivals.push((socket.localAddress ?? '').replace(/^::ffff:/, ''))
        socket.on('error', () => undefined)
        socket.on('data', () => socket.write(answer))
      })
      return listen(server, port)
    }),
  )
  return {
    arrivals,
    answerWith: (answering) => {
      answer = answerFor(answering)
    },
    close: () => servers.forEach((server) => server.close()),
  }
}

function answerFor({ http, keepAlive }: Answering): string {
  const status = http === undefined ? '200 OK' : `${http.status} Moved\r\nlocation: ${http.location}`
  return `HTTP/1.1 ${status}\r\nconnection: ${keepAlive ? 'keep-alive' : 'close'}\r\ncontent-length: 2\r\n\r\n{}`
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((ready, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '::' }, () => ready(server))
  })
}
