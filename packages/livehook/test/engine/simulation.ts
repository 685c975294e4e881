// A simulated service under virtual time: the real engine, a store that sometimes fails, receivers that misbehave in
// every way the wire knows, processes that are lost in the middle of it. What came of it is checked afterwards.

import { vi } from 'vitest'
import { createDeadline } from '../../src/domain/deadline.ts'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import { webhookDefaults } from '../../src/domain/webhook/webhook.ts'
import type { ExchangeRequest } from '../../src/egress/port.ts'
import type { Deliverer, DeliveryStore } from '../../src/engine/deliver/deliver.ts'
import { createDeliverer } from '../../src/engine/deliver/deliver.ts'
import { createWebhookHealth } from '../../src/engine/kept/webhook-health.ts'
import { createWebhookRegistry } from '../../src/engine/kept/webhook-registry.ts'
import { createServiceEvents } from '../../src/observe/events.ts'
import type { MemoryStore } from './memory-store.ts'
import { createMemoryStore } from './memory-store.ts'

export interface SimulationOptions {
  readonly seed: number
  readonly events: number
  readonly kills: number
  /** From 0 to 1: how often the store refuses a call, and how often a receiver misbehaves. */
  readonly storeFaults: number
  readonly receiverFaults: number
  /** Whether the process that is there when the trouble ends is lost as well, or goes on and must find out by itself. */
  readonly ending?: 'new process' | 'same process'
  /** How often the wall clock is set meanwhile, by up to an hour either way. */
  readonly clockJumps?: number
  /** Changes what the store does, to see whether the check notices. */
  readonly mutate?: (store: DeliveryStore) => DeliveryStore
}

