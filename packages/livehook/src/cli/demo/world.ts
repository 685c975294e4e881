// The demo's world: a DNS server of its own, two receivers that answer wrongly, and a live room that lives.

import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AskAnswer } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { closeServer, listen } from '../service/loopback.ts'
import type { DnsServer } from './dns-server.ts'
import { startDnsServer } from './dns-server.ts'
import { createFailingWebhooks } from './failing-webhooks.ts'
import { roomLife } from './room-life.ts'

export interface DemoWorld {
  /** Value for the setting that names resolvers. */
  readonly dnsServer: string
  /** Registers the failing webhooks and lets rooms live until asked to stop. */
  live(parts: { readonly client: ApiClient; readonly sdkAppId: number; readonly stop: AbortSignal }): Promise<void>
  close(): Promise<void>
}

/** Between two events of a room: slow enough to be read. */
const eventPauseMs = 900
/** Between two rooms. */
const roomPauseMs = 20_000

/** The one name that the demo's DNS server knows; every other name does not exist. */
const privateName = 'private.livehook.test'

export async function openDemoWorld(): Promise<DemoWorld> {
  const dns: DnsServer = await startDnsServer({ [privateName]: ['10.0.0.1'] })
  const wrong: Server = createServer((request, response) => {
    request.resume()
    if (request.url?.startsWith('/html') === true) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome to nginx!</title>')
    } else {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('upstream is not there\n')
    }
  })
  const wrongPort = await listen(wrong)
  const closedPort = await findClosedPort()
  return {
    dnsServer: dns.address,
    async live({ client, sdkAppId, stop }) {
      await createFailingWebhooks(client, { sdkAppId, wrongPort, closedPort, privateName })
      for (let room = 1; !stop.aborted; room += 1) {
        let isLetPass = true
        for (const event of roomLife(room, Date.now())) {
          if (stop.aborted) return
          const query = new URLSearchParams({ ...event.client, command: event.command }).toString()
          if (event.kind === 'ask') {
            const answer = await client.post<AskAnswer>(`/v1/apps/${sdkAppId}/asks?${query}`, event.body)
            isLetPass = answer.verdict === 'allow'
          } else if (isLetPass) {
            await client.post(`/v1/apps/${sdkAppId}/events?${query}`, event.body)
          } else {
            // The one event after an ask that was not let pass did not happen, so nothing is told of it.
            isLetPass = true
          }
          await pause(eventPauseMs, stop)
        }
        await pause(roomPauseMs, stop)
      }
    },
    async close() {
      await closeServer(wrong)
      await dns.close()
    },
  }
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined)
}

/** A port that no one listens on: taken once and given back. */
async function findClosedPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await closeServer(server)
  return port
}
