// Keeps decisions after they were answered, in batches. A store that is slow or away costs memory up to a bound, then rows;
// it never costs an answer (I7).

import type { Deadline } from '../../domain/deadline.ts'
import type { DecisionRecord, DecisionStore } from '../../store/port/decisions.ts'
import type { Log } from '../../observe/log.ts'

export interface DecisionRecorderDeps {
  readonly store: Pick<DecisionStore, 'recordDecisions' | 'getDecision'>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
  /** Decisions that may wait in memory. */
  readonly maxWaiting?: number
}

export interface DecisionRecorder {
  /** Takes a decision; it is kept soon. */
  add(record: DecisionRecord): void
  /** Knows a decision whose record is not complete yet; `add` follows. */
  hold(record: DecisionRecord): void
  /** A decision that waits or is kept. */
  find(decisionId: string): Promise<DecisionRecord | undefined>
  readonly waiting: number
  /** Decisions that could not be kept because too many waited. */
  readonly lost: number
  /** Keeps what waits; what is left at the deadline is counted as lost. */
  stop(deadline: Deadline): Promise<void>
}

/** About 20 MB of decisions with evidence. */
const defaultMaxWaiting = 10_000
const maxBatch = 512
/** What comes within it shares a commit. No one waits for it. */
const gatherMs = 50
const retryMs = 1000
const sayAgainMs = 10_000

export function createDecisionRecorder(deps: DecisionRecorderDeps): DecisionRecorder {
  const maxWaiting = deps.maxWaiting ?? defaultMaxWaiting
  // In order of arrival; what is being written stays in it until it is committed.
  const waiting = new Map<string, DecisionRecord>()
  const held = new Map<string, DecisionRecord>()
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let stopped = false
  let saidAt = Number.NEGATIVE_INFINITY

  const sayLost = (error?: unknown): void => {
    if (deps.now() - saidAt < sayAgainMs) return
    saidAt = deps.now()
    const facts = { waiting: waiting.size, lost, ...(error === undefined ? {} : { err: error }) }
    deps.log.warn(facts, 'decisions cannot be kept now; asks are answered all the same')
  }
  const later = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      void write()
    }, ms)
  }
  const write = (): Promise<void> => {
    if (writing !== undefined || waiting.size === 0) return writing ?? Promise.resolve()
    const batch = firstOf(waiting.values(), maxBatch)
    writing = deps.store.recordDecisions(batch).then(
      () => {
        writing = undefined
        for (const { decisionId } of batch) waiting.delete(decisionId)
        if (waiting.size > 0) later(waiting.size >= maxBatch ? 0 : gatherMs)
      },
      (error: unknown) => {
        writing = undefined
        sayLost(error)
        if (!stopped) later(retryMs)
      },
    )
    return writing
  }

  return {
    hold(record) {
      if (held.size < maxWaiting) held.set(record.decisionId, record)
    },
    add(record) {
      held.delete(record.decisionId)
      if (stopped || waiting.size >= maxWaiting) {
        lost += 1
        sayLost()
        return
      }
      waiting.set(record.decisionId, record)
      if (writing === undefined) later(gatherMs)
    },
    async find(decisionId) {
      return waiting.get(decisionId) ?? held.get(decisionId) ?? (await deps.store.getDecision(decisionId))
    },
    get waiting() {
      return waiting.size
    },
    get lost() {
      return lost
    },
    async stop(deadline) {
      while (waiting.size > 0 && deadline.remainingMs > 0) {
        clearTimeout(timer)
        timer = undefined
        const before = waiting.size
        await Promise.race([write(), pause(deadline.remainingMs)])
        // A store that refused will refuse the next instant too.
        if (waiting.size === before) await pause(Math.min(100, deadline.remainingMs))
      }
      stopped = true
      clearTimeout(timer)
      lost += waiting.size
      if (waiting.size > 0) deps.log.warn({ lost }, 'decisions could not be kept before the stop')
      waiting.clear()
    },
  }
}

function firstOf<Item>(items: Iterable<Item>, count: number): readonly Item[] {
  const first: Item[] = []
  for (const item of items) {
    if (first.length === count) break
    first.push(item)
  }
  return first
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
