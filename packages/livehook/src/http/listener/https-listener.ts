// https for the service itself: the servers that Fastify listens with, all of them with the newest certificate.

import type { FastifyServerFactoryHandler } from 'fastify'
import type { Server as HttpServer } from 'node:http'
import type { Server, ServerOptions } from 'node:https'
import { nodeHttps } from './node-http.ts'
import type { WatchedTlsFiles } from './tls-files.ts'

export interface HttpsListener {
  /** Fastify asks for one server per address. */
  readonly serverFactory: (handler: FastifyServerFactoryHandler) => HttpServer
  start(): void
  stop(): void
}

/** @param options bounds of a request, as plain http has them */
export function createHttpsListener(files: WatchedTlsFiles, options: ServerOptions): HttpsListener {
  const servers = new Set<Server>()
  return {
    serverFactory(handler) {
      const server = nodeHttps().createServer({ ...options, ...files.current }, handler)
      servers.add(server)
      return server
    },
    start() {
      files.start((renewed) => {
        for (const server of servers) server.setSecureContext(renewed)
      })
    },
    stop: () => files.stop(),
  }
}
