// The claim loop: looks for lanes that have due work and room, leases what the store has, and sleeps until the next
// time something is due. A wake-up is a hint (I11): dropping every one of them costs latency only.

import type { ClaimedDelivery } from '../../store/port/flow.ts'
import type { Store } from '../../store/port/port.ts'
import type { Lane } from './lane.ts'
import type { Lanes } from './lanes.ts'
import type { Log } from '../../observe/log.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'

export interface ClaimLoopDeps {
  readonly store: Pick<Store, 'claim' | 'nextDue' | 'takeBackLeases'>
  readonly webhooks: WebhookRegistry
  readonly lanes: Lanes
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
  /** Whether so much is waiting to be committed that nothing new may start. */
  readonly crowded: () => boolean
  /** Starts what may start of a lane's line. */
  readonly pump: (lane: Lane) => void
}

export interface ClaimLoop {
  /** Takes back the leases of a lost process, then looks and keeps looking. */
  start(): Promise<void>
  /** Looks now, or once more after the look that is under way. */
  look(): void
  /** The same, after asking the store what is due (a webhook was resumed or registered). */
  refresh(): void
  readonly running: boolean
  stop(): Promise<void>
}

/** A lease outlives the attempt's deadline by this much, so that only a lost process ever lets one run out. */
export const leaseMarginMs = 60_000

const takeBackEveryMs = 15_000
const lookAtLeastEveryMs = 5000
const pauseMs = 500

/** Bounds what one claim brings into memory, however many webhooks have work. */
const maxPerClaim = 512

interface Wanted {
  readonly webhookId: string
  readonly limit: number
}

export function createClaimLoop(deps: ClaimLoopDeps): ClaimLoop {
  let running = false
  let underWay: Promise<void> | undefined
  let lookAgain = false
  let soon: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined
  let takeBackTimer: NodeJS.Timeout | undefined

  const wakeAt = (at: number): void => {
    clearTimeout(timer)
    if (running) timer = setTimeout(look, Math.max(0, at - deps.now()))
  }

  /** Many attempts end in one turn of the event loop; one look serves them all. */
  const look = (): void => {
    if (running && soon === undefined) soon = setImmediate(lookNow)
  }

  const lookNow = (): void => {
    soon = undefined
    if (!running) return
    if (underWay !== undefined) {
      lookAgain = true
      return
    }
    if (deps.crowded()) {
      wakeAt(deps.now() + pauseMs)
      return
    }
    lookAgain = false
    underWay = lookOnce(deps)
      .catch((error: unknown) => deps.log.error({ err: error }, 'looking for due deliveries went wrong'))
      .finally(() => {
        underWay = undefined
        if (lookAgain) look()
        else wakeAt(nextLookAt(deps))
      })
  }

  const refresh = (): void => {
    readNextDue(deps).then(look, look)
  }

  const takeBackLeases = (): void => {
    deps.store.takeBackLeases(deps.now(), deps.now()).then(
      (count) => {
        if (count > 0) refresh()
      },
      (error: unknown) => deps.log.warn({ err: error }, 'leases that ran out could not be taken back'),
    )
  }

  return {
    get running() {
      return running
    },
    async start() {
      // Nobody else can hold a lease on an embedded store, so every lease is from a process that was lost.
      const count = await deps.store.takeBackLeases(Number.POSITIVE_INFINITY, deps.now())
      if (count > 0)
        deps.log.info({ count }, 'deliveries were in flight when the last process was lost; each is tried again')
      await readNextDue(deps)
      running = true
      takeBackTimer = setInterval(takeBackLeases, takeBackEveryMs)
      look()
    },
    look,
    refresh,
    async stop() {
      running = false
      clearImmediate(soon)
      clearTimeout(timer)
      clearInterval(takeBackTimer)
      await underWay
    },
  }
}

/** Claims once for every lane that has due work and room, and starts what came. */
async function lookOnce(deps: ClaimLoopDeps): Promise<void> {
  const at = deps.now()
  const { wanted, longestTimeoutMs } = reservePlaces(deps, at)
  if (wanted.length === 0) return
  const claimed = await claim(deps, wanted, at + longestTimeoutMs + leaseMarginMs)
  const taken = new Map<string, number>()
  for (const { webhookId } of claimed) taken.set(webhookId, (taken.get(webhookId) ?? 0) + 1)
  let drained = false
  for (const { webhookId, limit } of wanted) {
    const lane = deps.lanes.of(webhookId)
    const got = taken.get(webhookId) ?? 0
    lane.giveBack(limit - got)
    // A full claim says that more may be due; a short one that nothing else of this webhook is due now.
    if (got === limit) lane.expect(at)
    else drained = true
  }
  for (const delivery of claimed) deps.lanes.of(delivery.webhookId).put(delivery)
  for (const webhookId of taken.keys()) deps.pump(deps.lanes.of(webhookId))
  if (drained) await readNextDue(deps)
}

/** Takes every free place of the lanes with due work, so that nobody else fills them while the store answers. */
function reservePlaces(deps: ClaimLoopDeps, at: number): { wanted: Wanted[]; longestTimeoutMs: number } {
  const wanted: Wanted[] = []
  let longestTimeoutMs = 0
  let total = 0
  // A lane that was served goes to the end of the line, so a claim that is full is fair over several looks.
  for (const lane of deps.lanes.expecting()) {
    // What waits in line for its rate or its breaker is looked at on the way.
    if (lane.lineLength > 0) deps.pump(lane)
    const registered = deps.webhooks.get(lane.webhookId)
    if (registered === undefined || lane.dueAt > at || total >= maxPerClaim) continue
    if (!lane.wantsMore(registered.webhook)) continue
    const limit = Math.min(lane.room(registered.webhook, at), maxPerClaim - total)
    if (limit === 0) continue
    total += limit
    lane.reserve(limit)
    // Unknown until the claim has answered; what is accepted meanwhile says so again.
    lane.expectNothing()
    longestTimeoutMs = Math.max(longestTimeoutMs, registered.webhook.timeoutMs)
    wanted.push({ webhookId: lane.webhookId, limit })
  }
  return { wanted, longestTimeoutMs }
}

async function claim(
  deps: ClaimLoopDeps,
  wanted: readonly Wanted[],
  leaseUntil: number,
): Promise<readonly ClaimedDelivery[]> {
  try {
    return await deps.store.claim(wanted, { now: deps.now(), leaseUntil })
  } catch (error) {
    deps.log.warn({ err: error }, 'the store did not answer a claim; trying again')
    for (const { webhookId } of wanted) {
      deps.lanes.of(webhookId).expect(deps.now() + pauseMs)
    }
    return []
  }
}

async function readNextDue(deps: ClaimLoopDeps): Promise<void> {
  try {
    for (const [webhookId, dueAt] of await deps.store.nextDue()) {
      deps.lanes.of(webhookId).expect(dueAt)
    }
  } catch (error) {
    deps.log.warn({ err: error }, 'the store did not say what is due next; asking again soon')
  }
}

function nextLookAt(deps: ClaimLoopDeps): number {
  const now = deps.now()
  let at = now + lookAtLeastEveryMs
  for (const lane of deps.lanes.expecting()) {
    const registered = deps.webhooks.get(lane.webhookId)
    if (registered !== undefined) at = Math.min(at, lane.nextAt(registered.webhook, now))
  }
  return at
}
