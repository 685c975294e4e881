// A store in memory for simulations: the promises of the main flow and nothing else. It survives the loss of a process
// the way a disk does; what a lost process asks afterwards has no effect.

import type { AcceptResult, ClaimedDelivery, SettleRequest } from '../../src/store/port.ts'
import type { DeliveryStore } from '../../src/engine/deliver.ts'

export interface MemoryDelivery extends ClaimedDelivery {
  state: 'pending' | 'claimed' | 'succeeded' | 'dead' | 'cancelled'
  dueAt: number
  leaseUntil: number
  attempts: number
  failures: number
  /** Symptoms of the attempts that were recorded. */
  readonly recorded: string[]
}

export interface MemoryStore extends DeliveryStore {
  readonly deliveries: ReadonlyMap<string, MemoryDelivery>
}

export function createMemoryStore(): MemoryStore {
  const deliveries = new Map<string, MemoryDelivery>()
  let numbers = 0

  const move = ({ deliveryId, attempt, move: to }: SettleRequest): boolean => {
    const delivery = deliveries.get(deliveryId)
    if (delivery === undefined) return false
    if (attempt !== undefined) delivery.recorded.push(attempt.symptom)
    if (delivery.state !== 'claimed' || (attempt !== undefined && attempt.number !== delivery.attempts + 1))
      return false
    delivery.state = to.kind
    if (attempt !== undefined) delivery.attempts = attempt.number
    if ('failures' in to) delivery.failures = to.failures
    if (to.kind === 'pending') delivery.dueAt = to.dueAt
    return true
  }

  return {
    deliveries,
    async accept(batch) {
      return batch.map((request): AcceptResult => {
        numbers += 1
        const eventId = `evt_${numbers}`
        const deliveryIds = request.deliveries.map(({ webhookId, leaseUntil }, index) => {
          const deliveryId = `dlv_${numbers}_${index}`
          deliveries.set(deliveryId, {
            ...request,
            deliveryId,
            webhookId,
            eventId,
            state: leaseUntil === undefined ? 'pending' : 'claimed',
            dueAt: request.acceptedAt,
            leaseUntil: leaseUntil ?? 0,
            attempts: 0,
            failures: 0,
            recorded: [],
          })
          return deliveryId
        })
        return { kind: 'accepted', eventId, deliveryIds }
      })
    },
    async claim(wanted, { now, leaseUntil }) {
      return wanted.flatMap(({ webhookId, limit }) => {
        const due = [...deliveries.values()]
          .filter((each) => each.webhookId === webhookId && each.state === 'pending' && each.dueAt <= now)
          .toSorted((left, right) => left.dueAt - right.dueAt)
          .slice(0, limit)
        for (const delivery of due) Object.assign(delivery, { state: 'claimed', leaseUntil })
        return due.map((delivery) => ({ ...delivery }))
      })
    },
    async settle(batch) {
      return batch.map(move)
    },
    async nextDue() {
      const next = new Map<string, number>()
      for (const { webhookId, state, dueAt } of deliveries.values()) {
        if (state === 'pending') next.set(webhookId, Math.min(next.get(webhookId) ?? Number.POSITIVE_INFINITY, dueAt))
      }
      return next
    },
    async takeBackLeases(expiredBefore, now) {
      const lost = [...deliveries.values()].filter(
        (each) => each.state === 'claimed' && each.leaseUntil < expiredBefore,
      )
      for (const delivery of lost) {
        delivery.recorded.push('ours')
        Object.assign(delivery, { state: 'pending', dueAt: now, attempts: delivery.attempts + 1 })
      }
      return lost.length
    },
  }
}
