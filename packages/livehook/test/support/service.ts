// A real service in this process: real SQLite file, real sockets, a key, and a client for its API.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../../src/config/settings.ts'
import { parseSettings } from '../../src/config/settings.ts'
import type {
  CreatedApp,
  DeliveryDetail,
  EventAccepted,
  NewWebhook,
  Webhook,
} from '../../src/http/contract/contract.ts'
import type { Service } from '../../src/service-types.ts'
import type { RequestBounds } from '../../src/http/listener/listener-manners.ts'
import { startService } from '../../src/service.ts'
import type { OpenStore } from '../../src/store/open-store.ts'

export const adminKey = 'test-admin-key-0123456789'

export interface TestService {
  readonly url: string
  readonly service: Service
  /** What was logged at warn and above. */
  readonly logged: readonly string[]
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Called>
  createApp(name?: string): Promise<CreatedApp>
  createWebhook(sdkAppId: number, webhook: NewWebhook, token?: string): Promise<Webhook>
  postEvent(sdkAppId: number, command: string, body: string | Uint8Array): Promise<EventAccepted>
  /** Waits until a delivery is in one of these states and gives its details. */
  untilState(deliveryId: string, ...states: string[]): Promise<DeliveryDetail>
  /** Stops the service and starts it again on the same data. */
  restart(): Promise<TestService>
  close(): Promise<void>
}

export interface Called {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
  readonly text: string
}

export interface TestServiceOptions {
  readonly flags?: Partial<Record<keyof Settings, string>>
  readonly consoleFolder?: string
  readonly docsFolder?: string
  readonly folder?: string
  readonly random?: () => number
  /** The wall clock; the real one where left out. */
  readonly now?: () => number
  readonly requestBounds?: RequestBounds
  /** Opens another store than the settings name. */
  readonly openStore?: OpenStore
}

export async function openService(options: TestServiceOptions = {}): Promise<TestService> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'livehook-test-')))
  const logged: string[] = []
  const record =
    (level: string) =>
    (facts: object, message: string): void => {
      const { err } = facts as { err?: Error }
      logged.push(`${level} ${message} ${JSON.stringify(facts)} ${err?.stack ?? ''}`)
    }
  const { settings } = parseSettings({
    flags: {
      port: '0',
      store: `sqlite:${join(folder, 'livehook.db')}`,
      adminKey,
      egressAllow: '127.0.0.0/8,::1/128',
      ...options.flags,
    },
    environment: {},
    readFile: () => '',
  })
  const service = await startService({
    settings,
    version: '0.0.0-test',
    consoleFolder: options.consoleFolder ?? join(folder, 'no-console'),
    docsFolder: options.docsFolder ?? join(folder, 'no-docs'),
    log: { info: () => undefined, warn: record('warn'), error: record('error') },
    ...(options.random === undefined ? {} : { random: options.random }),
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.requestBounds === undefined ? {} : { requestBounds: options.requestBounds }),
    ...(options.openStore === undefined ? {} : { openStore: options.openStore }),
  })

  const call: TestService['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: bytesOf(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      text,
    }
  }
  const expecting = async <Body>(status: number, called: Promise<Called>): Promise<Body> => {
    const { status: got, body, text } = await called
    if (got !== status) throw new Error(`expected ${status}, got ${got}: ${text}`)
    return body as Body
  }

  return {
    url: service.url,
    service,
    logged,
    call,
    createApp: (name = 'test') => expecting<CreatedApp>(201, call('POST', '/v1/apps', { name })),
    async createWebhook(sdkAppId, webhook, token) {
      const created = await expecting<Webhook>(201, call('POST', `/v1/apps/${sdkAppId}/webhooks`, webhook))
      if (token === undefined) return created
      return expecting<Webhook>(200, call('PUT', `/v1/apps/${sdkAppId}/webhooks/${created.webhookId}/token`, { token }))
    },
    postEvent: (sdkAppId, command, body) =>
      expecting<EventAccepted>(202, call('POST', `/v1/apps/${sdkAppId}/events?command=${command}`, body)),
    async untilState(deliveryId, ...states) {
      for (let tried = 0; tried < 600; tried += 1) {
        const detail = await expecting<DeliveryDetail>(200, call('GET', `/v1/deliveries/${deliveryId}`))
        if (states.includes(detail.state)) return detail
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
      throw new Error(`delivery ${deliveryId} did not become ${states.join(' or ')} within 15 s`)
    },
    async restart() {
      await service.stop()
      return openService({ ...options, folder })
    },
    async close() {
      await service.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function bytesOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body)
}
