// An outage under virtual time: what waits for an hour is not lost, costs the receiver next to nothing while it is down,
// and comes at the webhook's own rate when it is back.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import { webhookDefaults } from '../../src/domain/webhook/webhook.ts'
import { createDeliverer } from '../../src/engine/deliver/deliver.ts'
import { createWebhookHealth } from '../../src/engine/kept/webhook-health.ts'
import { createWebhookRegistry } from '../../src/engine/kept/webhook-registry.ts'
import { createServiceEvents } from '../../src/observe/events.ts'
import { volume } from '../support/volume.ts'
import { createMemoryStore } from './memory-store.ts'

const waiting = volume(5000, 50_000)
const ratePerSecond = 200

beforeEach(() => {
  vi.useFakeTimers({
    now: 1_000_000,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date'],
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const webhook: Webhook = {
  ...webhookDefaults,
  webhookId: 'wh_1',
  sdkAppId: 1,
  name: 'down for an hour',
  url: 'http://receiver.test/hook',
  commands: ['*'],
  maxInFlight: 16,
  ratePerSecond,
  retrySeconds: [5, 30, 120, 600, 1800, 3600],
  headers: {},
  tokens: [],
  heldTokens: [],
  createdAt: 0,
  updatedAt: 0,
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
}

test(
  `a webhook that was down for an hour with ${waiting} waiting gets at most its rate, and everything`,
  { timeout: 120_000 },
  async () => {
    let down = true
    const requests: number[] = []
    const arrivals: number[] = []
    const exchange = async (): Promise<Outcome> => {
      const startedAt = Date.now()
      requests.push(startedAt)
      await new Promise((resolve) => setTimeout(resolve, 10))
      if (down) {
        const evidence = { phase: 'connect', phaseMs: {} } as const
        return { kind: 'broken', phase: 'connect', code: 'connection_refused', startedAt, durationMs: 10, evidence }
      }
      arrivals.push(startedAt)
      return {
        kind: 'answered',
        sent: { target: '/hook', headers: {} },
        status: 200,
        headers: [],
        body: new TextEncoder().encode('{}'),
        startedAt,
        durationMs: 10,
        evidence: { phase: 'done', phaseMs: {}, status: 200 },
      }
    }
    const store = createMemoryStore()
    const registry = createWebhookRegistry({ store: { loadWebhooks: async () => [webhook] } })
    await registry.load()
    const deliverer = createDeliverer({
      store,
      webhooks: registry,
      customs: { get: () => undefined },
      health: createWebhookHealth(),
      egress: { exchange },
      events: createServiceEvents({ onListenerError: () => undefined }),
      now: () => Date.now(),
      monotonic: () => Date.now(),
      random: () => 0.5,
      version: '0',
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    })
    await deliverer.start()
    const event = {
      sdkAppId: 1,
      command: 'Live.X',
      clientIp: '203.0.113.1',
      optPlatform: 'iOS',
      body: new Uint8Array(),
    }
    for (let second = 0; second < 3600; second += 1) {
      const count = Math.floor(((second + 1) * waiting) / 3600) - Math.floor((second * waiting) / 3600)
      await deliverer.accept(Array.from({ length: count }, () => ({ ...event, acceptedAt: Date.now() })))
      await vi.advanceTimersByTimeAsync(1000)
    }
    // Ten failures open the breaker; after that one attempt each five minutes finds out.
    expect(requests.length).toBeLessThan(60)
    expect(deliverer.breakerOf('wh_1')).not.toBe('closed')

    down = false
    for (let minute = 0; minute < 30 && arrivals.length < waiting; minute += 1)
      await vi.advanceTimersByTimeAsync(60_000)
    expect(arrivals).toHaveLength(waiting)
    expect([...store.deliveries.values()].every(({ state }) => state === 'succeeded')).toBe(true)
    expect(mostInOneSecond(arrivals)).toBeLessThanOrEqual(ratePerSecond * 1.1)
    // Slow start: the receiver is asked gently first.
    const first = arrivals[0] ?? 0
    expect(arrivals.filter((at) => at < first + 10)).toHaveLength(1)
  },
)

/** The most arrivals that lie within any one second. */
function mostInOneSecond(times: readonly number[]): number {
  let most = 0
  let from = 0
  for (const [index, at] of times.entries()) {
    while ((times[from] ?? at) <= at - 1000) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}
