// Runs generated requests against a real service and holds each answer against its own contract.

import * as fc from 'fast-check'
import { listCommands } from '@livehook/protocol/catalogue'
import { Agent, request as httpRequest } from 'node:http'
import { openReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'
import { rawBreach, rawRequestsOf } from './contract-raw.ts'
import type { Answer, ContractDocument } from './contract-document.ts'
import { readDocument } from './contract-document.ts'
import type { FuzzRequest, RequestWorld } from './contract-requests.ts'
import { requestsOf } from './contract-requests.ts'

export interface FuzzReport {
  readonly runs: number
  /** How often each status came. */
  readonly statuses: ReadonlyMap<number, number>
  /** Operations that answered with success at least once, of how many. */
  readonly succeeded: number
  readonly operations: number
  /** The first few answers outside the contract, with the request that led to them. */
  readonly breaches: readonly string[]
  /** What the service logged as an error of its own. */
  readonly logged: readonly string[]
}

export interface FuzzOptions {
  readonly runs: number
  /** The same seed gives the same requests. */
  readonly seed: number
  readonly onProgress?: (done: number) => void
}

const chunk = 500
const parallel = 8
const maxBreaches = 20

export async function fuzzContract({ runs, seed, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const receiver = await openReceiver()
  // Names are asked of no one: no answer ever comes from there.
  const service = await openService({ flags: { dns: '127.0.0.1:9' } })
  const agent = new Agent({ keepAlive: true, maxSockets: parallel })
  try {
    const document = readDocument((await service.call('GET', '/openapi.json')).text)
    const statuses = new Map<number, number>()
    const succeeded = new Set<string>()
    const breaches: string[] = []
    for (let done = 0; done < runs && breaches.length < maxBreaches; done += chunk) {
      const world = await prepare(service, document, receiver.url)
      const count = Math.min(chunk, runs - done)
      const requests = fc.sample(requestsOf(document, world), { numRuns: count, seed: seed + done })
      await inParallel(requests, async (request) => {
        const answer = await send(service.url, agent, request)
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        if (answer.status < 300) succeeded.add(`${request.method} ${request.operation.path}`)
        const breach = document.breach(request.operation, answer)
        if (breach !== undefined) breaches.push(describeBreach(breach, request, answer))
      })
      // One of twenty has its very bytes damaged.
      const raws = fc.sample(rawRequestsOf(requestsOf(document, world)), { numRuns: count / 20, seed: seed + done })
      await inParallel(raws, async (bytes) => {
        const breach = await rawBreach(service.url, bytes)
        if (breach !== undefined) breaches.push(breach)
      })
      onProgress?.(done + count)
    }
    await service.call('GET', '/livez')
    return {
      runs,
      statuses,
      succeeded: succeeded.size,
      operations: document.operations.length,
      breaches,
      logged: service.logged.filter((entry) => entry.startsWith('error')),
    }
  } finally {
    agent.destroy()
    await service.close()
    await receiver.close()
  }
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}

function describeBreach(breach: string, { method, target, headers, body }: FuzzRequest, answer: Answer): string {
  const { authorization: _key, ...shown } = headers
  const sent = body === undefined ? '' : body.subarray(0, 400).toString()
  return `${breach}\n  ${method} ${target} ${JSON.stringify(shown)} ${sent}\n  ${answer.status} ${answer.type} ${answer.text.slice(0, 500)}`
}

function send(url: string, agent: Agent, { method, target, headers, body }: FuzzRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const path = target.replaceAll(/[^\u0021-\u007E]/g, (found) => encodeURIComponent(found.toWellFormed()))
    const request = httpRequest(
      { hostname, port, agent, method, path, headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (bytes: Buffer) => chunks.push(bytes))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Brings the service into a state in which every operation can succeed, and takes away what piled up. */
async function prepare(service: TestService, document: ContractDocument, receiverUrl: string): Promise<RequestWorld> {
  const { sdkAppId } = await service.createApp('fuzz')
  const ids = await fill(service, sdkAppId, receiverUrl)
  const others = await otherKeys(service, sdkAppId)
  const words = [
    ...listCommands().map(({ command }) => command),
    'Own.CallbackAfterFuzz',
    'Own.CallbackBeforeFuzz',
    'No.Such',
  ]
  const of = (...values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values)
  const command = of(...words)
  const url = of(
    `${receiverUrl}?a=1`,
    'http://name.invalid/',
    'http://127.0.0.1:1/',
    'ftp://x',
    'http://10.0.0.1/',
    'http://[::1]:9/',
  )
  return {
    resolve: (schema) => document.resolve(schema),
    origin: service.url,
    authorizations: { good: `Bearer ${adminKey}`, others: ['', 'Basic x', 'Bearer no-such-key', ...others] },
    known: {
      sdkAppId: of(sdkAppId),
      command,
      commands: fc.array(of('*', 'Live.*', 'Own.*', ...words), { minLength: 1, maxLength: 3 }),
      url,
      webhookId: of(...ids.webhookIds, 'wh_nothing'),
      eventId: of(...ids.eventIds, 'evt_nothing'),
      deliveryId: of(...ids.deliveryIds, 'dlv_nothing'),
      decisionId: of(...ids.decisionIds, 'dec_nothing'),
      jobId: of(...ids.jobIds, 'job_nothing'),
      keyId: of('key_nothing', 'key_environment'),
      clientIp: of('203.0.113.9', '2001:db8::1', '::ffff:203.0.113.9', '203.0.113.10', '999.1.1.1'),
      optPlatform: of('RESTAPI', 'iOS', 'Web', 'Android', 'Unknown', 'Commodore64'),
      cursor: of('AAAA', 'Live.CallbackAfterCreateRoom'),
      timeoutMs: of(100, 200),
      askDeadlineMs: of(100, 200),
      retry: of('none'),
      eventsPerSecond: of(null, 100_000),
      asksPerSecond: of(null, 100_000),
      paused: of(true, false),
    },
  }
}

interface Ids {
  readonly webhookIds: readonly string[]
  readonly eventIds: readonly string[]
  readonly deliveryIds: readonly string[]
  readonly decisionIds: readonly string[]
  readonly jobIds: readonly string[]
}

async function fill(service: TestService, sdkAppId: number, url: string): Promise<Ids> {
  const path = `/v1/apps/${sdkAppId}`
  for (const phase of ['After', 'Before']) {
    await service.call('POST', `${path}/commands`, {
      command: `Own.Callback${phase}Fuzz`,
      phase: phase.toLowerCase(),
      schema: { type: 'object' },
    })
  }
  const after = 'Live.CallbackAfterCreateRoom'
  const before = 'Live.CallbackBeforeSendGift'
  const commands = [after, before]
  const one = await service.createWebhook(sdkAppId, { url, commands, timeoutMs: 200, askDeadlineMs: 200 }, 'fuzz token')
  const paused = await service.createWebhook(sdkAppId, { url, commands: ['Room.*'], paused: true })
  const events = await Promise.all(
    [after, 'Room.CallbackAfterCreateRoom', 'State.StateChange'].map((command) =>
      service.postEvent(sdkAppId, command, '{}'),
    ),
  )
  const asked = await service.call('POST', `${path}/asks?command=${before}`, '{}')
  const job = await service.call('POST', `${path}/redeliveries`, { filter: {}, ratePerSecond: 1 })
  return {
    webhookIds: [one.webhookId, paused.webhookId],
    eventIds: events.map(({ eventId }) => eventId),
    deliveryIds: events.flatMap(({ deliveries }) => deliveries),
    decisionIds: [asked.body['decisionId'] as string],
    jobIds: [job.body['jobId'] as string],
  }
}

/** Keys that may do less, after those of earlier turns were revoked. */
async function otherKeys(service: TestService, sdkAppId: number): Promise<readonly string[]> {
  const { body } = await service.call('GET', '/v1/keys')
  for (const { keyId } of body['items'] as { keyId: string }[]) await service.call('DELETE', `/v1/keys/${keyId}`)
  const made = await Promise.all(
    [
      ['operator', sdkAppId],
      ['ingest', sdkAppId],
      ['read', undefined],
    ].map(([role, app]) =>
      service.call('POST', '/v1/keys', { name: 'fuzz', role, ...(app === undefined ? {} : { sdkAppId: app }) }),
    ),
  )
  return made.map(({ body: key }) => `Bearer ${String(key['key'])}`)
}
