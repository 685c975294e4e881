// Koa 2 and 3.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { incomingOfNode } from './node-bridge.ts'
import { createNodeReceiver } from './node.ts'
import type { AnswersRequests } from '../run/incoming.ts'
import type { ReceiverOptions } from '../options.ts'
import type { Receiver } from '../receiver.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly request: object
  readonly originalUrl: string
  status: number
  body: unknown
  set(fields: Record<string, string>): void
}

/** A middleware of Koa. */
export type KoaMiddleware = (context: KoaContext) => Promise<void>

export interface KoaReceiver extends Receiver {
  /** The middleware: `router.post('/hook', receiver.koa())`. */
  koa(): KoaMiddleware
}

/** `createReceiver` of `@livehook/receiver` with a middleware for Koa. */
export function createReceiver(options: ReceiverOptions): KoaReceiver {
  const receiver = createNodeReceiver(options)
  return Object.assign(receiver, { koa: () => koaMiddleware(receiver) })
}

const advice =
  'a middleware before this one, such as bodyParser(), has parsed the body, and the signature covers its bytes: ' +
  'use receiver.koa() before app.use(bodyParser())'

export function koaMiddleware(receiver: AnswersRequests): KoaMiddleware {
  return async (context) => {
    const { req: request, res, originalUrl: url } = context
    const { status, body, headers } = await receiver.handle(
      incomingOfNode({ request, url, left: context.request, advice }),
    )
    if (res.headersSent || res.writableEnded) return
    context.status = status
    context.set({ ...headers, 'content-type': 'application/json' })
    context.body = body
  }
}
