// Asks while the store is stopped or slow: answered all the same, kept up to a bound, and what is lost is counted (I7).

import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import { webhookDefaults } from '../../src/domain/webhook/webhook.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import { createEgress } from '../../src/egress/egress.ts'
import type { Ask, AskDecision } from '../../src/engine/ask/event.ts'
import { createAskIds } from '../../src/engine/ask/ids.ts'
import { createAsker } from '../../src/engine/ask/ask.ts'
import type { DecisionRecorder } from '../../src/engine/ask/recorder.ts'
import { createDecisionRecorder } from '../../src/engine/ask/recorder.ts'
import { createDeadline } from '../../src/domain/deadline.ts'
import { createKnownApps } from '../../src/engine/kept/known-apps.ts'
import { createWebhookRegistry } from '../../src/engine/kept/webhook-registry.ts'
import { createServiceEvents } from '../../src/observe/events.ts'
import { StoreError } from '../../src/store/port/errors.ts'
import type { DecisionRecord } from '../../src/store/port/decisions.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import { bodyOf } from './ask-world.ts'

const message = 'Group.CallbackBeforeSendMsg'
const sdkAppId = 1_400_000_001

/** A store that does as it is told. */
interface ScriptedStore {
  state: 'works' | 'refuses' | 'says nothing'
  readonly kept: DecisionRecord[]
  readonly batches: number[]
}

const logged: string[] = []
const log = {
  info: () => undefined,
  warn: (_facts: object, text: string) => void logged.push(text),
  error: (_facts: object, text: string) => void logged.push(text),
}

let receiver: TestReceiver
let store: ScriptedStore
let recorder: DecisionRecorder
let ask: (more?: Partial<Ask>) => Promise<AskDecision>
let close: () => Promise<void>

const app = {
  sdkAppId,
  name: 'app',
  createdAt: 0,
  adminIdentifiers: [],
  setCallbackOverwrites: false,
  secretKeySet: false,
}

async function obey<Value>(value: () => Value): Promise<Value> {
  if (store.state === 'refuses') throw new StoreError('store_unavailable', 'The disk is full.')
  if (store.state === 'says nothing') return new Promise<never>(() => undefined)
  return value()
}

beforeEach(async () => {
  logged.length = 0
  receiver = await openReceiver()
  store = { state: 'works', kept: [], batches: [] }
  const port = {
    reserveDecisions: () => obey(() => ({ salt: 'abcdefgh', first: 1 })),
    recordDecisions: (batch: readonly DecisionRecord[]) =>
      obey(() => {
        store.kept.push(...batch)
        store.batches.push(batch.length)
      }),
    getDecision: (id: string) => obey(() => store.kept.find(({ decisionId }) => decisionId === id)),
    getApp: () => obey(() => app),
    loadWebhooks: async () => [webhookOf(receiver.url)],
  }
  const now = Date.now
  const policy = parseEgressPolicy({ allow: ['127.0.0.0/8'], selfAddresses: [] })
  const egress = createEgress({ policy, dnsServers: [], now })
  const webhooks = createWebhookRegistry({ store: port })
  await webhooks.load()
  recorder = createDecisionRecorder({ store: port, now, log, maxWaiting: 50 })
  const ids = createAskIds({ store: port, random: Math.random, now, log })
  await ids.load()
  const apps = createKnownApps({ store: port })
  const events = createServiceEvents({ onListenerError: () => undefined })
  const asker = createAsker({
    egress,
    apps,
    customs: { get: () => undefined, ofApp: () => [] },
    webhooks,
    ids,
    recorder,
    tallies: { note: () => undefined },
    events,
    now,
    monotonic: () => performance.now(),
    log,
    version: '0',
  })
  ask = (more = {}) =>
    asker.ask({ sdkAppId, command: message, body: bodyOf(message), clientIp: '::1', optPlatform: 'iOS', ...more })
  close = async () => {
    await asker.stop(createDeadline(0, () => performance.now()))
    await recorder.stop(createDeadline(0, () => performance.now()))
    await egress.close()
    await receiver.close()
  }
})

afterEach(async () => {
  await close()
})

describe.each(['refuses', 'says nothing'] as const)('a store that %s', (state) => {
  it('costs no answer, memory up to a bound, and then rows that are counted and logged', async () => {
    store.state = state
    const decisions = await Promise.all(Array.from({ length: 80 }, () => ask()))
    expect(decisions.every(({ verdict, decidedBy }) => verdict === 'allow' && decidedBy === 'app')).toBe(true)
    expect(recorder.waiting).toBe(50)
    expect(recorder.lost).toBe(30)
    expect(logged).toContain('decisions cannot be kept now; asks are answered all the same')
  })

  it('does not keep an ask waiting whose app no one has heard of', async () => {
    store.state = state
    expect(await ask({ sdkAppId: 1_400_000_002, deadlineMs: 100 })).toMatchObject({
      verdict: 'allow',
      rule: 'not_subscribed',
    })
  })
})

describe('a store that comes back', () => {
  it('gets what waited, in order, in batches', async () => {
    store.state = 'refuses'
    const decisions: AskDecision[] = []
    for (let count = 0; count < 20; count += 1) decisions.push(await ask())
    store.state = 'works'
    await recorder.stop(createDeadline(5000, () => performance.now()))
    expect(store.kept.map(({ decisionId }) => decisionId)).toEqual(decisions.map(({ decisionId }) => decisionId))
    expect(store.batches.length).toBeLessThan(20)
    expect(recorder.lost).toBe(0)
  })
})

describe('ids of decisions', () => {
  it('are given out while the store is away, and go on with the next numbers when it is back', async () => {
    let asked = 0
    let isAway = false
    const numbers = async (count: number) => {
      asked += 1
      if (isAway) throw new StoreError('store_unavailable', 'away')
      return { salt: 'abcdefgh', first: 1 + (asked - 1) * count }
    }
    let at = 0
    const ids = createAskIds({ store: { reserveDecisions: numbers }, random: () => 0.5, now: () => at, log })
    await ids.load()
    isAway = true
    const seen = new Set<string>()
    const takeMany = (count: number): boolean => {
      let allKept = true
      for (let taken = 0; taken < count; taken += 1) allKept &&= ids.take().isKept
      return allKept
    }
    seen.add(ids.take().decisionId)
    expect(takeMany(4_194_303)).toBe(true)
    // All numbers are used up: an ask is answered with an id that cannot be kept, rather than not at all.
    expect(ids.take().isKept).toBe(false)
    await turn()
    isAway = false
    at = 10_000
    ids.take()
    await turn()
    const next = ids.take()
    expect(next.isKept).toBe(true)
    expect(seen.has(next.decisionId)).toBe(false)
  })
})

function webhookOf(url: string): Webhook {
  return {
    ...webhookDefaults,
    webhookId: 'wh_1',
    sdkAppId,
    name: 'decider',
    url,
    commands: [message],
    retrySeconds: [],
    headers: {},
    tokens: [],
    heldTokens: [],
    createdAt: 0,
    updatedAt: 0,
    lastSuccessAt: null,
    lastFailureAt: null,
    failingSince: null,
  }
}
