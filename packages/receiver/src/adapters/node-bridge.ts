// Node's request and response: what `node:http`, Express, Koa, Fastify and NestJS have underneath.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkSign, checkSignature } from '@livehook/protocol/node'
import type { Hashing } from '../check/check.ts'
import { bytesBody, joined } from '../run/incoming.ts'
import type { Answer, AnswersRequests, Incoming, IncomingBody } from '../run/incoming.ts'

/** Hashing at once: no promise, no thread, a fraction of the time. */
export const nodeHashing: Hashing = { checkSign, checkSignature }

/** What middleware leaves on a request. */
export interface Left {
  /** Parsed, or the bytes, or text. */
  readonly body?: unknown
  /** The bytes beside a parsed body, where the app was told to keep them. */
  readonly rawBody?: unknown
}

export interface NodeExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Path and query as they came, before any router took a part of them away. */
  readonly url: string
  readonly left: Left
  /** Says which middleware has read the body, and what to do instead. */
  readonly advice: string
}

/** Handles one exchange from beginning to end. Never rejects. */
export async function serveNode(receiver: AnswersRequests, exchange: NodeExchange): Promise<void> {
  writeAnswer(exchange.response, await receiver.handle(incomingOfNode(exchange)))
}

export function incomingOfNode({ request, url, left, advice }: Omit<NodeExchange, 'response'>): Incoming {
  const at = url.indexOf('?')
  return {
    method: request.method ?? 'GET',
    query: at < 0 ? '' : url.slice(at + 1),
    headers: request.headers,
    body: bodyOf(request, left, advice),
  }
}

function bodyOf(request: IncomingMessage, left: Left, advice: string): IncomingBody {
  // Not what stands in `body` tells whether it was read: Express 4 puts an empty object there without reading anything.
  if (!request.readableDidRead) return { kind: 'bytes', read: (maxBytes) => readBody(request, maxBytes) }
  const bytes = asBytes(left.rawBody) ?? asBytes(left.body)
  if (bytes !== undefined) return bytesBody(bytes)
  if (left.body === undefined) return { kind: 'consumed', advice }
  return { kind: 'parsed', value: left.body, advice }
}

function asBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  return typeof value === 'string' ? new TextEncoder().encode(value) : undefined
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | 'too_large' | 'cut_off'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too_large')
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const take = (chunk: Uint8Array): void => {
      length += chunk.length
      if (length > maxBytes) {
        request.off('data', take)
        request.pause()
        resolve('too_large')
      } else chunks.push(chunk)
    }
    request.on('data', take)
    request.once('end', () => resolve(joined(chunks, length)))
    // A client that goes away says so in one of these ways; after the end neither matters.
    request.once('error', () => resolve('cut_off'))
    request.once('close', () => resolve('cut_off'))
  })
}

/** Writes an answer, unless the app has written one of its own or no one is there any more. */
export function writeAnswer(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.headersSent || response.writableEnded || response.destroyed) return
  // Without a listener a connection that breaks while it is written to would end the process.
  response.once('error', () => undefined)
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  })
  response.end(body)
}
