// The built-in receiver: takes what the service delivers to `ownReceiverUrl`, checks it as an app's backend would, and
// answers OK or 401. On 127.0.0.1 and a port of its own, from the first request on that needs it; it reads nothing of the
// service but the tokens to check with, and whatever else comes to it is refused.

import { checkSign, ok, serialiseReply } from '@livehook/protocol/node'
import type { IncomingMessage, Server } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createServer } from './node-http.ts'

export interface OwnReceiverDeps {
  /** The tokens of each webhook of an app that leads here; an empty list for one that has none. */
  readonly tokensOf: (sdkAppId: number) => readonly (readonly string[])[]
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** An event has at most 256 KiB; what is longer is none. */
const maxBytes = 524_288

export interface OwnReceiver {
  /** Begins to listen, once. @returns the port */
  open(): Promise<number>
  close(): Promise<void>
}

export function createOwnReceiver(deps: OwnReceiverDeps): OwnReceiver {
  let opened: { readonly server: Server; readonly port: Promise<number> } | undefined
  return {
    open() {
      if (opened !== undefined) return opened.port
      const server = createServer((request, response) => {
        void answer(deps, request).then(
          ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
          () => response.destroy(),
        )
      })
      server.requestTimeout = 10_000
      const port = listen(server)
      opened = { server, port }
      // If it could not listen, the next request tries again.
      port.catch(() => {
        opened = undefined
      })
      return port
    },
    async close() {
      const server = opened?.server
      if (server === undefined) return
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

interface Answer {
  readonly status: number
  readonly body: string
}

async function answer(deps: OwnReceiverDeps, request: IncomingMessage): Promise<Answer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return refusal(413, 'the body is too large')
  await buffer(request)
  const query = (request.url ?? '').split('?')[1] ?? ''
  const parameters = new URLSearchParams(query)
  const tokens = deps.tokensOf(Number(parameters.get('SdkAppId') ?? parameters.get('SdkAppid')))
  return isGood({ query, isSigned: parameters.has('Sign'), webhooks: tokens, now: deps.now() })
    ? { status: 200, body: serialiseReply(ok()) }
    : refusal(401, 'no webhook of this app that leads here has signed this')
}

/** Signed with the token of one of the webhooks; or not signed at all, if one has none. */
function isGood(asked: {
  readonly query: string
  readonly isSigned: boolean
  readonly webhooks: readonly (readonly string[])[]
  readonly now: number
}): boolean {
  const { query, isSigned, webhooks, now } = asked
  if (!isSigned) return webhooks.some((tokens) => tokens.length === 0)
  return webhooks.some((tokens) => checkSign({ tokens, query, now }).kind === 'verified')
}

function refusal(status: number, reason: string): Answer {
  return { status, body: JSON.stringify({ ActionStatus: 'FAIL', ErrorCode: 1, ErrorInfo: reason }) }
}

/** @returns the port */
function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address.port)
      else reject(new TypeError('A listening server has an address.'))
    })
  })
}
