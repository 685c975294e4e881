// Durations as counts on a scale: small, and can be added up, which percentiles cannot. Pure.

/** Steps of the scale; what takes longer than the last one counts there. */
export const durationSteps = 32

/** Two steps of the scale double the duration, so what is read from it is off by a fifth at most. */
const stepsPerDoubling = 2

/** The step that a duration belongs to. @param durationMs milliseconds */
export function durationStepOf(durationMs: number): number {
  const step = durationMs <= 1 ? 0 : Math.ceil(Math.log2(durationMs) * stepsPerDoubling)
  return Math.min(step, durationSteps - 1)
}

/**
 * A duration that this share of what was counted did not exceed, in milliseconds, to a tenth; 0 if nothing was.
 * @param counts how many took how long, by steps
 */
export function durationPercentile(counts: ArrayLike<number>, share: number): number {
  const steps = Array.from(counts)
  const wanted = steps.reduce((sum, count) => sum + count, 0) * share
  let below = 0
  for (const [step, count] of steps.entries()) {
    if (count > 0 && below + count >= wanted) {
      const least = step === 0 ? 0 : 2 ** ((step - 1) / stepsPerDoubling)
      const most = 2 ** (step / stepsPerDoubling)
      return Math.round((least + ((most - least) * (wanted - below)) / count) * 10) / 10
    }
    below += count
  }
  return 0
}
