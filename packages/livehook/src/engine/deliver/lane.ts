// The lane of one webhook: what is on the wire, a short line of deliveries that are leased and come next, how fast it may
// go, whether the receiver answers at all, and whether the store holds more that is due. And the lanes of all webhooks.
//
// Bounded whatever the backlog (I6): the line is at most as long as what may be on the wire. It is there so that a place
// that becomes free is filled at once and the store is asked for many deliveries at a time. A lane only counts; who takes a
// place and gives it back stands in dispatcher.ts.

import type { Breaker, Finding } from '../../domain/delivery/breaker.ts'
import {
  afterAttempt,
  afterStart,
  allowedInFlight,
  closedBreaker,
  forAnotherReceiver,
  tryingNow,
} from '../../domain/delivery/breaker.ts'
import type { Bucket } from '../../domain/delivery/rate-limit.ts'
import { available, fill, fullBucket, take, waitMs } from '../../domain/delivery/rate-limit.ts'
import type { Diagnosis } from '../../domain/diagnosis/diagnosis.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { ClaimedDelivery } from '../../store/port/flow.ts'
import type { Clocks } from '../../domain/clocks.ts'

/** What of a webhook a lane goes by. */
export type LaneLimits = Pick<Webhook, 'enabled' | 'paused' | 'maxInFlight' | 'ratePerSecond'>

/** An attempt that has started: what its end may say about the receiver depends on when that was. */
export interface Started {
  readonly delivery: ClaimedDelivery
  /** It is the one attempt that finds out whether the receiver is back. */
  readonly isTrial: boolean
  /** Which receiver it goes to: another one after a change of the webhook. */
  readonly receiver: number
}

/** What an attempt has found out. */
export interface Found {
  readonly finding: Finding
  readonly diagnosis: Pick<Diagnosis, 'symptom' | 'detail'>
}

const longestLine = 256

export class Lane {
  readonly webhookId: string
  readonly #monotonic: () => number
  readonly #onExpectation: (lane: Lane) => void
  #dueAt = Number.POSITIVE_INFINITY
  #line: ClaimedDelivery[] = []
  /** Started and not recorded yet. */
  #started = 0
  /** On the wire, in line, and places kept for what is being leased: what is only to be recorded needs no room any more. */
  #leased = 0
  #breaker: Breaker = closedBreaker
  #bucket: Bucket | undefined
  #receiver = 0
  /** Of those that have started, the ones that went to a former receiver: they do not stand in the way of finding out. */
  #toFormer = 0
  #lastFailure: Found['diagnosis'] | undefined

  constructor(webhookId: string, monotonic: () => number, onExpectation: (lane: Lane) => void) {
    this.webhookId = webhookId
    this.#monotonic = monotonic
    this.#onExpectation = onExpectation
  }

  /** When the store's next pending delivery of this webhook is due by the wall clock, as far as we know; `Infinity` for none. */
  get dueAt(): number {
    return this.#dueAt
  }

  get breaker(): Breaker {
    return this.#breaker
  }

  /** What the last attempt that failed through the receiver has found; `undefined` if none has since the start. */
  get lastFailure(): Found['diagnosis'] | undefined {
    return this.#lastFailure
  }

  get lineLength(): number {
    return this.#line.length
  }

  /** Whether there is anything to look at, now or later. */
  get isExpecting(): boolean {
    return this.#dueAt < Number.POSITIVE_INFINITY || this.#line.length > 0
  }

  /** Work is due then, or already. */
  expect(at: number): void {
    this.#dueAt = Math.min(this.#dueAt, at)
    this.#onExpectation(this)
  }

  /** What is due is unknown from now on: the store is being asked. */
  expectNothing(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#onExpectation(this)
  }

  /** How many more deliveries may be leased now. */
  room(limits: LaneLimits): number {
    return this.#roomAt(limits, this.#monotonic())
  }

  /** The line is short enough that asking the store is worth a trip. */
  wantsMore(limits: LaneLimits): boolean {
    return this.#line.length <= this.#longestLine(limits) / 2
  }

  /** Keeps places for deliveries that are about to be leased. */
  reserve(count: number): void {
    this.#leased += count
  }

  /** Gives places back that were not needed. */
  giveBack(count: number): void {
    this.#leased -= count
  }

  /** Puts a delivery whose place was kept at the end of the line. */
  put(delivery: ClaimedDelivery): void {
    this.#line.push(delivery)
    this.#onExpectation(this)
  }

