// The store against a model that is a handful of objects in memory: whatever happens in whatever order, both tell the
// same story. A failing run prints its seed; `fc.assert(..., { seed, path })` plays it again.

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryState } from '../../src/domain/delivery/delivery.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import type { SettleMove } from '../../src/store/port/flow.ts'
import type { Store } from '../../src/store/port/port.ts'
import { registerWebhook, sampleAttempt, sampleEvent, sampleFailure, sampleWebhook, someTime } from './samples.ts'
import { places } from './places.ts'
import type { StorePlace } from './places.ts'

interface Key {
  readonly name: number
  readonly body: number
}

type Operation =
  | { readonly kind: 'accept'; readonly webhook: number; readonly count: number; readonly isLeased: boolean }
  | { readonly kind: 'acceptKeyed'; readonly webhook: number; readonly keys: readonly Key[] }
  | { readonly kind: 'claim'; readonly webhook: number; readonly limit: number }
  | { readonly kind: 'settle'; readonly pick: number; readonly move: SettleMove['kind']; readonly isLate: boolean }
  | { readonly kind: 'redeliver' | 'cancel'; readonly pick: number }
  | { readonly kind: 'takeBack'; readonly isAll: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'remove'; readonly webhook: number }
  | { readonly kind: 'reopen' }

const webhookCount = 3
const leaseMs = 100

const webhookIndex = fc.nat({ max: webhookCount - 1 })
const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('accept' as const),
        webhook: webhookIndex,
        count: fc.integer({ min: 1, max: 4 }),
        isLeased: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('acceptKeyed' as const),
        webhook: webhookIndex,
        keys: fc.array(fc.record({ name: fc.nat({ max: 5 }), body: fc.nat({ max: 1 }) }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('claim' as const), webhook: webhookIndex, limit: fc.nat({ max: 9 }) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('settle' as const),
        pick: fc.nat(),
        move: fc.constantFrom<SettleMove['kind']>('succeeded', 'pending', 'dead', 'cancelled'),
        isLate: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('redeliver' as const, 'cancel' as const), pick: fc.nat() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('takeBack' as const), isAll: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 150 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), webhook: webhookIndex }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  ),
  { minLength: 5, maxLength: 60 },
)

interface ModelDelivery {
  readonly deliveryId: string
  readonly webhook: number
  state: DeliveryState
  dueAt: number | null
  leaseUntil: number
  failures: number
  /** Symptoms of the attempts, by number. */
  readonly attempts: string[]
}

