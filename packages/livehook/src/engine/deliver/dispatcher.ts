// The dispatcher owns the places of all lanes: every place is taken and given back here. Room for a lease is taken for a delivery
// that a commit leases or a claim brings, and given back when the attempt has ended on the wire, so that the next delivery can be
// leased by the commit that accepts it. The place of the attempt itself is given back when it is recorded: what a lost process
// leaves behind is at most what its webhooks may have in flight (I3).

import { findingOf } from '../../domain/delivery/breaker.ts'
import type { Deadline } from '../../domain/deadline.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { Log } from '../../observe/log.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { ClaimedDelivery } from '../../store/port/flow.ts'
import type { Store } from '../../store/port/port.ts'
import { endOf } from '../../domain/webhook/health.ts'
import type { WebhookHealth } from '../kept/webhook-health.ts'
import type { RegisteredWebhook, WebhookRegistry } from '../kept/webhook-registry.ts'
import type { AttemptDeps, AttemptResult } from './attempt.ts'
import { makeAttempt } from './attempt.ts'
import type { Clocks } from '../../domain/clocks.ts'
import type { Lane, Lanes, Started } from './lane.ts'
import { createLanes } from './lane.ts'
import { moveAfter, moveBack } from './decide.ts'
import type { Settler } from './settler.ts'
import { summaryAfterAttempt } from './summary.ts'

export interface DispatcherDeps extends AttemptDeps, Clocks {
  readonly store: Pick<Store, 'claim'>
  readonly webhooks: WebhookRegistry
  readonly settler: Settler
  readonly health: WebhookHealth
  readonly events: ServiceEvents
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly log: Log
  /** The clock of leases. */
  readonly leaseNow: () => number
}

export interface Dispatcher {
  readonly lanes: Pick<Lanes, 'of' | 'find' | 'all' | 'expecting'>
  /** @param listener called when a place became free, or a delivery waits in the store again: it is worth claiming */
  onWork(listener: () => void): void
  /**
   * Takes a place for a delivery that is about to be kept.
   * @returns until when it is leased, or `undefined` if it has to wait in the store
   */
  reserve(webhook: Webhook): number | undefined
  /** A place that was taken for a delivery is not needed. */
  giveBack(webhookId: string): void
  /** Starts a delivery whose place was taken, or puts it in line. */
  start(delivery: ClaimedDelivery): void
  /** Deliveries of a webhook wait in the store, due at the soonest then. */
  expect(webhookId: string, dueAt: number): void
  /**
   * Claims once for every lane that has due work and room, and starts what came.
   * @returns whether the store must be asked what is due next
   */
  claimDue(): Promise<boolean>
  /** Claims the one delivery that has waited longest or is due next, whenever that is, and starts it. */
  claimNext(webhook: Webhook): Promise<ClaimedDelivery | undefined>
  /** In how many milliseconds a lane has something to do; `Infinity` if none has. */
  waitMs(): number
  /** A webhook is gone. */
  forget(webhookId: string): void
  /** Nothing new starts. Waits for what is in flight, cutting it off in time to be recorded by the deadline. */
  drain(deadline: Deadline): Promise<void>
}

/** A lease outlives the attempt's deadline by this much, so that only a lost process ever lets one run out. */
const leaseMarginMs = 60_000

/** Bounds what one claim brings into memory, however many webhooks have work. */
const maxPerClaim = 512

/** After a claim that the store did not answer. */
const pauseMs = 500

interface Wanted {
  readonly lane: Lane
  readonly limit: number
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const lanes = createLanes(deps)
  const running = new Set<Promise<void>>()
  const cutOff = new AbortController()
  let stopping = false
  let ring = (): void => undefined

  const leaseUntil = (timeoutMs: number): number => deps.leaseNow() + timeoutMs + leaseMarginMs

  const track = (work: Promise<void>, { deliveryId }: ClaimedDelivery, freePlace: () => void): void => {
    const tracked = work
      .catch((error: unknown) => deps.log.error({ err: error, deliveryId }, 'a delivery could not be settled'))
      .finally(() => {
        running.delete(tracked)
        freePlace()
      })
    running.add(tracked)
  }

