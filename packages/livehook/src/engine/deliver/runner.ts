// Runs deliveries that are leased to us: attempt, decide, settle, tell who watches.

import { assertNever } from '../../domain/assert.ts'
import { findingOf } from '../../domain/delivery/breaker.ts'
import type { Decision } from '../../domain/delivery/delivery.ts'
import { decideAfterAttempt, parseRetryAfter } from '../../domain/delivery/delivery.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { ClaimedDelivery, SettleMove } from '../../store/port/flow.ts'
import type { AttemptDeps, AttemptResult } from './attempt.ts'
import { makeAttempt } from './attempt.ts'
import type { Lane } from './lane.ts'
import type { Lanes } from './lanes.ts'
import type { Log } from '../../observe/log.ts'
import type { Settler } from './settler.ts'
import { summaryAfterAttempt } from './summary.ts'
import type { WebhookHealth } from '../kept/webhook-health.ts'
import type { RegisteredWebhook, WebhookRegistry } from '../kept/webhook-registry.ts'

export interface RunnerDeps extends AttemptDeps {
  readonly webhooks: WebhookRegistry
  readonly lanes: Lanes
  readonly settler: Settler
  readonly health: WebhookHealth
  readonly events: ServiceEvents
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly log: Log
  /** A place became free, or a retry was scheduled. */
  readonly onChange: () => void
}

export interface Runner {
  /** Starts what may start of a lane's line, and sends the line back to the store where nothing will start soon. */
  pump(lane: Lane): void
  /** Waits for what is in flight, cutting it off after the grace. */
  drain(graceMs: number): Promise<void>
}

export function createRunner(deps: RunnerDeps): Runner {
  const cutOff = new AbortController()
  const inFlight = new Set<Promise<void>>()
  let stopping = false

  const track = (work: Promise<void>, deliveryId: string): void => {
    const tracked = work.then(
      () => void inFlight.delete(tracked),
      (error: unknown) => {
        inFlight.delete(tracked)
        deps.log.error({ err: error, deliveryId }, 'a delivery could not be settled')
      },
    )
    inFlight.add(tracked)
  }

  const pump = (lane: Lane): void => {
    const registered = deps.webhooks.get(lane.webhookId)
    if (registered === undefined || stopping || lane.isShut(registered.webhook, deps.now())) {
      for (const delivery of lane.clearLine()) track(sendBack(deps, delivery, lane), delivery.deliveryId)
      return
    }
    for (;;) {
      const delivery = lane.next(registered.webhook, deps.now())
      if (delivery === undefined) return
      const work = attemptAndSettle(deps, { delivery, registered, lane, pump }, cutOff.signal)
      track(work, delivery.deliveryId)
    }
  }

  return {
    pump,
    async drain(graceMs) {
      stopping = true
      for (const lane of deps.lanes.expecting()) pump(lane)
      const cut = setTimeout(() => cutOff.abort(), graceMs)
      while (inFlight.size > 0) await Promise.all(inFlight)
      clearTimeout(cut)
    },
  }
}

/** A delivery whose turn did not come waits in the store again; of a webhook that is gone it is called off. */
async function sendBack(deps: RunnerDeps, delivery: ClaimedDelivery, lane: Lane): Promise<void> {
  const { deliveryId, failures } = delivery
  if (deps.webhooks.get(delivery.webhookId) === undefined) {
    await deps.settler.settle({ deliveryId, move: { kind: 'cancelled', reason: 'webhook_deleted' } })
    return
  }
  // A first attempt keeps its place in the order; when a retry was due is not known here any more.
  const dueAt = delivery.attempts === 0 ? delivery.acceptedAt : deps.now()
  await deps.settler.settle({ deliveryId, move: { kind: 'pending', dueAt, failures } })
  lane.expect(dueAt)
  deps.onChange()
}

async function attemptAndSettle(
  deps: RunnerDeps,
  work: {
    readonly delivery: ClaimedDelivery
    readonly registered: RegisteredWebhook
    readonly lane: Lane
    readonly pump: (lane: Lane) => void
  },
  signal: AbortSignal,
): Promise<void> {
  const { delivery, registered, lane } = work
  const result = await makeAttempt(deps, { delivery, registered, signal })
  // The place is free as soon as the wire is: waiting for the commit too would slow a lane down for nothing.
  const before = lane.breaker.kind
  lane.ended(findingOf(result.diagnosis), deps.now())
  if (lane.breaker.kind !== before && deps.events.watched) publishBreaker(deps, registered, lane)
  work.pump(lane)
  if (lane.dueAt <= deps.now() && lane.wantsMore(registered.webhook)) deps.onChange()
  const move = settleMove(deps, { delivery, registered, result })
  const settled = await deps.settler.settle({ deliveryId: delivery.deliveryId, attempt: result.record, move })
  if (settled.kind === 'lease_lost') return
  deps.health.note(registered.webhook, result.record.symptom, result.record.startedAt)
  if (settled.kind === 'pending') {
    lane.expect(settled.dueAt)
    deps.onChange()
  }
  if (deps.events.watched) {
    const summary = summaryAfterAttempt(delivery, result.record, settled)
    deps.events.publish({ kind: 'settled', at: deps.now(), delivery: summary })
  }
}

function publishBreaker(deps: RunnerDeps, { webhook }: RegisteredWebhook, lane: Lane): void {
  const { sdkAppId, webhookId } = webhook
  deps.events.publish({
    kind: 'breaker',
    at: deps.now(),
    sdkAppId,
    webhookId,
    breaker: lane.breaker.kind,
    of: 'deliveries',
  })
}

function settleMove(
  deps: RunnerDeps,
  work: {
    readonly delivery: ClaimedDelivery
    readonly registered: RegisteredWebhook
    readonly result: AttemptResult
  },
): SettleMove {
  const { delivery, registered, result } = work
  const endedAt = deps.now()
  const decision = decideAfterAttempt({
    diagnosis: result.diagnosis,
    endedAt,
    failuresBefore: delivery.failures,
    retrySeconds: registered.webhook.retrySeconds,
    retryAfterMs: parseRetryAfter(retryAfterOf(result), endedAt),
    random: deps.random(),
  })
  return moveOf(decision, delivery.failures)
}

function retryAfterOf({ outcome }: AttemptResult): string | undefined {
  if (outcome.kind !== 'answered') return undefined
  return outcome.headers.find(([name]) => name === 'retry-after')?.[1]
}

function moveOf(decision: Decision, failuresBefore: number): SettleMove {
  switch (decision.kind) {
    case 'succeeded':
      return { kind: 'succeeded' }
    case 'retry':
      return {
        kind: 'pending',
        dueAt: decision.dueAt,
        failures: failuresBefore + (decision.countsAsFailure ? 1 : 0),
      }
    case 'dead':
      return { kind: 'dead', reason: decision.reason, failures: failuresBefore + 1 }
    default:
      return assertNever(decision)
  }
}