describe.each(places)('$title', ({ createPlace }) => {
  let place: StorePlace
  let store: Store
  beforeAll(async () => {
    place = await createPlace()
    store = await place.open()
  })
  afterAll(async () => {
    await store.close()
    await place.remove()
  })

  describe('and its model', () => {
    it('tell the same story after any operations in any order (I2)', { timeout: 60_000 }, async () => {
      const property = fc.asyncProperty(operations, async (list) => {
        // Every run has an app of its own; the leases of the run before must not be counted in this one.
        await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)
        const world = await createWorld()
        for (const operation of list) await world.run(operation)
        await world.compare()
      })
      await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined()
    })
  })

  function byId(one: { readonly deliveryId: string }, other: { readonly deliveryId: string }): number {
    return one.deliveryId < other.deliveryId ? -1 : 1
  }

  async function createWorld() {
    let now = someTime
    const first = await registerWebhook(store)
    const webhooks: Webhook[] = [first]
    while (webhooks.length < webhookCount) webhooks.push(await store.createWebhook(sampleWebhook(first.sdkAppId)))
    const removed = new Set<number>()
    const model: ModelDelivery[] = []
    /** The body of each key that was used. */
    const bodies = new Map<number, number>()
    /** Per webhook, claims of a single place since the last one that was kept for a retry. */
    const singleClaims = new Map<number, number>()

    const run = async (operation: Operation): Promise<void> => {
      switch (operation.kind) {
        case 'accept':
          return accept(operation)
        case 'acceptKeyed':
          return acceptKeyed(operation)
        case 'claim':
          return claim(operation)
        case 'settle':
          return settle(operation)
        case 'redeliver':
          return redeliver(operation.pick)
        case 'cancel':
          return cancel(operation.pick)
        case 'takeBack':
          return takeBack(operation.isAll ? Number.POSITIVE_INFINITY : now)
        case 'wait':
          now += operation.ms
          return undefined
        case 'remove':
          return remove(operation.webhook)
        case 'reopen':
          await store.close()
          store = await place.open()
          singleClaims.clear()
          // The process that held them is gone.
          for (const one of model) one.leaseUntil = 0
          return undefined
      }
    }

    async function accept(operation: Operation & { kind: 'accept' }): Promise<void> {
      const { webhookId } = webhooks[operation.webhook]!
      const delivery = operation.isLeased ? { webhookId, leaseUntil: now + leaseMs } : { webhookId }
      const request = sampleEvent(first, { acceptedAt: now, deliveries: [delivery] })
      const results = await store.accept(Array.from({ length: operation.count }, () => request))
      const isGone = removed.has(operation.webhook)
      for (const result of results) {
        if (result.kind !== 'accepted') throw new Error('An event was not accepted.')
        model.push({
          deliveryId: result.deliveryIds[0]!,
          webhook: operation.webhook,
          state: isGone ? 'cancelled' : operation.isLeased ? 'claimed' : 'pending',
          dueAt: isGone || operation.isLeased ? null : now,
          leaseUntil: now + leaseMs,
          failures: 0,
          attempts: [],
        })
      }
    }

    /** A call whose keys all fit is kept; of one with a conflict nothing is, as the comparison at the end sees. */
    async function acceptKeyed({ webhook, keys }: Operation & { kind: 'acceptKeyed' }): Promise<void> {
      const deliveries = [{ webhookId: webhooks[webhook]!.webhookId }]
      const results = await store.accept(
        keys.map(({ name, body }) => {
          const idempotency = { key: `key-${name}`, bodyHash: new Uint8Array(32).fill(body) }
          return sampleEvent(first, { acceptedAt: now, deliveries, idempotency })
        }),
      )
      const known = new Map(bodies)
      const kinds = keys.map(({ name, body }) => {
        const earlier = known.get(name)
        if (earlier === undefined) known.set(name, body)
        return earlier === undefined ? 'accepted' : earlier === body ? 'duplicate' : 'conflict'
      })
      const isRefused = kinds.includes('conflict')
      const expected = kinds.map((kind) => (isRefused && kind !== 'conflict' ? 'not_kept' : kind))
      expect(results.map(({ kind }) => kind)).toEqual(expected)
      if (isRefused) return
      for (const [name, body] of known) bodies.set(name, body)
      const isGone = removed.has(webhook)
      for (const result of results) {
        if (result.kind !== 'accepted') continue
        model.push({
          deliveryId: result.deliveryIds[0]!,
          webhook,
          state: isGone ? 'cancelled' : 'pending',
          dueAt: isGone ? null : now,
          leaseUntil: 0,
          failures: 0,
          attempts: [],
        })
      }
    }

    async function claim({ webhook, limit }: Operation & { kind: 'claim' }): Promise<void> {
      const wanted = [{ webhookId: webhooks[webhook]!.webhookId, limit }]
      const claimed = await store.claim(wanted, { now, leaseUntil: now + leaseMs })
      const waiting = model
        .filter((one) => one.webhook === webhook && one.state === 'pending' && (one.dueAt ?? Infinity) <= now)
        .sort((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0) || model.indexOf(one) - model.indexOf(other))
      const retries = waiting.filter((one) => one.attempts.length > 0)
      const kept = Math.min(retries.length, keptForRetries(webhook, limit))
      const fresh = waiting.filter((one) => one.attempts.length === 0).slice(0, limit - kept)
      const due = [...retries.slice(0, limit - fresh.length), ...fresh]
      const facts = claimed.map(({ deliveryId, attempts, failures }) => ({ deliveryId, attempts, failures }))
      const expected = due.map(({ deliveryId, attempts, failures }) => ({
        deliveryId,
        attempts: attempts.length,
        failures,
      }))
      expect(facts.sort(byId)).toEqual(expected.sort(byId))
      for (const one of due) Object.assign(one, { state: 'claimed', dueAt: null, leaseUntil: now + leaseMs })
    }

    async function settle({ pick, move: kind, isLate }: Operation & { kind: 'settle' }): Promise<void> {
      // Late: an attempt whose lease was taken back in the meantime, so it has a row already.
      const candidates = model.filter((one) => (isLate ? one.attempts.at(-1) === 'ours' : one.state === 'claimed'))
      const target = candidates[pick % candidates.length]
      if (target === undefined) return
      const number = isLate ? target.attempts.length : target.attempts.length + 1
      const failures = target.failures + 1
      const moves: Record<SettleMove['kind'], SettleMove> = {
        succeeded: { kind: 'succeeded' },
        pending: { kind: 'pending', dueAt: now + 50, failures },
        dead: { kind: 'dead', reason: 'retries_exhausted', failures },
        cancelled: { kind: 'cancelled', reason: 'by_request' },
      }
      const attempt = kind === 'succeeded' ? sampleAttempt({ number }) : sampleFailure({ number })
      const request = { deliveryId: target.deliveryId, attempt, move: moves[kind] }
      const isCalledOff = kind === 'pending' && removed.has(target.webhook)
      const moved: SettleMove = isCalledOff ? { kind: 'cancelled', reason: 'webhook_deleted' } : moves[kind]
      expect(await store.settle([request], now)).toEqual([isLate ? { kind: 'lease_lost' } : moved])
      target.attempts[number - 1] = attempt.symptom
      if (isLate) return
      target.state = isCalledOff ? 'cancelled' : kind
      target.dueAt = target.state === 'pending' ? now + 50 : null
      if (kind === 'pending' || kind === 'dead') target.failures = failures
    }

    /** A quarter of the places, at least one of two; of claims of a single place every fourth. */
    function keptForRetries(webhook: number, limit: number): number {
      if (limit !== 1) return limit === 0 || removed.has(webhook) ? 0 : Math.max(1, Math.floor(limit / 4))
      const count = (singleClaims.get(webhook) ?? 0) + 1
      if (!removed.has(webhook)) singleClaims.set(webhook, count % 4)
      return count === 4 ? 1 : 0
    }

    async function redeliver(pick: number): Promise<void> {
      const target = model[pick % model.length]
      if (target === undefined) return
      const [result] = await store.redeliver([target.deliveryId], now)
      const stays = target.state === 'claimed' || target.state === 'cancelled'
      const kind = stays ? target.state : removed.has(target.webhook) ? 'webhook_gone' : 'redelivered'
      expect(result?.kind).toBe(kind)
      if (kind !== 'redelivered') return
      if (target.state === 'pending') Object.assign(target, { dueAt: Math.min(target.dueAt ?? now, now) })
      else Object.assign(target, { state: 'pending', dueAt: now, failures: 0 })
    }

    async function cancel(pick: number): Promise<void> {
      const target = model[pick % model.length]
      if (target === undefined) return
      const [result] = await store.cancel([target.deliveryId], now)
      const kind = target.state === 'pending' ? 'cancelled' : target.state === 'claimed' ? 'claimed' : 'ended'
      expect(result?.kind).toBe(kind)
      if (kind === 'cancelled') Object.assign(target, { state: 'cancelled', dueAt: null })
    }

    async function takeBack(expiredBefore: number): Promise<void> {
      const expired = model.filter((one) => one.state === 'claimed' && one.leaseUntil < expiredBefore)
      expect(await store.takeBackLeases(expiredBefore, now)).toBe(expired.length)
      for (const one of expired) {
        one.state = removed.has(one.webhook) ? 'cancelled' : 'pending'
        one.dueAt = one.state === 'pending' ? now : null
        one.attempts.push('ours')
      }
    }

    async function remove(webhook: number): Promise<void> {
      expect(await store.deleteWebhook(webhooks[webhook]!.webhookId, now)).toBe(!removed.has(webhook))
      removed.add(webhook)
      for (const one of model) {
        if (one.webhook === webhook && one.state === 'pending') Object.assign(one, { state: 'cancelled', dueAt: null })
      }
    }

    async function compare(): Promise<void> {
      for (const one of model) {
        const detail = await store.getDelivery(one.deliveryId)
        expect(detail).toMatchObject({ state: one.state, dueAt: one.dueAt, attempts: one.attempts.length })
        expect(detail?.attemptRecords.map((attempt) => attempt.symptom)).toEqual(one.attempts)
        expect(detail?.attemptRecords.map((attempt) => attempt.number)).toEqual(
          one.attempts.map((_, index) => index + 1),
        )
        expect(detail?.lastAttempt?.symptom).toBe(one.attempts.at(-1))
      }
      for (const state of ['pending', 'claimed', 'succeeded', 'dead', 'cancelled'] as const) {
        const filter = { sdkAppId: first.sdkAppId, states: [state] }
        const { items } = await store.listDeliveries(filter, { limit: 200 })
        const expected = model.filter((one) => one.state === state).map((one) => one.deliveryId)
        expect(items.map((item) => item.deliveryId)).toEqual(expected.toReversed().slice(0, 200))
      }
      const due = new Map<string, number>()
      for (const one of model) {
        if (one.state !== 'pending' || one.dueAt === null) continue
        const { webhookId } = webhooks[one.webhook]!
        due.set(webhookId, Math.min(due.get(webhookId) ?? Infinity, one.dueAt))
      }
      const own = new Set(webhooks.map((webhook) => webhook.webhookId))
      const nextDue = [...(await store.nextDue())].filter(([webhookId]) => own.has(webhookId))
      expect(new Map(nextDue)).toEqual(due)
    }

    return { run, compare }
  }
})
