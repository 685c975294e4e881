// The lane of one webhook: what is on the wire, a short line of deliveries that are leased and come next, how fast it may
// go, whether the receiver answers at all, and whether the store holds more that is due.
//
// Bounded whatever the backlog (I6): the line is at most as long as what may be on the wire. It is there so that a place
// that becomes free is filled at once and the store is asked for many deliveries at a time.

import type { Breaker, Finding } from '../../domain/delivery/breaker.ts'
import { afterAttempt, afterPush, afterStart, allowedInFlight, closedBreaker } from '../../domain/delivery/breaker.ts'
import type { Bucket } from '../../domain/delivery/rate-limit.ts'
import { available, fill, fullBucket, take, waitMs } from '../../domain/delivery/rate-limit.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { ClaimedDelivery } from '../../store/port/flow.ts'

/** What of a webhook a lane goes by. */
export type LaneLimits = Pick<Webhook, 'enabled' | 'paused' | 'maxInFlight' | 'ratePerSecond'>

const longestLine = 256

export class Lane {
  readonly webhookId: string
  readonly #onExpectation: (lane: Lane) => void
  #dueAt = Number.POSITIVE_INFINITY
  #line: ClaimedDelivery[] = []
  #inFlight = 0
  /** On the wire, in line, and places kept for what is being leased. */
  #leased = 0
  #breaker: Breaker = closedBreaker
  #bucket: Bucket | undefined

  constructor(webhookId: string, onExpectation: (lane: Lane) => void) {
    this.webhookId = webhookId
    this.#onExpectation = onExpectation
  }

  /** When the store's next pending delivery of this webhook is due, as far as we know; `Infinity` for none. */
  get dueAt(): number {
    return this.#dueAt
  }

  get breaker(): Breaker {
    return this.#breaker
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
  room(limits: LaneLimits, now: number): number {
    if (!this.#isOpen(limits)) return 0
    const atOnce = Math.min(limits.maxInFlight, allowedInFlight(this.#breaker, now))
    return Math.max(0, atOnce + this.#longestLine(limits) - this.#leased)
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
  next(limits: LaneLimits, now: number): ClaimedDelivery | undefined {
    if (this.#line.length === 0 || this.#isFull(limits, now)) return undefined
    const bucket = this.#filled(limits, now)
    if (bucket !== undefined && available(bucket) < 1) return undefined
    if (bucket !== undefined) this.#bucket = take(bucket, 1)
    this.#breaker = afterStart(this.#breaker, now)
    this.#inFlight += 1
    const delivery = this.#line.shift()
    this.#onExpectation(this)
    return delivery
  }

  /** Whether what stands in line should wait in the store instead: nothing of it will start soon. */
  isShut(limits: LaneLimits, now: number): boolean {
    return !this.#isOpen(limits) || allowedInFlight(this.#breaker, now) === 0
  }

  /** Empties the line and gives its places back. */
  clearLine(): readonly ClaimedDelivery[] {
    const line = this.#line
    this.#line = []
    this.#leased -= line.length
    this.#onExpectation(this)
    return line
  }

  /** A person wants an attempt now, whatever the breaker says. */
  push(now: number): void {
    this.#breaker = afterPush(this.#breaker, now)
  }

  /** An attempt has ended. */
  ended(finding: Finding, now: number): void {
    this.#inFlight -= 1
    this.#leased -= 1
    this.#breaker = afterAttempt(this.#breaker, finding, now)
  }

  /** When something can happen here at the soonest without an attempt ending before; `Infinity` if nothing can. */
  nextAt(limits: LaneLimits, now: number): number {
    if (!this.#isOpen(limits)) return Number.POSITIVE_INFINITY
    const atBreaker = this.#breaker.kind === 'open' ? Math.max(now, this.#breaker.until) : now
    if (this.#line.length > 0) {
      const bucket = this.#filled(limits, now)
      const atRate = bucket === undefined ? now : now + waitMs(bucket, limits.ratePerSecond ?? 0)
      return this.#isFull(limits, atBreaker) ? Number.POSITIVE_INFINITY : Math.max(atBreaker, atRate)
    }
    return this.room(limits, atBreaker) > 0 ? Math.max(this.#dueAt, atBreaker) : Number.POSITIVE_INFINITY
  }

  #isOpen({ enabled, paused, ratePerSecond }: LaneLimits): boolean {
    return enabled && !paused && ratePerSecond !== 0
  }

  #isFull(limits: LaneLimits, now: number): boolean {
    return this.#inFlight >= Math.min(limits.maxInFlight, allowedInFlight(this.#breaker, now))
  }

  /** No line where the breaker counts every attempt, and at a rate only what goes out within a second. */
  #longestLine({ maxInFlight, ratePerSecond }: LaneLimits): number {
    if (this.#breaker.kind !== 'closed' || this.#breaker.limit < maxInFlight) return 0
    return Math.min(longestLine, maxInFlight, ratePerSecond ?? longestLine)
  }

  /** The bucket as it is now; without a rate there is none. */
  #filled({ ratePerSecond }: LaneLimits, now: number): Bucket | undefined {
    if (ratePerSecond === null) this.#bucket = undefined
    else {
      this.#bucket =
        this.#bucket === undefined ? fullBucket(ratePerSecond, now) : fill(this.#bucket, ratePerSecond, now)
    }
    return this.#bucket
  }
}
