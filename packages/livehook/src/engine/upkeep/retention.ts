// Retention: what is old enough goes, in small steps that are spread out, so that no commit of the main flow ever grows
// by more than some milliseconds. What waits or is on the wire never goes.
//
// This is the entry of the room of work by the clock that no one asks for. In reading order: here, switch-off.ts. State: timers, and how
// far the sweep got; each part works under a lease of its name, so that of several processes one does it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../../store/port/port.ts'
import type { Leases } from '../kept/leases.ts'
import type { Log } from '../../observe/log.ts'

export interface RetentionDeps {
  readonly store: Pick<Store, 'findExpired' | 'removeExpired' | 'trimSummaries' | 'trimAudit'>
  /** 0 keeps everything for ever. */
  readonly retentionDays: number
  /** The same for entries of the audit log. */
  readonly auditDays: number
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
  /** Of several processes one does it. */
  readonly leases: Pick<Leases, 'holds'>
}

export interface Retention {
  start(): void
  /** Looks once, from the oldest event on; the timer does nothing else. @returns how many events went */
  sweep(): Promise<number>
  stop(): Promise<void>
}

const dayMs = 86_400_000
const sweepEveryMs = 60_000

/** What was passed over since it was needed still is looked at every so many sweeps. */
const sweepsPerRound = 60

/** After each step the store has this many times as long for others, and at least `leastPauseMs`. */
const pausePerStep = 4
const leastPauseMs = 20

export function createRetention(deps: RetentionDeps): Retention {
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<unknown> | undefined
  let stop = new AbortController()
  let position = 0
  let sweeps = 0

  const trimAudit = async (): Promise<void> => {
    const before = deps.now() - deps.auditDays * dayMs
    while (!stop.signal.aborted && (await deps.store.trimAudit(before))) await pause(stop.signal, 0)
  }

  const sweepOnce = async (): Promise<number> => {
    if (deps.auditDays > 0) await trimAudit()
    if (deps.retentionDays === 0) return 0
    const before = deps.now() - deps.retentionDays * dayMs
    if (sweeps % sweepsPerRound === 0) position = 0
    sweeps += 1
    let removed = 0
    for (let isEnd = false; !isEnd && !stop.signal.aborted;) {
      const startedAt = performance.now()
      const found = await deps.store.findExpired({ position, before })
      if (found.eventIds.length > 0) removed += await deps.store.removeExpired(found.eventIds, before)
      position = found.position
      isEnd = found.isEnd
      if (!isEnd) await pause(stop.signal, performance.now() - startedAt)
    }
    while (!stop.signal.aborted && (await deps.store.trimSummaries(before))) await pause(stop.signal, 0)
    return removed
  }

  const look = async (): Promise<void> => {
    try {
      const removed = (await deps.leases.holds('retention')) ? await sweepOnce() : 0
      if (removed > 0) deps.log.info({ removed }, 'events were removed that are older than the retention')
    } catch (error) {
      deps.log.warn({ err: error }, 'old events could not be removed; trying again')
    }
    if (!stop.signal.aborted) timer = setTimeout(run, sweepEveryMs)
  }
  const run = (): void => {
    underWay = look()
  }

  return {
    start() {
      stop = new AbortController()
      if (deps.retentionDays > 0 || deps.auditDays > 0) timer = setTimeout(run, sweepEveryMs)
    },
    sweep() {
      sweeps = 0
      return sweepOnce()
    },
    async stop() {
      stop.abort()
      clearTimeout(timer)
      await underWay
    },
  }
}

async function pause(signal: AbortSignal, tookMs: number): Promise<void> {
  // Stopped meanwhile: anyone who called looks at the signal.
  await sleep(Math.max(leastPauseMs, pausePerStep * tookMs), undefined, { signal }).catch(() => undefined)
}
