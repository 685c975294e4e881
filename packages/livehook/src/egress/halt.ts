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
  readonly #all = new Set<AttemptHalt>()
  /** One listener per signal, not per attempt: an engine hands the same signal to thousands of them. */
  readonly #bySignal = new WeakMap<AbortSignal, Set<AttemptHalt>>()
  #isHalted = false

  /** Begins an attempt's deadline. */
  begin(timeoutMs: number, signal: AbortSignal | undefined): Halt {
    const members = signal === undefined ? undefined : this.#membersOf(signal)
    const halt = new AttemptHalt(timeoutMs, (gone) => {
      this.#all.delete(gone)
      members?.delete(gone)
    })
    if (this.#isHalted || signal?.aborted === true) halt.end('shutting_down')
    this.#all.add(halt)
    members?.add(halt)
    return halt
  }

  /** Halts everything, now and from now on. */
  haltAll(): void {
    this.#isHalted = true
    for (const halt of this.#all) halt.end('shutting_down')
  }

  #membersOf(signal: AbortSignal): Set<AttemptHalt> {
    const known = this.#bySignal.get(signal)
    if (known !== undefined) return known
    const members = new Set<AttemptHalt>()
    this.#bySignal.set(signal, members)
    signal.addEventListener('abort', () => members.forEach((halt) => halt.end('shutting_down')), { once: true })
    return members
  }
}

class AttemptHalt implements Halt {
  reason: HaltReason | undefined
  readonly #timer: NodeJS.Timeout
  readonly #onRelease: (halt: AttemptHalt) => void
  #listener: (() => void) | undefined

  constructor(timeoutMs: number, onRelease: (halt: AttemptHalt) => void) {
    this.#timer = setTimeout(() => this.end('deadline'), timeoutMs)
    this.#onRelease = onRelease
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
    this.#onRelease(this)
  }
}
