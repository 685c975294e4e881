// Delivery, put together: events are kept with their deliveries in one commit, fresh ones are leased by that commit
// and start at once, everything else waits in the store for the claim loop.
// In reading order: lane.ts, lanes.ts, attempt.ts, runner.ts, settler.ts, claim-loop.ts.

import type { Breaker } from '../../domain/delivery/breaker.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { AcceptRequest, AcceptResult } from '../../store/port/flow.ts'
import type { Store } from '../../store/port/port.ts'
import type { AttemptDeps } from './attempt.ts'
import { createClaimLoop, leaseMarginMs } from './claim-loop.ts'
import type { Lanes } from './lanes.ts'
import { createLanes } from './lanes.ts'
import type { Log } from '../../observe/log.ts'
import { createRunner } from './runner.ts'
import { createSettler } from './settler.ts'
import { summaryAfterAccept } from './summary.ts'
import type { WebhookHealth } from '../kept/webhook-health.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'

export interface DeliverDeps extends AttemptDeps {
  readonly store: DeliveryStore
  readonly webhooks: WebhookRegistry
  readonly health: WebhookHealth
  readonly events: ServiceEvents
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly log: Log
}

/** What delivery needs of a store. */
export type DeliveryStore = Pick<Store, 'accept' | 'claim' | 'settle' | 'nextDue' | 'takeBackLeases'>

export type EventToKeep = Omit<AcceptRequest, 'deliveries'>

export interface Deliverer {
  /** Keeps events and starts their fresh deliveries. Resolves once they are committed and synced (I1). */
  accept(batch: readonly EventToKeep[]): Promise<readonly AcceptResult[]>
  start(): Promise<void>
  /** A webhook was registered, changed or resumed: look again. */
  refresh(): void
  /** Something of a webhook is due then, or already. */
  expect(webhookId: string, at: number): void
  /** A person wants an attempt now: an open breaker lets one through, and then goes by how it ends. */
  push(webhookId: string): void
  breakerOf(webhookId: string): Breaker['kind']
  /** Until when an open breaker lets nothing through: epoch milliseconds; `null` where it is not open. */
  heldUntil(webhookId: string): number | null
  /** Webhooks of which the store holds something that is due already. */
  withDueWork(): readonly string[]
  /** A webhook is gone. */
  forget(webhookId: string): void
  /**
   * Nothing new is claimed; attempts in flight finish and are recorded (I10).
   * @param graceMs after this long, attempts are cut off and wait for the next start
   */
  stop(graceMs: number): Promise<void>
}

/** Attempts that ended but are not committed yet; beyond it nothing new starts, so a stuck store cannot fill memory. */
const maxUnsettled = 4096

export function createDeliverer(deps: DeliverDeps): Deliverer {
  const lanes = createLanes()
  const settler = createSettler(deps)
  const crowded = (): boolean => settler.waiting >= maxUnsettled
  const runner = createRunner({ ...deps, lanes, settler, onChange: () => claimLoop.look() })
  const claimLoop = createClaimLoop({ ...deps, lanes, crowded, pump: (lane) => runner.pump(lane) })

  const route = (event: EventToKeep): AcceptRequest => {
    const mayLease = claimLoop.running && !crowded()
    return { ...event, deliveries: chooseWebhooks(deps, { event, lanes, mayLease }) }
  }

  /** Starts what a commit leased, and remembers what it left waiting. */
  const begin = (request: AcceptRequest, result: AcceptResult & { kind: 'accepted' }): void => {
    request.deliveries.forEach(({ webhookId, leaseUntil }, index) => {
      const deliveryId = result.deliveryIds[index]
      if (deliveryId === undefined) return
      if (deps.events.watched) {
        deps.events.publish({ kind: 'accepted', at: deps.now(), delivery: summaryAfterAccept(request, result, index) })
      }
      if (leaseUntil === undefined) {
        lanes.of(webhookId).expect(request.acceptedAt)
        claimLoop.look()
      } else {
        const lane = lanes.of(webhookId)
        lane.put({ ...request, deliveryId, webhookId, eventId: result.eventId, attempts: 0, failures: 0 })
        runner.pump(lane)
      }
    })
  }

  return {
    async accept(batch) {
      const requests = batch.map(route)
      let results: readonly AcceptResult[]
      try {
        results = await deps.store.accept(requests)
      } catch (error) {
        for (const request of requests) giveBackPlaces(lanes, request)
        throw error
      }
      requests.forEach((request, index) => {
        const result = results[index]
        if (result?.kind === 'accepted') begin(request, result)
        else giveBackPlaces(lanes, request)
      })
      return results
    },
    start: () => claimLoop.start(),
    refresh: () => claimLoop.refresh(),
    expect(webhookId, at) {
      lanes.of(webhookId).expect(at)
      claimLoop.look()
    },
    push(webhookId) {
      lanes.of(webhookId).push(deps.now())
      claimLoop.look()
    },
    breakerOf: (webhookId) => lanes.of(webhookId).breaker.kind,
    heldUntil(webhookId) {
      const { breaker } = lanes.of(webhookId)
      return breaker.kind === 'open' ? breaker.until : null
    },
    withDueWork: () =>
      Array.from(lanes.expecting())
        .filter(({ dueAt, lineLength }) => lineLength > 0 || dueAt <= deps.now())
        .map(({ webhookId }) => webhookId),
    forget: (webhookId) => lanes.drop(webhookId),
    async stop(graceMs) {
      await claimLoop.stop()
      await runner.drain(graceMs)
    },
  }
}

/** The webhooks that want an event; for those whose lane has room a place is taken, and the commit leases. */
function chooseWebhooks(
  deps: Pick<DeliverDeps, 'webhooks' | 'now'>,
  work: { readonly event: EventToKeep; readonly lanes: Lanes; readonly mayLease: boolean },
): AcceptRequest['deliveries'] {
  const at = deps.now()
  return deps.webhooks.subscribed(work.event.sdkAppId, work.event.command).map(({ webhook }) => {
    const { webhookId } = webhook
    const lane = work.lanes.of(webhookId)
    // Nothing older may wait in the store: it would be overtaken for ever.
    if (!work.mayLease || lane.dueAt <= at || lane.room(webhook, at) === 0) return { webhookId }
    lane.reserve(1)
    return { webhookId, leaseUntil: at + webhook.timeoutMs + leaseMarginMs }
  })
}

function giveBackPlaces(lanes: Lanes, request: AcceptRequest): void {
  for (const { webhookId, leaseUntil } of request.deliveries) {
    if (leaseUntil !== undefined) lanes.of(webhookId).giveBack(1)
  }
}
