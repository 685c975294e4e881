// What ends an attempt early: its one deadline, or the service shutting down.

export type HaltReason = 'deadline' | 'shutting_down'

/** The early end of one attempt. Exactly one step waits at a time, so there is one listener at a time. */
export interface Halt {
  readonly reason: HaltReason | undefined
  /** Calls the listener when the attempt is halted, at once if it is already. Replaces the one before. */
  watch(listener: () => void): void
  unwatch(): void
  /** Stops the timer. To be called when the attempt is over. */
  release(): void
}

/** Knows every attempt that is under way, so that all of them, or those of one caller, can be halted. */
export class HaltRegistry {
  readonly #halts = new Set<AttemptHalt>()
  /** One listener per signal, not per attempt: an engine hands the same signal to thousands of them. */
  readonly #watched = new WeakSet<AbortSignal>()
  #isHalted = false

  /** Begins an attempt's deadline. */
  begin(timeoutMs: number, signal: AbortSignal | undefined): Halt {
    const halt = new AttemptHalt(timeoutMs, signal, this.#halts)
    this.#halts.add(halt)
    if (signal !== undefined && !this.#watched.has(signal)) this.#watch(signal)
    if (this.#isHalted || signal?.aborted === true) halt.end('shutting_down')
    return halt
  }

  /** Halts everything, now and from now on. */
  haltAll(): void {
    this.#isHalted = true
    for (const halt of this.#halts) halt.end('shutting_down')
  }

  #watch(signal: AbortSignal): void {
    this.#watched.add(signal)
    const haltItsOwn = () => {
      for (const halt of this.#halts) if (halt.signal === signal) halt.end('shutting_down')
    }
    signal.addEventListener('abort', haltItsOwn, { once: true })
  }
}

class AttemptHalt implements Halt {
  reason: HaltReason | undefined
  readonly signal: AbortSignal | undefined
  /** On the process's own clock. */
  readonly dueAt: number
  readonly #timer: NodeJS.Timeout
  readonly #members: Set<AttemptHalt>
  #listener: (() => void) | undefined

  constructor(timeoutMs: number, signal: AbortSignal | undefined, members: Set<AttemptHalt>) {
    this.signal = signal
    this.#members = members
    this.dueAt = performance.now() + timeoutMs
    this.#timer = setTimeout(endByDeadline, timeoutMs, this)
  }

  end(reason: HaltReason): void {
    if (this.reason !== undefined) return
    this.reason = reason
    const listener = this.#listener
    this.#listener = undefined
    listener?.()
  }

  watch(listener: () => void): void {
    if (this.reason === undefined) this.#listener = listener
    else listener()
  }

  unwatch(): void {
    this.#listener = undefined
  }

  release(): void {
    clearTimeout(this.#timer)
    this.#listener = undefined
    this.#members.delete(this)
  }
}

/** Milliseconds. A timer that fires later than this was held up by a stall of our own. */
const stallMs = 100

function endByDeadline(halt: AttemptHalt): void {
  if (performance.now() - halt.dueAt < stallMs) halt.end('deadline')
  // What arrived during the stall is read before this runs: the far side is not blamed for our clock.
  else setImmediate(() => halt.end('deadline'))
}
