// A deliverer with one webhook under virtual time: its store, and a receiver that answers what the test says.

import { vi } from 'vitest'
import { createDeadline } from '../../src/domain/deadline.ts'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import { webhookDefaults } from '../../src/domain/webhook/webhook.ts'
import type { ExchangeRequest } from '../../src/egress/port.ts'
import type { Deliverer, DeliveryStore, EventToKeep } from '../../src/engine/deliver/deliver.ts'
import { createDeliverer } from '../../src/engine/deliver/deliver.ts'
import { createWebhookHealth } from '../../src/engine/kept/webhook-health.ts'
import type { WebhookHealth } from '../../src/engine/kept/webhook-health.ts'
import { createWebhookRegistry } from '../../src/engine/kept/webhook-registry.ts'
import type { WebhookRegistry } from '../../src/engine/kept/webhook-registry.ts'
import type { ServiceEvents } from '../../src/observe/events.ts'
import { createServiceEvents } from '../../src/observe/events.ts'
import type { MemoryStore } from './memory-store.ts'
import { createMemoryStore } from './memory-store.ts'

export function useVirtualTime(): void {
  vi.useFakeTimers({
    now: 1_000_000_000,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'Date',
      'performance',
    ],
  })
}

export const testWebhook: Webhook = {
  ...webhookDefaults,
  webhookId: 'wh_1',
  sdkAppId: 1,
  name: 'x',
  url: 'http://receiver.test/hook',
  commands: ['*'],
  retrySeconds: Array.from({ length: 20 }, () => 1),
  headers: {},
  tokens: [],
  heldTokens: [],
  createdAt: 0,
  updatedAt: 0,
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
}

export interface DelivererWorld {
  readonly deliverer: Deliverer
  readonly memory: MemoryStore
  readonly registry: WebhookRegistry
  readonly health: WebhookHealth
  readonly events: ServiceEvents
  /** When each request came to the receiver, by a clock that was never set. */
  readonly requests: number[]
  readonly logged: string[]
  /** What the receiver answers from now on: a status, or `refuse` for no connection. */
  answer: number | 'refuse'
  answerAfterMs: number
  /** By how much the wall clock is set. */
  clockOffMs: number
  event(): EventToKeep
  stop(graceMs?: number): Promise<void>
  /** The states of all deliveries, by how many are in each. */
  states(): Readonly<Record<string, number>>
}

export interface WorldOptions {
  readonly webhooks?: readonly Webhook[]
  /** Changes what the store does. */
  readonly store?: (memory: MemoryStore) => DeliveryStore
  readonly memory?: MemoryStore
}

/** Not started yet. */
export async function openDelivererWorld(options: WorldOptions = {}): Promise<DelivererWorld> {
  const memory = options.memory ?? createMemoryStore()
  const registry = createWebhookRegistry({ store: { loadWebhooks: async () => options.webhooks ?? [testWebhook] } })
  await registry.load()
  const mood: Pick<DelivererWorld, 'answer' | 'answerAfterMs' | 'clockOffMs'> = {
    answer: 200,
    answerAfterMs: 5,
    clockOffMs: 0,
  }
  const requests: number[] = []
  const logged: string[] = []
  const health = createWebhookHealth()
  const events = createServiceEvents({ onListenerError: () => undefined })
  const log = (_facts: object, message: string): void => void logged.push(message)
  const exchange = async (request: ExchangeRequest): Promise<Outcome> => {
    const startedAt = Date.now() + mood.clockOffMs
    const { answer } = mood
    requests.push(Date.now())
    request.prepare()
    const evidence = { phase: 'first_byte', phaseMs: {} } as const
    const cutOff = await waitOrCut(mood.answerAfterMs, request.signal)
    if (cutOff) return { kind: 'ours', code: 'shutting_down', startedAt, durationMs: 5, evidence }
    return answer === 'refuse' ? refused(startedAt) : answered(startedAt, answer)
  }
  const deliverer = createDeliverer({
    store: options.store?.(memory) ?? memory,
    webhooks: registry,
    customs: { get: () => undefined },
    health,
    egress: { exchange },
    events,
    now: () => Date.now() + mood.clockOffMs,
    monotonic: () => Date.now(),
    random: () => 0.5,
    version: '0',
    log: { info: log, warn: log, error: log },
  })
  return Object.assign(mood, {
    deliverer,
    memory,
    registry,
    health,
    events,
    requests,
    logged,
    event: () => ({
      sdkAppId: 1,
      command: 'Live.X',
      clientIp: '203.0.113.1',
      optPlatform: 'iOS',
      body: new Uint8Array(),
      acceptedAt: Date.now() + mood.clockOffMs,
    }),
    stop: (graceMs = 0) => deliverer.stop(createDeadline(graceMs, () => Date.now())),
    states() {
      const states: Record<string, number> = {}
      for (const { state } of memory.deliveries.values()) states[state] = (states[state] ?? 0) + 1
      return states
    },
  })
}

/** @returns whether it was cut off */
function waitOrCut(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}

function refused(startedAt: number): Outcome {
  const evidence = { phase: 'connect', phaseMs: {} } as const
  return { kind: 'broken', phase: 'connect', code: 'connection_refused', startedAt, durationMs: 5, evidence }
}

function answered(startedAt: number, status: number): Outcome {
  return {
    kind: 'answered',
    sent: { target: '/hook', headers: {} },
    status,
    headers: [],
    body: new TextEncoder().encode('{}'),
    startedAt,
    durationMs: 5,
    evidence: { phase: 'done', phaseMs: {}, status },
  }
}
