// The built-in receiver of `livehook dev`: checks every request as an app's backend would and answers OK or 401. A moderator
// sits in it: messages that advertise are denied.

import { checkSign, checkSignature, deny, ok, parseRequest, serialiseReply } from '@livehook/protocol/node'
import type { ReplyPacket } from '@livehook/protocol/node'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { closeServer, listen } from '../service/loopback.ts'
import { unwanted } from '../simulate/unwanted.ts'

export interface DevReceiver {
  readonly url: string
  /** From then on refuses requests for any other app. */
  acceptOnly(sdkAppId: number): void
  close(): Promise<void>
}

export async function openDevReceiver(deps: {
  readonly token: string
  /** Epoch milliseconds. */
  readonly now: () => number
}): Promise<DevReceiver> {
  let app: number | undefined
  const server = createServer((request, response) => {
    void answer({ ...deps, app }, request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      () => response.destroy(),
    )
  })
  return {
    url: `http://127.0.0.1:${await listen(server)}/hook`,
    acceptOnly(sdkAppId) {
      app = sdkAppId
    },
    close: () => closeServer(server),
  }
}

async function answer(
  deps: { readonly token: string; readonly now: () => number; readonly app: number | undefined },
  request: IncomingMessage,
): Promise<{ status: number; body: string }> {
  const body = await buffer(request)
  const now = deps.now()
  const query = (request.url ?? '').split('?')[1] ?? ''
  const sign = checkSign({ tokens: [deps.token], query, now })
  const signature = checkSignature({ tokens: [deps.token], headers: request.headers, body, now })
  const good = sign.kind === 'verified' && signature.kind === 'verified'
  // `Sign` does not cover the query: a request for another app may carry one that is right.
  const parsed = parseRequest(query)
  const isOurs = deps.app === undefined || (parsed.kind === 'request' && parsed.sdkAppId === deps.app)
  return good && isOurs
    ? { status: 200, body: serialiseReply(replyTo(query, body)) }
    : {
        status: 401,
        body: '{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":"not signed with the token, or for another app"}',
      }
}

function replyTo(query: string, body: Buffer): ReplyPacket {
  const request = parseRequest(query)
  const isMessage = request.kind === 'request' && request.command === 'Group.CallbackBeforeSendMsg'
  return isMessage && body.includes(unwanted) ? deny(10_101, 'no advertising here') : ok()
}
