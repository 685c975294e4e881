// The claim loop: when the store is asked. It sleeps until the next time something is due, or a place became free. The store is
// the truth: what the lanes expect is a hint, and so is every wake-up (I11). The store is asked again by itself, so losing all
// of them costs the pause between two questions and nothing else.

import type { Log } from '../../observe/log.ts'
import type { Store } from '../../store/port/port.ts'
import type { Clocks } from '../../domain/clocks.ts'
import { createJumpWatch } from '../../domain/clocks.ts'
import type { Dispatcher } from './dispatcher.ts'
import { createOneAtATime } from './one-at-a-time.ts'

export interface ClaimLoopDeps extends Clocks {
  readonly store: Pick<Store, 'nextDue' | 'takeBackLeases' | 'correctDueTimes'>
  readonly dispatcher: Pick<Dispatcher, 'claimDue' | 'expect' | 'lanes' | 'onWork' | 'waitMs'>
  /** The clock of leases. */
  readonly leaseNow: () => number
  readonly log: Log
  /** Whether so much is waiting to be committed that nothing new may start. */
  readonly crowded: () => boolean
}

/** The wall clock was set. */
export interface ClockJump {
  /** Epoch milliseconds of the clock as it is now. */
  readonly at: number
  /** Milliseconds; below 0 if it was set back. */
  readonly byMs: number
}

export interface ClaimLoop {
  readonly running: boolean
  /** The last time the wall clock was set. */
  readonly clockJump: ClockJump | undefined
  /** Takes back the leases of a lost process, then looks and keeps looking. */
  start(): Promise<void>
  /** Looks now, or once more after the look that is under way. */
  look(): void
  /** The same, after asking the store what is due (a webhook was resumed or registered). */
  refresh(): void
  stop(): Promise<void>
}

const takeBackEveryMs = 15_000

/** So often the store is asked what is due, whatever the lanes expect. It is two seeks a webhook. */
const askAtLeastEveryMs = 5000

/** Between two tries while the store does not answer. */
const pauseMs = 500

export function createClaimLoop(deps: ClaimLoopDeps): ClaimLoop {
  const { monotonic, log, store } = deps
  let state: 'new' | 'taking back' | 'running' | 'stopped' = 'new'
  let soon: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined
  let takeBackTimer: NodeJS.Timeout | undefined
  /** When the store is to be asked again what is due, by the process's own clock. */
  let askAt = Number.NEGATIVE_INFINITY
  const jumpOfClock = createJumpWatch(deps)
  let clockJump: ClockJump | undefined
  /** By how much due times in the store are still to be corrected; `null`: by what the store itself finds at a start. */
  let setBackMs: number | null | undefined = null

  const wakeIn = (ms: number): void => {
    clearTimeout(timer)
    if (state === 'running') timer = setTimeout(look, Math.max(0, ms))
  }

  /** Many attempts end in one turn of the event loop; one look serves them all. */
  const look = (): void => {
    if (state === 'running' && soon === undefined) soon = setImmediate(lookNow)
  }
  deps.dispatcher.onWork(look)

  const lookNow = (): void => {
    soon = undefined
    if (state !== 'running') return
    noteJump()
    if (askAt <= monotonic()) {
      askAt = monotonic() + askAtLeastEveryMs
      asking.run()
    }
    if (deps.crowded()) wakeIn(pauseMs)
    else looking.run()
  }

  /** After the wall clock was set, what is due is looked at again. */
  const noteJump = (): void => {
    const byMs = jumpOfClock()
    if (byMs === 0) return
    clockJump = { at: deps.now(), byMs }
    log.warn({ byMs }, 'the wall clock was set; what is due is looked at again')
    if (byMs < 0) setBackMs = (setBackMs ?? 0) + byMs
    askAt = Number.NEGATIVE_INFINITY
  }

  const looking = createOneAtATime(async () => {
    if (state !== 'running') return
    try {
      if (await deps.dispatcher.claimDue()) asking.run()
    } catch (error) {
      log.error({ err: error }, 'claim loop: a look failed')
    }
    wakeIn(Math.min(deps.dispatcher.waitMs(), askAt - monotonic()))
  })

  /** Beside the looks: a reader that is busy must not hold up what is known to be due. */
  const asking = createOneAtATime(async () => {
    askAt = monotonic() + askAtLeastEveryMs
    try {
      await correctDueTimes()
      for (const [webhookId, dueAt] of await store.nextDue()) deps.dispatcher.expect(webhookId, dueAt)
    } catch (error) {
      log.warn({ err: error }, 'could not read when deliveries are due; trying again')
      askAt = monotonic() + pauseMs
    }
    look()
  })

  /** What was due in an hour is due in an hour, although the clock was set back by two. */
  const correctDueTimes = async (): Promise<void> => {
    const by = setBackMs
    if (by === undefined) return
    const count = await store.correctDueTimes({ now: deps.now(), setBackMs: by })
    setBackMs = setBackMs === by ? undefined : (setBackMs ?? 0) - (by ?? 0)
    for (const lane of deps.dispatcher.lanes.all()) lane.expectNothing()
    if (count > 0) log.info({ count }, 'the wall clock was set back; deliveries are due that much earlier')
  }

  const takeBackLeases = (): void => {
    store.takeBackLeases(deps.leaseNow(), deps.now()).then(
      (count) => {
        if (count > 0) asking.run()
      },
      (error: unknown) => log.warn({ err: error }, 'leases that ran out could not be taken back'),
    )
  }

  /** Those of processes that are gone; what another process on the same store has under way stays its own. */
  const takeBackLost = async (): Promise<void> => {
    try {
      const count = await store.takeBackLeases(deps.leaseNow(), deps.now())
      if (count > 0)
        log.info({ count }, 'deliveries were in flight when the last process was lost; each is tried again')
    } catch (error) {
      log.warn({ err: error }, 'the leases of the last process could not be taken back; trying again')
      if (state === 'taking back') timer = setTimeout(() => void takeBackLost(), pauseMs)
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
    get clockJump() {
      return clockJump
    },
    async start() {
      state = 'taking back'
      await takeBackLost()
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
