// A stand-in for the service: the console's built files with the service's own headers, and an API that answers from
// tables. It keeps what the contract promises and nothing else.

import type { App, Delivery, DeliveryDetail, List, StreamEvent, Webhook } from 'livehook/contract'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ConsoleUnderTest } from './console-under-test.ts'
import { acceptedDelivery, endDelivery, sampleWebhook, summarise } from './samples.ts'

const builtFolder = join(import.meta.dirname, '../../../../livehook/dist/console')
const key = 'scripted-admin-key'

const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Tables {
  readonly apps: App[]
  readonly webhooks: Webhook[]
  /** Oldest first. */
  readonly deliveries: DeliveryDetail[]
  readonly codes: Set<string>
  readonly sessions: Set<string>
  readonly streams: Map<ServerResponse, number>
  streamsAllowed: boolean
}

export async function openScriptedService(): Promise<ConsoleUnderTest> {
  if (!existsSync(join(builtFolder, 'index.html'))) {
    throw new Error('The console is not built. Build it first: node scripts/run.mjs vite build packages/console')
  }
  const tables: Tables = {
    apps: [],
    webhooks: [],
    deliveries: [],
    codes: new Set(),
    sessions: new Set(),
    streams: new Map(),
    streamsAllowed: true,
  }
  const server = createServer((request, response) => {
    answer(tables, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The scripted service has no port.')
  const url = `http://127.0.0.1:${address.port}`
  let number = 0
  return {
    url,
    key,
    signInUrl: () => {
      const code = `code-${(number += 1)}`
      tables.codes.add(code)
      return `${url}/sign-in#code=${code}`
    },
    createApp: async (name) => {
      const app = { sdkAppId: 1_400_000_001 + tables.apps.length, name, createdAt: new Date().toISOString() }
      tables.apps.push(app)
      return app
    },
    createWebhook: async (sdkAppId, webhook) => {
      const created = sampleWebhook({ ...webhook, sdkAppId, number: tables.webhooks.length + 1 })
      tables.webhooks.push(created)
      return created
    },
    deliver: async (sdkAppId, ending, options = {}) => {
      const webhook = tables.webhooks.find((known) => known.sdkAppId === sdkAppId) ?? null
      const accepted = acceptedDelivery({ sdkAppId, webhook, number: tables.deliveries.length + 1, ...options })
      tables.deliveries.push(accepted)
      tell(tables, 'accepted', accepted)
      const ended = endDelivery(accepted, ending)
      tables.deliveries.splice(tables.deliveries.indexOf(accepted), 1, ended)
      tell(tables, 'settled', ended)
      return ended.deliveryId
    },
    allowStreams: (allowed) => {
      tables.streamsAllowed = allowed
      if (!allowed) for (const stream of tables.streams.keys()) stream.destroy()
    },
    endSessions: () => tables.sessions.clear(),
    close: async () => {
      for (const stream of tables.streams.keys()) stream.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function tell(tables: Tables, kind: 'accepted' | 'settled', detail: DeliveryDetail): void {
  const event: StreamEvent = { kind, at: new Date().toISOString(), delivery: summarise(detail) }
  for (const [stream, sdkAppId] of tables.streams) {
    if (sdkAppId === detail.sdkAppId) stream.write(`event: ${kind}\ndata: ${JSON.stringify(event)}\n\n`)
  }
}

async function answer(tables: Tables, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service.test')
  if (pathname === '/v1/session') return answerSession(tables, request, response)
  if (pathname === '/version') return sendJson(response, 200, { version: '0.1.0', node: process.version })
  if (!pathname.startsWith('/v1/')) return sendFile(response, pathname)
  if (!tables.sessions.has(sessionOf(request))) return sendProblem(response, 401, 'unauthorized')
  if (pathname === '/v1/stream') return openStream(tables, response, Number(searchParams.get('sdkAppId')))
  if (pathname === '/v1/apps') return sendJson(response, 200, pageOf(tables.apps.toReversed(), searchParams))
  const [, sdkAppId, list] = /^\/v1\/apps\/(\d+)\/(webhooks|deliveries)$/.exec(pathname) ?? []
  if (list === 'webhooks') {
    const webhooks = tables.webhooks.filter((webhook) => webhook.sdkAppId === Number(sdkAppId))
    return sendJson(response, 200, pageOf(webhooks, searchParams))
  }
  if (list === 'deliveries') {
    return sendJson(response, 200, pageOf(listDeliveries(tables, Number(sdkAppId), searchParams), searchParams))
  }
  const detail = tables.deliveries.find((delivery) => pathname === `/v1/deliveries/${delivery.deliveryId}`)
  return detail === undefined ? sendProblem(response, 404, 'not_found') : sendJson(response, 200, detail)
}

function listDeliveries(tables: Tables, sdkAppId: number, query: URLSearchParams): Delivery[] {
  const states = query.getAll('state')
  const passes = (delivery: Delivery) =>
    delivery.sdkAppId === sdkAppId &&
    (states.length === 0 || states.includes(delivery.state)) &&
    isAskedFor(query.get('symptom'), delivery.lastAttempt?.symptom) &&
    isAskedFor(query.get('detail'), delivery.lastAttempt?.detail) &&
    isAskedFor(query.get('command'), delivery.command) &&
    isAskedFor(query.get('webhookId'), delivery.webhookId)
  return tables.deliveries.map(summarise).filter(passes).toReversed()
}

function isAskedFor(asked: string | null, value: string | undefined): boolean {
  return asked === null || asked === value
}

function pageOf<Item>(items: readonly Item[], query: URLSearchParams): List<Item> {
  const start = Number(query.get('cursor') ?? 0)
  const end = start + Number(query.get('limit') ?? 50)
  return { items: items.slice(start, end), nextCursor: end < items.length ? String(end) : null }
}

async function answerSession(tables: Tables, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = { role: 'admin', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }
  if (request.method === 'POST') {
    const credential: Record<string, string> = JSON.parse(await text(request))
    const { code, key: givenKey } = credential
    const isKnown = givenKey === key || (code !== undefined && tables.codes.delete(code))
    if (!isKnown) return sendProblem(response, 401, 'unauthorized')
    const secret = `session-${tables.sessions.size + 1}-${Date.now()}`
    tables.sessions.add(secret)
    response.setHeader('set-cookie', `livehook=${secret}; Path=/; HttpOnly; SameSite=Strict`)
    return sendJson(response, 200, session)
  }
  const isSignedIn = tables.sessions.has(sessionOf(request))
  if (request.method === 'DELETE') {
    tables.sessions.delete(sessionOf(request))
    response.writeHead(204).end()
    return undefined
  }
  return isSignedIn ? sendJson(response, 200, session) : sendProblem(response, 401, 'unauthorized')
}

function sessionOf(request: IncomingMessage): string {
  return /livehook=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
}

function openStream(tables: Tables, response: ServerResponse, sdkAppId: number): void {
  if (!tables.streamsAllowed) {
    response.destroy()
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write('retry: 1000\n\n')
  tables.streams.set(response, sdkAppId)
  response.on('close', () => tables.streams.delete(response))
}

async function sendFile(response: ServerResponse, pathname: string): Promise<void> {
  const name = extname(pathname) === '' ? '/index.html' : normalize(pathname)
  const path = join(builtFolder, name)
  if (!path.startsWith(builtFolder) || !existsSync(path)) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { ...pageHeaders, 'content-type': types[extname(name)] ?? 'application/octet-stream' })
  response.end(await readFile(path))
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

function sendProblem(response: ServerResponse, status: number, code: string): void {
  const problem = { type: 'about:blank', title: `Refused: ${code}`, status, code, detail: 'As the test asked for.' }
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
}
