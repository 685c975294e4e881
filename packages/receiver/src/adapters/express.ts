// Express 4 and 5.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createNodeReceiver } from './node.ts'
import { serveNode } from './node-bridge.ts'
import type { Left } from './node-bridge.ts'
import type { AnswersRequests } from '../run/incoming.ts'
import type { ReceiverOptions } from '../options.ts'
import type { Receiver } from '../receiver.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

/** A request handler of Express. */
export type ExpressHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface ExpressReceiver extends Receiver {
  /** The handler: `app.post('/hook', receiver.express())`. */
  express(): ExpressHandler
}

/** `createReceiver` of `@livehook/receiver` with a handler for Express. */
export function createReceiver(options: ReceiverOptions): ExpressReceiver {
  const receiver = createNodeReceiver(options)
  return Object.assign(receiver, { express: () => expressHandler(receiver) })
}

const advice =
  'a middleware before this handler, such as express.json(), has parsed the body, and the signature covers its bytes: ' +
  "register app.post('/hook', receiver.express()) before app.use(express.json())"

export function expressHandler(receiver: AnswersRequests): ExpressHandler {
  return (request: IncomingMessage & Left & { readonly originalUrl?: string }, response) => {
    const url = request.originalUrl ?? request.url ?? ''
    void serveNode(receiver, { request, response, url, left: request, advice })
  }
}
