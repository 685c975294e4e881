// The claim loop: looks for lanes that have due work and room, leases what the store has, and sleeps until the next
// time something is due. The store is the truth: what the lanes expect is a hint, and so is every wake-up (I11). The store
// is asked again by itself, so losing all of them costs the pause between two questions and nothing else.

import type { ClaimedDelivery } from '../../store/port/flow.ts'
import type { Store } from '../../store/port/port.ts'
import type { Lane } from './lane.ts'
import type { Lanes } from './lanes.ts'
import type { Log } from '../../observe/log.ts'
import { createOneAtATime } from './one-at-a-time.ts'
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

/** So often the store is asked what is due, whatever the lanes expect. It is two seeks a webhook. */
export const askAtLeastEveryMs = 5000

/** Between two tries while the store does not answer. */
const pauseMs = 500

/** Bounds what one claim brings into memory, however many webhooks have work. */
const maxPerClaim = 512

interface Wanted {
  readonly webhookId: string
  readonly limit: number
}

export function createClaimLoop(deps: ClaimLoopDeps): ClaimLoop {
  let state: 'new' | 'taking back' | 'running' | 'stopped' = 'new'
  let soon: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined
  let takeBackTimer: NodeJS.Timeout | undefined
  /** When the store is to be asked again what is due. */
  let askAt = Number.NEGATIVE_INFINITY

  const wakeAt = (at: number): void => {
    clearTimeout(timer)
    if (state === 'running') timer = setTimeout(look, Math.max(0, at - deps.now()))
  }

  /** Many attempts end in one turn of the event loop; one look serves them all. */
  const look = (): void => {
    if (state === 'running' && soon === undefined) soon = setImmediate(lookNow)
  }

  const lookNow = (): void => {
    soon = undefined
    if (state !== 'running') return
    if (askAt <= deps.now()) {
      askAt = deps.now() + askAtLeastEveryMs
      asking.run()
    }
    if (deps.crowded()) wakeAt(deps.now() + pauseMs)
    else looking.run()
  }

  const looking = createOneAtATime(async () => {
    if (state !== 'running') return
    try {
      if (await lookOnce(deps)) asking.run()
    } catch (error) {
      deps.log.error({ err: error }, 'claim loop: a look failed')
    }
    wakeAt(Math.min(nextLookAt(deps), askAt))
  })

  /** Beside the looks: a reader that is busy must not hold up what is known to be due. */
  const asking = createOneAtATime(async () => {
    askAt = deps.now() + askAtLeastEveryMs
    if (!(await readNextDue(deps))) askAt = deps.now() + pauseMs
    look()
  })

  const takeBackLeases = (): void => {
    deps.store.takeBackLeases(deps.now(), deps.now()).then(
      (count) => {
        if (count > 0) asking.run()
      },
      (error: unknown) => deps.log.warn({ err: error }, 'leases that ran out could not be taken back'),
    )
  }

  /** Nothing is leased before this has succeeded, so every lease in the store is from a process that was lost. */
  const takeBackAll = async (): Promise<void> => {
    try {
      const count = await deps.store.takeBackLeases(Number.POSITIVE_INFINITY, deps.now())
      if (count > 0)
        deps.log.info({ count }, 'deliveries were in flight when the last process was lost; each is tried again')
    } catch (error) {
      deps.log.warn({ err: error }, 'the leases of the last process could not be taken back; trying again')
      if (state === 'taking back') timer = setTimeout(() => void takeBackAll(), pauseMs)
      return
    }
    if (state !== 'taking back') return
    state = 'running'
    takeBackTimer = setInterval(takeBackLeases, takeBackEveryMs)
    asking.run()
    await asking.ended()
  }

  return {
    get running() {
      return state === 'running'
    },
    async start() {
      state = 'taking back'
      await takeBackAll()
    },
    look,
    refresh: () => asking.run(),
    async stop() {
      state = 'stopped'
      clearImmediate(soon)
      clearTimeout(timer)
      clearInterval(takeBackTimer)
      await looking.ended()
    },
  }
}

/**
 * Claims once for every lane that has due work and room, and starts what came.
 * @returns whether the store must be asked what is due next
 */
async function lookOnce(deps: ClaimLoopDeps): Promise<boolean> {
  const at = deps.now()
  const { wanted, longestTimeoutMs } = reservePlaces(deps, at)
  if (wanted.length === 0) return false
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
  return drained
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

/** @returns whether the store has answered */
async function readNextDue(deps: ClaimLoopDeps): Promise<boolean> {
  try {
    for (const [webhookId, dueAt] of await deps.store.nextDue()) {
      deps.lanes.of(webhookId).expect(dueAt)
    }
    return true
  } catch (error) {
    deps.log.warn({ err: error }, 'could not read when deliveries are due; trying again')
    return false
  }
}

/** When the next lane has something to do; `Infinity` where none has. */
function nextLookAt(deps: ClaimLoopDeps): number {
  const now = deps.now()
  let at = Number.POSITIVE_INFINITY
  for (const lane of deps.lanes.expecting()) {
    const registered = deps.webhooks.get(lane.webhookId)
    if (registered !== undefined) at = Math.min(at, lane.nextAt(registered.webhook, now))
  }
  return at
}
