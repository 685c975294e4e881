// The other side, scripted: a real HTTP server that records what arrives and answers as it is told.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface ReceivedRequest {
  /** Path and query as they stood on the request line. */
  readonly target: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly at: number
}

export interface TestReceiver {
  readonly url: string
  readonly port: number
  readonly requests: readonly ReceivedRequest[]
  /** Resolves once so many requests have arrived. */
  arrived(count: number): Promise<readonly ReceivedRequest[]>
  close(): Promise<void>
}

export type Answer = (request: ReceivedRequest, response: ServerResponse, count: number) => void

/** Answers 200 and OK, as a receiver should. */
export const answerOk: Answer = (_request, response) => {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}')
}

export async function openReceiver(answer: Answer = answerOk, port = 0): Promise<TestReceiver> {
  const requests: ReceivedRequest[] = []
  let waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const target = request.url ?? ''
      const { headers, rawHeaders } = request
      const received = {
        target,
        headers,
        rawHeaders,
        body,
        at: Date.now(),
        query: new URLSearchParams(target.split('?')[1]),
      }
      requests.push(received)
      answer(received, response, requests.length)
      for (const wake of waiting) wake()
      waiting = []
    })
  })
  await listen(server, port)
  const address = server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${taken}/hook`,
    port: taken,
    requests,
    async arrived(count) {
      while (requests.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
      return requests
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}
