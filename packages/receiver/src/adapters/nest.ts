// NestJS, on Express or on Fastify.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createNodeReceiver } from './node.ts'
import { serveNode } from './node-bridge.ts'
import type { Left } from './node-bridge.ts'
import type { AnswersRequests } from '../run/incoming.ts'
import type { ReceiverOptions } from '../options.ts'
import type { Receiver } from '../receiver.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

interface PlatformRequest extends Left {
  readonly originalUrl: string
}

/** What `@Req()` gives: Express's request is Node's own, Fastify's has Node's as `raw`. */
export type NestRequest = PlatformRequest & (IncomingMessage | { readonly raw: IncomingMessage })
export type NestResponse = ServerResponse | { readonly raw: ServerResponse; hijack(): unknown }

/** What a controller's method calls: `hook(@Req() request, @Res() response) { return this.webhook(request, response) }`. */
export type NestHandler = (request: NestRequest, response: NestResponse) => Promise<void>

export interface NestReceiver extends Receiver {
  /** The function that a controller's method calls. Create the app with `{ rawBody: true }`. */
  nest(): NestHandler
}

/** `createReceiver` of `@livehook/receiver` with a handler for NestJS. */
export function createReceiver(options: ReceiverOptions): NestReceiver {
  const receiver = createNodeReceiver(options)
  return Object.assign(receiver, { nest: () => nestHandler(receiver) })
}

const advice =
  "Nest's body parser has parsed the body, and the signature covers its bytes: " +
  'create the app with NestFactory.create(AppModule, { rawBody: true })'

export function nestHandler(receiver: AnswersRequests): NestHandler {
  return async (request, response) => {
    if ('hijack' in response) response.hijack()
    await serveNode(receiver, {
      request: 'raw' in request ? request.raw : request,
      response: 'raw' in response ? response.raw : response,
      url: request.originalUrl,
      left: request,
      advice,
    })
  }
}