  /** Starts what may start of a lane's line, and sends the line back to the store where nothing will start soon. */
  const pump = (lane: Lane): void => {
    const registered = deps.webhooks.get(lane.webhookId)
    if (registered === undefined || stopping || lane.isShut(registered.webhook)) {
      for (const delivery of lane.clearLine()) track(sendBack(delivery), delivery, () => lane.giveBack(1))
      return
    }
    for (;;) {
      const started = lane.next(registered.webhook)
      if (started === undefined) return
      if (started.isTrial) publishBreaker(deps, registered, lane)
      track(run(lane, registered, started), started.delivery, () => {
        lane.recorded(started)
        pump(lane)
        if (lane.dueAt <= deps.now() && lane.wantsMore(registered.webhook)) ring()
      })
    }
  }

  const sendBack = async (delivery: ClaimedDelivery): Promise<void> => {
    const { deliveryId, webhookId } = delivery
    const isGone = deps.webhooks.get(webhookId) === undefined
    const settled = await deps.settler.settle({ deliveryId, move: moveBack(delivery, { isGone, now: deps.now() }) })
    if (settled.kind === 'pending') expect(webhookId, settled.dueAt)
  }

  /** One attempt: sent, decided, recorded, told. */
  const run = async (lane: Lane, registered: RegisteredWebhook, started: Started): Promise<void> => {
    const { delivery } = started
    const result = await makeAttempt(deps, { delivery, registered, signal: cutOff.signal })
    const before = lane.breaker.kind
    lane.ended(started, { finding: findingOf(result.diagnosis), diagnosis: result.diagnosis })
    if (lane.breaker.kind !== before) publishBreaker(deps, registered, lane)
    await record(registered, delivery, result)
  }

  const record = async (
    { webhook }: RegisteredWebhook,
    delivery: ClaimedDelivery,
    result: AttemptResult,
  ): Promise<void> => {
    const endedAt = deps.now()
    const move = moveAfter({ delivery, webhook, result, endedAt, random: deps.random() })
    const settled = await deps.settler.settle({ deliveryId: delivery.deliveryId, attempt: result.record, move })
    if (settled.kind === 'lease_lost') return
    // Of a webhook that is gone nothing is kept in memory.
    if (deps.webhooks.get(webhook.webhookId) !== undefined) {
      deps.health.note(webhook, result.record.symptom, endOf(result.record))
    }
    deps.health.attempts.note(result.record.durationMs)
    if (settled.kind === 'pending') expect(webhook.webhookId, settled.dueAt)
    if (deps.events.watched) {
      const summary = summaryAfterAttempt(delivery, result.record, settled)
      deps.events.publish({ kind: 'settled', at: deps.now(), delivery: summary })
    }
  }

  const expect = (webhookId: string, dueAt: number): void => {
    if (deps.webhooks.get(webhookId) === undefined) return
    lanes.of(webhookId).expect(dueAt)
    ring()
  }

  const start = (delivery: ClaimedDelivery): void => {
    const lane = lanes.find(delivery.webhookId)
    if (lane === undefined) {
      track(sendBack(delivery), delivery, () => undefined)
      return
    }
    lane.put(delivery)
    pump(lane)
  }

  /** Takes every free place of the lanes with due work, so that nothing else fills them while the store answers. */
  const reserveDue = (at: number): { wanted: Wanted[]; longestTimeoutMs: number } => {
    const wanted: Wanted[] = []
    let longestTimeoutMs = 0
    let total = 0
    // A lane that was served goes to the end of the line, so a claim that is full is fair over several looks.
    for (const lane of lanes.expecting()) {
      // What waits in line for its rate or its breaker is looked at on the way.
      if (lane.lineLength > 0) pump(lane)
      const registered = deps.webhooks.get(lane.webhookId)
      if (registered === undefined || lane.dueAt > at || total >= maxPerClaim) continue
      if (!lane.wantsMore(registered.webhook)) continue
      const limit = Math.min(lane.room(registered.webhook), maxPerClaim - total)
      if (limit === 0) continue
      total += limit
      lane.reserve(limit)
      // Unknown until the claim has answered; what is accepted meanwhile says so again.
      lane.expectNothing()
      longestTimeoutMs = Math.max(longestTimeoutMs, registered.webhook.timeoutMs)
      wanted.push({ lane, limit })
    }
    return { wanted, longestTimeoutMs }
  }

