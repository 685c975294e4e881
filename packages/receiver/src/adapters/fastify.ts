// Fastify 5.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createNodeReceiver } from './node.ts'
import { serveNode } from './node-bridge.ts'
import type { AnswersRequests } from '../run/incoming.ts'
import type { ReceiverOptions } from '../options.ts'
import type { Receiver } from '../receiver.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

interface FastifyRequest {
  readonly raw: IncomingMessage
  readonly body?: unknown
  readonly originalUrl: string
}

interface FastifyReply {
  readonly raw: ServerResponse
  hijack(): unknown
}

/** A route handler of Fastify. Fastify has parsed the body by then: see `plugin`. */
export type FastifyHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** What of a Fastify instance is used. */
interface FastifyInstance {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(contentType: string, options: object, parser: () => Promise<undefined>): unknown
  all(url: string, handler: FastifyHandler): unknown
}

/** A plugin of Fastify: `await app.register(receiver.fastify(), { url: '/hook' })`. */
export type FastifyPlugin = (app: FastifyInstance, options: { readonly url: string }) => Promise<void>

export interface FastifyReceiver extends Receiver {
  /** The plugin: `await app.register(receiver.fastify(), { url: '/hook' })`. Bodies of other routes are parsed as before. */
  fastify(): FastifyPlugin
}

/** `createReceiver` of `@livehook/receiver` with a plugin for Fastify. */
export function createReceiver(options: ReceiverOptions): FastifyReceiver {
  const receiver = createNodeReceiver(options)
  return Object.assign(receiver, { fastify: () => fastifyPlugin(receiver) })
}

const advice =
  'Fastify has parsed the body, and the signature covers its bytes: ' +
  "take the plugin, app.register(receiver.fastify(), { url: '/hook' }), instead of the handler"

/** The route alone, in a scope of its own where Fastify leaves bodies alone. */
export function fastifyPlugin(receiver: AnswersRequests): FastifyPlugin {
  return async (app, { url }) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', {}, async () => undefined)
    app.all(url, fastifyHandler(receiver))
  }
}

/** A handler for a route of one's own. */
export function fastifyHandler(receiver: AnswersRequests): FastifyHandler {
  return async (request, reply) => {
    reply.hijack()
    const { raw, originalUrl, body } = request
    await serveNode(receiver, { request: raw, response: reply.raw, url: originalUrl, left: { body }, advice })
  }
}
