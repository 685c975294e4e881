// Playing a planned evening through the API: asks side by side, events in batches, in the order of time.

import type { AskAnswer, EventsAccepted } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { ApiError } from '../client/api-client.ts'
import type { Clock, Pacer } from '../send/pace.ts'
import { createPacer, realClock } from '../send/pace.ts'
import type { Client, Happening, Told } from './story.ts'

export interface Played {
  readonly asked: number
  readonly allowed: number
  readonly denied: number
  readonly dropped: number
  /** Of the asks, those that the policy decided. */
  readonly byPolicy: number
  readonly accepted: number
  readonly notSubscribed: number
  readonly deliveries: ReadonlySet<string>
}

export interface Play {
  readonly client: Pick<ApiClient, 'post' | 'postLines'>
  readonly sdkAppId: number
  readonly happenings: readonly Happening[]
  /** Events and asks together, in any second at most. */
  readonly rate: number | undefined
  readonly stop: AbortSignal
  /** Hears how far it is: how many of the happenings are over. */
  readonly onProgress: (done: number, played: Played) => void
  readonly clock?: Clock
}

/** A play with what all its parts share. */
interface Stage extends Play {
  readonly clock: Clock
  readonly pacer: Pacer
}

const maxBatchLines = 500
const maxAsksAtOnce = 64
/** How long events are gathered. */
const flushEveryMs = 100
const mostTries = 20
const waitBetweenTriesMs = 500

type Counts = { -readonly [Name in Exclude<keyof Played, 'deliveries'>]: number } & { readonly deliveries: Set<string> }

/**
 * Plays until the last happening was handed in, or until it is stopped.
 * @throws CliError if the service refuses something, or is not there
 */
export async function play(options: Play): Promise<Played> {
  const counts: Counts = {
    asked: 0,
    allowed: 0,
    denied: 0,
    dropped: 0,
    byPolicy: 0,
    accepted: 0,
    notSubscribed: 0,
    deliveries: new Set<string>(),
  }
  const failure = new AbortController()
  const stop = AbortSignal.any([options.stop, failure.signal])
  const clock = options.clock ?? realClock
  const stage: Stage = { ...options, stop, clock, pacer: createPacer(options.rate, clock) }
  const sender = createSender(stage, counts)
  const asks = new Set<Promise<void>>()
  const over = new AbortController()
  let failed: unknown
  const fail = (error: unknown): void => {
    failed ??= error
    failure.abort()
  }
  const flushing = flushRegularly(sender, { stop: AbortSignal.any([stop, over.signal]), clock }).catch(fail)
  let done = 0
  for await (const happening of inTime(stage)) {
    const { ask } = happening
    if (ask === undefined) sender.add(happening.client, happening.tell)
    else {
      while (asks.size >= maxAsksAtOnce) await Promise.race(asks)
      const work = askFirst(stage, { happening, ask, sender, counts }).catch(fail)
      asks.add(work)
      void work.finally(() => asks.delete(work))
    }
    done += 1
    options.onProgress(done, counts)
  }
  await Promise.all(asks)
  over.abort()
  await flushing
  if (failed !== undefined) throw failed
  await sender.flush()
  options.onProgress(done, counts)
  return counts
}

/** Gives each happening when its time has come, and never faster than the rate. */
async function* inTime({ happenings, rate, clock, stop }: Stage): AsyncGenerator<Happening, void, void> {
  const startedAt = clock.now()
  const gapMs = rate === undefined ? 0 : 1000 / rate
  let last = -gapMs
  for (const happening of happenings) {
    const due = Math.max(happening.at, last + gapMs)
    last = due
    const wait = startedAt + due - clock.now()
    if (wait > 0) await clock.sleep(wait, stop)
    if (stop.aborted) return
    yield happening
  }
}

async function askFirst(
  stage: Stage,
  work: { readonly happening: Happening; readonly ask: Told; readonly sender: Sender; readonly counts: Counts },
): Promise<void> {
  const { client, sdkAppId, stop, pacer } = stage
  const { happening, ask, sender, counts } = work
  if ((await pacer.take(1, stop)) === 0) return
  const query = new URLSearchParams({ ...happening.client, command: ask.command })
  const answer = await insisting(
    () => client.post<AskAnswer>(`/v1/apps/${sdkAppId}/asks?${query.toString()}`, ask.body),
    stage,
  )
  counts.asked += 1
  counts.byPolicy += answer.decidedBy === 'policy' ? 1 : 0
  if (answer.verdict === 'allow') {
    counts.allowed += 1
    sender.add(happening.client, happening.tell, answer.decisionId)
  } else if (answer.verdict === 'deny') counts.denied += 1
  else counts.dropped += 1
}

interface Sender {
  add(client: Client, told: Told, decisionId?: string): void
  /** Hands in what was added so far, in that order. */
  flush(): Promise<void>
}

function createSender(stage: Stage, counts: Counts): Sender {
  const { client, sdkAppId, stop, pacer } = stage
  const lines: string[] = []
  return {
    add({ clientIp, optPlatform }, { command, body }, decisionId) {
      lines.push(
        JSON.stringify({ command, clientIp, optPlatform, ...(decisionId === undefined ? {} : { decisionId }), body }),
      )
    },
    async flush() {
      while (lines.length > 0) {
        const count = await pacer.take(Math.min(lines.length, maxBatchLines), stop)
        if (count === 0) return
        const batch = lines.splice(0, count)
        const answer = await insisting(
          () => client.postLines<EventsAccepted>(`/v1/apps/${sdkAppId}/events`, batch),
          stage,
        )
        counts.accepted += answer.accepted
        for (const { status, deliveries } of answer.results) {
          if (status === 'not_subscribed') counts.notSubscribed += 1
          for (const deliveryId of deliveries) counts.deliveries.add(deliveryId)
        }
      }
    },
  }
}

/** Until it is stopped. Batches go one after another, so that the order of time stays. */
async function flushRegularly(sender: Sender, { stop, clock }: Pick<Stage, 'stop' | 'clock'>): Promise<void> {
  while (!stop.aborted) {
    await sender.flush()
    await clock.sleep(flushEveryMs, stop)
  }
}

/** A service under pressure says when to come again (429, 503): it is done as it says, for a while. */
async function insisting<Answer>(call: () => Promise<Answer>, { stop, clock }: Stage): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call()
    } catch (error) {
      const isPressure = error instanceof ApiError && (error.status === 429 || error.status === 503)
      if (!isPressure || tried >= mostTries || stop.aborted) throw error
      const waitMs = error.retryAfter === undefined ? waitBetweenTriesMs : error.retryAfter * 1000
      await clock.sleep(waitMs, stop)
    }
  }
}