  /** The next delivery whose attempt may start now; its place on the wire is taken with it. */
  next(limits: LaneLimits): Started | undefined {
    const at = this.#monotonic()
    if (this.#line.length === 0 || this.isFull(limits)) return undefined
    const bucket = this.#filled(limits, at)
    if (bucket !== undefined && available(bucket) < 1) return undefined
    const delivery = this.#line.shift()
    if (delivery === undefined) return undefined
    if (bucket !== undefined) this.#bucket = take(bucket, 1)
    this.#breaker = afterStart(this.#breaker, at)
    this.#started += 1
    this.#onExpectation(this)
    return { delivery, isTrial: this.#breaker.kind === 'half-open', receiver: this.#receiver }
  }

  /** No further attempt may be on the wire. */
  isFull(limits: LaneLimits): boolean {
    return this.#isFullAt(limits, this.#monotonic())
  }

  /** Whether what stands in line should wait in the store instead: nothing of it will start soon. */
  isShut(limits: LaneLimits): boolean {
    return !isOpen(limits) || allowedInFlight(this.#breaker, this.#monotonic()) === 0
  }

  /** Empties the line. Its places stay taken until each delivery is back in the store. */
  clearLine(): readonly ClaimedDelivery[] {
    const line = this.#line
    this.#line = []
    this.#onExpectation(this)
    return line
  }

  /** An attempt has ended on the wire: another one may be leased. Its place stays taken until it is recorded. */
  ended({ isTrial, receiver }: Started, { finding, diagnosis }: Found): void {
    this.#leased -= 1
    // It says nothing about the receiver of now.
    if (receiver !== this.#receiver) return
    if (finding === 'does_not_answer') this.#lastFailure = diagnosis
    // Only the trial's bad news counts while it is on the wire; good news is always taken.
    if (this.#breaker.kind === 'half-open' && !isTrial && finding !== 'answers') return
    this.#breaker = afterAttempt(this.#breaker, finding, this.#monotonic())
  }

  /** An attempt is recorded, or given up on: its place is free. */
  recorded({ receiver }: Started): void {
    if (receiver !== this.#receiver) this.#toFormer -= 1
    this.#started -= 1
  }

  /** One attempt may go now, whatever the breaker waits for; then the breaker again. */
  tryNow(): void {
    this.#breaker = tryingNow(this.#breaker, this.#monotonic())
    this.#onExpectation(this)
  }

  /** What was learnt about the receiver says nothing about the one that answers from now on. */
  receiverChanged(): void {
    this.#receiver += 1
    this.#toFormer = this.#started
    this.#lastFailure = undefined
    this.#breaker = forAnotherReceiver(this.#breaker, this.#monotonic())
    this.#onExpectation(this)
  }

  /** In how many milliseconds something can happen here without an attempt ending before; `Infinity` if nothing can. */
  waitMs(limits: LaneLimits, now: number): number {
    if (!isOpen(limits)) return Number.POSITIVE_INFINITY
    const at = this.#monotonic()
    const breakerMs = this.#breaker.kind === 'open' ? Math.max(0, this.#breaker.until - at) : 0
    if (this.#line.length > 0) {
      const bucket = this.#filled(limits, at)
      const rateMs = bucket === undefined ? 0 : waitMs(bucket, limits.ratePerSecond ?? 0)
      return this.#isFullAt(limits, at + breakerMs) ? Number.POSITIVE_INFINITY : Math.max(breakerMs, rateMs)
    }
    const dueMs = Math.max(0, this.#dueAt - now)
    return this.#roomAt(limits, at + breakerMs) > 0 ? Math.max(dueMs, breakerMs) : Number.POSITIVE_INFINITY
  }

  #roomAt(limits: LaneLimits, at: number): number {
    if (!isOpen(limits)) return 0
    const atOnce = this.#mostAt(limits, at)
    return Math.max(0, atOnce + this.#longestLine(limits) - this.#leased)
  }

  #isFullAt(limits: LaneLimits, at: number): boolean {
    return this.#started >= this.#mostAt(limits, at)
  }

  #mostAt({ maxInFlight }: LaneLimits, at: number): number {
    return Math.min(maxInFlight, allowedInFlight(this.#breaker, at) + this.#toFormer)
  }

  /** No line where the breaker counts every attempt, and at a rate only what goes out within a second. */
  #longestLine({ maxInFlight, ratePerSecond }: LaneLimits): number {
    if (this.#breaker.kind !== 'closed' || this.#breaker.limit < maxInFlight) return 0
    return Math.min(longestLine, maxInFlight, ratePerSecond ?? longestLine)
  }

  /** The bucket as it is now; without a rate there is none. */
  #filled({ ratePerSecond }: LaneLimits, at: number): Bucket | undefined {
    if (ratePerSecond === null) this.#bucket = undefined
    else {
      this.#bucket = this.#bucket === undefined ? fullBucket(ratePerSecond, at) : fill(this.#bucket, ratePerSecond, at)
    }
    return this.#bucket
  }
}

function isOpen({ enabled, paused, ratePerSecond }: LaneLimits): boolean {
  return enabled && !paused && ratePerSecond !== 0
}

export interface Lanes {
  of(webhookId: string): Lane
  find(webhookId: string): Lane | undefined
  all(): Iterable<Lane>
  /** The lanes that expect work, now or later: looking for it costs nothing for all the others. */
  expecting(): Iterable<Lane>
  /** A webhook is gone. */
  drop(webhookId: string): void
}

export function createLanes({ monotonic }: Pick<Clocks, 'monotonic'>): Lanes {
  const lanes = new Map<string, Lane>()
  const expecting = new Set<Lane>()
  const note = (lane: Lane): void => {
    // What is still on the wire for a webhook that is gone must not bring its lane back.
    if (lane.isExpecting && lanes.get(lane.webhookId) === lane) expecting.add(lane)
    else expecting.delete(lane)
  }
  return {
    of(webhookId) {
      let lane = lanes.get(webhookId)
      if (lane === undefined) {
        lane = new Lane(webhookId, monotonic, note)
        lanes.set(webhookId, lane)
      }
      return lane
    },
    find: (webhookId) => lanes.get(webhookId),
    all: () => lanes.values(),
    expecting: () => expecting,
    drop(webhookId) {
      const lane = lanes.get(webhookId)
      if (lane !== undefined) expecting.delete(lane)
      lanes.delete(webhookId)
    },
  }
}
