// Delivery, put together: events are kept with their deliveries in one commit, fresh ones are leased by that commit
// and start at once, everything else waits in the store for the claim loop.
//
// In reading order: here (accept), lane.ts (the places of one webhook), dispatcher.ts (who takes them and gives them back),
// attempt.ts (`prepare` signs inside the sending, once the connection stands), decide.ts, settler.ts, claim-loop.ts (when the
// store is asked), waiting.ts (what a delivery waits for).
//
// Kinds of state: a lane per webhook (lane.ts); attempts in flight and whether we stop (dispatcher.ts); what is not committed
// yet (settler.ts); when to look next, and jumps of the wall clock (claim-loop.ts). All of it is in memory and can be lost: the
// store is the truth.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Breaker } from '../../domain/delivery/breaker.ts'
import type { Deadline } from '../../domain/deadline.ts'
import { noWebhook } from '../../domain/errors/missing.ts'
import type { Log } from '../../observe/log.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { AcceptRequest, AcceptResult } from '../../store/port/flow.ts'
import type { Store } from '../../store/port/port.ts'
import type { WebhookHealth } from '../kept/webhook-health.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'
import type { AttemptDeps } from './attempt.ts'
import type { ClockJump } from './claim-loop.ts'
import { createClaimLoop } from './claim-loop.ts'
import type { Clocks } from '../../domain/clocks.ts'
import { createLeaseClock, createWallTime } from '../../domain/clocks.ts'
import type { Dispatcher } from './dispatcher.ts'
import { createDispatcher, endsBy } from './dispatcher.ts'
import type { Lane } from './lane.ts'
import { createSettler } from './settler.ts'
import { summaryAfterAccept } from './summary.ts'
import type { BreakerState, Waiting } from './waiting.ts'
import { breakerStateOf, waitingOf } from './waiting.ts'

export interface DeliverDeps extends AttemptDeps, Clocks {
  readonly store: DeliveryStore
  readonly webhooks: WebhookRegistry
  readonly health: WebhookHealth
  readonly events: ServiceEvents
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly log: Log
}

/** What delivery needs of a store. */
export type DeliveryStore = Pick<
  Store,
  'accept' | 'claim' | 'settle' | 'nextDue' | 'takeBackLeases' | 'correctDueTimes'
>

export type EventToKeep = Omit<AcceptRequest, 'deliveries'>

/** What came of a person's push. */
export type Tried =
  /** One attempt of this delivery is on its way; after it the breaker decides again. */
  | { readonly kind: 'tries'; readonly deliveryId: string }
  | { readonly kind: 'not_tried'; readonly why: 'disabled' | 'paused' | 'rate_is_zero' | 'in_flight' | 'nothing_waits' }

export interface Deliverer {
  /** Keeps events and starts their fresh deliveries. Resolves once they are committed and synced (I1). */
  accept(batch: readonly EventToKeep[]): Promise<readonly AcceptResult[]>
  start(): Promise<void>
  /** A webhook was registered, changed or resumed: look again. */
  refresh(): void
  /** Something of a webhook is due then, or already. */
  expect(webhookId: string, at: number): void
  breakerOf(webhookId: string): Breaker['kind']
  breakerStateOf(webhookId: string): BreakerState
  /** Until when an open breaker lets nothing through: epoch milliseconds; `null` if it is not open. */
  heldUntil(webhookId: string): number | null
  /** Webhooks of which the store holds something that is due already. */
  withDueWork(): readonly string[]
  /**
   * What a delivery that waits is waiting for; `undefined` of a webhook that is gone.
   * @param dueAt when it is due, epoch milliseconds; left out: what of the webhook is due, `undefined` if nothing is
   */
  waitingFor(webhookId: string, dueAt?: number): Waiting | undefined
  /** Another receiver answers from now on (URL, token, TLS): one attempt finds out at once. */
  receiverChanged(webhookId: string): void
  /** A person wants an attempt now, or a probe was answered well: an open breaker lets one through, and then goes by how it ends. */
  push(webhookId: string): void
  /**
   * One attempt at once of what has waited longest or is due next, whatever the breaker and the schedule say.
   * @throws ServiceError `not_found`; StoreError
   */
  tryNow(webhookId: string): Promise<Tried>
  /** The last time the wall clock was set while we ran. */
  readonly clockJump: ClockJump | undefined
  /** A webhook is gone. */
  forget(webhookId: string): void
  /** Nothing new is claimed; attempts in flight finish and are recorded, or are cut off in time for the deadline (I10). */
  stop(deadline: Deadline): Promise<void>
}

/** Attempts that ended but are not committed yet; beyond it nothing new starts, so a stuck store cannot fill memory. */
const maxUnsettled = 4096

/** One commit can lead to twenty thousand deliveries; asks and attempts are not kept waiting while they are begun. */
const begunPerTurn = 500

