// Time that runs out.

export interface Deadline {
  readonly signal: AbortSignal
  /** Milliseconds until the time is up; 0 when it is. */
  timeLeftMs(): number
  /** Resolves when the time is up, and never if the deadline was lifted before. */
  readonly isUp: Promise<'time_up'>
  /** Stops the clock: nothing is aborted any more. */
  lift(): void
}

/**
 * @param endsAt epoch milliseconds on the same clock as `now`
 */
export function startDeadline(endsAt: number, now: () => number): Deadline {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const isUp = new Promise<'time_up'>((resolve) => {
    timer = setTimeout(
      () => {
        controller.abort(new DOMException('The time for the answer is up.', 'TimeoutError'))
        resolve('time_up')
      },
      Math.max(0, endsAt - now()),
    )
  })
  return {
    signal: controller.signal,
    timeLeftMs: () => Math.max(0, endsAt - now()),
    isUp,
    lift: () => clearTimeout(timer),
  }
}