  return {
    lanes,
    onWork(listener) {
      ring = listener
    },
    reserve(webhook) {
      const lane = lanes.of(webhook.webhookId)
      // Nothing older may wait in the store: it would be overtaken for ever.
      if (stopping || lane.dueAt <= deps.now() || lane.room(webhook) === 0) return undefined
      lane.reserve(1)
      return leaseUntil(webhook.timeoutMs)
    },
    giveBack: (webhookId) => lanes.find(webhookId)?.giveBack(1),
    start,
    expect,
    async claimDue() {
      const at = deps.now()
      const { wanted, longestTimeoutMs } = reserveDue(at)
      if (wanted.length === 0) return false
      let claimed: readonly ClaimedDelivery[]
      try {
        const limits = wanted.map(({ lane: { webhookId }, limit }) => ({ webhookId, limit }))
        claimed = await deps.store.claim(limits, { now: at, leaseUntil: leaseUntil(longestTimeoutMs) })
      } catch (error) {
        deps.log.warn({ err: error }, 'the store did not answer a claim; trying again')
        for (const { lane, limit } of wanted) {
          lane.giveBack(limit)
          lane.expect(deps.now() + pauseMs)
        }
        return false
      }
      const taken = new Map<string, number>()
      for (const { webhookId } of claimed) taken.set(webhookId, (taken.get(webhookId) ?? 0) + 1)
      let drained = false
      for (const { lane, limit } of wanted) {
        const got = taken.get(lane.webhookId) ?? 0
        lane.giveBack(limit - got)
        // A full claim says that more may be due; a short one that nothing else of this webhook is due now.
        if (got === limit) lane.expect(at)
        else drained = true
      }
      for (const delivery of claimed) start(delivery)
      return drained
    },
    async claimNext(webhook) {
      const { webhookId, timeoutMs } = webhook
      const lane = lanes.of(webhookId)
      lane.reserve(1)
      try {
        const times = { now: Number.MAX_SAFE_INTEGER, leaseUntil: leaseUntil(timeoutMs) }
        const [delivery] = await deps.store.claim([{ webhookId, limit: 1 }], times)
        if (delivery === undefined) lane.giveBack(1)
        else start(delivery)
        return delivery
      } catch (error) {
        lane.giveBack(1)
        throw error
      }
    },
    waitMs() {
      const now = deps.now()
      let ms = Number.POSITIVE_INFINITY
      for (const lane of lanes.expecting()) {
        const registered = deps.webhooks.get(lane.webhookId)
        if (registered !== undefined) ms = Math.min(ms, lane.waitMs(registered.webhook, now))
      }
      return ms
    },
    forget(webhookId) {
      const lane = lanes.find(webhookId)
      lanes.drop(webhookId)
      if (lane !== undefined) pump(lane)
    },
    async drain(deadline) {
      stopping = true
      for (const lane of lanes.expecting()) pump(lane)
      const cut = setTimeout(() => cutOff.abort(), deadline.remainingMs - recordingMs(deadline))
      const ended = async (): Promise<void> => {
        while (running.size > 0) await Promise.all(running)
      }
      await endsBy(ended(), deadline)
      clearTimeout(cut)
      if (running.size === 0) return
      deps.log.warn(
        { count: running.size },
        'the store did not take these attempts before the stop; each is made again after the next start',
      )
    },
  }
}

/** Even a stop without a grace gives the store this long. */
const leastRecordingMs = 250

/** What of a grace is left for recording attempts that were cut off. */
function recordingMs({ remainingMs }: Deadline): number {
  return Math.min(1000, remainingMs / 5)
}

/** Waits for work, but not longer than the deadline says. */
export async function endsBy(work: Promise<void>, deadline: Deadline): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, Math.max(leastRecordingMs, deadline.remainingMs))
  await Promise.race([work, late.promise])
  clearTimeout(timer)
}

function publishBreaker(
  deps: Pick<DispatcherDeps, 'events' | 'now'>,
  { webhook }: RegisteredWebhook,
  lane: Lane,
): void {
  if (!deps.events.watched) return
  const { sdkAppId, webhookId } = webhook
  const breaker = lane.breaker.kind
  deps.events.publish({ kind: 'breaker', at: deps.now(), sdkAppId, webhookId, breaker, of: 'deliveries' })
}