export function createDeliverer(deps: DeliverDeps): Deliverer {
  const settler = createSettler(deps)
  const leaseNow = createLeaseClock(deps)
  const wallTime = createWallTime(deps)
  const crowded = (): boolean => settler.waiting >= maxUnsettled
  const dispatcher = createDispatcher({ ...deps, settler, leaseNow })
  const claimLoop = createClaimLoop({ ...deps, dispatcher, leaseNow, crowded })
  const { lanes } = dispatcher

  /** The webhooks that want an event; for those whose lane has room a place is taken, and the commit leases. */
  const route = (event: EventToKeep): AcceptRequest => {
    const mayLease = claimLoop.running && !crowded()
    const deliveries = deps.webhooks.subscribed(event.sdkAppId, event.command).map(({ webhook }) => {
      const { webhookId } = webhook
      const leaseUntil = mayLease ? dispatcher.reserve(webhook) : undefined
      return leaseUntil === undefined ? { webhookId } : { webhookId, leaseUntil }
    })
    return { ...event, deliveries }
  }

  /** Starts what a commit leased, and remembers what it left waiting. */
  const begin = (request: AcceptRequest, result: AcceptResult & { kind: 'accepted' }): void => {
    request.deliveries.forEach(({ webhookId, leaseUntil }, index) => {
      const deliveryId = result.deliveryIds[index]
      if (deliveryId === undefined) return
      if (deps.events.watched) {
        deps.events.publish({ kind: 'accepted', at: deps.now(), delivery: summaryAfterAccept(request, result, index) })
      }
      if (leaseUntil === undefined) dispatcher.expect(webhookId, request.acceptedAt)
      else dispatcher.start({ ...request, deliveryId, webhookId, eventId: result.eventId, attempts: 0, failures: 0 })
    })
  }

  const stateOf = (webhookId: string): BreakerState => {
    const lane = lanes.find(webhookId)
    return lane === undefined ? { kind: 'closed', since: null, nextTryAt: null } : breakerStateOf(lane, wallTime)
  }

  return {
    async accept(batch) {
      const requests = batch.map(route)
      let results: readonly AcceptResult[]
      try {
        results = await deps.store.accept(requests)
      } catch (error) {
        for (const request of requests) giveBackPlaces(dispatcher, request)
        throw error
      }
      let begun = 0
      for (const [index, request] of requests.entries()) {
        if (begun >= begunPerTurn) {
          await nextTurn()
          begun = 0
        }
        const result = results[index]
        if (result?.kind === 'accepted') begin(request, result)
        else giveBackPlaces(dispatcher, request)
        begun += request.deliveries.length
      }
      return results
    },
    start: () => claimLoop.start(),
    refresh: () => claimLoop.refresh(),
    expect: (webhookId, at) => dispatcher.expect(webhookId, at),
    breakerOf: (webhookId) => lanes.find(webhookId)?.breaker.kind ?? 'closed',
    breakerStateOf: stateOf,
    heldUntil: (webhookId) => stateOf(webhookId).nextTryAt,
    withDueWork: () =>
      Array.from(lanes.expecting())
        .filter((lane) => hasDueWork(lane, deps.now()))
        .map(({ webhookId }) => webhookId),
    waitingFor(webhookId, dueAt) {
      const registered = deps.webhooks.get(webhookId)
      const lane = lanes.find(webhookId)
      const now = deps.now()
      if (registered === undefined || (dueAt === undefined && !hasDueWork(lane, now))) return undefined
      return waitingOf(lane, registered.webhook, { dueAt: dueAt ?? now, now, wallTime })
    },
    receiverChanged(webhookId) {
      lanes.find(webhookId)?.receiverChanged()
      claimLoop.look()
    },
    push(webhookId) {
      lanes.find(webhookId)?.tryNow()
      claimLoop.look()
    },
    async tryNow(webhookId) {
      const webhook = deps.webhooks.get(webhookId)?.webhook
      if (webhook === undefined) throw noWebhook(webhookId)
      const { enabled, paused, ratePerSecond } = webhook
      if (!enabled) return { kind: 'not_tried', why: 'disabled' }
      if (paused) return { kind: 'not_tried', why: 'paused' }
      if (ratePerSecond === 0) return { kind: 'not_tried', why: 'rate_is_zero' }
      const lane = lanes.of(webhookId)
      lane.tryNow()
      if (lane.room(webhook) === 0) return { kind: 'not_tried', why: 'in_flight' }
      const delivery = await dispatcher.claimNext(webhook)
      return delivery === undefined
        ? { kind: 'not_tried', why: 'nothing_waits' }
        : { kind: 'tries', deliveryId: delivery.deliveryId }
    },
    get clockJump() {
      return claimLoop.clockJump
    },
    forget: (webhookId) => dispatcher.forget(webhookId),
    async stop(deadline) {
      settler.hurry(deadline)
      await endsBy(claimLoop.stop(), deadline)
      await dispatcher.drain(deadline)
    },
  }
}

function hasDueWork(lane: Lane | undefined, now: number): boolean {
  return lane !== undefined && (lane.lineLength > 0 || lane.dueAt <= now)
}

function giveBackPlaces(dispatcher: Dispatcher, request: AcceptRequest): void {
  for (const { webhookId, leaseUntil } of request.deliveries) {
    if (leaseUntil !== undefined) dispatcher.giveBack(webhookId)
  }
}
