import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { moveDelivery } from '../../src/domain/delivery/delivery.ts'
import type { DeliveryMove, DeliveryState } from '../../src/domain/delivery/delivery.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import type { SettleMove } from '../../src/store/port/flow.ts'
import type { Store } from '../../src/store/port/port.ts'
import { acceptOne, claimAll, registerWebhook, sampleAttempt, sampleSettle, someTime } from './samples.ts'
import { places } from './places.ts'
import type { StorePlace } from './places.ts'

const settleMoves = {
  succeed: { kind: 'succeeded' },
  retry: { kind: 'pending', dueAt: someTime + 1, failures: 1 },
  die: { kind: 'dead', reason: 'gone', failures: 1 },
  cancel: { kind: 'cancelled', reason: 'by_request' },
} as const satisfies Partial<Record<DeliveryMove, SettleMove>>

const states: readonly DeliveryState[] = ['pending', 'claimed', 'succeeded', 'dead', 'cancelled']

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

  describe('The store moves a delivery exactly where the domain table lets it go', () => {
    for (const state of states) {
      for (const move of ['succeed', 'retry', 'die', 'cancel'] as const) {
        // What waits is cancelled by hand or by deleteWebhook; settling is for what was claimed.
        const after = state === 'claimed' ? moveDelivery(state, move) : undefined
        it(`settle "${move}" of a ${state} delivery: ${after ?? 'stays'}`, async () => {
          const { deliveryId } = await deliveryIn(state)
          const before = await store.getDelivery(deliveryId)
          const attempt = sampleAttempt({ number: (before?.attempts ?? 0) + 1 })
          const results = await store.settle([{ deliveryId, attempt, move: settleMoves[move] }], someTime)
          expect(results).toEqual([after === undefined ? { kind: 'lease_lost' } : settleMoves[move]])
          const now = await store.getDelivery(deliveryId)
          expect(now?.state).toBe(after ?? state)
          expect(now?.attemptRecords).toHaveLength((before?.attemptRecords.length ?? 0) + 1)
        })
      }

      const claimed = moveDelivery(state, 'claim')
      it(`claim of a ${state} delivery: ${claimed ?? 'stays'}`, async () => {
        const { webhook, deliveryId } = await deliveryIn(state)
        const ids = (await claimAll(store, webhook, someTime + 1e9)).map((one) => one.deliveryId)
        expect(ids).toEqual(claimed === undefined ? [] : [deliveryId])
        expect((await store.getDelivery(deliveryId))?.state).toBe(claimed ?? state)
      })

      const redelivered = moveDelivery(state, 'redeliver')
      it(`redelivery of a ${state} delivery: ${redelivered ?? 'stays'}`, async () => {
        const { deliveryId } = await deliveryIn(state)
        const [result] = await store.redeliver([deliveryId], someTime)
        expect(result?.kind === 'redelivered').toBe(redelivered !== undefined)
        expect((await store.getDelivery(deliveryId))?.state).toBe(redelivered ?? state)
      })

      // What is on the wire cannot be called back: only the attempt's end cancels a claimed delivery.
      const calledOff = state === 'claimed' ? undefined : moveDelivery(state, 'cancel')
      it(`cancelling a ${state} delivery by hand: ${calledOff ?? 'stays'}`, async () => {
        const { deliveryId } = await deliveryIn(state)
        const [result] = await store.cancel([deliveryId], someTime)
        expect(result?.kind === 'cancelled').toBe(calledOff !== undefined)
        expect((await store.getDelivery(deliveryId))?.state).toBe(calledOff ?? state)
      })

      const takenBack = state === 'claimed' ? moveDelivery(state, 'retry') : undefined
      it(`taking back the lease of a ${state} delivery: ${takenBack ?? 'stays'}`, async () => {
        const { deliveryId } = await deliveryIn(state)
        await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime)
        expect((await store.getDelivery(deliveryId))?.state).toBe(takenBack ?? state)
      })

      const cancelled = state === 'pending' ? moveDelivery(state, 'cancel') : undefined
      it(`removing the webhook of a ${state} delivery: ${cancelled ?? 'stays'}`, async () => {
        const { webhook, deliveryId } = await deliveryIn(state)
        await store.deleteWebhook(webhook.webhookId, someTime)
        expect((await store.getDelivery(deliveryId))?.state).toBe(cancelled ?? state)
      })
    }
  })

  /** A delivery in a state, of a webhook of its own. */
  async function deliveryIn(state: DeliveryState): Promise<{ webhook: Webhook; deliveryId: string }> {
    const webhook = await registerWebhook(store)
    const deliveryId = await acceptOne(store, webhook)
    const moves: Record<DeliveryState, SettleMove | undefined> = {
      pending: undefined,
      claimed: undefined,
      succeeded: settleMoves.succeed,
      dead: settleMoves.die,
      cancelled: settleMoves.cancel,
    }
    if (state !== 'pending') await claimAll(store, webhook)
    const move = moves[state]
    if (move !== undefined) await store.settle([sampleSettle(deliveryId, { move })], someTime)
    expect((await store.getDelivery(deliveryId))?.state).toBe(state)
    return { webhook, deliveryId }
  }
})