export interface Report {
  readonly accepted: number
  /** Accepted and neither arrived nor given up with a reason. */
  readonly lost: readonly string[]
  /** Recorded as succeeded although no receiver ever answered 200 with JSON. */
  readonly falseSuccesses: readonly string[]
  /** Deliveries that have not ended. */
  readonly unfinished: readonly string[]
  /** Further arrivals of a delivery that had been answered well already. */
  readonly duplicates: number
  /** Attempts that were on the wire or not recorded yet when a process was lost. */
  readonly inFlightAtKills: number
  /** The most that a webhook ever had on the wire beyond what it allows. */
  readonly mostBeyondLimit: number
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const timeoutMs = 2000

function webhooks(): Webhook[] {
  const base = {
    ...webhookDefaults,
    sdkAppId: 1,
    headers: {},
    tokens: ['xxxxyyyy'],
    heldTokens: [],
    createdAt: 0,
    updatedAt: 0,
  }
  const health = { lastSuccessAt: null, lastFailureAt: null, failingSince: null }
  const patient = Array.from({ length: 60 }, () => 30)
  return [
    { maxInFlight: 4, ratePerSecond: null, retrySeconds: patient },
    { maxInFlight: 1, ratePerSecond: 5, retrySeconds: patient },
    { maxInFlight: 8, ratePerSecond: null, retrySeconds: [1, 2] },
  ].map((limits, index) => ({
    ...base,
    ...health,
    ...limits,
    timeoutMs,
    webhookId: `wh_${index}`,
    name: `${index}`,
    url: `http://receiver-${index}.test/hook`,
    commands: ['*'],
  }))
}

/** What the receivers saw. */
interface World {
  readonly arrivals: Map<string, number>
  readonly answeredWell: Set<string>
  readonly onTheWire: Map<string, number>
  duplicates: number
  mostBeyondLimit: number
  /** By how much the wall clock is off what it was at first. */
  clockOffMs: number
  readonly now: () => number
}

interface Process {
  readonly deliverer: Deliverer
  /** The process is lost: nothing it asks for has any effect from now on. */
  kill(): void
  readonly inFlight: () => number
  /** From now on the store does what it is asked, and receivers answer. */
  endTrouble(): void
}

export async function simulate(options: SimulationOptions): Promise<Report> {
  vi.useFakeTimers({
    now: 1_000_000,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date'],
  })
  try {
    return await run(options)
  } finally {
    vi.useRealTimers()
  }
}

async function run(options: SimulationOptions): Promise<Report> {
  const random = chance(options.seed)
  const store = createMemoryStore()
  const world: World = {
    arrivals: new Map(),
    answeredWell: new Set(),
    onTheWire: new Map(),
    duplicates: 0,
    mostBeyondLimit: 0,
    clockOffMs: 0,
    now: () => Date.now() + world.clockOffMs,
  }
  const clockJumps = options.clockJumps ?? 0
  const accepted = new Set<string>()
  let inFlightAtKills = 0
  let process = await startProcess(options, { random, store, world, faults: true })
  const eventsPerLife = Math.ceil(options.events / (options.kills + 1))
  for (let life = 0; life <= options.kills; life += 1) {
    if (life > 0) {
      inFlightAtKills += process.inFlight()
      process.kill()
      store.reopen()
      process = await startProcess(options, { random, store, world, faults: true })
    }
    for (let count = 0; count < eventsPerLife; count += 1) {
      const asked = process.deliverer
        .accept([
          {
            sdkAppId: 1,
            command: 'Live.X',
            clientIp: '203.0.113.1',
            optPlatform: 'iOS',
            body: new Uint8Array(),
            acceptedAt: world.now(),
          },
        ])
        .then((results) => {
          for (const result of results)
            if (result.kind === 'accepted') for (const id of result.deliveryIds) accepted.add(id)
        })
        .catch(() => undefined)
      await vi.advanceTimersByTimeAsync(Math.floor(random() * 120))
      if (random() < clockJumps / options.events) world.clockOffMs = Math.round((random() * 2 - 1) * 3_600_000)
      void asked
    }
  }
  // The trouble is over: receivers that answer, and all the time it takes.
  if (options.ending === 'same process') process.endTrouble()
  else {
    inFlightAtKills += process.inFlight()
    process.kill()
    store.reopen()
    process = await startProcess(options, { random, store, world, faults: false })
  }
  for (let hour = 0; hour < 4 && unfinished(store).length > 0; hour += 1) await vi.advanceTimersByTimeAsync(3_600_000)
  const stopped = process.deliverer.stop(createDeadline(1000, () => Date.now()))
  await vi.advanceTimersByTimeAsync(60_000)
  await stopped
  return report({ store, world, accepted, inFlightAtKills })
}

function unfinished(store: MemoryStore): string[] {
  return [...store.deliveries.values()]
    .filter(({ state }) => state === 'pending' || state === 'claimed')
    .map(({ deliveryId }) => deliveryId)
}

function report(parts: {
  readonly store: MemoryStore
  readonly world: World
  readonly accepted: ReadonlySet<string>
  readonly inFlightAtKills: number
}): Report {
  const { store, world, accepted } = parts
  const all = [...store.deliveries.values()]
  const givenUp = new Set(
    all.filter(({ state }) => state === 'dead' || state === 'cancelled').map(({ deliveryId }) => deliveryId),
  )
  return {
    accepted: accepted.size,
    lost: [...accepted].filter((id) => !world.arrivals.has(id) && !givenUp.has(id)),
    falseSuccesses: all
      .filter(({ state, deliveryId }) => state === 'succeeded' && !world.answeredWell.has(deliveryId))
      .map(({ deliveryId }) => deliveryId),
    unfinished: unfinished(store),
    duplicates: world.duplicates,
    inFlightAtKills: parts.inFlightAtKills,
    mostBeyondLimit: world.mostBeyondLimit,
  }
}

interface ProcessParts {
  readonly random: () => number
  readonly store: MemoryStore
  readonly world: World
  readonly faults: boolean
}

async function startProcess(options: SimulationOptions, parts: ProcessParts): Promise<Process> {
  let alive = true
  let onTheWire = 0
  let unrecorded = 0
  let { faults } = parts
  const storeFaults = (): number => (faults ? options.storeFaults : 0)
  const receiverFaults = (): number => (faults ? options.receiverFaults : 0)
  const kept = webhooks()
  const registry = createWebhookRegistry({ store: { loadWebhooks: async () => kept } })
  await registry.load()
  const base = unreliable(parts.store, { random: parts.random, faults: storeFaults, alive: () => alive })
  const store: DeliveryStore = {
    ...base,
    async settle(batch, now) {
      const moved = await base.settle(batch, now)
      unrecorded -= batch.filter(({ attempt }) => attempt !== undefined).length
      return moved
    },
  }
  parts.world.onTheWire.clear()
  const exchange = async (request: ExchangeRequest): Promise<Outcome> => {
    onTheWire += 1
    unrecorded += 1
    const outcome = await receive(request, { ...parts, faults: receiverFaults(), alive: () => alive })
    onTheWire -= 1
    return outcome
  }
  const deliverer = createDeliverer({
    store: options.mutate === undefined ? store : options.mutate(store),
    webhooks: registry,
    customs: { get: () => undefined },
    health: createWebhookHealth(),
    egress: { exchange: (request) => exchange(request) },
    events: createServiceEvents({ onListenerError: () => undefined }),
    now: parts.world.now,
    monotonic: () => Date.now(),
    random: parts.random,
    version: '0',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  })
  const starting = deliverer.start().catch(() => undefined)
  await vi.advanceTimersByTimeAsync(200)
  await starting
  return {
    deliverer,
    inFlight: () => unrecorded,
    kill: () => (alive = false),
    endTrouble: () => (faults = false),
  }
}

/** The same store with delays, refusals before or after the deed, and a process that may be lost. */
function unreliable(
  store: MemoryStore,
  world: { readonly random: () => number; readonly faults: () => number; readonly alive: () => boolean },
): DeliveryStore {
  const never = new Promise<never>(() => undefined)
  const call = async <Result>(deed: () => Promise<Result>, mayFail: boolean): Promise<Result> => {
    await pause(1 + Math.floor(world.random() * 5))
    if (!world.alive()) return never
    if (mayFail && world.random() < world.faults()) throw new Error('the store is not there')
    const result = await deed()
    await pause(1)
    // Committed, but no one is there any more to hear of it.
    return world.alive() ? result : never
  }
  return {
    accept: (batch) => call(() => store.accept(batch), true),
    claim: (wanted, times) => call(() => store.claim(wanted, times), true),
    settle: (batch, now) => call(() => store.settle(batch, now), true),
    nextDue: () => call(() => store.nextDue(), true),
    correctDueTimes: (order) => call(() => store.correctDueTimes(order), true),
    takeBackLeases: (before, now) => call(() => store.takeBackLeases(before, now), true),
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** One request at a receiver: it may arrive or not, be answered well, badly, or not at all. */
async function receive(
  request: ExchangeRequest,
  parts: {
    readonly world: World
    readonly random: () => number
    readonly faults: number
    readonly alive: () => boolean
  },
): Promise<Outcome> {
  const { world, random } = parts
  if (!parts.alive()) return new Promise(() => undefined)
  const startedAt = world.now()
  const began = Date.now()
  const deliveryOf = request.prepare().headers['webhook-id'] ?? ''
  const id = `${deliveryOf.replace('evt', 'dlv')}_${request.pool.slice(3)}`
  const limit = webhooks().find(({ webhookId }) => webhookId === request.pool)?.maxInFlight ?? 0
  const now = (world.onTheWire.get(request.pool) ?? 0) + 1
  world.onTheWire.set(request.pool, now)
  world.mostBeyondLimit = Math.max(world.mostBeyondLimit, now - limit)
  const fault = random() < parts.faults ? Math.floor(random() * 5) : -1
  await pause(fault === 3 ? timeoutMs : 1 + Math.floor(random() * 50))
  if (!parts.alive()) {
    // The request was on its way when the process was lost; half of them arrive.
    if (random() < 0.5) arrive(world, id)
    return new Promise(() => undefined)
  }
  world.onTheWire.set(request.pool, (world.onTheWire.get(request.pool) ?? 1) - 1)
  const common = { startedAt, durationMs: Date.now() - began }
  const evidence = { phase: 'done', phaseMs: {}, status: 200 } as const
  switch (fault) {
    case 0: // Nothing arrives.
      return {
        ...common,
        kind: 'broken',
        phase: 'connect',
        code: 'connection_refused',
        evidence: { phase: 'connect', phaseMs: {} },
      }
    case 1: // It arrives and the answer is lost.
      arrive(world, id)
      return {
        ...common,
        kind: 'broken',
        phase: 'first_byte',
        code: 'reset_before_response',
        evidence: { phase: 'first_byte', phaseMs: {} },
      }
    case 2:
      return {
        ...common,
        kind: 'answered',
        sent: { target: '/hook', headers: {} },
        status: 503,
        headers: [],
        body: new Uint8Array(),
        evidence: { ...evidence, status: 503 },
      }
    case 3:
      arrive(world, id)
      return {
        ...common,
        kind: 'broken',
        phase: 'first_byte',
        code: 'response_timeout',
        evidence: { phase: 'first_byte', phaseMs: {} },
      }
    case 4:
      return {
        ...common,
        kind: 'answered',
        sent: { target: '/hook', headers: {} },
        status: 200,
        headers: [],
        body: new TextEncoder().encode('<html>'),
        evidence,
      }
    default:
      arrive(world, id)
      world.answeredWell.add(id)
      return {
        ...common,
        kind: 'answered',
        sent: { target: '/hook', headers: {} },
        status: 200,
        headers: [],
        body: new TextEncoder().encode('{}'),
        evidence,
      }
  }
}

function arrive(world: World, id: string): void {
  if (world.answeredWell.has(id)) world.duplicates += 1
  world.arrivals.set(id, (world.arrivals.get(id) ?? 0) + 1)
}
