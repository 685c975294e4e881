// How asks ended, minute by minute, for charts. All of them count, kept as rows or not; what was counted is added to the
// store every few seconds, and a store that is away costs the oldest minutes, never an answer (I7).

import { durationStepOf, durationSteps } from '../../domain/delivery/duration-scale.ts'
import type { Verdict } from '../../domain/ask/verdict.ts'
import type { AskOutcome, AskTally, StatsStore } from '../../store/port/stats.ts'
import { askOutcomes } from '../../store/port/stats.ts'
import type { Log } from '../../observe/log.ts'

export interface AskTalliesDeps {
  readonly store: Pick<StatsStore, 'addAskTallies'>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
}

export interface CountedAnswer extends Pick<Verdict, 'verdict' | 'decidedBy'> {
  readonly sdkAppId: number
  readonly webhookId: string | null
  readonly durationMs: number
}

export interface AskTallies {
  note(answered: CountedAnswer): void
  /** Adds what was counted so far, for someone who is about to look. Never rejects. */
  flush(): Promise<void>
  /** Adds what was counted; what the store does not take then is lost. */
  stop(): Promise<void>
}

/** What is looked at is this old at most. */
const writeMs = 2000
/** Minutes of webhooks that may wait for a store that is away: some 3 MB. */
const maxWaiting = 10_000
const minuteMs = 60_000

interface Tally extends AskTally {
  readonly outcomes: Record<AskOutcome, number>
  readonly durations: number[]
}

export function createAskTallies(deps: AskTalliesDeps): AskTallies {
  let waiting = new Map<string, Tally>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = async (): Promise<void> => {
    const tallies = waiting
    waiting = new Map()
    if (tallies.size === 0) return
    try {
      await deps.store.addAskTallies([...tallies.values()])
    } catch (error) {
      deps.log.warn({ err: error }, 'how asks ended cannot be added to the charts now')
      for (const [key, tally] of tallies) merge(waiting, key, tally)
      for (const key of waiting.keys()) {
        if (waiting.size <= maxWaiting) break
        waiting.delete(key)
      }
      later()
    }
  }
  const later = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      writing = writing.then(write)
    }, writeMs).unref()
  }

  return {
    note({ sdkAppId, webhookId, verdict, decidedBy, durationMs }) {
      const minuteAt = Math.floor(deps.now() / minuteMs) * minuteMs
      const key = `${minuteAt} ${sdkAppId} ${webhookId ?? ''}`
      let tally = waiting.get(key)
      if (tally === undefined) waiting.set(key, (tally = emptyTally({ sdkAppId, webhookId, minuteAt })))
      tally.outcomes[outcomeOf(verdict, decidedBy)] += 1
      const step = durationStepOf(durationMs)
      tally.durations[step] = (tally.durations[step] ?? 0) + 1
      later()
    },
    flush() {
      writing = writing.then(write)
      return writing
    },
    async stop() {
      clearTimeout(timer)
      await writing
      await write()
      clearTimeout(timer)
    },
  }
}

/** A policy that drops does not exist. */
function outcomeOf(verdict: Verdict['verdict'], decidedBy: Verdict['decidedBy']): AskOutcome {
  if (decidedBy === 'policy') return verdict === 'allow' ? 'allowedByPolicy' : 'deniedByPolicy'
  if (verdict === 'allow') return 'allowedByApp'
  return verdict === 'deny' ? 'deniedByApp' : 'droppedByApp'
}

function emptyTally(place: Pick<AskTally, 'sdkAppId' | 'webhookId' | 'minuteAt'>): Tally {
  return {
    ...place,
    outcomes: { allowedByApp: 0, deniedByApp: 0, droppedByApp: 0, allowedByPolicy: 0, deniedByPolicy: 0 },
    durations: Array.from({ length: durationSteps }, () => 0),
  }
}

/** Puts back what was not taken, with what was counted meanwhile. */
function merge(tallies: Map<string, Tally>, key: string, tally: Tally): void {
  const known = tallies.get(key)
  if (known === undefined) {
    tallies.set(key, tally)
    return
  }
  for (const outcome of askOutcomes) known.outcomes[outcome] += tally.outcomes[outcome]
  for (const [step, count] of tally.durations.entries()) known.durations[step] = (known.durations[step] ?? 0) + count
}

// How often what was decided, by whom and by which rule, since the service started. Every decision counts, kept or not.

export interface AskCount extends Pick<Verdict, 'verdict' | 'decidedBy' | 'rule' | 'failureClass'> {
  readonly command: string
  readonly count: number
}

export interface AskCounts {
  note(sdkAppId: number, command: string, verdict: Verdict): void
  /** The most frequent first. */
  ofApp(sdkAppId: number): readonly AskCount[]
}

export function createAskCounts(): AskCounts {
  // Bounded by commands, rules and classes, of which there are a few dozen each; never by what senders write.
  const apps = new Map<number, Map<string, { -readonly [Name in keyof AskCount]: AskCount[Name] }>>()
  return {
    note(sdkAppId, command, { verdict, decidedBy, rule, failureClass }) {
      let counts = apps.get(sdkAppId)
      if (counts === undefined) apps.set(sdkAppId, (counts = new Map()))
      const key = `${command} ${verdict} ${rule ?? ''} ${failureClass ?? ''}`
      const known = counts.get(key)
      if (known === undefined) counts.set(key, { command, verdict, decidedBy, rule, failureClass, count: 1 })
      else known.count += 1
    },
    ofApp: (sdkAppId) =>
      [...(apps.get(sdkAppId)?.values() ?? [])]
        .map((count) => ({ ...count }))
        .toSorted((one, other) => other.count - one.count),
  }
}
