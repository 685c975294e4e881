// A store in memory for simulations: the promises of the main flow and nothing else. It survives the loss of a process
// the way a disk does; what a lost process asks afterwards has no effect.

import type { AcceptResult, ClaimedDelivery, SettleRequest, SettleResult } from '../../src/store/port/flow.ts'
import type { DeliveryStore } from '../../src/engine/deliver/deliver.ts'

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
  /** No other process has it now: the leases of those before have run out. */
  reopen(): void
}

export function createMemoryStore(): MemoryStore {
  const deliveries = new Map<string, MemoryDelivery>()
  const waiting = new Map<string, MemoryDelivery[]>()
  let numbers = 0

  /** Puts a pending delivery into its webhook's line, which is in the order of `dueAt`. */
  const enqueue = (delivery: MemoryDelivery): void => {
    const line = waiting.get(delivery.webhookId) ?? []
    waiting.set(delivery.webhookId, line)
    let low = 0
    let high = line.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((line[middle]?.dueAt ?? 0) <= delivery.dueAt) low = middle + 1
      else high = middle
    }
    line.splice(low, 0, delivery)
  }

  const move = ({ deliveryId, attempt, move: to }: SettleRequest): SettleResult => {
    const delivery = deliveries.get(deliveryId)
    if (delivery === undefined) return { kind: 'lease_lost' }
    if (attempt !== undefined) delivery.recorded.push(attempt.symptom)
    if (delivery.state !== 'claimed' || (attempt !== undefined && attempt.number !== delivery.attempts + 1))
      return { kind: 'lease_lost' }
    delivery.state = to.kind
    if (attempt !== undefined) delivery.attempts = attempt.number
    if ('failures' in to) delivery.failures = to.failures
    if (to.kind === 'pending') {
      delivery.dueAt = to.dueAt
      enqueue(delivery)
    }
    return to
  }

  return {
    deliveries,
    reopen() {
      for (const delivery of deliveries.values()) delivery.leaseUntil = 0
    },
    async accept(batch) {
      return batch.map((request): AcceptResult => {
        numbers += 1
        const eventId = `evt_${numbers}`
        const deliveryIds = request.deliveries.map(({ webhookId, leaseUntil }, index) => {
          const deliveryId = `dlv_${numbers}_${index}`
          const delivery: MemoryDelivery = {
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
          }
          deliveries.set(deliveryId, delivery)
          if (leaseUntil === undefined) enqueue(delivery)
          return deliveryId
        })
        return { kind: 'accepted', eventId, deliveryIds }
      })
    },
    async claim(wanted, { now, leaseUntil }) {
      return wanted.flatMap(({ webhookId, limit }) => {
        const line = waiting.get(webhookId) ?? []
        let count = 0
        while (count < limit && (line[count]?.dueAt ?? Number.POSITIVE_INFINITY) <= now) count += 1
        const due = line.splice(0, count)
        for (const delivery of due) Object.assign(delivery, { state: 'claimed', leaseUntil })
        return due.map((delivery) => ({ ...delivery }))
      })
    },
    async settle(batch) {
      return batch.map(move)
    },
    async nextDue() {
      const next = new Map<string, number>()
      for (const [webhookId, [first]] of waiting) if (first !== undefined) next.set(webhookId, first.dueAt)
      return next
    },
    async correctDueTimes({ now, setBackMs }) {
      let count = 0
      for (const delivery of deliveries.values()) {
        if (delivery.state !== 'pending' || delivery.dueAt <= now) continue
        const dueAt = Math.max(now, delivery.dueAt + (setBackMs ?? 0))
        if (dueAt === delivery.dueAt) continue
        const line = waiting.get(delivery.webhookId) ?? []
        line.splice(line.indexOf(delivery), 1)
        delivery.dueAt = dueAt
        enqueue(delivery)
        count += 1
      }
      return count
    },
    async takeBackLeases(expiredBefore, now) {
      const lost = [...deliveries.values()].filter(
        (each) => each.state === 'claimed' && each.leaseUntil < expiredBefore,
      )
      for (const delivery of lost) {
        delivery.recorded.push('ours')
        Object.assign(delivery, { state: 'pending', dueAt: now, attempts: delivery.attempts + 1 })
        enqueue(delivery)
      }
      return lost.length
    },
  }
}
